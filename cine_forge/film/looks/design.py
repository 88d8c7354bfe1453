"""Design: what makes a person or a place recognisable, from its id and the script's words.

The id decides what the words leave open, so the same character looks the same in every episode. A look
keeps clear of those already taken: other clothes in another hue, another outline.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Mapping, Sequence

from cine_forge.film.looks.scenery import INDOOR, OUTDOOR, PLAIN_INDOOR, PLAIN_OUTDOOR, Family
from cine_forge.film.looks.wardrobe import (
    ACCESSORY_WORDS,
    AGE_WORDS,
    BOTTOMS,
    BUILD_WORDS,
    COLOUR_WORDS,
    GARMENT_WORDS,
    HAIR_COLOURS,
    HEADGEAR,
    HEIGHT_WORDS,
    MEN,
    SKIN_WORDS,
    SKINS,
    STYLE_WORDS,
    TOPS,
    UNDER_APRON,
    WOMEN,
    WOMEN_NAMES,
)
from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.staging.blocking import Look, SetDesign
from cine_forge.staging.colour import apart, from_hex, hue_of
from cine_forge.staging.grammar import Place

_TRIES = 60


def design_look(entity_id: str, name: str, description: str, taken: Sequence[Look]) -> Look:
    """Return a look that obeys the description's words and stays clear of the `taken` looks.

    The result depends on the arguments alone. What the description fixes is kept even if it is taken.
    """
    said = _said(description, name)
    best, best_gap = None, -1.0
    for number in range(_TRIES):
        look = _drafted(said, random.Random(seed_of("look", entity_id, number)))
        gap = min((difference(look, other) for other in taken), default=1.0)
        if gap > best_gap:
            best, best_gap = look, gap
        if gap > 0.62:
            break
    assert best is not None
    return best


def difference(one: Look, other: Look) -> float:
    """Return how far apart two looks are, 0 to about 2: clothes' colour, hair, outline."""
    colour = apart(from_hex(one.top), from_hex(other.top)) / 0.9
    hue_one, hue_other = hue_of(from_hex(one.top)), hue_of(from_hex(other.top))
    turn = abs(hue_one[0] - hue_other[0]) % 1.0
    hue = min(turn, 1 - turn) * 2 * min(hue_one[1], hue_other[1], 0.6) / 0.6
    outline = 0.35 * (one.hair_style != other.hair_style) + 0.30 * (one.garment != other.garment)
    outline += 0.15 * (one.accessory != other.accessory)
    outline += min(0.3, abs(one.height_m - other.height_m) + 0.5 * abs(one.build - other.build))
    hair = 0.2 * apart(from_hex(one.hair), from_hex(other.hair))
    return 0.55 * min(1.0, colour) + 0.25 * hue + 0.5 * outline + hair


def _said(description: str, name: str) -> dict[str, object]:
    """Read what the words fix. A later, more precise word wins over an earlier one."""
    text = f" {description.lower().replace('’', chr(39))} "
    said: dict[str, object] = {}
    for words in (f" {name.lower()} ", text):
        for table in (
            STYLE_WORDS,
            GARMENT_WORDS,
            ACCESSORY_WORDS,
            BUILD_WORDS,
            HEIGHT_WORDS,
            SKIN_WORDS,
            AGE_WORDS,
        ):
            said.update(_found(table, words))
    said.update(_colours(text))
    age = _years(text)
    if age is not None:
        said.update(_aged(age))
    if said.pop("old", False) and "hair" not in said:
        said["hair"] = "#b9b6b2"
    if said.get("hair_style") == "bald":
        said.setdefault("hair", "#8c8680")
    said["woman"] = _is_woman(text, name.lower())
    return said


def _is_woman(text: str, name: str) -> bool | None:
    """Read it from the description, then from the name; None when neither says."""
    women, men = len(re.findall(WOMEN, text)), len(re.findall(MEN, text))
    if women != men:
        return women > men
    if re.search(WOMEN, name) or re.search(WOMEN_NAMES, name):
        return True
    return False if re.search(MEN, name) else None


