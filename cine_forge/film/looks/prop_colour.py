"""The colour of a prop: the script's own words for it first, then what such a thing usually is.

`shots` calls it for each prop of a shot with the texts of the scene. A word counts when it stands before the
noun (`a paper LABEL`) or in an apposition behind it (`a CASE, scuffed black leather`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cine_forge.film.looks.wardrobe import COLOUR_WORDS
from cine_forge.kernel.ground.hashing import digest_of, seed_of

_MATERIALS = {
    "brass": "#b8923f",
    "bronze": "#8f6a3a",
    "steel": "#8d9297",
    "iron": "#4a4d52",
    "metal": "#8d9297",
    "tin": "#9a9ea2",
    "chrome": "#b4b7ba",
    "wooden": "#7a5232",
    "wood": "#7a5232",
    "oak": "#7a5232",
    "mahogany": "#5f3324",
    "leather": "#5f3f2a",
    "paper": "#e6dcc2",
    "cardboard": "#b08d5f",
    "wicker": "#b3925f",
    "canvas": "#a89c7c",
    "velvet": "#5a2333",
    "glass": "#a9bcc0",
    "china": "#e4e2dc",
    "porcelain": "#e4e2dc",
    "rusty": "#8a5230",
}
_NOUNS = (
    (r"(?:tele)?phone (?:box|booth|kiosk)|call box", "#a8281f"),
    (r"telephone|phone|receiver|handset|mobile|smartphone|tablet|camera|radio|recorder", "#26272b"),
    (r"cup|mug|coffee|tea|teacup|teapot|plate|saucer|bowl|candle", "#e4e2dc"),
    (r"key|bell|coin|medal|badge|watch|locket|ring|compass|trophy|lamp|lantern|crown", "#b8923f"),
    (
        r"letter|label|note|paper|ticket|card|envelope|photo|photograph|page|list|map|telegram|newspaper"
        r"|document|contract|receipt|tag|postcard|message|score|poster|form|bill|money|cash",
        "#e6dcc2",
    ),
    (r"gun|pistol|revolver|rifle|torch|flashlight|pen|umbrella|clarinet|binoculars", "#34373c"),
    (r"knife|sword|blade|scissors|spoon|fork|flute|chain|handcuffs", "#a4a8ac"),
    (r"book|diary|journal|notebook|ledger|bible|wallet|purse", "#5f3f2a"),
    (r"case|bag|suitcase|briefcase|satchel|backpack|holster|rucksack", "#4a372b"),
    (r"metronome|violin|guitar|box|crate|chest|mop|broom|cane|stick|oar|pipe|leg", "#7a5232"),
    (r"bun|bread|cake|basket|rope|parcel|package|hat", "#b08d5f"),
    (r"rose|apple|lipstick", "#a63d35"),
    (r"bottle|flask", "#3d4a38"),
)
_MUTED = ("#8a7f70", "#6f7478", "#8f7f66", "#7a6a5c", "#5f666a", "#9a8c78")
_DETERMINERS = r"a|an|the|his|her|its|their|my|your|our|one|two|this|that|of|and|with|in|on|to|for|from"
_OTHERS = r"(?:its|his|her|their|he|she|it|they|and|who|which|as|then|but)\b"


def prop_colour(name: str, texts: Sequence[str] = ()) -> str:
    """Return the colour of a prop that the texts speak of, `#rrggbb`; one name and texts, one colour."""
    for text in texts:
        said = _said(name, text)
        if said is not None:
            return said
    own = name.lower()
    own_words = _first(" ".join(own.split()[:-1]))
    return own_words or _usual(own) or _MUTED[seed_of("prop", digest_of(own)) % len(_MUTED)]


def _said(name: str, text: str) -> str | None:
    """Read the words round each mention of the prop."""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
        before = re.split(r"[.,;:!?()]", text[: match.start()].lower())[-1]
        before = re.split(rf"\b(?:{_DETERMINERS})\b", before)[-1]
        found = _first(" ".join(before.split()[-3:]))
        behind = re.match(r"\s*,\s*([^.,;:!?()]+)", text[match.end() :].lower())
        if found is None and behind and not re.match(_OTHERS, behind[1]):
            found = _first(" ".join(re.split(r"\b(?:and|with|in|on)\b", behind[1])[0].split()[:5]))
        if found is not None:
            return found
    return None


def _first(words: str) -> str | None:
    """Return the colour of the first colour word, else of the first material."""
    for table in (COLOUR_WORDS, _MATERIALS):
        known = "|".join(sorted(table, key=len, reverse=True))
        match = re.search(rf"\b({known})\b", words)
        if match:
            return table[match[1]]
    return None


def _usual(name: str) -> str | None:
    """Return what such a thing usually is; the last noun of a name says what it is."""
    for end in ("$", ""):
        for nouns, colour in _NOUNS:
            if re.search(rf"\b(?:{nouns})s?\b{end}", name):
                return colour
    return None
