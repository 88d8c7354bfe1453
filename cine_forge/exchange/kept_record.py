"""Kept records: what a project holds of one thing now, as the model that it was kept by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from cine_forge.film.schemas.record import Record
from cine_forge.kernel.artifacts.store.store import Store

_Kept = TypeVar("_Kept", bound=Record)


def kept_record(store: Store, kind: str, entity: str, model: type[_Kept]) -> _Kept | None:
    """Return the current record of an entity, or None. Raises IntegrityError when its file was changed."""
    held = store.current(kind, entity)
    return model.model_validate(held.envelope().data) if held else None


def kept_records(store: Store, kind: str, entities: Iterable[str], model: type[_Kept]) -> Iterator[_Kept]:
    """Yield the current records of entities in their order; one that is not there is left out."""
    for entity in entities:
        found = kept_record(store, kind, entity, model)
        if found is not None:
            yield found