def _found(table: Mapping[str, Mapping[str, object]], text: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for pattern, values in table.items():
        if re.search(rf"\b(?:{pattern})\b", text):
            found.update(values)
    return found


def _colours(text: str) -> dict[str, object]:
    """Read `a long grey coat`, `red hair`, `in yellow`: a colour belongs to the noun it stands before."""
    found: dict[str, object] = {}
    colours = "|".join(sorted(COLOUR_WORDS, key=len, reverse=True))
    for match in re.finditer(rf"\b({colours})(?:[-\s]+(?:\w+[-\s]+){{0,2}}?)(\w+)", text):
        colour, rest = match[1], text[match.end(1) : match.end(1) + 40]
        target = _target(rest)
        if target == "hair" or re.match(r"-?\s?hair", rest.strip(" -")):
            found["hair"] = HAIR_COLOURS.get(colour, COLOUR_WORDS[colour])
        elif target == "bottom":
            found["bottom"] = COLOUR_WORDS[colour]
        elif target == "accent":
            found["accent"] = COLOUR_WORDS[colour]
        elif target == "top":
            found["top"] = COLOUR_WORDS[colour]
    lone = re.search(rf"\b(?:in|wearing|dressed in)\s+(?:all\s+)?({colours})\s*[,.;]", text)
    if lone:
        found.setdefault("top", COLOUR_WORDS[lone[1]])
    for word, colour in (("redhead", "red"), ("brunette", "brown"), ("blond(?:e)?", "blonde")):
        if re.search(rf"\b{word}\b", text):
            found.setdefault("hair", HAIR_COLOURS[colour])
    return found


def _target(rest: str) -> str | None:
    nouns = {
        "hair": r"hair|haired|curls|bob|braid|braids|ponytail|bun|beard|moustache|mustache|stubble",
        "bottom": r"trousers|pants|jeans|skirt|shorts|leggings",
        "accent": r"apron|hat|cap|scarf|tie|bag|bandana|helmet|boots|shoes|ribbon|belt|gloves|hood",
        "top": r"coat|raincoat|jacket|dress|uniform|shirt|blouse|jumper|sweater|cardigan|suit|hoodie"
        r"|t-shirt|tunic|robe|gown|vest|waistcoat|overalls|blazer|parka|anorak|poncho|overcoat|fleece|scrubs",
    }
    first: tuple[int, str] | None = None
    for target, pattern in nouns.items():
        match = re.search(rf"\b(?:{pattern})\b", rest)
        if match and (first is None or match.start() < first[0]):
            first = (match.start(), target)
    stop = re.search(r"[,.;]|\band\b|\bwith\b", rest)
    if first is None or (stop and stop.start() < first[0]):
        return None
    return first[1]


def _years(text: str) -> int | None:
    decade = re.search(r"\b(?:(early|mid|late)[\s-]+)?(\d)0s\b", text)
    if decade:
        return int(decade[2]) * 10 + {"early": 2, "mid": 5, "late": 8}.get(decade[1] or "", 4)
    words = {
        "teens": 15,
        "twenties": 25,
        "thirties": 35,
        "forties": 45,
        "fifties": 55,
        "sixties": 65,
        "seventies": 75,
        "eighties": 84,
    }
    for word, years in words.items():
        if re.search(rf"\b{word}\b", text):
            return years
    plain = re.search(r"(?:\(|\baged?\s|,\s|^\s)(\d{1,2})(?:\)|\b(?!\s?(?:am|pm|:|%|cm|kg|m\b)))", text)
    return int(plain[1]) if plain and 2 < int(plain[1]) < 100 else None


def _aged(years: int) -> dict[str, object]:
    if years < 17:
        tall = 0.82 + 0.056 * years
        return {"height_m": round(min(1.68, tall), 2), "build": 0.86 if years < 13 else 0.92}
    return {"hair": "#b9b6b2"} if years >= 62 else {"hair": "#77706a"} if years >= 54 else {}


def _drafted(said: Mapping[str, object], dice: random.Random) -> Look:
    """Fill in what the words leave open."""
    known = said.get("woman")
    woman = bool(known) if known is not None else dice.random() < 0.42
    garment = str(said.get("garment") or dice.choice(_garments(woman)))
    style = str(said.get("hair_style") or dice.choice(_styles(woman, said)))
    tops = UNDER_APRON if garment == "apron" else TOPS
    top = str(said.get("top") or _varied(dice.choice(tops), dice))
    accessory = said.get(
        "accessory",
        dice.choice(
            [
                None,
                None,
                None,
                "glasses",
                "scarf",
                "beard" if not woman else "bag",
                "moustache" if not woman else "scarf",
            ]
        ),
    )
    if float(str(said.get("height_m", 1.75))) < 1.55 and accessory in ("beard", "moustache"):
        accessory = None
    values = {
        "height_m": said.get("height_m") or round(dice.gauss(1.66 if woman else 1.78, 0.05), 3),
        "build": said.get("build")
        or round(min(1.25, max(0.82, dice.gauss(0.94 if woman else 1.04, 0.08))), 3),
        "skin": said.get("skin") or dice.choice(SKINS),
        "hair": said.get("hair") or dice.choice(list(HAIR_COLOURS.values())[:9]),
        "hair_style": style,
        "top": top,
        "bottom": said.get("bottom") or (top if garment == "dress" else dice.choice(BOTTOMS)),
        "accent": said.get("accent") or _accent(top, dice),
        "garment": garment,
        "accessory": accessory,
    }
    values["height_m"] = min(2.1, max(0.8, float(str(values["height_m"]))))
    return Look.model_validate(values)


def _garments(woman: bool) -> list[str]:
    plain = ["shirt", "jacket", "jumper", "coat", "shirt", "jacket", "suit"]
    return [*plain, "dress", "dress"] if woman else plain


def _styles(woman: bool, said: Mapping[str, object]) -> list[str]:
    if woman:
        return ["long", "bob", "bun", "curly", "long", "bob", "short"]
    headgear = [] if float(str(said.get("height_m", 1.75))) < 1.5 else list(HEADGEAR)
    return ["short", "short", "curly", "bald", "short", *headgear]


def _varied(colour: str, dice: random.Random) -> str:
    red, green, blue = from_hex(colour)
    factor = 0.86 + 0.26 * dice.random()
    return "#" + "".join(f"{min(255, round(255 * part * factor)):02x}" for part in (red, green, blue))


def _accent(top: str, dice: random.Random) -> str:
    """Choose an accent that stands off from the top."""
    ranked = sorted(TOPS, key=lambda colour: -apart(from_hex(colour), from_hex(top)))
    return ranked[math.floor(dice.random() * 5)]


def design_set(entity_id: str, name: str, place: Place | None, description: str) -> SetDesign:
    """Return the set of a place: the family of its name's words, in one of the family's palettes.

    The name is read before the description, its last words before its first, so `JAIL - OFFICE` is an
    office. An unknown name becomes a plain room or yard.
    """
    outdoors = place in (Place.EXT, Place.INT_EXT)
    family = _family(name, outdoors) or _family(description, outdoors) or _plain(outdoors)
    dice = random.Random(seed_of("set", entity_id))
    ground, wall, accent = dice.choice(family.palettes)
    stretch = 0.94 + 0.16 * dice.random()
    return SetDesign(
        kind=family.kind,
        ground=_varied(ground, dice),
        wall=_varied(wall, dice),
        accent=_varied(accent, dice),
        width_m=round(family.size[0] * stretch, 2),
        depth_m=round(family.size[1] * stretch, 2),
        seed=seed_of("dressing", entity_id) % 100_000,
        pieces=family.pieces,
    )


def _family(text: str, outdoors: bool) -> Family | None:
    """Find the family of the last part of the text that names one."""
    families = OUTDOOR if outdoors else INDOOR
    for part in reversed(re.split(r"\s[-–—]\s|/|,", text.lower())):
        for family in families:
            if re.search(rf"\b(?:{family.words})(?:s|'s)?\b", part):
                return family
    return None


def _plain(outdoors: bool) -> Family:
    return PLAIN_OUTDOOR if outdoors else PLAIN_INDOOR
