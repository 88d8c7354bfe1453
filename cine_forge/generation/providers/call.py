"""Calls: one request as a vendor wants it, and the answer as it came. Plain data, and no network.

A dialect writes calls and reads answers; `remote` sends them. A call holds no key: it is added on the way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import urlencode

from cine_forge.media.signature import READ, media_type_of_start

Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True)
class Part:
    """One part of a form: a value, or a file when it has a `filename`."""

    name: str
    content: bytes
    filename: str | None = None
    media_type: str | None = None


@dataclass(frozen=True)
class Call:
    """One request. `path` is below the base URL of `site`, or a whole URL that the vendor itself gave.

    `site` is a name in the declaration's `sites`; empty means the provider's base URL. There is one body at
    most: `body` goes out as JSON, `form` as multipart/form-data, `content` as it is.

    A `keyless` one bears no key of ours, since its URL or its form is the proof; only it may go to the
    `upload_hosts`. `aside` is what the dialect wants to know again when it reads the answer, and is not sent.
    """

    method: Method
    path: str
    body: Mapping[str, Any] | None = None
    form: tuple[Part, ...] = ()
    content: bytes | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    site: str = ""
    keyless: bool = False
    aside: str = ""

    @property
    def target(self) -> str:
        """Return the path with its query; one that the path has already goes before it."""
        sign = "&" if "?" in self.path else "?"
        return f"{self.path}{sign}{urlencode(self.query)}" if self.query else self.path

    def encoded(self) -> tuple[bytes, Mapping[str, str]]:
        """Return the body's bytes, and the headers that say what they are."""
        if self.body is not None:
            text = json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))
            return text.encode(), {"content-type": "application/json"}
        if self.form:
            boundary = sha256(b"\0".join(part.content for part in self.form)).hexdigest()[:32]
            kind = f"multipart/form-data; boundary={boundary}"
            return b"".join(_formed(part, boundary) for part in self.form) + (
                f"--{boundary}--\r\n".encode()
            ), {"content-type": kind}
        return self.content or b"", {}


@dataclass(frozen=True)
class Answer:
    """A whole answer, whatever its status. Headers are named in small letters; `call` is what was asked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    call: Call | None = field(default=None, repr=False)

    def ends_at(self, lasts_s: float) -> datetime:
        """Return when something ends that is good for so many seconds, by the server's own date.

        Without a date it is good for this time only.
        """
        try:
            now = parsedate_to_datetime(self.headers.get("date", ""))
        except (TypeError, ValueError):
            return datetime.min.replace(tzinfo=UTC)
        return (now if now.tzinfo else now.replace(tzinfo=UTC)) + timedelta(seconds=lasts_s)

    @property
    def is_page(self) -> bool:
        """Return whether it is a page for people, which is no server's word that it took anything."""
        return media_type_of_start(self.body[:READ]) == "text/html"

    @property
    def is_good(self) -> bool:
        """Return whether the status is 2xx, which says nothing yet of what is in it."""
        return 200 <= self.status < 300

    @cached_property
    def data(self) -> Any:
        """Return the body as JSON, or None when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def at(self, *path: str | int) -> Any:
        """Return what lies at a path of the JSON, or None when there is nothing."""
        found = self.data
        for step in path:
            if isinstance(step, int):
                found = found[step] if isinstance(found, list) and -len(found) <= step < len(found) else None
            else:
                found = found.get(step) if isinstance(found, dict) else None
        return found

    def text_at(self, *path: str | int) -> str | None:
        """Return the text at a path, or None when there is none or it is empty."""
        found = self.at(*path)
        return found if isinstance(found, str) and found else None


def _formed(part: Part, boundary: str) -> bytes:
    named = f'; filename="{_quoted(part.filename)}"' if part.filename is not None else ""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(part.name)}"{named}\r\n'
    kind = f"Content-Type: {part.media_type}\r\n" if part.media_type else ""
    return f"{head}{kind}\r\n".encode() + part.content + b"\r\n"


def _quoted(name: str) -> str:
    """Return a name for a header, escaped as browsers do (WHATWG HTML, multipart/form-data)."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
