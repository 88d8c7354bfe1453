"""Place lines: what in a short line speaks for a heading, whatever its case and language.

A keyword of place at its head (as written, misread by a scanner, or learned from this file), a word of
time in its last part (known, misread or learned), a part split off by a dash. `film/screenplay/headings`
knows the words; here they are only looked for with tolerance.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cine_forge.film.screenplay.classifying.line.fold import fold
from cine_forge.film.screenplay.cues import is_age, is_continued, is_off_screen
from cine_forge.film.screenplay.headings import WORDS_OF_TIME, match_heading
from cine_forge.film.screenplay.word_list import word_list

_MISREAD = str.maketrans("1L|!0", "IIIIO")
_LOOSE_KEYWORD = re.compile(
    r"^[\W_]{0,2}(?:I ?N ?T|E ?X ?T|I ?[/.] ?E)(?: ?[.,:/;][.,]?|[ \t]+[-–—]| (?=\S))"
)
_DASH = re.compile(r"(?<!\s)\s+(?:[-–—~]{1,2}|/)\s*|(?:[–—/]\s+|--\s*)|(?<=\S)-\s|・|／")
_MAY_SPLIT = re.compile(r"[-–—~・／/]")
_TAIL_BRACKET = re.compile(r"[（(\[]([^()（）\[\]]{1,24})[)）\]]\s*$")
_SCENE_MARK = re.compile(r"^[○◯〇●■□◆◇▲△★☆＃]\s*\S|^(?:S|씬|장면)?#\s*\d")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_TIMES = frozenset(fold(word) for word in WORDS_OF_TIME)
_SCENE_WORDS = frozenset(
    fold(word)
    for word in word_list(
        "SCENE SZENE SCÈNE ESCENA SCENA CENA СЦЕНА ΣΚΗΝΗ ΣΚΗΝΉ SCÉNA SAHNE KOHTAUS JELENET BILD TABLEAU"
        " CUADRO КАРТИНА ЯВЛЕНИЕ סצנה סצינה مشهد المشهد दृश्य 씬 장면 シーン 場 场 幕 სცენა"
    )
)
_CLOCK = re.compile(r"^\d{1,2}[:.h]\d\d ?(?:[ap]\.?m\.?|uhr)?$|^\d{1,2} ?[ap]\.?m\.?$", re.IGNORECASE)
_ACT_WORDS = frozenset(
    fold(word)
    for word in word_list("ACT AKT ACTE ACTO ATTO ATO AUFZUG АКТ ДЕЙСТВИЕ ДІЯ ΠΡΑΞΗ PERDE FELVONÁS 막")
)
_CASELESS_TIMES = re.compile(r"[日夜昼晝朝夕晨昏]$|낮$|밤$|아침$|저녁$")


class PlaceLine(NamedTuple):
    """What a short line shows. `head` is its first word, `tail` its last part, `place` what stands before."""

    sure_keyword: bool
    loose_keyword: bool
    marked: bool
    scene_word: bool
    act_word: bool
    head: str
    place: str
    tail: str
    split: bool
    timed: bool


@lru_cache(maxsize=4096)
def place_line(text: str) -> PlaceLine:
    """Look at a short line without its number."""
    parts = [part for part in _DASH.split(text) if part.strip(" .,")] if _MAY_SPLIT.search(text) else [text]
    bracket = _tail_bracket(text)
    tail = parts[-1].strip(" .,()") if len(parts) > 1 else bracket or _after_comma(text)
    head, last = _first_word(text), text.rpartition(" ")[2]
    ends = {fold(head), fold(last.rstrip("0123456789. :"))}
    place = text[: text.rindex(tail)].strip(" -–—.,(（・/") if tail and tail in text else text
    return PlaceLine(
        sure_keyword=match_heading(text) is not None,
        loose_keyword=bool(_LOOSE_KEYWORD.match(text[:16].upper().translate(_MISREAD))),
        marked=bool(_SCENE_MARK.match(text)),
        scene_word=not _SCENE_WORDS.isdisjoint(ends),
        act_word=not _ACT_WORDS.isdisjoint(ends),
        head=fold(head),
        place=fold(place),
        tail=fold(tail) if tail else "",
        split=len(parts) > 1 or bracket is not None,
        timed=_is_timed(tail) if tail else last != text and fold(last) in _TIMES,
    )


def is_only_sentence(text: str) -> bool:
    """Whether a line that ends like a sentence shows nothing of a heading at first sight."""
    return not _MAY_SPLIT.search(text) and not _SCENE_MARK.match(text) and match_heading(text) is None


def _tail_bracket(text: str) -> str | None:
    """Return what stands in brackets at the end, unless it belongs to a cue."""
    found = _TAIL_BRACKET.search(text) if text[-1] in ")）]" else None
    if found is None or is_off_screen(found[1]) or is_continued(found[1]) or is_age(found[1]):
        return None
    return found[1]


def _first_word(text: str) -> str:
    words = text.split(maxsplit=1)
    return words[0] if words else ""


def _after_comma(text: str) -> str:
    _, found, tail = text.rpartition(",")
    return tail.strip(" .") if found else ""


def _is_timed(tail: str) -> bool:
    if _CLOCK.search(tail):
        return True
    words = [word for word in _WORD.findall(tail) if not word.isdigit()]
    if not words or len(words) > 5:
        return False
    return fold(words[-1]) in _TIMES or fold(words[0]) in _TIMES or bool(_CASELESS_TIMES.search(words[-1]))
