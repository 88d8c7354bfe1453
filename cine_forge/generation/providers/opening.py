"""Openings: what an adapter is opened with, and the providers of one project that were opened.

Adapters are imported nowhere but here, by name, and only when somebody is to be asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from cine_forge.generation.payloads import AnyPayload, TextPayload
from cine_forge.generation.providers.capabilities import (
    ALLOWED,
    Capabilities,
    provider_folders,
    read_capabilities,
)
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.providers.loading import load_adapter
from cine_forge.generation.providers.provider import Provider
from cine_forge.wire.download import FetchLimits


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
        return tuple(self.environment.get(ALLOWED, "").replace(",", " ").split())


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


def open_adapter(capabilities: Capabilities, opening: Opening) -> Provider:
    """Open a provider as it is declared. Raises ProjectError CF-G088 for a broken one of somebody's own."""
    adapter = load_adapter(provider_folders(opening.folders)[capabilities.name])
    place = replace(opening, workspace=opening.workspace / capabilities.name)
    provider: Provider = adapter.open_provider(place, capabilities)
    return provider


def _open(name: str, opening: Opening) -> Provider:
    return open_adapter(read_capabilities(name, opening.folders), opening)
