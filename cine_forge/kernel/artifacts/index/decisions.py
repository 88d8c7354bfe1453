"""Decisions as they stand: what is locked, which candidates wait, and what may be decided at all.

The store asks it; everything comes from the statements in the index, and nothing is written here.
"""

from __future__ import annotations

from cine_forge.kernel.artifacts.index.index import Index, Row
from cine_forge.kernel.artifacts.records.lock import LOCKING, Lock, Subject, locks_of, refuse_hard
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError, Fault

_MOVING = ("accept", "pin", "unpin")
"""Decisions that put another version in the place of the current one."""


class Decisions:
    """What the statements of a project leave standing."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def candidates(self, artifact_type: str, entity: str) -> tuple[Ref, ...]:
        """Return the versions above the current one that wait to be accepted, in number order."""
        about = self._index.statements(artifact_type, entity)
        rejected = {said.ref for said in about if said.kind == "reject"}
        return tuple(ref for ref in self._above(artifact_type, entity) if str(ref) not in rejected)

    def all_candidates(self) -> tuple[Ref, ...]:
        """Return every candidate that waits, by type, entity and number."""
        subjects = dict.fromkeys((row.ref.type, row.ref.entity) for row in self._index.candidates())
        return tuple(ref for subject in subjects for ref in self.candidates(*subject))

    def locks(self) -> dict[Subject, Lock]:
        """Return the locks that stand, in one query."""
        return locks_of(self._index.stated(LOCKING))

    def lock(self, ref: Ref) -> Lock | None:
        """Return the lock that stands on the artifact of a version."""
        return locks_of(self._index.statements(ref.type, ref.entity)).get((ref.type, ref.entity))

    def check(self, kind: str, row: Row) -> None:
        """Refuse to move what is hard-locked (CF-A013), and to accept what is no candidate (CF-A019)."""
        if kind in _MOVING:
            refuse_hard(self.lock(row.ref), row.ref)
        if kind == "accept" and row.ref not in self._above(row.ref.type, row.ref.entity):
            what = f"`{row.ref}` is no candidate above the current version"
            raise ArtifactError(Fault("CF-A019", what, hint="to go back to a version, pin it"))

    def _above(self, artifact_type: str, entity: str) -> tuple[Ref, ...]:
        """Return the candidates above the current version, those too that were rejected."""
        current = self._index.current(artifact_type, entity)
        above = current.ref.version if current else 0
        rows = self._index.versions(artifact_type, entity)
        return tuple(row.ref for row in rows if row.ref.version > above and self._index.waits(row))
