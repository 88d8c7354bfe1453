"""Adoption: a copied project becomes a project of its own.

What was open at providers stays its original's, unless the person says that the original is gone. Who
adopted it and when is a statement about an artifact that names both. The new identity is written last, so a
command that was killed left a copy, and running it again ends what it began.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cine_forge.driver.upkeep.identity import (
    IDENTITY_SCHEMA,
    Identity,
    Place,
    claim,
    original_of,
    write_identity,
)
from cine_forge.driver.wiring import open_store, utc_now
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.ground.lock import Holder, ProjectLock

_OUTPUT = "project_identity"


class ProjectIdentity(BaseModel):
    """What is kept of an adoption: ids of 16 hex digits, and what became of the receipts that were open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project_id: str
    adopted_from: str
    left_receipts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adopted:
    """What came of it. Without an `original` the project was its own already. `left` are ids of receipts."""

    identity: Identity
    original: Identity | None = None
    left: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return it as `--json` prints it."""
        return {
            "schema": "adoption/1",
            "project_id": self.identity.project_id,
            "adopted": self.original is not None,
            "adopted_from": self.original.project_id if self.original else None,
            "left_receipts": list(self.left),
        }


@dataclass(frozen=True)
class Adopting:
    """Who adopts and why; `with_receipts` says that the original is gone, and what is open is ours now."""

    by: str
    note: str = ""
    with_receipts: bool = False


def adopt(folder: Path, adopting: Adopting, new_id: Callable[[], str]) -> Adopted:
    """Make a copied project its own. Raises LockedError CF-U030 while a run goes on in it."""
    lock = ProjectLock(folder / "run.lock")
    lock.try_acquire(Holder.here(command="cine-forge project adopt", since=utc_now().isoformat()))
    with lock:
        original = original_of(folder)
        if original is None:
            return Adopted(claim(folder, new_id))
        left = () if adopting.with_receipts else _leave_receipts(folder)
        identity = Identity(new_id(), Place.of(folder), original.project_id)
        _state(folder, adopting, identity, left)
        write_identity(folder, identity)
        return Adopted(identity, original, left)


def _leave_receipts(folder: Path) -> tuple[str, ...]:
    from cine_forge.generation.money.inheritance import leave_receipts

    return leave_receipts(folder, utc_now().isoformat(timespec="milliseconds"))


def _state(folder: Path, adopting: Adopting, identity: Identity, left: tuple[str, ...]) -> None:
    """Keep who adopted what; a copy's index is made again, since it may have been copied half written."""
    kept = ProjectIdentity(
        project_id=identity.project_id, adopted_from=identity.adopted_from or "", left_receipts=left
    )
    draft = Draft(
        output=_OUTPUT,
        entity="project",
        data=kept.model_dump(mode="json"),
        intent="Say which project this is and which one it was copied from.",
        rationale=adopting.note or f"adopted by {adopting.by}",
        source="human",
    )
    with open_store(folder, write=True) as store:
        store.rebuild_index()
        ref = store.announce(draft, IDENTITY_SCHEMA)
        store.state("adopt", ref, by=adopting.by, note=adopting.note)
