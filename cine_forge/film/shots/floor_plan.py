"""The floor plan of a scene: where each person stands and which way they look.

Everyone keeps one place and one side of the picture for the whole scene (the 180° rule), whoever else
comes in later: places are given in the order of appearance and those of an earlier version are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cine_forge.film.looks.cast import Cast
from cine_forge.film.schemas.shot import Shot
from cine_forge.staging.blocking import Figure, Prop
from cine_forge.staging.grammar import Pose

Spot = tuple[float, float]

_SPOTS: tuple[tuple[Spot, float], ...] = (
    ((-0.6, 0.0), 122.0),
    ((0.6, 0.1), 238.0),
    ((-1.2, 0.75), 138.0),
    ((1.25, 0.8), 222.0),
    ((-0.1, 1.25), 176.0),
    ((2.0, 1.5), 218.0),
    ((-1.95, 1.55), 142.0),
    ((0.85, 2.0), 196.0),
)
_ROW_DEPTH_M = 1.6
_WALK_M = 1.3
_SAME_M = 0.05
_BOX_RED = "#a8281f"


@dataclass(frozen=True)
class FloorPlan:
    """A place (x and z in metres, facing in degrees) for each character id of one scene."""

    places: dict[str, tuple[Spot, float]]

    def is_left(self, character: str) -> bool:
        """Tell whether a character keeps the left side of the picture."""
        return self.places[character][0][0] < 0

    def figure(self, cast: Cast, character: str, pose: Pose = Pose.STAND, *, walk: str = "") -> Figure:
        """Put a character on the set. `walk` is `in` (ends on the own place), `out` (leaves it) or empty."""
        at, facing = self.places[character]
        member = cast.named(character)
        away = (at[0] + (-_WALK_M if at[0] < 0 else _WALK_M), at[1] + 0.2)
        start, end = (away, at) if walk == "in" else (at, away if walk == "out" else None)
        towards = {"in": 90.0 if at[0] < 0 else 270.0, "out": 270.0 if at[0] < 0 else 90.0}
        return Figure(
            id=character,
            name=member.name if member else character,
            look=cast.look(character),
            at=start,
            facing_deg=towards.get(walk, facing),
            pose=Pose.WALK if walk else pose,
            walks_to=end,
        )


def floor_plan(characters: Sequence[str], previous: Iterable[Shot] = ()) -> FloorPlan:
    """Place the characters; whoever stood somewhere in a previous shot keeps that place."""
    places: dict[str, tuple[Spot, float]] = {}
    for shot in previous:
        for figure in shot.blocking.figures:
            places.setdefault(figure.id, _home(figure))
    for character in characters:
        if character not in places:
            places[character] = _free(places)
    return FloorPlan(places)


def prop_on_set(name: str, colour: str, holder: Figure | None = None) -> Prop:
    """Lay a prop where an insert looks at it, or beside the hands of whoever has it."""
    if holder is None:
        return Prop(name=name, at=(0.0, 0.92, 0.0), colour=colour)
    x, z = holder.walks_to or holder.at
    inward = 0.34 if x < 0 else -0.34
    return Prop(name=name, at=(round(x + inward, 3), 0.95, round(z - 0.18, 3)), colour=colour)


def phone_box_of(figures: Sequence[Figure]) -> tuple[Prop, ...]:
    """Stand a lit phone box beside and a little behind the first figure, or in the middle of an empty set."""
    if not figures:
        return (Prop(name="phone box", at=(-0.9, 0.0, 1.2), colour=_BOX_RED),)
    x, z = figures[0].walks_to or figures[0].at
    outward = -0.85 if x < 0 else 0.85
    return (Prop(name="phone box", at=(round(x + outward, 3), 0.0, round(z + 0.8, 3)), colour=_BOX_RED),)


def walk_of(figure: Figure) -> str:
    """Tell whether a figure walks `in` to its own place or `out` from it; empty when it stays."""
    if figure.walks_to is None:
        return ""
    return "out" if _home(figure)[0] == figure.at else "in"


def _home(figure: Figure) -> tuple[Spot, float]:
    """Return the own place of a figure of an earlier shot; a walk begins or ends on one of the spots."""
    ends = (figure.at, figure.walks_to or figure.at)
    for end in ends:
        for number in range(len(_SPOTS) * 4):
            at, facing = _spot(number)
            if abs(end[0] - at[0]) + abs(end[1] - at[1]) < _SAME_M:
                return at, facing
    return figure.at, figure.facing_deg


def _free(places: dict[str, tuple[Spot, float]]) -> tuple[Spot, float]:
    taken = [at for at, _ in places.values()]
    number = 0
    while any(_spot(number)[0] == at for at in taken):
        number += 1
    return _spot(number)


def _spot(number: int) -> tuple[Spot, float]:
    row, column = divmod(number, len(_SPOTS))
    (x, z), facing = _SPOTS[column]
    return (x, round(z + row * _ROW_DEPTH_M, 3)), facing
