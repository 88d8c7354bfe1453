"""Locked: a unit whose results a person's hard lock keeps from being kept is not run, and nothing is paid.

A unit that spends is held back by any lock among what it kept last, since its money would buy what cannot
take its place; one that spends nothing only when all of it is locked. What is kept stays and is read on.
"""

from __future__ import annotations

from cine_forge.kernel.artifacts.records.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.records.lock import Lock
from cine_forge.kernel.artifacts.records.refs import Ref, type_of_schema
from cine_forge.kernel.planning.plan import Action, Reason
from cine_forge.kernel.planning.view import View
from cine_forge.kernel.stages.manifest import Manifest


def held_back(
    unit: UnitKey, manifest: Manifest, newest: Derivation | None, view: View, *, spends: bool
) -> tuple[Action, tuple[Reason, ...]] | None:
    """Return what happens to a unit instead of running, or None when no lock stands against it.

    What it kept before stays in use, and is made again only when it is gone; where it never kept anything, a
    person has to take the lock away.
    """
    if newest and not all(view.has(bound.ref) for bound in newest.outputs):
        return None
    subjects = _subjects(unit, manifest, newest)
    locks = [lock for lock in (view.hard_lock(*subject) for subject in subjects) if lock]
    if not locks or (not spends and len(locks) < len(subjects)):
        return None
    return ("skip" if newest else "hold"), tuple(_reason(lock, kept=newest is not None) for lock in locks)


def _subjects(unit: UnitKey, manifest: Manifest, newest: Derivation | None) -> set[tuple[str, str]]:
    """Return what a unit kept last; of one that never ran, what it would keep about its own entity."""
    if newest is None:
        return {(type_of_schema(spec.schema_name), unit.entity) for spec in manifest.outputs.values()}
    refs = (Ref.parse(bound.ref) for bound in newest.outputs)
    return {(ref.type, ref.entity) for ref in refs}


def _reason(lock: Lock, *, kept: bool) -> Reason:
    name = "/".join(lock.subject)
    why = f" ({lock.note})" if lock.note else ""
    so = "it stays as it is" if kept else f"open it with `cine-forge artifacts unlock {lock.ref}`"
    values = {"ref": str(lock.ref), "by": lock.by, "note": lock.note}
    return Reason("hard_locked", f"`{name}` is hard-locked by {lock.by}{why}; {so}", values)
