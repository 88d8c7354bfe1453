"""Blocking: who stands where, on which set, under which light, seen by which camera.

It is the typed part of a payload, so that a picture maker obeys the lens instead of reading prose.
The world is in metres, x to the right, y up, z away from the audience; the ground is y = 0. Angles are
degrees. `facing_deg` 0 looks towards +z, 90 towards +x, 180 towards the audience.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from cine_forge.staging.grammar import Angle, DayTime, Move, Place, Pose, Size

Point = tuple[float, float, float]
HexColour = str  # "#rrggbb"


class Staged(BaseModel):
    """A frozen part of the blocking; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Look(Staged):
    """What makes a person recognisable in every picture. Colours are `#rrggbb`."""

    height_m: float = Field(1.75, gt=0.3, lt=2.6)
    build: float = Field(1.0, ge=0.6, le=1.6, description="shoulder width factor")
    skin: HexColour
    hair: HexColour
    hair_style: str = Field("short", pattern="^(bald|short|bob|long|bun|curly|hat|cap|hood)$")
    top: HexColour
    bottom: HexColour
    accent: HexColour
    garment: str = Field("shirt", pattern="^(shirt|coat|dress|jacket|uniform|jumper|suit|apron)$")
    accessory: str | None = Field(None, pattern="^(glasses|scarf|badge|beard|moustache|bag|tie)$")


class Figure(Staged):
    """One person on the set. `id` is the character's entity id."""

    id: str
    name: str
    look: Look
    at: tuple[float, float] = Field(description="x and z on the ground, metres")
    facing_deg: float = 180.0
    pose: Pose = Pose.STAND
    speaking: bool = False
    walks_to: tuple[float, float] | None = None


class SetDesign(Staged):
    """What makes a place recognisable: its kind, its colours and the pieces that stand in it.

    `kind` is a family the picture maker knows how to dress: room, kitchen, office, bar, hall, street,
    yard, field, desert, woods, water, vehicle, cell, stage, plain.
    """

    kind: str = "room"
    ground: HexColour
    wall: HexColour
    accent: HexColour
    width_m: float = Field(6.0, gt=1, le=200)
    depth_m: float = Field(5.0, gt=1, le=200)
    seed: int = Field(0, ge=0)
    pieces: tuple[str, ...] = ()


class Prop(Staged):
    """A thing that matters to the shot, by the script's own noun."""

    name: str
    at: tuple[float, float, float]
    colour: HexColour


class Camera(Staged):
    """A real perspective camera on a 36 × 24 mm sensor at the delivery's aspect.

    `eye` and `target` are where it stands and looks at the first frame; `move` and `travel` (metres or
    degrees, by the move) say where it ends.
    """

    eye: Point
    target: Point
    lens_mm: float = Field(35.0, ge=8, le=300)
    roll_deg: float = 0.0
    size: Size
    angle: Angle = Angle.EYE
    move: Move = Move.STATIC
    travel: float = 0.0
    focus_id: str | None = None


class Blocking(Staged):
    """Everything a picture maker needs to draw one shot, but for style, size in pixels and time."""

    place: Place
    daytime: DayTime
    set: SetDesign
    figures: tuple[Figure, ...] = ()
    props: tuple[Prop, ...] = ()
    camera: Camera
    weather: str | None = Field(None, pattern="^(rain|snow|fog|wind)$")
