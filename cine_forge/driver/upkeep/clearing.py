"""Clearing: what a project can do without, and how it goes.

The store knows what stands on what; runs and receipts refer to versions that it cannot know of. Versions go
to `quarantine/`, nothing of them is deleted; scratch folders of dead runs hold no result and are deleted.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from cine_forge.driver.kept import open_store, utc_now
from cine_forge.driver.runs import carried_out, run_heads
from cine_forge.generation.money.audit import read_receipts
from cine_forge.kernel.artifacts.keeping.removal import Removed
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.disuse import Kept
from cine_forge.kernel.ground.errors import ArtifactError
from cine_forge.kernel.ground.lock import Holder, ProjectLock
from cine_forge.kernel.running.state_file import STATE_FILE

_ENDED = "done"


@dataclass(frozen=True)
class Leftover:
    """A file or folder that a dead command left; `path` is relative to the project."""

    path: str
    bytes: int


@dataclass(frozen=True)
class Clearing:
    """What goes, or would go: versions to `quarantine/`, leftovers for good."""

    versions: tuple[Removed, ...]
    leftovers: tuple[Leftover, ...]

    @property
    def bytes(self) -> int:
        """Return how many bytes all of it has."""
        return sum(one.bytes for one in self.versions) + sum(one.bytes for one in self.leftovers)


def plan_clearing(folder: Path, newest_runs: int | None) -> Clearing:
    """Return what could go; writes nothing. Of ended runs only the `newest_runs` count, or all."""
    with open_store(folder) as store:
        return Clearing(store.unused(_kept(folder, newest_runs)), tuple(_leftovers(folder)))


def clear_project(folder: Path, newest_runs: int | None) -> Clearing:
    """Let go what can go. Raises LockedError CF-U030 while a run is carried out."""
    holder = Holder.here(command="cine-forge gc", since=utc_now().astimezone(UTC).isoformat())
    with ProjectLock(folder / "run.lock") as lock:
        lock.try_acquire(holder)
        with open_store(folder, write=True) as store:
            removal = store.throw_away(_kept(folder, newest_runs))
        left = tuple(_leftovers(folder))
        for one in left:
            _delete(folder / one.path)
    return Clearing(removal.versions if removal else (), left)


def _kept(folder: Path, newest_runs: int | None) -> Kept:
    refs = {ref for run in _counting(folder, newest_runs) for ref in _refs_in(run)}
    names = {reference.path for receipt in read_receipts(folder) for reference in receipt.references}
    return Kept(frozenset(refs), frozenset(names))


def _counting(folder: Path, newest_runs: int | None) -> list[Path]:
    """Return the runs whose results count as used: those not at their end, and the newest of the others."""
    heads = run_heads(folder)
    ended = [run_id for run_id, head in heads if head.get("status") == _ENDED]
    passed = set() if newest_runs is None else set(ended[: max(0, len(ended) - newest_runs)])
    return [folder / "runs" / run_id for run_id, _ in heads if run_id not in passed]


def _refs_in(run: Path) -> Iterator[Ref]:
    """Yield every ref that stands anywhere in a run's state."""
    try:
        waiting: list[Any] = [json.loads((run / STATE_FILE).read_bytes())]
    except (OSError, ValueError):
        return
    while waiting:
        match waiting.pop():
            case dict() as found:
                waiting.extend(found.values())
            case list() as found:
                waiting.extend(found)
            case str() as text if "@v" in text:
                with suppress(ArtifactError):
                    yield Ref.parse(text)


def _leftovers(folder: Path) -> Iterator[Leftover]:
    """Yield scratch folders of runs that nobody carries out, and files that a killed writer left."""
    for scratch in sorted((folder / "runs").glob("*/scratch")):
        if not scratch.is_symlink() and not carried_out(scratch.parent):
            yield Leftover(scratch.relative_to(folder).as_posix(), _size(scratch))
    for pattern in ("incoming/.*.tmp", "receipts/*/.part-*"):
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and not path.is_symlink():
                yield Leftover(path.relative_to(folder).as_posix(), path.stat().st_size)


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
