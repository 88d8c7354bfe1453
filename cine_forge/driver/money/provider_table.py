"""The table of providers: what each does, by which models, how it finds what was lost, which keys are here.

A key's value is never read out; only whether the environment holds one. Nothing of an adapter is imported
for the list, so that a broken folder is named and the others are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.driver.places import Places
from cine_forge.driver.terminal.screen import UNBOUNDED
from cine_forge.driver.terminal.table import BOUND, Column, table
from cine_forge.generation.providers.capabilities import Capabilities, provider_folders, read_capabilities
from cine_forge.generation.providers.loading import load_adapter
from cine_forge.generation.routing import Strategy, read_routes
from cine_forge.kernel.ground.errors import CineForgeError

_FOUND = {
    "repeatable": "repeated at no cost",
    "key": "by our own id",
    "list": "in its list",
    "none": "by a person",
}
_COLUMNS = (
    Column("provider"),
    Column("keys", colour=lambda text: {"no": "yellow", "has": "green"}.get(text.partition(" ")[0])),
    Column("does"),
    Column("models"),
    Column("a lost submit", spare=True),
)


@dataclass(frozen=True)
class ProviderRow:
    """One provider. `wrong` says why it is disabled; `keys` maps each variable to whether it holds a key."""

    name: str
    actions: tuple[str, ...] = ()
    models: Mapping[str, str] | None = None
    idempotency: str = ""
    keys: Mapping[str, bool] | None = None
    own: bool = False
    wrong: str | None = None

    def as_data(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return {**vars(self), "models": dict(self.models or {}), "keys": dict(self.keys or {})}


def provider_rows(project: Path, environment: Mapping[str, str]) -> tuple[ProviderRow, ...]:
    """Return a row for every provider, ours and one's own, by name."""
    places = Places.here(environment)
    folders = places.adapters(project)
    strategy = read_routes(places.providers(project), folders=folders).strategy
    shipped = provider_folders()
    return tuple(
        _row(name, strategy, folders, environment, own=name not in shipped)
        for name in provider_folders(folders)
    )


def table_lines(rows: Sequence[ProviderRow], width: int = UNBOUNDED) -> Iterator[str]:
    """Yield the table for people, as wide as their terminal; what is broken is named below it."""
    yield from table(_COLUMNS, [_cells(row) for row in rows], width=width)
    for row in rows:
        if row.wrong:
            yield f"{row.name}: {row.wrong}"
    if any(row.own for row in rows):
        yield "* a provider of your own"
    yield "next: cine-forge providers check"


def readiness(project: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield for every provider that is configured, or is the project's own, whether it could be asked."""
    places = Places.here(environment)
    folders = places.adapters(project)
    strategy = read_routes(places.providers(project), folders=folders).strategy
    own = set(provider_folders(folders)) - set(provider_folders())
    for name in sorted({*strategy.providers, *own}):
        yield name, _readiness(name, strategy, folders, environment)


def _readiness(
    name: str, strategy: Strategy, folders: tuple[Path, ...], environment: Mapping[str, str]
) -> str:
    try:
        capabilities = read_capabilities(name, folders)
        if name not in provider_folders():
            load_adapter(provider_folders(folders)[name])
    except CineForgeError as error:
        return f"not ready: {error.faults[0].what}"
    endpoint = strategy.endpoints.get(name)
    wrong = capabilities.wrong_setting(endpoint, environment) if capabilities.needs_endpoint else None
    lacking = capabilities.lacking_keys(environment) if capabilities.base_url else ()
    if wrong or lacking:
        told = wrong[1] if wrong else f"the environment has no {', '.join(f'`{one}`' for one in lacking)}"
        return f"not ready: {told}"
    return f"ready at {endpoint.base_url}" if endpoint else "ready"


def _row(
    name: str,
    strategy: Strategy,
    folders: tuple[Path, ...],
    environment: Mapping[str, str],
    *,
    own: bool,
) -> ProviderRow:
    try:
        declared = read_capabilities(name, folders)
    except CineForgeError as error:
        return ProviderRow(name, own=own, wrong=error.faults[0].what)
    models = strategy.providers.get(name) or declared.models
    return ProviderRow(
        name,
        actions=tuple(str(action) for action in declared.actions),
        models={str(modality): model for modality, model in sorted(models.items())},
        idempotency=declared.idempotency,
        keys=_keys(declared, environment),
        own=own,
    )


def _keys(declared: Capabilities, environment: Mapping[str, str]) -> dict[str, bool]:
    lacking = declared.lacking_keys(environment)
    return {name: name not in lacking for name in declared.secrets}


def _cells(row: ProviderRow) -> tuple[str, str, str, str, str]:
    if row.wrong:
        return (_named(row), "disabled", "", "", "")
    keys = [f"{'has' if held else 'no'}{BOUND}{name}" for name, held in (row.keys or {}).items()]
    return (
        _named(row),
        "\n".join(keys) or "none needed",
        " ".join(row.actions),
        "\n".join(dict.fromkeys((row.models or {}).values())) or "none is routed to it",
        _FOUND[row.idempotency],
    )


def _named(row: ProviderRow) -> str:
    return f"{row.name} *" if row.own else row.name
