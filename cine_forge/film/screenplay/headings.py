"""Headings: where and when a scene plays, read from its heading line.

Readers ask `match_heading` whether a line is one; the inspection and the breakdown ask `parse_heading`
what it says. Keywords and words of time are closed lists in several languages. What the heading leaves
open (a time carried on from the scene before) is decided in `film/breakdown`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cine_forge.film.screenplay.cues import is_capitals
from cine_forge.film.screenplay.word_list import word_list
from cine_forge.staging.grammar import DayTime, Place

_INT = (
    r"INTERIOR|INTÉRIEUR|INTÉR|INTERNO|INT|INNEN|ИНТЕРЬЕР|ИНТ|ІНТ|ΕΣΩΤΕΡΙΚΟ|ΕΣΩΤ|ΕΣ|İÇ|WNĘTRZE|WN|BELSŐ|SISÄ"
    r"|BINNEN|פנים|داخلي|内景|內景|室内|屋内|실내|ინტ|შიდა|अंदर|भीतर"
)
_EXT = (
    r"EXTERIOR|EXTÉRIEUR|EXTÉR|ESTERNO|EXTERNO|EXT|AUSSEN|AUßEN|ЭКСТЕРЬЕР|ЭКСТ|НАТУРА|НАТ|ЕКСТ|EST|ΕΞΩΤΕΡΙΚΟ|ΕΞΩΤ"
    r"|ΕΞ|DIŞ|PLENER|KÜLSŐ|ULKO|BUITEN|חוץ|خارجي|外景|室外|屋外|실외|ექსტ|გარე|बाहर"
)
_BOTH = r"I\.? ?/ ?E|E\.? ?/ ?I"
_KEYWORD = rf"(?:{_BOTH}|(?:{_INT}|{_EXT})(?:\.? ?[/-] ?(?:{_INT}|{_EXT}))?)"
_LINE = re.compile(
    rf"^(?:(?:SCENE )?(?P<number>[A-Z]{{0,2}}\d{{1,4}}[A-Z]{{0,2}})[.):]?[ \t]+)?"
    rf"(?P<keyword>{_KEYWORD})(?P<mark>\.[ \t]*|[ \t]+[-–—][ \t]+|[:,]?[ \t]+)(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_FOUNTAIN_NUMBER = re.compile(r"#(?P<number>[^#\s]{1,16})#$")
_OMITTED = re.compile(
    r"^(?:(?P<number>[A-Z]{0,2}\d{1,4}[A-Z]{0,2})[.)]?[ \t]+)?[(*]{0,2}(?:SCENE )?OMITTED[)*.]{0,2}"
    r"(?:[ \t]+#?(?P<after>[A-Z]{0,2}\d{1,4}[A-Z]{0,2})#?)?$"
)
_DASH = re.compile(r"[ \t]+[-–—]{1,2}[ \t]*|[ \t]*[–—][ \t]+|[ \t]*--[ \t]*")
_BRACKETS = re.compile(r"\([^()]*\)")
_CLOCK = re.compile(
    r"^(?P<hour>\d{1,2})(?:[:.h]\d\d)? ?(?P<half>[AP]\.?M\.?)?$|^(?P<oclock>\d{1,2}) O['’]CLOCK$"
)
_DAYTIMES = {
    DayTime.DAWN: "DAWN SUNRISE DAYBREAK MORGENGRAUEN РАССВЕТ AUBE ALBA AMANECER ŚWIT ŞAFAK",
    DayTime.DAY: "DAY DAYS MORNING AFTERNOON NOON MIDDAY LUNCHTIME TAG MORGEN MITTAG ДЕНЬ УТРО JOUR MATIN"
    " DÍA DIA MAÑANA TARDE GIORNO MATTINA MANHÃ DAG OCHTEND MORGON DZIEŃ RANEK DEN RÁNO NAPPAL REGGEL PÄIVÄ"
    " AAMU ZI GÜN GÜNDÜZ SABAH РАНОК ΜΕΡΑ ΜΈΡΑ ΗΜΕΡΑ ΗΜΈΡΑ ΠΡΩΙ ΠΡΩΊ יום בוקר نهار صباح दिन सुबह დღე დილა"
    " 日 昼 晝 朝 晨 白天 早上 낮 아침",
    DayTime.DUSK: "DUSK SUNSET TWILIGHT EVENING ABEND ВЕЧЕР СУМЕРКИ SOIR CRÉPUSCULE ATARDECER SERA TRAMONTO"
    " AVOND KVÄLL WIECZÓR VEČER ESTE ILTA AKŞAM ВЕЧІР ΒΡΑΔΥ ΒΡΆΔΥ ערב مساء शाम საღამო 夕 夕方 黄昏 저녁",
    DayTime.NIGHT: "NIGHT MIDNIGHT NACHT НОЧЬ NUIT NOCHE NOTTE NOITE NATT NOC ÉJSZAKA ÉJJEL YÖ NOAPTE GECE"
    " НІЧ ΝΥΧΤΑ ΝΎΧΤΑ לילה ليل रात ღამე 夜 深夜 晚上 夜晚 밤",
}
_DAYTIME_OF = {word.upper(): daytime for daytime, words in _DAYTIMES.items() for word in words.split()}
_OTHER_TIMES = word_list(
    "LATER SAME CONTINUOUS CONTINUED CONT CONTINUING MOMENT MOMENTS TIME HOUR AGO EARLIER AFTER BEFORE"
    " FLASHBACK FLASHFORWARD PRESENT NOW DREAM СПУСТЯ ПОЗЖЕ SPÄTER"
)
WORDS_OF_TIME = frozenset(_DAYTIME_OF) | _OTHER_TIMES


@dataclass(frozen=True)
class HeadingLine:
    """A line taken for a heading: its text without number, and whether it can only be a heading."""

    text: str
    number: str | None
    certain: bool


@dataclass(frozen=True)
class Heading:
    """What a heading says. `daytime` is None when it names none or carries on (`CONTINUOUS`)."""

    place: Place | None
    location: str
    sublocation: str | None
    time: str | None
    daytime: DayTime | None


def match_heading(line: str) -> HeadingLine | None:
    """Return the heading in a stripped line that starts with INT, EXT or a kin, or None.

    It is certain when written in capitals; otherwise the reader asks for a blank line before it.
    """
    found = _LINE.match(line)
    if not found:
        return None
    capitals = is_capitals(_BRACKETS.sub("", line)) or (_is_caseless(line) and line[-1] not in ".!?。！？।؟")
    pointed = found["mark"].startswith(".") or "/" in found["keyword"]
    if not capitals and not (pointed and len(found["keyword"]) <= 8 and found["keyword"].upper() != "EST"):
        return None
    text, number = split_number(line[found.start("keyword") :])
    before = found["number"]
    if before and text.endswith(before) and text[: -len(before)].endswith(("  ", "\t")):
        text = text[: -len(before)].rstrip()
    certain = capitals or (pointed and found["keyword"].isupper())
    return HeadingLine(text, number or before, certain)


def _is_caseless(line: str) -> bool:
    """Whether no letter has a capital in use; Georgian capitals are in Unicode and nowhere else."""
    return not line.isascii() and line.lower() == line == line.title()


def split_number(text: str) -> tuple[str, str | None]:
    """Split `KITCHEN #12A#` into its text and the scene number; tags after them are dropped."""
    rest = text.rstrip()
    if "#" not in rest:
        return rest, None
    words = rest.split(" ")
    while len(words) > 1 and (not words[-1] or (words[-1][0] == "#" and words[-1][-1] != "#")):
        words.pop()
    rest = " ".join(words)
    found = _FOUNTAIN_NUMBER.search(rest)
    return (rest[: found.start()].rstrip(), found["number"]) if found else (rest, None)


def match_omitted(line: str) -> HeadingLine | None:
    """Return the heading of a scene that was taken out and kept only its number: `12A OMITTED 12A`."""
    found = _OMITTED.match(line) if "OMITTED" in line else None
    return HeadingLine("OMITTED", found["number"] or found["after"], False) if found else None


def is_omitted(text: str) -> bool:
    """Whether a heading's text, without its number, says that its scene was taken out."""
    return match_omitted(text) is not None


