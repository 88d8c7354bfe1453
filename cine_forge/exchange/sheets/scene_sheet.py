"""Scene sheets: a breakdown sheet as the paper form says it, ready to be set as CSV, HTML or PDF.

Cast have numbers that hold throughout the episode: who is in most scenes is 1, as call sheets list them. All
three forms are set from these lines, so they say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cine_forge.exchange.sheets.palette import CAST, NOTE, BoxStyle, Palette, Tint
from cine_forge.exchange.sheets.production import Production
from cine_forge.film.schemas.breakdown_sheet import BreakdownSheet, SheetItem, SheetPerson, Strip

UNSURE = 0.55
"""Below this an entry carries a question mark: the reader of the script guessed."""
UNSURE_DAY = 0.6
"""Below this the notes say why a scene was given its day of the story."""

_PARTS = {"voice": "voice only", "silent": "no lines", "group": "group", "speaking": ""}
_BOX_OF_PART = {"group": "extra"}


@dataclass(frozen=True)
class Entry:
    """One line of a box. `number` is a cast number; `note` says what the form adds in small letters.

    `lines` are the places in the scene, counted from its heading (0).
    """

    category: str
    name: str
    number: str = ""
    note: str = ""
    sure: bool = True
    lines: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """Return the entry as it is printed: `1 ANN (no lines)`, `lantern ?`."""
        head = f"{self.number} {self.name}" if self.number else self.name
        note = f" ({self.note})" if self.note else ""
        return f"{head}{note}{'' if self.sure else ' ?'}"


@dataclass(frozen=True)
class SceneSheet:
    """A sheet as it is printed. `boxes` has every category of the palette, empty ones too."""

    number: str
    heading: str
    synopsis: str
    place: str
    light: str
    set_name: str
    sublocation: str
    eighths: int
    page: str
    day: str
    omitted: bool
    tint: Tint
    boxes: tuple[tuple[BoxStyle, tuple[Entry, ...]], ...]

    @property
    def pages(self) -> str:
        """Return the length as it is written: `1 4/8`."""
        return eighths_text(self.eighths)

    @property
    def cast_numbers(self) -> tuple[str, ...]:
        """Return the numbers of the cast, in order."""
        return tuple(one.number for style, entries in self.boxes if style.category == CAST for one in entries)

    @property
    def entries(self) -> Iterator[Entry]:
        """Yield every entry in the order of the boxes."""
        return (entry for _, entries in self.boxes for entry in entries)


def scene_sheets(
    production: Production, palette: Palette, chosen: Sequence[BreakdownSheet] | None = None
) -> tuple[SceneSheet, ...]:
    """Return the sheets of a production as they are printed, all or those that were chosen."""
    numbers = cast_numbers(production)
    strips = {one.scene: one for one in production.board.strips}
    sheets = production.sheets if chosen is None else chosen
    return tuple(_sheet(one, strips[one.scene], numbers, palette) for one in sheets)


def cast_numbers(production: Production) -> dict[str, str]:
    """Return the number of everybody who is cast: by scenes, then speeches, then who comes first."""
    scenes: Counter[str] = Counter()
    speeches: Counter[str] = Counter()
    for sheet in production.sheets:
        for person in sheet.people:
            if person.part != "group":
                scenes[person.id] += 1
                speeches[person.id] += person.speeches
    order = {one: at for at, one in enumerate(scenes)}
    ranked = sorted(scenes, key=lambda one: (-scenes[one], -speeches[one], order[one]))
    return {one: str(number) for number, one in enumerate(ranked, 1)}


def eighths_text(eighths: int) -> str:
    """Return a length as it is written on a sheet: `1 4/8`, `3/8`, `2`."""
    whole, part = divmod(eighths, 8)
    return " ".join(filter(None, (str(whole) if whole or not part else "", f"{part}/8" if part else "")))


def _sheet(sheet: BreakdownSheet, strip: Strip, numbers: Mapping[str, str], palette: Palette) -> SceneSheet:
    entries = [*_people(sheet, numbers), *map(_item, sheet.items), *_notes(sheet, strip)]
    boxes = (
        (style, tuple(one for one in entries if one.category == style.category)) for style in palette.boxes
    )
    return SceneSheet(
        number=sheet.number,
        heading=sheet.heading,
        synopsis=sheet.synopsis,
        place=sheet.place.value if sheet.place else "",
        light=sheet.daytime.value.upper() if sheet.place else "",
        set_name=sheet.location_name,
        sublocation=sheet.sublocation or "",
        eighths=sheet.eighths,
        page=f"{strip.page}",
        day=strip.day,
        omitted=sheet.omitted,
        tint=palette.tint(sheet.place, sheet.daytime, omitted=sheet.omitted),
        boxes=tuple(boxes),
    )


def _people(sheet: BreakdownSheet, numbers: Mapping[str, str]) -> Iterator[Entry]:
    entries = [_person(one, numbers) for one in sheet.people]
    yield from sorted(entries, key=lambda one: int(one.number or 0))


def _person(person: SheetPerson, numbers: Mapping[str, str]) -> Entry:
    category = _BOX_OF_PART.get(person.part, CAST)
    number = numbers[person.id] if category == CAST else ""
    sure = person.confidence >= UNSURE
    return Entry(category, person.name, number, _PARTS[person.part], sure, person.at)


def _item(item: SheetItem) -> Entry:
    note = "spoken of" if item.spoken else ""
    return Entry(item.category, item.name, "", note, item.tagged or item.confidence >= UNSURE, item.at)


def _notes(sheet: BreakdownSheet, strip: Strip) -> Iterator[Entry]:
    if sheet.omitted:
        yield Entry(NOTE, "omitted; the number stays taken")
    if sheet.parent:
        yield Entry(NOTE, "part of the scene before")
    if strip.day_confidence < UNSURE_DAY and not sheet.omitted:
        yield Entry(NOTE, f"story day {strip.day}: {strip.day_why}", sure=False)
    if sheet.time and sheet.time.upper() != sheet.daytime.value.upper():
        yield Entry(NOTE, f"time as written: {sheet.time}")
