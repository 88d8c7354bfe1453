"""The line to a vendor: where calls go, with which keys, and what a bare status means.

Only allowed hosts are reached, and keys only by the vendor's own: a URL that an answer names gets none unless
it is below the configured address. Nothing that a vendor says leaves here with a key in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.dialect import Dialect
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.wire.client import Broken, Client, Limits
from cine_forge.wire.destination import Destination, destination
from cine_forge.wire.download import Hosts, Unfetched, download
from cine_forge.wire.secret import said
from cine_forge.wire.waiting import asked_wait_s, said_wait_s

_REFUSED = {
    400: Trouble.REJECTED,
    401: Trouble.SETTING,
    402: Trouble.SETTING,
    403: Trouble.SETTING,
    404: Trouble.SETTING,
    405: Trouble.SETTING,
    413: Trouble.REJECTED,
    415: Trouble.REJECTED,
    422: Trouble.REJECTED,
    429: Trouble.THROTTLED,
    451: Trouble.REJECTED,
    503: Trouble.THROTTLED,
}
"""Statuses by which a server says that it took nothing; after any other one it may have."""
_ENOUGH = 10_000
"""Bytes of a page that is no complaint: more than is shown, so that no key is cut where it is looked for."""
_BUSY = (429, 503)
_SEE_OTHER = 303
"""What was asked is done, and told of elsewhere (RFC 9110, 15.4.4)."""


class Line:
    """Sends calls of one provider. Safe for threads."""

    def __init__(self, opening: Opening, capabilities: Capabilities, dialect: Dialect) -> None:
        self._capabilities = capabilities
        self._dialect = dialect
        self._clock = opening.clock
        self._sites = capabilities.sites_with(opening.endpoints.get(capabilities.name))
        self._keys = {
            name: value
            for name in capabilities.secrets
            if (value := opening.environment.get(name, "").strip())
        }
        self._lent: set[str] = set()
        self._fetch = opening.fetch
        self._limits = Limits(deadline_s=capabilities.deadline_s, most_bytes=capabilities.most_answer_bytes)
        local = any(site.is_loopback for site in self._sites.values())
        own = (site.host for site in self._sites.values())
        declared = {site.host for site in capabilities.sites_with(None).values()}
        self._allowed = {*declared, *capabilities.hosts, *opening.own_hosts}
        self._upload_hosts = Hosts((*capabilities.upload_hosts, *opening.own_hosts))
        self._hosts = Hosts((*own, *capabilities.download_hosts, *opening.own_hosts), loopback=local)

    def send(self, call: Call) -> Answer:
        """Send one call and return the answer, whatever its status.

        Raises Broken, and StageError CF-G070 for what may not be sent as it stands.
        """
        to, target = self._place(call)
        body, kind = call.encoded()
        self._lent |= _proofs(call)
        proof = {} if call.keyless else self._dialect.signed(call, self._keys, self._clock())
        try:
            reply = Client(to, self._limits).send(
                call.method, target, {**kind, **call.headers, **proof}, body
            )
        except Broken as error:
            raise Broken(error.kind, said(error.why, self._secrets)) from None
        return Answer(reply.status, reply.headers, reply.body, call)

    def fetch(self, url: str | None, target: Path) -> None:
        """Download a result; a URL without a host is below the base URL. Raises Unfetched.

        No key is ever sent along.
        """
        if not url:
            raise Unfetched("nothing", "the vendor says it is done and names no result")
        if url.startswith("/") and not url.startswith("//"):
            site = self._sites[""]
            url = f"{site.scheme}://{site.authority}{site.path}{url}"
        try:
            download(url, target, hosts=self._hosts, limits=self._fetch)
        except Unfetched as error:
            raise Unfetched(error.kind, said(error.why, self._secrets)) from None

    def trouble(self, answer: Answer) -> Trouble | None:
        """Return what an answer's own code or status means, or None for a good one that says nothing."""
        own = self._dialect.trouble(answer)
        if own is not None or answer.is_good:
            return own
        moved = 300 <= answer.status < 400 and answer.status != _SEE_OTHER
        return _REFUSED.get(answer.status, Trouble.REJECTED if moved else Trouble.LOST)

    def complaint(self, answer: Answer) -> str:
        """Return one short sentence for people, without keys."""
        told = self._dialect.complaint(answer) or answer.body[:_ENOUGH].decode(errors="replace")
        return said(f"{self._capabilities.name} answered {answer.status}: {told}", self._secrets)

    def clean(self, told: str | None) -> str | None:
        """Return what a vendor said as one short line without keys."""
        return None if told is None else said(told, self._secrets)

    @property
    def _secrets(self) -> tuple[str, ...]:
        """Return the keys, and what the vendor lent us for a while to prove ourselves by."""
        return (*self._keys.values(), *tuple(self._lent))

    def wait_s(self, answer: Answer) -> float | None:
        """Return for how many seconds a busy vendor asks to be left alone."""
        asked = asked_wait_s(answer.headers, self._clock())
        if asked is None and answer.status in _BUSY:
            return said_wait_s(answer.body[:2000].decode(errors="replace"))
        return asked

    def _place(self, call: Call) -> tuple[Destination, str]:
        """Return where a call goes. Raises Broken (unsent) for a place that nobody allows.

        A whole URL must be below a site, and a site that only a project's own file names must be allowed by a
        person: a key goes there. What bears none may go to a declared host of uploads.
        """
        site, target = self._sited(call)
        lends = call.keyless and self._upload_hosts.allow(site.host)
        if not (site.is_loopback or site.host in self._allowed or lends):
            why = f"`{site.host}` is no host that may be asked: allow it by `CINE_FORGE_HOSTS={site.host}`"
            raise Broken("unsent", why)
        return site, target

    def _sited(self, call: Call) -> tuple[Destination, str]:
        if "://" not in call.path.partition("?")[0]:
            return self._sites[call.site], call.target
        for site in (*self._sites.values(), *self._upload_sites(call)):
            below = _below(site, call)
            if below is not None:
                return site, below
        host = re.sub(
            r"[^A-Za-z0-9.-]", "?", call.path.partition("://")[2].partition("/")[0].rpartition("@")[2]
        )
        raise Broken("unsent", f"`{host[:100]}` is no host of `{self._capabilities.name}`")

    def _upload_sites(self, call: Call) -> Iterator[Destination]:
        """Yield the declared host of uploads to which a call without a key leads, if it leads to one."""
        if not call.keyless:
            return
        with suppress(ValueError):
            parts = urlsplit(call.path)
            found = destination(f"{parts.scheme}://{parts.netloc}")
            if not found.is_loopback and self._upload_hosts.allow(found.host):
                yield found


def _proofs(call: Call) -> set[str]:
    """Return what a call proves itself by that is no key of ours: a token, or the signs of an upload."""
    found = {call.headers.get("authorization", "").rpartition(" ")[2]}
    if call.keyless:
        found |= {value for _, value in parse_qsl(urlsplit(call.path).query)}
        found |= {part.content.decode(errors="replace") for part in call.form if part.filename is None}
    return found


def _below(site: Destination, call: Call) -> str | None:
    """Return the path of a whole URL below a site, or None when it is elsewhere."""
    try:
        parts = urlsplit(call.target)
        found = destination(f"{parts.scheme}://{parts.netloc}")
    except ValueError:
        return None
    same = (found.scheme, found.host, found.port) == (site.scheme, site.host, site.port)
    if not same or not f"{parts.path}/".startswith(f"{site.path}/"):
        return None
    return parts.path[len(site.path) :] + (f"?{parts.query}" if parts.query else "")
