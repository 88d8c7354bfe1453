"""Blockings to draw: two people on a set, framed as asked, small."""

from __future__ import annotations

from cine_forge.staging.blocking import Blocking, Figure, Look, SetDesign
from cine_forge.staging.framing import Framing, frame_shot
from cine_forge.staging.grammar import Angle, DayTime, Move, Place, Pose, Size

SMALL = (320, 180)
OUTDOOR_KINDS = ("street", "yard", "field", "desert", "woods", "water", "plain")
INDOOR_KINDS = ("room", "kitchen", "office", "bar", "hall", "cell", "stage", "vehicle")

ANN = Look(
    skin="#e6b898",
    hair="#7a3b22",
    hair_style="long",
    top="#2f6f73",
    bottom="#2f6f73",
    accent="#e8dcc0",
    garment="dress",
    height_m=1.68,
)
BOB = Look(
    skin="#c98f68",
    hair="#241d1b",
    hair_style="short",
    top="#b5493a",
    bottom="#2b3346",
    accent="#d8b24a",
    garment="shirt",
    height_m=1.8,
)


def pair(**changes: Pose) -> tuple[Figure, Figure]:
    """Ann and Bob, facing each other."""
    return (
        Figure(
            id="ann",
            name="ANN",
            look=ANN,
            at=(-0.55, 0.0),
            facing_deg=90,
            pose=changes.get("ann", Pose.STAND),
        ),
        Figure(
            id="bob",
            name="BOB",
            look=BOB,
            at=(0.55, 0.1),
            facing_deg=270,
            pose=changes.get("bob", Pose.STAND),
        ),
    )


def blocked(
    size: Size = Size.MEDIUM,
    *,
    angle: Angle = Angle.EYE,
    move: Move = Move.STATIC,
    kind: str = "room",
    daytime: DayTime = DayTime.DAY,
) -> Blocking:
    """A shot of Ann (with Bob) on a set of that kind."""
    figures = pair()
    framing = Framing(size=size, angle=angle, lens_mm=40, move=move)
    return Blocking(
        place=Place.EXT if kind in OUTDOOR_KINDS else Place.INT,
        daytime=daytime,
        set=SetDesign(kind=kind, ground="#8a6a4a", wall="#b9b29a", accent="#8f3f35", seed=2),
        figures=figures,
        camera=frame_shot(framing, figures, "ann"),
    )
