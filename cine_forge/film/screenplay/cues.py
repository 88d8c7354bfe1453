"""Cues: the line that says who speaks, taken apart into a name and its extensions.

Readers ask whether a line can be a cue; the breakdown asks whether the voice comes from the set. A name
keeps its spelling; whether two names are one person is decided in `film/people`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cine_forge.film.screenplay.word_list import word_list

MOST_NAME_CHARACTERS = 60
_SMALL_IN_CAPITALS = re.compile(r"\bMa?c(?=[A-Z])|['’]s\b|ß|\b[OD]['’](?=[A-Z])")
_AGE = re.compile(
    r"^(?:(?:early|mid|late|in (?:his|her|their))[ -]*)*(?:aged? *)?\d{1,3}(?:['’]?s)?(?: *[-–] *\d{1,3}s?)?"
    r"(?: years? old| or so|ish)?$",
    re.IGNORECASE,
)
_ENDING_ABBREVIATION = re.compile(r"(?:\b(?:JR|SR|DR|ESQ|INC)|\b[^\W\d_])\.$")
_OFF_SCREEN = word_list(
    "VO OS OC VOICEOVER OFFSCREEN OFFSTAGE OFFCAMERA OFF VOICE FILTERED PRELAP ONPHONE OVERPHONE ONTHEPHONE "
    "OVERTHEPHONE ONTELEPHONE PHONE ONRADIO OVERRADIO OVERTHERADIO RADIO ONTV ONINTERCOM OVERINTERCOM"
    " ЗК ЗАКАДРОМ"
)
_MOST_EXTENSIONS = 6


@dataclass(frozen=True)
class Cue:
    """Who speaks. `extensions` are the words in the brackets, in order; `dual` marks the second of two."""

    name: str
    extensions: tuple[str, ...] = ()
    dual: bool = False

    @property
    def extension(self) -> str | None:
        """Return the first extension that is neither (CONT'D) nor an age, or None."""
        told = (one for one in self.extensions if not is_continued(one) and not is_age(one))
        return next(told, None)

    @property
    def off_screen(self) -> bool:
        """Whether an extension says that the speaker is heard and not seen."""
        return any(is_off_screen(one) for one in self.extensions)


def parse_cue(text: str) -> Cue:
    """Take a cue apart: `@` and `^` markers, extensions in brackets, a closing colon."""
    rest = text.strip().removeprefix("@").strip()
    dual = rest.endswith("^")
    rest = rest.rstrip("^ \t").removesuffix(":").rstrip()
    extensions: list[str] = []
    while rest.endswith(")") and "(" in rest and len(extensions) < _MOST_EXTENSIONS:
        rest, _, inside = rest.rpartition("(")
        extensions.insert(0, inside[:-1].strip())
        rest = rest.rstrip()
    return Cue(" ".join(rest.split()), tuple(extensions), dual)


def is_capitals(text: str) -> bool:
    """Whether all letters are capitals, as a typist writes names: `McCORD`, `JACK's` and `ß` count."""
    return _SMALL_IN_CAPITALS.sub("", text).isupper()


def can_be_cue(line: str) -> bool:
    """Whether a stripped line is written like a cue: a short name in capitals that ends no sentence."""
    if (
        not line
        or len(line) > 2 * MOST_NAME_CHARACTERS
        or (not line[0].isalnum() and line[0] not in "\"'“‘#")
    ):
        return False
    name = parse_cue(line).name
    if not name or len(name) > MOST_NAME_CHARACTERS or not is_capitals(name):
        return False
    if name[-1] in "!?;,…-–—:" or name.endswith(".."):
        return False
    return name[-1] != "." or bool(_ENDING_ABBREVIATION.search(name))


def is_continued(extension: str) -> bool:
    """Whether the extension is a form of (CONT'D)."""
    return _letters(extension).startswith("CONT")


def is_age(extension: str) -> bool:
    """Whether the words in the brackets tell an age: `35`, `30s`, `late 40s`."""
    return len(extension) < 30 and bool(_AGE.match(extension.strip()))


def is_off_screen(extension: str) -> bool:
    """Whether the extension says that the voice comes from elsewhere: V.O., O.S., on phone, filtered."""
    return any(_letters(part) in _OFF_SCREEN for part in re.split(r"[,;/]", extension))


def _letters(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalpha())
