"""The shot list: every shot of an episode as the records have it, in script order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cine_forge.exchange.kept_record import kept_record, kept_records
from cine_forge.exchange.storyboard import dialogue_words, framing_words
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import EntitySet, Scene
from cine_forge.film.schemas.shot import Shot
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import Fault, ProjectError


@dataclass(frozen=True)
class ShotRow:
    """One shot. `seconds` is as planned; `lines` is what is said, a line each."""

    label: str
    scene: str
    heading: str
    framing: str
    seconds: str
    action: str
    lines: str
    cast: tuple[str, ...]


@dataclass(frozen=True)
class ShotList:
    """The shots of an episode in script order."""

    title: str
    rows: tuple[ShotRow, ...]


def shot_list(store: Store, episode: str, title: str) -> ShotList:
    """Read the shots that are kept. Raises ProjectError CF-X022 when there are none."""
    order = kept_record(store, "scene_set", episode, EntitySet) or EntitySet(members=())
    scenes = {one.id: one for one in kept_records(store, "scene", (one.id for one in order.members), Scene)}
    sets = kept_records(store, "shot_set", scenes, EntitySet)
    shots = tuple(kept_records(store, "shot", (one.id for each in sets for one in each.members), Shot))
    if not shots:
        what = f"`{episode}` has no shots yet, so there is nothing to list"
        hint = "run the recipe: `cine-forge run --end-at scene_assembly`"
        raise ProjectError(Fault("CF-X022", what, hint=hint))
    names = _names(store, {person for shot in shots for person in shot.cast})
    return ShotList(title, tuple(_row(shot, scenes.get(shot.scene), names) for shot in shots))


def _names(store: Store, people: Iterable[str]) -> dict[str, str]:
    return {one.id: one.name for one in kept_records(store, "asset", sorted(people), Asset)}


def _row(shot: Shot, scene: Scene | None, names: Mapping[str, str]) -> ShotRow:
    return ShotRow(
        label=shot.label,
        scene=scene.number if scene else "",
        heading=scene.heading if scene else "",
        framing=framing_words(shot),
        seconds=f"{shot.duration_s:.1f}",
        action=shot.action,
        lines=dialogue_words(shot),
        cast=tuple(names.get(one, one.partition(":")[2]) for one in shot.cast),
    )
