"""Builders of the film's records, as small as a test can read."""

from __future__ import annotations

from typing import Any

from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import Scene, SceneElement
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.shots.shots import Assembly, Previous, Wishes, assemble
from cine_forge.staging.blocking import Look, SetDesign
from cine_forge.staging.grammar import DayTime, Place

WIDE = 16 / 9
TALL = 9 / 16


def character(name: str, **look: Any) -> Asset:
    """Return a character `character:<name>`."""
    colours = {
        "skin": "#c99b7a",
        "hair": "#202020",
        "top": "#3d8f45",
        "bottom": "#333333",
        "accent": "#ffffff",
    }
    return Asset(
        id=f"character:{name.lower()}",
        kind="character",
        name=name.upper(),
        introduced_in="ep001",
        look=Look(**(colours | look)),
    )


def location(name: str = "office") -> Asset:
    """Return a location `location:<name>`."""
    design = SetDesign(kind="office", ground="#777777", wall="#bbbbbb", accent="#aa3333")
    return Asset(
        id=f"location:{name}",
        kind="location",
        name=name.upper(),
        introduced_in="ep001",
        set=design,
        place=Place.INT,
    )


CAST = (character("Ann"), character("Bob", top="#c02a2a"), character("Cid", top="#2f5fb5"))
ASSETS = (*CAST, location())


def scene(*texts: str, **changes: Any) -> Scene:
    """Build a scene: `ANN: Hello` is speech, `ANN (V.O.): Hello` off screen, all else action."""
    elements = [element for at, text in enumerate(texts, start=1) for element in _elements(text, at)]
    known = {
        "id": "ep001/scene:k3f2",
        "number": "4",
        "heading": "INT. OFFICE - DAY",
        "kind": "standard",
        "place": Place.INT,
        "location": "location:office",
        "location_name": "OFFICE",
        "daytime": DayTime.DAY,
        "elements": tuple(elements),
        "cast": tuple(asset.id for asset in CAST),
        "props": ("LANTERN", "LETTER"),
    }
    return Scene.model_validate(known | changes)


def assembled(
    *texts: str, previous: Assembly | None = None, aspect: float = WIDE, **changes: Any
) -> Assembly:
    """Assemble such a scene, after a previous assembly if given."""
    before = history(previous) if previous else None
    return assemble(scene(*texts, **changes), ASSETS, wishes=Wishes(aspect), previous=before)


def history(assembly: Assembly, retired_labels: tuple[str, ...] = ()) -> Previous:
    """Return an assembly as the history of the next one."""
    strategy = assembly.grouping.strategy
    return Previous(assembly.shots, assembly.shot_set.retired, retired_labels, strategy)


def shot(*texts: str, **changes: Any) -> Shot:
    """Return the first shot of such a scene, with fields changed."""
    return assembled(*(texts or ("Ann looks at the door.",))).shots[0].model_copy(update=changes)


def _elements(text: str, at: int) -> list[SceneElement]:
    cue, colon, said = text.partition(": ")
    name, _, extension = cue.partition(" (")
    if not colon or not name.isupper():
        return [SceneElement(type="action", text=text, at=at)]
    who = {"character": f"character:{name.lower()}", "name": name, "extension": extension.rstrip(")") or None}
    return [
        SceneElement(type="character", text=cue, at=at, **who),
        SceneElement(type="dialogue", text=said, at=at, **who),
    ]
