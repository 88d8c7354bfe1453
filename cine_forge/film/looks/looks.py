"""People and places in words: the only way a prompt may speak of them, since it names nobody.

Colours become the nearest plain colour word, so that the words are those a person would choose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.film.looks.cast import Cast, names_of
from cine_forge.staging.blocking import Look, SetDesign
from cine_forge.staging.colour import from_hex
from cine_forge.staging.grammar import DayTime, Place

_COLOURS = {
    "black": "#141414",
    "dark grey": "#4a4a4a",
    "grey": "#8c8c8c",
    "white": "#f2f2f2",
    "red": "#c02a2a",
    "orange": "#e07a1f",
    "yellow": "#e8c838",
    "olive": "#7a7a34",
    "green": "#3d8f45",
    "teal": "#2a8c8c",
    "blue": "#2f5fb5",
    "navy": "#1f2b52",
    "purple": "#6d3fa0",
    "pink": "#dd86a8",
    "brown": "#6b4526",
    "tan": "#c9a478",
}
_HAIR = {"bald": "bald", "hat": "hat-wearing", "cap": "capped", "hood": "hooded"}


def colour_word(colour: str) -> str:
    """Return the plain word that is nearest to a `#rrggbb` colour."""
    red, green, blue = from_hex(colour)

    def distance(word: str) -> float:
        other = from_hex(_COLOURS[word])
        return 2 * (red - other[0]) ** 2 + 4 * (green - other[1]) ** 2 + 3 * (blue - other[2]) ** 2

    return min(_COLOURS, key=distance)


def describe_look(look: Look) -> str:
    """Return a person in words: `a bald figure in an orange jacket with a badge`."""
    hair = _HAIR.get(look.hair_style) or f"{look.hair_style}-haired"
    cloth = look.accent if look.garment == "apron" else look.top
    extra = f" with {_a(look.accessory)}" if look.accessory else ""
    return f"{_a(hair)} figure in {_a(colour_word(cloth))} {look.garment}{extra}"


def describe_set(design: SetDesign, place: Place, daytime: DayTime) -> str:
    """Return a place in words, without its name: `interior, office, night, dark grey walls`."""
    side = {Place.INT: "interior", Place.EXT: "exterior"}.get(place, "interior and exterior")
    wall = f", {colour_word(design.wall)} walls" if place is Place.INT else ""
    return f"{side}, {design.kind}, {daytime.value}{wall}"


@dataclass(frozen=True)
class Names:
    """What else a scene calls by name: its places, and those who are only heard."""

    places: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()


def without_names(text: str, cast: Cast, names: Names | None = None) -> str:
    """Return the text with people described, places called `the place` and voices `someone`."""
    for member in cast.members:
        garment = cast.look(member.id)
        described = f"the figure in {_a(colour_word(garment.top))} {garment.garment}"
        text = _replaced(text, names_of(member), described)
    other = names or Names()
    text = _replaced(text, tuple(place for place in other.places if place), "the place")
    return _replaced(text, tuple(voice for voice in other.voices if voice), "someone")


def _replaced(text: str, names: Sequence[str], described: str) -> str:
    if not names:
        return text
    pattern = "|".join(re.escape(name) for name in names)
    return re.sub(
        rf"(?<!\w)(?:{pattern})(?!\w)(?:\s+(?:{pattern})(?!\w))*", described, text, flags=re.IGNORECASE
    )


def _a(words: str) -> str:
    return f"an {words}" if words[:1] in "aeiou" else f"a {words}"
