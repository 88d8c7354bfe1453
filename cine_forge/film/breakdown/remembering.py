"""Remembering: what earlier breakdowns of an episode kept, gathered from wherever it is looked up.

The module asks its context, a command asks the store; both must remember the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cine_forge.film.breakdown.breakdown import History
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.casting import Casting
from cine_forge.film.schemas.scene import EntitySet, Scene

LookUp = Callable[[str, str], Mapping[str, Any] | None]
"""Returns the data of the current artifact of a type and an entity, or None."""


def remember(look_up: LookUp, episode: str, casting: Casting) -> History:
    """Return the history of an episode, with what people ruled about who is who."""
    scenes, assets = _set(look_up("scene_set", episode)), _set(look_up("asset_set", episode))
    ids = (*(member.id for member in scenes.members), *scenes.retired)
    known = {one: look_up("scene", one) for one in ids}
    seen = {member.id: look_up("asset", member.id) for member in assets.members}
    return History(
        scene_set=scenes,
        scenes={one: Scene.model_validate(data) for one, data in known.items() if data},
        assets={one: Asset.model_validate(data) for one, data in seen.items() if data},
        find_asset=lambda asset: _asset(look_up("asset", asset)),
        casting=casting,
    )


def _set(data: Mapping[str, Any] | None) -> EntitySet:
    return EntitySet.model_validate(data) if data else EntitySet(members=())


def _asset(data: Mapping[str, Any] | None) -> Asset | None:
    return Asset.model_validate(data) if data else None
