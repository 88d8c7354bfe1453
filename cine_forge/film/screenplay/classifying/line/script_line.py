"""Script lines: what stands on a line once its print and its markdown are taken off.

The classifier looks at lines, not at files: each keeps its place in the source, its column, the blank
lines over it and the marker it carries. A number at its head is split off but not yet believed, for only a
heading has one. Nothing is classified here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cine_forge.film.screenplay.emphasis import without_emphasis

TAB_COLUMNS = 8
_NUMBERED = re.compile(
    r"^(?:#[ \t]?)?(?P<number>[A-Z]{0,2}[\dlIOSBZ|]{1,4}[A-Z]{0,2}#?)(?P<dot>[.):]?)"
    r"(?P<room>[ \t]*)(?P<rest>\S.*)$"
)
_LAST_NUMBER = re.compile(
    r"(?P<room>(?<![ \t])[ \t]+)#?(?P<number>[A-Z]{0,2}[\dlIOSBZ|]{1,4}[A-Z]{0,2})[.)]?#?$"
)
_DIGIT = re.compile(r"\d")
_HASH = re.compile(r"^(#{1,6})[ \t]+(\S.*?)[ \t]*#*$")
_LIST = re.compile(r"^(?:[-*+•]|\d{1,2}[.)])[ \t]+(?=\S)")
_STAR = re.compile(r"(?:(?<![ \t])[ \t]{2,}|(?<![ \t])\t|(?<=[^*]) )\*{1,2}$")
_BOLD = ("**", "__", "_**", "***")
_MARKS = frozenset("!@.>~=")
_DIGITS = str.maketrans("lIO|SBZ", "1101582")
_FENCE = "```"
_SPECK_ALONE = re.compile(r"^[.,'`~·]{1,2}$")
_DUST, _BLANKS = frozenset(".,'`~·"), frozenset(" \t")
_SPECKS = re.compile(r"^[.,'`~·][ \t]+(?=\S)|(?<=\S)[ \t]+[.,'`~·]$")


class ScriptLine(NamedTuple):
    """One visible line. `row` counts from 0; `indent` is in columns; `gap` counts blank lines over it.

    `text` is bare; `named` is `text` without a number at its head or end, `number` that number, `twice`
    whether it stands on both sides. `mark` is a forcing character of Fountain, `level` of a `#` heading.
    """

    row: int
    raw: str
    indent: int
    text: str
    gap: int
    mark: str = ""
    bold: bool = False
    level: int = 0
    starred: bool = False
    item: bool = False
    named: str = ""
    number: str | None = None
    twice: bool = False


def script_lines(lines: Sequence[str | None], start: int, *, markdown: bool) -> tuple[ScriptLine, ...]:
    """Return the lines with text from `start` on. None is a line that a note hides; it leaves no gap."""
    return tuple(_script_lines(lines, start, markdown))


def _script_lines(lines: Sequence[str | None], start: int, markdown: bool) -> Iterator[ScriptLine]:
    gap = 1
    for index in range(start, len(lines)):
        raw = lines[index]
        if raw is None:
            continue
        text = raw.strip()
        if not text or (markdown and text.startswith(_FENCE)) or (len(text) < 3 and _SPECK_ALONE.match(text)):
            gap += 1
            continue
        yield _line(index, raw, text, gap, markdown)
        gap = 0


def _line(index: int, raw: str, text: str, gap: int, markdown: bool) -> ScriptLine:
    indent = len(raw) - len(raw.lstrip())
    if "\t" in raw[:indent]:
        indent = len(raw[:indent].expandtabs(TAB_COLUMNS))
    text = without_specks(text)
    starred = text[-1] == "*" and text[0] != "*" and bool(_STAR.search(text))
    if starred:
        text = _STAR.sub("", text)
    mark = text[0] if text[0] in _MARKS else ""
    level, bold, item = 0, False, False
    if markdown or text[0] in "*_#":
        text, level, bold, item = _without_markdown(text, markdown)
    elif "*" in text or "_" in text or "\\" in text:
        text = without_emphasis(text)
    named, number, twice = _without_number(text)
    return ScriptLine(index, raw, indent, text, gap, mark, bold, level, starred, item, named, number, twice)


def without_lone_number(line: ScriptLine) -> ScriptLine:
    """Return the line with a number that stands on one side given back to its text."""
    return line._replace(named=line.text, number=None) if line.number and not line.twice else line


def without_specks(text: str) -> str:
    """Return a stripped line without specks of dust that a blank sets off at its ends."""
    first, last = text[:1] in _DUST and text[1:2] in _BLANKS, text[-1:] in _DUST and text[-2:-1] in _BLANKS
    return _SPECKS.sub("", text) if first or last else text


def _without_markdown(text: str, markdown: bool) -> tuple[str, int, bool, bool]:
    """Return the bare text, its level, whether all of it is bold, and whether it is an item of a list."""
    bare = text.removeprefix("> ").removesuffix("\\").rstrip() if markdown else text
    found = _HASH.match(bare)
    level = len(found[1]) if found else 0
    inner = found[2] if found else bare
    item = markdown and not found and bool(_LIST.match(inner))
    if item:
        inner = _LIST.sub("", inner)
    plain = without_emphasis(inner).strip()
    wrapped = inner.startswith(_BOLD) and len(inner) - len(plain) in (4, 6) and inner[-1] in "*_"
    return plain or text, level, wrapped and inner != plain, item


def _without_number(text: str) -> tuple[str, str | None, bool]:
    """Split a scene number off the head and the end: `12A  INT. BAR  12A`."""
    if len(text) > 200 or not _DIGIT.search(text):
        return text, None, False
    found = _NUMBERED.match(text)
    before = found["number"].rstrip("#") if found and (found["room"] or found["dot"]) else None
    rest = found["rest"] if found and before else text
    after = _LAST_NUMBER.search(rest)
    if not after:
        return (rest, before, False) if before and _has_digit(before) else (text, None, False)
    last = after["number"]
    if before and _same(before, last) and (_has_digit(before) or _has_digit(last)):
        return rest[: after.start()].rstrip(), before if _has_digit(before) else last, True
    if before and _has_digit(before):
        return rest, before, False
    wide = len(after["room"]) > 4 and _has_digit(last)
    return (text[: after.start()].rstrip(), last, False) if wide and not before else (text, None, False)


def _has_digit(number: str) -> bool:
    return any(character.isdigit() for character in number)


def _same(one: str, other: str) -> bool:
    return one == other or one.translate(_DIGITS) == other.translate(_DIGITS)