def parse_heading(text: str) -> Heading:
    """Read place, location, sublocation and time from a heading without its number."""
    text = " ".join(text.split())
    found = _LINE.match(text)
    place = _place(found["keyword"]) if found else None
    parts = [
        part.strip(" ,") if found else part.strip() for part in _DASH.split(found["rest"] if found else text)
    ]
    parts = [part for part in parts if part] or [text.strip()]
    times: list[str] = []
    while len(parts) > 1 and is_time(parts[-1]):
        times.insert(0, parts.pop())
    if not times:
        parts[-1], times = _tail_time(parts[-1], spaced=found is not None)
    location = (parts[0].rstrip(" .,") if found else parts[0]) or text.strip()
    time = " - ".join(times) or None
    return Heading(place, location, " - ".join(parts[1:]) or None, time, daytime_of(time))


def is_time(text: str) -> bool:
    """Whether a part of a heading tells a time: `DAY`, `THE NEXT MORNING`, `10:15PM`, `SAME (1979)`."""
    words = _words(text)
    if not words or len(words) > 6:
        return False
    if _CLOCK.match(" ".join(words)):
        return True
    ends = words[:-1] if words[-1].isdigit() and len(words) > 1 else words
    return _is_word_of_time(ends[-1]) or ends[0] in {"FLASHBACK", "CONTINUOUS", "SAME"}


