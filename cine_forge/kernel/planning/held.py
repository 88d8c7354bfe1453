"""Held: what the project holds for an input that no stage of the recipe feeds.

A recipe can start where another one ended. What it takes is the current version, and it must be healthy:
a stale one is refused with how to go on, never read in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cine_forge.kernel.artifacts.records.sets import SET_SUFFIX, members_of, retired_of
from cine_forge.kernel.planning.view import Seen, View

HEALTHY = frozenset({"valid", "confirmed_valid"})


class Found(NamedTuple):
    """What is held about an entity: nothing, something healthy, or something that is not."""

    entity: str
    seen: Seen | None
    healthy: bool


def held_one(view: View, artifact_type: str, entity: str) -> Found:
    """Return what is held about an entity; where the project has just one of that type, that one."""
    seen = view.current(artifact_type, entity)
    if seen is None:
        entities = view.entities(artifact_type)
        seen = view.current(artifact_type, entities[0]) if len(entities) == 1 else None
    return _found(view, seen, entity)


def held_all(view: View, artifact_type: str) -> Iterator[Found]:
    """Yield what is held of a type: in the order of the sets that list its entities, the rest by id.

    Entities that a set retired and none lists any more are left out.
    """
    entities = view.entities(artifact_type)
    listed, retired = _listed(view)
    places = {entity: place for place, entity in enumerate(listed)}
    kept = [one for one in entities if one in places or one not in retired]
    for entity in sorted(kept, key=lambda one: (places.get(one, len(places)), one)):
        yield _found(view, view.current(artifact_type, entity), entity)


def _found(view: View, seen: Seen | None, entity: str) -> Found:
    if seen is None:
        return Found(entity, None, False)
    return Found(seen.entity, seen, view.health(seen.ref) in HEALTHY)


def _listed(view: View) -> tuple[list[str], set[str]]:
    """Return the members of every current set, in the order of their types and entities, and what retired."""
    members: dict[str, None] = {}
    retired: set[str] = set()
    for artifact_type in view.types():
        if artifact_type.endswith(SET_SUFFIX):
            for entity in view.entities(artifact_type):
                seen = view.current(artifact_type, entity)
                if seen is not None:
                    members.update(dict.fromkeys(member.id for member in members_of(seen.data)))
                    retired.update(retired_of(seen.data))
    return list(members), retired
