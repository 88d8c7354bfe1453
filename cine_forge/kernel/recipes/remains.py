"""Remains: what of a faulty recipe can still be read.

The faults of its form are told already; this keeps the rest readable, so that an unknown module or a
refused param is told in the same pass. Only `survey_recipe` calls it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.recipes.selector import expand_need

_NEEDS = ("needs", "needs_all", "after")
_VITAL = ("id", "module")


class Remains:
    """The data of a recipe without what is refused. `places` are the stages' places in the file."""

    def __init__(self, value: dict[str, Any]) -> None:
        listed = value.get("stages")
        stages = listed if isinstance(listed, list) else []
        self.value = {**value, "stages": [dict(one) if isinstance(one, dict) else one for one in stages]}
        self.places = list(range(len(stages)))
        self._doubtful: set[int] = set()
        self._tidy()

    @property
    def doubtful(self) -> frozenset[str]:
        """Return the ids of the stages that lost a part."""
        pairs = zip(self.places, self.value["stages"], strict=True)
        return frozenset(stage["id"] for place, stage in pairs if place in self._doubtful)

    def drop(self, paths: Iterable[tuple[str | int, ...]]) -> bool:
        """Take out what stands at each path: a stage's key, a whole stage, a key at the top.

        Return whether that could be done.
        """
        whole: set[int] = set()
        for path in paths:
            match path:
                case ("stages", int() as at, str() as key, *_) if key not in _VITAL:
                    self.value["stages"][at].pop(key, None)
                    self._doubtful.add(self.places[at])
                case ("stages", int() as at, *_):
                    whole.add(at)
                case ("recipe_id", *_):
                    self.value["recipe_id"] = "unread"
                case (str() as key, *_) if key in self.value and key != "stages":
                    del self.value[key]
                case _:
                    return False
        self._leave_out(whole)
        self._tidy()
        return True

    def _leave_out(self, whole: set[int]) -> None:
        kept = [at for at in range(len(self.places)) if at not in whole]
        self.value["stages"] = [self.value["stages"][at] for at in kept]
        self.places = [self.places[at] for at in kept]

    def _tidy(self) -> None:
        """Leave out second stages of one id, and needs that name nothing."""
        ids: dict[str, None] = {}
        twins: set[int] = set()
        for at, stage in enumerate(self.value["stages"]):
            name = stage.get("id") if isinstance(stage, dict) else None
            if isinstance(name, str):
                twins |= {at} if name in ids else set()
                ids.setdefault(name)
        self._leave_out(twins)
        for place, stage in zip(self.places, self.value["stages"], strict=True):
            for key in _NEEDS if isinstance(stage, dict) else ():
                if isinstance(stage.get(key), list):
                    found = [need for need in stage[key] if _names_something(need, ids)]
                    self._doubtful |= {place} if len(found) < len(stage[key]) else set()
                    stage[key] = found


def _names_something(need: Any, ids: dict[str, None]) -> bool:
    if not isinstance(need, str):
        return True
    try:
        expand_need(need, ids)
    except RecipeError:
        return False
    return True
