"""A supposition: the project as it would be seen with one artifact more, for a plan that is only asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cine_forge.kernel.artifacts.records.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.artifacts.records.lock import Lock
from cine_forge.kernel.artifacts.records.statements import Statement
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.planning.view import Seen, View, foreseen


class Supposed:
    """A view of the project with one draft as if it were current."""

    def __init__(self, view: View, draft: Draft, schema: str, schemas: SchemaRegistry) -> None:
        self._view = view
        self._seen = foreseen(draft, schema, schemas)

    def gather(self, stages: Collection[str], types: Collection[str]) -> None:
        self._view.gather(stages, types)

    def refresh(self) -> bool:
        return self._view.refresh()

    def current(self, artifact_type: str, entity: str) -> Seen | None:
        if (artifact_type, entity) == (self._seen.type, self._seen.entity):
            return self._seen
        return self._view.current(artifact_type, entity)

    def current_of(self, ref: str) -> Seen | None:
        return self._seen if ref == self._seen.ref else self._view.current_of(ref)

    def at(self, ref: str) -> Seen | None:
        return self._seen if ref == self._seen.ref else self._view.at(ref)

    def has(self, ref: str) -> bool:
        return ref == self._seen.ref or self._view.has(ref)

    def newest_derivation(self, unit: UnitKey) -> Derivation | None:
        return self._view.newest_derivation(unit)

    def decisions(self, artifact_type: str, entity: str) -> tuple[Mapping[str, Any], ...]:
        return self._view.decisions(artifact_type, entity)

    def hard_lock(self, artifact_type: str, entity: str) -> Lock | None:
        return self._view.hard_lock(artifact_type, entity)

    def confirmation(self, artifact_type: str, entity: str) -> Statement | None:
        return self._view.confirmation(artifact_type, entity)

    def types(self) -> tuple[str, ...]:
        return tuple(sorted({*self._view.types(), self._seen.type}))

    def entities(self, artifact_type: str) -> tuple[str, ...]:
        held = self._view.entities(artifact_type)
        return tuple(sorted({*held, self._seen.entity})) if artifact_type == self._seen.type else held

    def health(self, ref: str) -> str:
        return "valid" if ref == self._seen.ref else self._view.health(ref)
