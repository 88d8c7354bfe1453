"""The palette: colours of strips and of a breakdown sheet's boxes, as data (`configs/sheet_colours.yaml`).

The command finds the file and hands its path in; a project may replace it. Every place has a colour in every
light and every category a box, so that nothing found in a script is left off its sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from cine_forge.film.breakdown.category import Category
from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.ground.source import Source, load_source, validate_model
from cine_forge.staging.grammar import DayTime, Place

CAST = "cast"
NOTE = "note"
_COLOUR = r"^#[0-9a-fA-F]{6}$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tint(_Part):
    """A colour with the name that people call it by."""

    name: str = Field(min_length=1, max_length=40)
    fill: str = Field(pattern=_COLOUR)


class StripTint(Tint):
    """The colour of strips for one place in one light."""

    place: Place
    light: DayTime


class BoxStyle(_Part):
    """The box of a category: its title and the colour of its edge."""

    category: str = Field(min_length=1, max_length=40)
    label: str = Field(min_length=1, max_length=60)
    colour: str = Field(pattern=_COLOUR)


class Palette(_Part):
    """The whole file. `unplaced` is for scenes whose heading names neither inside nor outside."""

    strips: tuple[StripTint, ...]
    omitted: Tint
    unplaced: Tint
    boxes: tuple[BoxStyle, ...]

    def tint(self, place: Place | None, light: DayTime, *, omitted: bool) -> Tint:
        """Return the colour of a scene's strip."""
        if omitted:
            return self.omitted
        return next((one for one in self.strips if (one.place, one.light) == (place, light)), self.unplaced)


def read_palette(path: Path) -> Palette:
    """Read the palette. Raises ProjectError CF-X020 with every fault, located."""
    source = load_source(path)
    palette = validate_model(source, Palette, family=ProjectError, code="CF-X020")
    if faults := [*_lacking(source, palette)]:
        raise ProjectError(*faults)
    return palette


def _lacking(source: Source, palette: Palette) -> Iterator[Fault]:
    known = {(one.place, one.light) for one in palette.strips}
    for place in Place:
        for light in DayTime:
            if (place, light) not in known:
                what = f"no colour for strips of {place.value} {light.value}"
                yield source.fault("CF-X020", what, "strips", hint="give every place a colour in every light")
    boxes = [one.category for one in palette.boxes]
    for category in (CAST, *Category, NOTE):
        if boxes.count(category) != 1:
            what = f"expected one box for `{category}`, found {boxes.count(category)}"
            yield source.fault("CF-X020", what, "boxes", hint="give every category of a sheet one box")
