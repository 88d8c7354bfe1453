"""Scene assembly: a scene becomes timed, blocked shots, their set and their grouping.

    assemble: beats -> division -> coverage -> floor plan -> camera -> shots -> set and grouping

Called by the scene_assembly module. A shot's record holds nothing of its neighbours: no ordinal, no total,
so that an edit elsewhere in the scene leaves it as it is. What was made before comes in as `Previous`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.film.labels import next_label, shot_id
from cine_forge.film.looks.cast import Cast, cast_of
from cine_forge.film.looks.looks import Names, without_names
from cine_forge.film.looks.prop_colour import prop_colour
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import EntitySet, Scene, SetMember
from cine_forge.film.schemas.shot import SceneGrouping, Shot
from cine_forge.film.shots.beats import beats_of
from cine_forge.film.shots.coverage import Coverage, Direction, simpler
from cine_forge.film.shots.division import Divider, Group, Rules
from cine_forge.film.shots.floor_plan import FloorPlan, floor_plan, phone_box_of, prop_on_set
from cine_forge.film.shots.grouping import MIN_BATCH_SIZE, Strategy, group_shots, strategy_of
from cine_forge.film.shots.pacing import duration_s, pace
from cine_forge.film.shots.pronouns import learn_pronouns
from cine_forge.film.shots.telephone import telephone_of
from cine_forge.film.shots.viewfinder import faces_outside, measure_body
from cine_forge.staging.blocking import Blocking, Figure, Prop, SetDesign
from cine_forge.staging.framing import Framing, frame_shot
from cine_forge.staging.grammar import Place, Pose, Size

RULES: dict[Strategy, Rules] = {
    "coverage": Rules(),
    "continuity": Rules(longest_joined_s=9.0, most_lines=4),
    "oner": Rules(whole=True),
}
_WEATHER = (("rain", r"\brain\w*|\bdownpour"), ("snow", r"\bsnow\w*"), ("fog", r"\bfog\w*|\bmist\w*"))
_PHONE_BOX = r"\b(?:phone|telephone|call) ?(?:box|booth|kiosk)\b"
_TELEPHONE = r"\b(?:telephone|phone|receiver|handset)\b"
_NOTES = frozenset({"transition", "note", "synopsis", "section", "action"})
_PLAIN_SET = SetDesign(kind="plain", ground="#8d8677", wall="#b7b1a4", accent="#8a5a3c")


@dataclass(frozen=True)
class Previous:
    """What earlier runs made of this scene: living shots in order, and every shot that was retired."""

    shots: tuple[Shot, ...] = ()
    retired: tuple[str, ...] = ()
    retired_labels: tuple[str, ...] = ()
    strategy: str | None = None


@dataclass(frozen=True)
class Wishes:
    """How the film is wanted. `aspect` is width over height; `strategy` may be `auto`."""

    aspect: float
    strategy: str = "auto"
    min_batch_size: int = MIN_BATCH_SIZE


@dataclass(frozen=True)
class Assembly:
    """The shots of a scene in script order, their set and their grouping."""

    shots: tuple[Shot, ...]
    shot_set: EntitySet
    grouping: SceneGrouping


@dataclass(frozen=True)
class Stage:
    """What all shots of one scene share. `aspect` is width over height."""

    scene: Scene
    cast: Cast
    location: Asset | None
    plan: FloorPlan
    weather: str | None
    aspect: float
    oner: bool


def assemble(
    scene: Scene, assets: Sequence[Asset], *, wishes: Wishes, previous: Previous | None = None
) -> Assembly:
    """Divide a scene into shots. The same scene, assets and previous shots give the same assembly.

    A previous assembly by another strategy is retired as a whole.
    """
    strategy = strategy_of(scene, wishes.strategy)
    known = _carried(previous or Previous(), strategy)
    stage = _stage(scene, assets, known, aspect=wishes.aspect, oner=strategy == "oner")
    beats = beats_of(scene)
    groups = Divider(stage.cast, scene.props, RULES[strategy]).divide(beats, known.shots)
    notes = [element.text for element in scene.elements if element.type in _NOTES]
    coverage = Coverage(
        cast=stage.cast,
        place=scene.place or Place.INT,
        strategy=strategy,
        telephone=telephone_of(beats, notes),
        plan=stage.plan,
        pronouns=learn_pronouns(stage.cast, (beat.text for beat in beats if beat.kind == "action")),
        is_insert=scene.kind == "insert",
    )
    shots = _shots(stage, coverage, groups, known)
    ids = tuple(shot.id for shot in shots)
    grouping = group_shots(scene.id, ids, strategy, min_batch_size=wishes.min_batch_size)
    return Assembly(tuple(shots), _set_of(scene, shots, known), grouping)


def _set_of(scene: Scene, shots: Sequence[Shot], known: Previous) -> EntitySet:
    living = {shot.id for shot in shots}
    retired = (*known.retired, *(shot.id for shot in known.shots if shot.id not in living))
    members = tuple(SetMember(id=shot.id, label=shot.label, parent=scene.id) for shot in shots)
    return EntitySet(members=members, retired=retired)


def _carried(previous: Previous, strategy: Strategy) -> Previous:
    if previous.strategy in (None, strategy):
        return previous
    gone = tuple(shot.id for shot in previous.shots)
    labels = tuple(shot.label for shot in previous.shots)
    return Previous((), (*previous.retired, *gone), (*previous.retired_labels, *labels), strategy)


def _stage(scene: Scene, assets: Sequence[Asset], known: Previous, *, aspect: float, oner: bool) -> Stage:
    cast = cast_of(scene.cast, assets)
    location = next((asset for asset in assets if asset.id == scene.location), None)
    text = " ".join(element.text for element in scene.elements if element.type == "action")
    outside = scene.place in (Place.EXT, Place.INT_EXT)
    weather = next((name for name, words in _WEATHER if re.search(words, text, re.IGNORECASE)), None)
    plan = floor_plan(cast.ids, known.shots)
    return Stage(scene, cast, location, plan, weather if outside else None, aspect, oner)


def _shots(stage: Stage, coverage: Coverage, groups: Sequence[Group], known: Previous) -> list[Shot]:
    ids = {*known.retired, *(shot.id for shot in known.shots)}
    labels = {*known.retired_labels, *(shot.label for shot in known.shots)}
    shots: list[Shot] = []
    for number, group in enumerate(groups):
        direction = coverage.direct(group, groups[number + 1 :])
        if group.kept:
            own, label = group.kept.id, group.kept.label
        else:
            content = group.beats[0].key if group.beats else "empty"
            own, label = shot_id(stage.scene.id, content, ids), next_label(stage.scene.number, labels)
        ids.add(own)
        labels.add(label)
        shots.append(_shot(stage, group, direction, identity=(own, label)))
    return shots


def _shot(stage: Stage, group: Group, wanted: Direction, *, identity: tuple[str, str]) -> Shot:
    scene, timed = stage.scene, pace(group.beats)
    direction, blocking = _framed(stage, group, wanted)
    refs = (*direction.figures, *([stage.location.id] if stage.location else []))
    return Shot(
        id=identity[0],
        scene=scene.id,
        label=identity[1],
        size=direction.size,
        angle=direction.angle,
        move=direction.move,
        lens_mm=round(blocking.camera.lens_mm),
        duration_s=duration_s(timed.needed_s, direction.size, oner=stage.oner),
        action=group.text,
        lines=timed.lines,
        place=scene.place or Place.INT,
        daytime=scene.daytime,
        location=scene.location,
        location_name=scene.location_name,
        cast=direction.figures,
        refs=refs,
        blocking=blocking,
        described=without_names(group.text, stage.cast, _named(scene)),
        beats=tuple(beat.key for beat in group.beats),
    )


def _named(scene: Scene) -> Names:
    speakers = {element.name for element in scene.elements if element.name}
    return Names(places=(scene.location_name, scene.sublocation or ""), voices=tuple(sorted(speakers)))


def _framed(stage: Stage, group: Group, wanted: Direction) -> tuple[Direction, Blocking]:
    """Block the shot as directed; when somebody would fall out of the frame, film it more simply."""
    direction, blocking = wanted, _blocking(stage, group, wanted)
    for direction in (wanted, *simpler(wanted)):
        blocking = _blocking(stage, group, direction)
        body = measure_body(blocking.camera, blocking.figures, stage.aspect)
        outside = faces_outside(blocking.camera, blocking.figures, stage.aspect)
        if not outside and (body is None or body.fits):
            break
    return direction, blocking


def _blocking(stage: Stage, group: Group, direction: Direction) -> Blocking:
    scene = stage.scene
    speaking = {line.character for line in group.lines}
    figures = tuple(_figure(stage, direction, who, speaking=who in speaking) for who in direction.figures)
    seconds = duration_s(pace(group.beats).needed_s, direction.size, oner=stage.oner)
    framing = Framing(
        size=direction.size,
        angle=direction.angle,
        lens_mm=direction.lens_mm,
        move=direction.move,
        aspect=stage.aspect,
    )
    return Blocking(
        place=scene.place or Place.INT,
        daytime=scene.daytime,
        set=stage.location.set if stage.location and stage.location.set else _PLAIN_SET,
        figures=figures,
        props=_props(stage, group, direction, figures),
        camera=frame_shot(framing, figures, direction.focus, seconds=seconds),
        weather=stage.weather,
    )


def _figure(stage: Stage, direction: Direction, who: str, *, speaking: bool) -> Figure:
    pose, walk = direction.poses.get(who, Pose.STAND), direction.walks.get(who, "")
    return stage.plan.figure(stage.cast, who, pose, walk=walk).model_copy(update={"speaking": speaking})


def _props(stage: Stage, group: Group, direction: Direction, figures: Sequence[Figure]) -> tuple[Prop, ...]:
    """Return what matters to the shot: what an insert shows, or the first prop that its action names.

    Outdoors a telephone hangs in its phone box, which stands beside whoever is there.
    """
    scene = stage.scene
    texts = [element.text for element in scene.elements if element.type == "action"]
    if direction.prop:
        return (prop_on_set(direction.prop, prop_colour(direction.prop, texts)),)
    outdoors = scene.place not in (None, Place.INT)
    box = phone_box_of(figures) if outdoors and re.search(_PHONE_BOX, " ".join(texts), re.I) else ()
    if direction.size is Size.EXTREME_WIDE or not figures:
        return box
    named = next((prop for prop in scene.props if _names(group.text, prop)), None)
    if named is None or (outdoors and re.search(_TELEPHONE, named, re.I)):
        return box
    holder = next((figure for figure in figures if figure.id == direction.focus), figures[0])
    return (prop_on_set(named, prop_colour(named, texts), holder), *box)


def _names(text: str, prop: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(prop)}(?!\w)", text, re.I) is not None
