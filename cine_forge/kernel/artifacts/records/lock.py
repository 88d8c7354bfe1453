"""Locks: what a person closed against being replaced, by whom and why.

A lock is about an artifact, whichever of its versions it was said of, and stands until it is taken away.
Under a soft one a module's result is a candidate, and a person who edits says why. Under a hard one nothing
takes the place of what is current, and no unit is run whose results could not be.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import STATEMENT_TYPE, Statement
from cine_forge.kernel.ground.errors import ArtifactError, Fault

LOCKING = ("lock", "unlock")

Subject = tuple[str, str]


class Lock(NamedTuple):
    """One lock that stands. `ref` is the version it was said of; `stated` the statement, which knows when."""

    ref: Ref
    hard: bool
    by: str
    note: str
    stated: Ref

    @property
    def subject(self) -> Subject:
        """Return the type and the entity that are locked."""
        return self.ref.type, self.ref.entity


def locks_of(statements: Iterable[Statement]) -> dict[Subject, Lock]:
    """Return the locks that statements leave standing; of one subject the oldest come first."""
    held: dict[Subject, Lock] = {}
    for said in statements:
        ref = Ref.parse(said.ref)
        if said.kind == "lock":
            stated = Ref(STATEMENT_TYPE, f"{ref.type}/{ref.entity}", said.number)
            held[ref.type, ref.entity] = Lock(ref, bool(said.values.get("hard")), said.by, said.note, stated)
        elif said.kind == "unlock":
            held.pop((ref.type, ref.entity), None)
    return held


def refuse_hard(lock: Lock | None, ref: Ref) -> None:
    """Refuse to put anything in the place of what is hard-locked. Raises ArtifactError CF-A013."""
    if lock is not None and lock.hard:
        what = f"`{ref.type}/{ref.entity}` is hard-locked by {lock.by}" + _because(lock)
        raise ArtifactError(Fault("CF-A013", what, hint=f"cine-forge artifacts unlock {ref}"))


def refuse_unexplained(lock: Lock | None, ref: Ref, note: str) -> None:
    """Refuse an edit of what is locked: a hard lock as above, a soft one without a note (CF-A041)."""
    refuse_hard(lock, ref)
    if lock is not None and not note.strip():
        what = f"`{ref.type}/{ref.entity}` is locked by {lock.by}" + _because(lock)
        raise ArtifactError(Fault("CF-A041", what, hint="say with `--note` why you edit it nevertheless"))


def _because(lock: Lock) -> str:
    return f": {lock.note}" if lock.note else ""
