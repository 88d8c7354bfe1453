"""Name lines: what in a short line, or before a colon, speaks for a cue.

A name is short, ends no sentence and may carry brackets. Whether it is one shows in the file: it recurs,
it stands over text, the same words are introduced in capitals. Here the line is only taken apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cine_forge.film.screenplay.classifying.line.fold import Shape, fold, shape_of
from cine_forge.film.screenplay.classifying.line.words import words_of
from cine_forge.film.screenplay.cues import is_continued, is_off_screen, parse_cue
from cine_forge.film.screenplay.word_list import word_list

MOST_NAME = 44
MOST_WORDS = 6
_LONGEST = 90
_WIDE = str.maketrans("（）：［］", "():[]")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？।؟;,،、–—-]['\"”’»」』)]*$")
_ABBREVIATION = re.compile(r"\b(?:[^\W\d_]|Jr|Sr|Dr|Mr|Mrs|Ms|St|JR|SR|DR|MR|MRS|MS|ST|No|NO)\.$")
_INLINE = re.compile(
    r"^[@\"“«]?(?P<name>[^\W_](?:[^:：\n()（）]{0,42}[^\s:：()（）])?)[ \t]*"
    r"(?P<ext>(?:[(（][^()（）\n]{1,60}[)）][ \t]*){0,3})"
    r"(?P<mark>(?<!\d):(?!//)|:(?!\d)|：)[ \t]*(?P<text>\S.*)$"
)
_QUOTED = re.compile(r"^(?P<name>[^\W\d_][^\s「『]{0,11})(?P<ext>)(?P<mark>)(?P<text>[「『].*[」』])$")
_POINTED = re.compile(
    r"^(?P<name>[^\W\d_a-z][^.:\n()a-z]{0,29}?[^.:\s()a-z])[ \t]*(?P<ext>(?:\([^()\n]{1,60}\)[ \t]*){0,2})"
    r"(?P<mark>\.(?:[ \t]*[-–—])?|[-–—]{1,2})[ \t]+(?P<text>\S.*)$"
)
NO_NAMES = word_list(
    "act scene episode title note notes setting location time characters character logline synopsis summary"
    " genre cast super caption chyron written draft theme credits fade cut interior exterior montage todo"
    " int ext later continued date author source contact copyright"
    " on at in with into from back over under behind through across auf mit hinter unter sur dans avec sous"
    " con sobre bajo на над под"
)
CAMERA = word_list(
    "shot shots angle angles pov insert closeup reverse wider closer superimpose кадр план деталь einstellung"
    " großaufnahme naheinstellung plano contraplano inquadratura"
)


class NameLine(NamedTuple):
    """A line, or the head of one, as a cue. `key` is the fold of `name`; `text` is the speech on the line."""

    name: str
    key: str
    shape: Shape
    words: tuple[str, ...]
    extended: bool
    told_extension: bool
    ends_sentence: bool
    colon: bool = False
    text: str = ""
    shown: str = ""


@lru_cache(maxsize=8192)
def name_line(text: str) -> NameLine | None:
    """Take a whole line as a cue; None when it is too long or has no letter."""
    if len(text) > _LONGEST or (text.count(" ") >= MOST_WORDS and "(" not in text and "（" not in text):
        return None
    plain = text.translate(_WIDE)
    colon = plain.endswith(":")
    cue = parse_cue(plain)
    return _name_line(cue.name, cue.extensions, colon=colon)


def inline_line(text: str) -> NameLine | None:
    """Take a line as `NAME: text`, `NAME (V.O.): text` or `名「text」`; None when it has no such head."""
    if ":" not in text and "：" not in text and "「" not in text and "『" not in text:
        return None
    found = _INLINE.match(text[:400]) or _QUOTED.match(text[:400])
    return _with_text(found, text) if found else None


def is_camera_line(text: str) -> bool:
    """Whether a line speaks of the camera: `CLOSE SHOT -- NORA`, `ANOTHER ANGLE`, `NORA'S POV`."""
    return not CAMERA.isdisjoint(words_of(text.casefold()))


def pointed_line(text: str) -> NameLine | None:
    """Take a line as `NAME. text` or `NAME.- text`, the habit of printed plays; `MED. SHOT` is none."""
    if not text[:1].isupper() or text[1:2].islower() or (text.isupper() and text[-1] not in "!?.…"):
        return None
    found = _POINTED.match(text[:400])
    return _with_text(found, text) if found else None


def _with_text(found: re.Match[str], text: str) -> NameLine | None:
    extensions = tuple(re.findall(r"[(（]([^()（）]*)[)）]", found["ext"]))
    shown = f"{found['name'].strip()} {found['ext'].strip()}".strip()
    line = _name_line(found["name"].strip(), extensions, colon=True)
    if line is None:
        return None
    spoken = text[found.start("text") :]
    return NameLine(
        *(
            line.name,
            line.key,
            line.shape,
            line.words,
            line.extended,
            line.told_extension,
            line.ends_sentence,
        ),
        colon=True,
        text=spoken,
        shown=shown,
    )


def _name_line(name: str, extensions: tuple[str, ...], *, colon: bool) -> NameLine | None:
    words = tuple(words_of(name.casefold()))
    if not words or len(name) > MOST_NAME or len(name.split()) > MOST_WORDS:
        return None
    told = any(is_off_screen(one) or is_continued(one) for one in extensions)
    ends = bool(_ENDS_SENTENCE.search(name)) and not _ABBREVIATION.search(name)
    return NameLine(name, fold(name), shape_of(name), words, bool(extensions), told, ends, colon)
