"""Capabilities: what a provider can do, whichever model, as its `provider.yaml` declares it.

Plan, routing and dispatch read it before anybody is asked; nothing of an adapter is imported for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from cine_forge.generation.action import Action
from cine_forge.generation.payloads import Modality
from cine_forge.generation.profiles import Declared, Durations, PromptLimit
from cine_forge.generation.providers.endpoint import AnswerFormat, Endpoint
from cine_forge.kernel.ground.errors import Fault, ProjectError, listed, nearest
from cine_forge.kernel.ground.source import load_source, validate_model
from cine_forge.wire.destination import Destination, destination

ALLOWED = "CINE_FORGE_HOSTS"
"""Which hosts the person at the keyboard allows besides those that are declared."""


class Capabilities(Declared):
    """What a provider can do, whichever model: the whole of `provider.yaml`.

    `idempotency` says what an interrupted submit means: `repeatable` may be sent again at no cost,
    `key` is found by our own id, `list` by listing, `none` not at all.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    description: str
    actions: tuple[Action, ...]
    reference_slots: dict[str, int] = Field({}, description="most pictures a slot takes")
    exclusive: tuple[tuple[str, ...], ...] = ()
    durations: Durations | None = None
    prompt: PromptLimit | None = None
    idempotency: Literal["repeatable", "key", "list", "none"]
    list: bool = False
    unlisted: tuple[Action, ...] = Field((), description="answered at once, and found by nothing afterwards")
    cancel: bool = False
    upload: bool = False
    upload_hosts: tuple[str, ...] = Field(
        (), description="hosts of others that files are brought to by a URL of the vendor's, without a key"
    )
    inline_bytes: int = Field(
        0, ge=0, description="a file of at most so many bytes travels inside the request and is not brought"
    )
    url_lifetime_s: int | None = None
    price_source: str
    secrets: tuple[str, ...] = Field((), description="names of environment variables")
    recites: bool = Field(False, description="only reads out answers that come with the request")
    needs_endpoint: bool = Field(False, description="is reached where the strategy file says")
    hosts: tuple[str, ...] = Field((), description="hosts that an endpoint may name")
    answer_formats: tuple[AnswerFormat, ...] = ()
    base_url: str | None = Field(None, description="where it is reached unless the strategy file says else")
    sites: dict[str, str] = Field({}, description="further base URLs, by the name a call gives them")
    download_hosts: tuple[str, ...] = Field((), description="where results lie; `*.x` is any host below `x`")
    deadline_s: float = Field(120.0, gt=0, le=3600, description="for a whole call")
    most_answer_bytes: int = Field(64 * 1024 * 1024, gt=0)
    grace_s: float = Field(60.0, ge=0, description="after it a submit that cannot be found did not arrive")
    poll_every_s: float = Field(5.0, gt=0)
    poll_for_s: float = Field(3600.0, gt=0, description="after it a run goes on without the result")
    slots: int | None = Field(None, gt=0, description="most generations at once for an account")
    models: dict[Modality, str] = Field(
        {}, description="which model makes what, unless the strategy file says"
    )

    def sites_with(self, endpoint: Endpoint | None) -> Mapping[str, Destination]:
        """Return every base URL by the name of its site, the provider's own by the empty one.

        An endpoint on this machine stands for all of them that it does not name itself.
        """
        own = {"": self.base_url, **self.sites}
        if endpoint is not None:
            alone = dict.fromkeys(own, endpoint.base_url) if endpoint.destination.is_loopback else own
            own = {**alone, "": endpoint.base_url, **endpoint.sites}
        return {name: destination(url) for name, url in own.items() if url}

    def lacking(self, endpoint: Endpoint | None, environment: Mapping[str, str]) -> tuple[str, str] | None:
        """Say what is missing before it may be asked at all, as a word and a sentence, or None."""
        missing = self.lacking_keys(environment) if self.base_url else ()
        if missing:
            what = f"the environment has no {listed(missing)} that could be one"
            return "no_key", f"`{self.name}` needs a key, and {what}"
        if self.needs_endpoint:
            return self.wrong_setting(endpoint, environment)
        declared = {site.host for site in self.sites_with(None).values()}
        allowed = {*declared, *self.hosts, *environment.get(ALLOWED, "").replace(",", " ").split()}
        for site in self.sites_with(endpoint).values():
            if not (site.is_loopback or site.host in allowed):
                return "no_host", _unknown_host(site.host)
        return None

    def lacking_keys(self, environment: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of the variables that hold no key, or none that could be one."""
        keys = {name: environment.get(name, "").strip() for name in self.secrets}
        return tuple(name for name, key in keys.items() if not key or not _is_key(key))

    def wrong_setting(
        self, endpoint: Endpoint | None, environment: Mapping[str, str]
    ) -> tuple[str, str] | None:
        """Say why nothing may be sent to an endpoint, as a word and a sentence, or None.

        Hosts may be added by `CINE_FORGE_HOSTS`, which is the person's at the keyboard and no project's.
        """
        if endpoint is None:
            return "no_endpoint", f"`{self.name}` has no endpoint in providers.yaml"
        host, own = endpoint.destination.host, environment.get(ALLOWED, "").replace(",", " ").split()
        if not endpoint.destination.is_loopback and host not in {*self.hosts, *own}:
            return "no_host", _unknown_host(host)
        key = endpoint.key(environment)
        if endpoint.key_variable and not key:
            what = f"`{self.name}` needs a key, and the environment has no `{endpoint.key_variable}`"
            return "no_key", what
        if key and not _is_key(key):
            return "no_key", f"`{endpoint.key_variable}` holds signs that no key has"
        if endpoint.answer_format not in self.answer_formats:
            return "no_format", f"`{self.name}` cannot be asked for `{endpoint.answer_format}`"
        return None


def provider_folders(folders: Iterable[Path] = ()) -> Mapping[str, Path]:
    """Return every provider's folder by its name, sorted; nothing of it is imported.

    Ours come first, then those of each folder: a name that is taken stays whose it is.
    """
    found: dict[str, Path] = {}
    for place in (Path(__file__).parent, *folders):
        for path in sorted(place.glob("*/provider.yaml")):
            found.setdefault(path.parent.name, path.parent)
    return {name: found[name] for name in sorted(found)}


def provider_names(folders: Iterable[Path] = ()) -> tuple[str, ...]:
    """Return the names of the providers that ship with us and of those in the folders, sorted."""
    return tuple(provider_folders(folders))


def read_capabilities(name: str, folders: Iterable[Path] = ()) -> Capabilities:
    """Read a provider's declaration. Raises ProjectError CF-G044, with file and line where there is one."""
    known = provider_folders(folders)
    if name not in known:
        hint = nearest(name, known) or f"known: {listed(tuple(known))}"
        raise ProjectError(Fault("CF-G044", f"there is no provider `{name}`", hint=hint))
    return capabilities_in(known[name])


def capabilities_in(folder: Path) -> Capabilities:
    """Read the declaration of the provider in a folder. Raises ProjectError CF-G044 likewise."""
    source = load_source(folder / "provider.yaml")
    declared = validate_model(source, Capabilities, family=ProjectError, code="CF-G044")
    if declared.name != folder.name:
        what = f"the folder is called `{folder.name}` and its provider `{declared.name}`"
        raise ProjectError(source.fault("CF-G044", what, "name", hint="name the folder after the provider"))
    return declared


def _unknown_host(host: str) -> str:
    return f"`{host}` is no host that may be asked: allow it by `{ALLOWED}={host}`"


def _is_key(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
