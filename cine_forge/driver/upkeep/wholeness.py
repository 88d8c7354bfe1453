"""Wholeness: whether everything that a project keeps is as it was kept, and what is derived made again.

The store examines artifacts, the audit receipts and ledger; here both are asked about one slice.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from cine_forge.driver.kept import open_store, utc_now
from cine_forge.driver.storage import storage_of
from cine_forge.generation.money.audit import audit, mend_copies
from cine_forge.kernel.artifacts.store.mending import set_aside_broken_index
from cine_forge.kernel.artifacts.store.storage import FileStorage
from cine_forge.kernel.artifacts.store.turn import display_time
from cine_forge.kernel.artifacts.verify.damage import Damage, damages
from cine_forge.kernel.artifacts.verify.slice import Slice
from cine_forge.kernel.artifacts.verify.verify import Examination, examine
from cine_forge.kernel.ground.digest_memory import DigestMemory
from cine_forge.kernel.ground.lock import Holder


@dataclass(frozen=True)
class Wholeness:
    """What was found in a slice. `set_aside` are the files in `quarantine/`, with their bytes."""

    share: Slice
    examined: Examination
    damages: tuple[Damage, ...]
    set_aside: int
    set_aside_bytes: int


@dataclass(frozen=True)
class Remade:
    """What a rebuild made: versions and units in the index, and records and copies written again."""

    versions: int
    units: int
    records: int
    receipts: int


def examine_project(folder: Path, share: Slice) -> Wholeness:
    """Examine a slice of a project; writes nothing."""
    storage = storage_of(folder, write=False) or FileStorage(folder)
    memory = DigestMemory()
    examined = examine(folder, storage=storage, share=share, memory=memory)
    findings = (*examined.findings, *audit(folder, share=share, memory=memory))
    found = damages(storage, findings, options=f" --project {shlex.quote(str(folder))}")
    aside = [path for path in (folder / "quarantine").rglob("*") if path.is_file() and not path.is_symlink()]
    return Wholeness(share, examined, found, len(aside), sum(path.stat().st_size for path in aside))


def rebuild_project(folder: Path) -> Remade:
    """Make the index again from what is kept, and the readable copies of receipts from the ledger."""
    set_aside_broken_index(folder, Holder.here(command="artifacts rebuild", since=display_time(utc_now)))
    with open_store(folder, write=True) as store:
        records = store.rebuild_index()
        versions = sum(
            len(store.versions(kind, entity)) for kind in store.types() for entity in store.entities(kind)
        )
        units = len(store.newest_derivations())
    return Remade(versions, units, records, mend_copies(folder))
