"""Providers: who makes a picture or a clip, and how dispatch speaks to one.

A provider is a folder with `provider.yaml` (what it can do, as data) and `adapter.py` (how to ask it,
with a function `open_provider(opening, capabilities)`). An adapter takes only a `Submission`, and only
dispatch can make one: it holds the seal. Adapters are imported nowhere but here, by name.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from pydantic import Field

from cine_forge.generation.action import Action
from cine_forge.generation.payloads import AnyPayload, Modality, TextPayload
from cine_forge.generation.profiles import Declared, Durations, Profile, PromptLimit
from cine_forge.generation.providers.endpoint import AnswerFormat, Endpoint
from cine_forge.generation.providers.loading import load_adapter
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, InternalError, ProjectError, listed, nearest
from cine_forge.kernel.ground.source import load_source, validate_model
from cine_forge.wire.destination import Destination, destination
from cine_forge.wire.download import FetchLimits

_ALLOWED = "CINE_FORGE_HOSTS"


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
        allowed = {*declared, *self.hosts, *environment.get(_ALLOWED, "").replace(",", " ").split()}
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
        host, own = endpoint.destination.host, environment.get(_ALLOWED, "").replace(",", " ").split()
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


def _unknown_host(host: str) -> str:
    return f"`{host}` is no host that may be asked: allow it by `{_ALLOWED}={host}`"


def _is_key(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


class Seal:
    """The right to make a submission. Dispatch alone makes one (a contract test reads the tree)."""


@dataclass(frozen=True)
class Submission:
    """A request that has been checked, reserved and written down. Paths in it are absolute.

    `own_id` is the id we chose, so that it can be found again; `files` maps each reference's path, as
    the payload names it, to where it lies, and `urls` to where it was brought for this vendor. `profile`
    says how the model wants to be asked.
    """

    seal: Seal = field(repr=False, compare=False)
    own_id: str
    payload: AnyPayload
    attempt: int
    action: Action
    model: str
    endpoint: str
    files: Mapping[str, Path] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)
    profile: Profile | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.seal, Seal):
            raise InternalError(Fault("CF-G005", "a submission was made outside dispatch"))


@dataclass(frozen=True)
class Usage:
    """What a vendor counted: tokens (of a clip the frames' are `output_tokens`), or credits of its own."""

    input_tokens: int = 0
    output_tokens: int = 0
    credits: float = 0.0


@dataclass(frozen=True)
class PollOutcome:
    """How a generation stands. `cost_micro_usd` is None where the provider does not tell.

    A price follows from `usage` then; a failure that may have been charged though nobody says so is `billed`.
    `wait_s` is how long a vendor that is busy asks not to be asked again, in seconds.
    """

    state: Literal["running", "succeeded", "failed"]
    output_url: str | None = None
    cost_micro_usd: int | None = None
    error: str | None = None
    trouble: Trouble | None = None
    usage: Usage | None = None
    billed: bool = False
    wait_s: float | None = None


@dataclass(frozen=True)
class SubmitOutcome:
    """What became of a submit. `finished` is set when the provider answers with the result at once.

    `refused`: nothing was taken; `wait_s` is how long the provider asks to be left alone then, in seconds.
    `unknown`: the request may have arrived; it is looked up and never sent again.
    """

    state: Literal["submitted", "refused", "unknown"]
    provider_id: str | None = None
    finished: PollOutcome | None = None
    error: str | None = None
    trouble: Trouble | None = None
    wait_s: float | None = None


@dataclass(frozen=True)
class Sought:
    """A submit of which no answer is known. `since` is when it was sent, by our clock.

    `taken` are ids of the provider that other receipts hold already: what is found must be none of them.
    `rivals` is how many other submits to it have no answer either, of which what is found may be one.
    """

    own_id: str
    submission: Submission
    since: datetime
    taken: frozenset[str] = frozenset()
    rivals: int = 0


@dataclass(frozen=True)
class Uploaded:
    """A reference at the vendor's. `expires_at` is None when the vendor sets no term."""

    url: str
    expires_at: datetime | None = None


class Provider(Protocol):
    """One provider, opened. Called from several threads at once."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what it can do."""

    def submit(self, submission: Submission) -> SubmitOutcome:
        """Ask for the generation, once."""

    def poll(self, provider_id: str) -> PollOutcome:
        """Return how it stands. An unknown status word means it still runs."""

    def download(self, provider_id: str, outcome: PollOutcome, target: Path) -> None:
        """Write the whole result to `target`, which does not exist yet."""

    def find(self, sought: Sought) -> str | None:
        """Return the provider's id of what was sent, or None when it does not know of it now.

        Raises StageError CF-G035 when it could not be asked: then nothing follows from not knowing.
        """

    def close(self) -> None:
        """Let go of processes and connections."""


@runtime_checkable
class Uploader(Protocol):
    """A provider that references are brought to before they are named."""

    def upload(self, file: Path, media_type: str, sha256: str) -> Uploaded:
        """Bring one file. Raises StageError CF-G036."""


@runtime_checkable
class Canceller(Protocol):
    """A provider that can be told to stop."""

    def cancel(self, provider_id: str) -> bool:
        """Ask it; return whether the request arrived. What was made by then is still settled."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Opening:
    """What an adapter is opened with. `workspace` is its own folder, made when it is needed.

    `environment` is where keys are read from; `clock` tells the time by which dates of servers are read.
    `folders` hold adapters besides ours, each in a folder of its name; `fetch` bounds downloads.
    """

    workspace: Path
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    workers: int | None = None
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()
    fetch: FetchLimits | None = None
    clock: Callable[[], datetime] = field(default=_utc_now, compare=False)

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """Return the hosts that the person at the keyboard allows besides those that are declared."""
        return tuple(self.environment.get(_ALLOWED, "").replace(",", " ").split())


class Providers:
    """The providers of one project, each opened when first asked for."""

    def __init__(self, opening: Opening, opened: Mapping[str, Provider] | None = None) -> None:
        self._opening = opening
        self._opened: dict[str, Provider] = dict(opened or {})
        self._lock = threading.Lock()

    def get(self, name: str) -> Provider:
        """Return the provider. Raises ProjectError CF-G044 when there is none of that name."""
        with self._lock:
            if name not in self._opened:
                self._opened[name] = _open(name, self._opening)
            return self._opened[name]

    def lacking(self, name: str, payload: AnyPayload) -> tuple[str, str] | None:
        """Say why a provider cannot answer a payload at all, as a word and a sentence, or None when it may.

        `nobody`: it only reads out answers, and none came along; other words are of settings.
        """
        capabilities = self.get(name).capabilities
        if capabilities.recites and isinstance(payload, TextPayload):
            rehearsed = payload.answers or payload.answer_sheet
            return None if rehearsed else ("nobody", "no language model is configured")
        return capabilities.lacking(self._opening.endpoints.get(name), self._opening.environment)

    def close(self) -> None:
        """Close what was opened."""
        with self._lock:
            for provider in self._opened.values():
                provider.close()
            self._opened.clear()


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
    source = load_source(known[name] / "provider.yaml")
    declared = validate_model(source, Capabilities, family=ProjectError, code="CF-G044")
    if declared.name != name:
        what = f"the folder is called `{name}` and its provider `{declared.name}`"
        raise ProjectError(source.fault("CF-G044", what, "name", hint="name the folder after the provider"))
    return declared


def open_adapter(capabilities: Capabilities, opening: Opening) -> Provider:
    """Open a provider as it is declared. Raises ProjectError CF-G088 for a broken one of somebody's own."""
    adapter = load_adapter(provider_folders(opening.folders)[capabilities.name])
    place = replace(opening, workspace=opening.workspace / capabilities.name)
    provider: Provider = adapter.open_provider(place, capabilities)
    return provider


def _open(name: str, opening: Opening) -> Provider:
    return open_adapter(read_capabilities(name, opening.folders), opening)