def daytime_of(time: str | None) -> DayTime | None:
    """Return the light that a time of day means, the last word deciding, or None when it names none."""
    words = _words(time or "")
    for word in reversed(words):
        if word in _DAYTIME_OF and word != "DAYS":
            return _DAYTIME_OF[word]
    clock = _CLOCK.match(" ".join(words))
    return _light_at(clock) if clock else None


def _place(keyword: str) -> Place:
    word = keyword.upper().replace("AUßEN", "AUSSEN")
    inside = bool(re.search(rf"\b(?:{_INT}|I)\b", word))
    outside = bool(re.search(rf"\b(?:{_EXT}|E)\b", word))
    if inside and outside:
        return Place.INT_EXT
    return Place.INT if inside else Place.EXT


def _tail_time(part: str, *, spaced: bool) -> tuple[str, list[str]]:
    """Split a time off the end after a comma or a full stop, or (`spaced`) a bare `HOUSE DAY`."""
    for mark in (",", ". ", "/"):
        head, found, tail = part.rpartition(mark)
        if found and head.strip() and is_time(tail):
            return head.strip(), [tail.strip()]
    head, _, tail = part.rpartition(" ")
    if (
        spaced
        and head
        and tail.upper() in _DAYTIME_OF
        and head.upper().split()[-1] not in {"THE", "A", "OF", "ALL"}
    ):
        return head, [tail]
    return part, []


def _words(text: str) -> list[str]:
    plain = _BRACKETS.sub(" ", text.upper()).replace("/", " ")
    return [word.strip(".,;:") for word in plain.split() if word.strip(".,;:")]


def _is_word_of_time(word: str) -> bool:
    return word in _DAYTIME_OF or word in _OTHER_TIMES


def _light_at(clock: re.Match[str]) -> DayTime | None:
    """Dawn from 5 to 7, dusk from 18 to 20 o'clock; a bare year or number tells nothing."""
    half = (clock["half"] or "").replace(".", "")
    hour = int(clock["hour"] or clock["oclock"]) % (12 if half else 24) + (12 if half == "PM" else 0)
    if not half and not clock["oclock"] and ":" not in clock.string:
        return None
    if 5 <= hour < 7:
        return DayTime.DAWN
    if 18 <= hour < 20:
        return DayTime.DUSK
    return DayTime.DAY if 7 <= hour < 18 else DayTime.NIGHT
