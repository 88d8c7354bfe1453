"""The request: what one command line asks of the driver, as a value. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple


class Request(NamedTuple):
    """One command. Money is USD here because a person typed it; everywhere else it is micro-USD.

    `given` are params by value, from who did not type them (a snapshot, an experiment); they win.
    """

    recipe: str
    project: Path | None = None
    run_id: str | None = None
    new_run: bool = False
    dry_run: bool = False
    plan_id: str | None = None
    start_from: tuple[str, ...] = ()
    end_at: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    force: bool = False
    rebuy: bool = False
    params: tuple[str, ...] = ()
    params_file: Path | None = None
    given: Mapping[str, Any] = MappingProxyType({})
    approve: str | None = None
    budget_usd: float | None = None
    provider: str | None = None
    jobs: int | None = None
    modules: tuple[Path, ...] = ()
    store: tuple[str, ...] = ()
    on_waiting: str | None = None
    strict: bool = False
    debug: bool = False
    json: bool = False
    quiet: bool = False
    environment: Mapping[str, str] = MappingProxyType({})
