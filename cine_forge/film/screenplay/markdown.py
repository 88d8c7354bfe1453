"""The Markdown reader: episodes as language models and note-takers write them.

Headings, cues and transitions may be bold, marked with `#`, or bare; a speech may stand on the line of
its cue (`**Ann (whispering):** Come.`). Bold lines before the first scene are the title, acts are
sections. Fenced blocks are read as if the fence were not there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.film.screenplay.cues import can_be_cue, is_capitals, parse_cue
from cine_forge.film.screenplay.document import Document, ElementType, HeadingKind
from cine_forge.film.screenplay.emphasis import without_emphasis
from cine_forge.film.screenplay.headings import match_heading, match_omitted, split_number
from cine_forge.film.screenplay.lifting import lift
from cine_forge.film.screenplay.runs import Runs
from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.film.screenplay.title_page import read_title_page
from cine_forge.film.screenplay.transitions import is_loose_transition, is_transition
from cine_forge.film.screenplay.word_list import word_list

ACT = re.compile(
    r"^(?:ACT (?:[IVX]+|\d+|ONE|TWO|THREE|FOUR|FIVE|SIX)|TEASER|COLD OPEN|PROLOGUE|EPILOGUE|TAG|CODA)\b"
    r"[^a-z]{0,3}(?:[:.–—-].*)?$",
    re.IGNORECASE,
)
_SCENE_LABEL = re.compile(
    r"^SCENE (?P<number>\d{1,3}[A-Z]?)\b[ \t]*[:.–—-]?[ \t]*(?P<rest>.*)$", re.IGNORECASE
)
_HASH = re.compile(r"^(#{1,6})[ \t]+(\S.*?)[ \t]*#*$")
_RULE = re.compile(r"^(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|={3,})$")
_LIST = re.compile(r"^(?:[-*+•]|\d{1,2}[.)])[ \t]+(?=\S)")
_INLINE = re.compile(
    r"^(?:\*\*|__)?(?P<name>[^\W\d_](?:[^:*()\n]{0,38}?[^:*()\s])??)(?:\*\*|__)?[ \t]*"
    r"(?:(?P<ext>\([^()\n]{1,60}\))(?:\*\*|__)?[ \t]*)?:(?:\*\*|__)?[ \t]*(?P<text>\S.*)$"
)
_BRACKET = re.compile(r"^(\([^()\n]{1,120}\))[ \t]*(\S.*)$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_NAMES = word_list(
    "act scene episode title note notes setting location time characters character logline synopsis summary"
    " genre cast super caption chyron written draft theme credits fade cut interior exterior montage todo"
)


@dataclass(frozen=True)
class _Line:
    """A line without its Markdown: `text` bare, `bold` when wholly bold, `level` of a `#` heading."""

    text: str
    bold: bool = False
    level: int = 0


def read_markdown(source: SourceText) -> Document:
    """Read a Markdown episode. Never refuses: what fits no rule is action."""
    lifted = lift(source.lines)
    title = read_title_page(lifted.lines)
    scan = _Scan(lifted.lines, _speakers(source.lines))
    for index in range(title.end, len(lifted.lines)):
        scan.take(index)
    entries = title.entries or {"Title": scan.titles[0]} if scan.titles or title.entries else {}
    return Document(
        format="markdown",
        lines=len(source.lines),
        title_page=entries,
        elements=scan.runs.finished((*title.elements, *lifted.elements)),
        warnings=(*source.warnings, *lifted.warnings),
    )


def _speakers(lines: Sequence[str]) -> frozenset[str]:
    """Names that open a `Name: speech` line twice, or once when bold, bracketed or introduced in capitals."""
    counted: Counter[str] = Counter()
    introduced = {word for line in lines for word in _WORD.findall(line) if word.isupper()}
    for line in lines:
        found = _INLINE.match(line.strip())
        if found and _can_be_name(found["name"].strip()):
            sure = line.strip().startswith(("**", "__")) or bool(found["ext"])
            known = introduced.issuperset(_WORD.findall(found["name"].upper()))
            counted[found["name"].strip()] += 2 if sure or known else 1
    return frozenset(name for name, times in counted.items() if times > 1)


def _can_be_name(name: str) -> bool:
    words = name.split()
    if not words or len(words) > 4 or words[0].lower() in _NO_NAMES:
        return False
    return all(word[0].isupper() or word.lower() in {"of", "the", "on", "and", "de", "von"} for word in words)


class _Scan:
    """One pass over the visible lines; `opened` turns true at the first scene, act or speech."""

    def __init__(self, lines: Sequence[str | None], speakers: frozenset[str]) -> None:
        self.lines = lines
        self.speakers = speakers
        self.runs = Runs()
        self.titles: list[str] = []
        self.opened = self.speaking = False
        self.fresh = True

    def take(self, index: int) -> None:
        """Classify the line at `index`."""
        raw = self.lines[index]
        if raw is None:
            self.runs.close()
            return
        if not raw.strip() or raw.lstrip().startswith("```"):
            self.runs.close()
            self.speaking, self.fresh = False, True
            return
        line = _bare(raw.strip())
        taken = self._landmark(index, raw, line) or self._cue(index, raw, line)
        if not taken and self.speaking:
            self._speech(index, raw, line.text)
        elif not taken:
            self.runs.add(ElementType.ACTION, index, _LIST.sub("", line.text), raw)
        self.fresh = False

    def _landmark(self, index: int, raw: str, line: _Line) -> bool:
        """Take a heading, an act, a transition, a rule or a title."""
        text = line.text
        marked = line.bold or line.level > 0
        label = _SCENE_LABEL.match(text)
        heading = match_heading(label["rest"] if label else text)
        if heading and (self.fresh or heading.certain):
            number = heading.number or (label["number"] if label else None)
            self._mark(
                ElementType.SCENE_HEADING, index, raw, heading.text, kind=HeadingKind.STANDARD, number=number
            )
        elif label and (marked or is_capitals(text)) and self.fresh:
            rest, number = split_number(label["rest"])
            kind = HeadingKind.PLAIN
            self._mark(
                ElementType.SCENE_HEADING,
                index,
                raw,
                rest or text,
                kind=kind,
                number=label["number"],
                confidence=0.8,
            )
        elif self.fresh and (gone := match_omitted(text)):
            kind, number = HeadingKind.PLAIN, gone.number
            self._mark(
                ElementType.SCENE_HEADING, index, raw, gone.text, kind=kind, number=number, omitted=True
            )
        elif _RULE.match(raw.strip()):
            self._mark(ElementType.PAGE_BREAK, index, raw, "")
        elif ACT.match(text) and (self.fresh or marked):
            self._mark(ElementType.SECTION, index, raw, text.rstrip(": "), depth=line.level or 1)
        elif is_transition(text) or (self.fresh and is_loose_transition(text)):
            self._mark(ElementType.TRANSITION, index, raw, text)
        else:
            return marked and self._caption(index, raw, line)
        self.opened = self.opened or not _RULE.match(raw.strip())
        return True

    def _caption(self, index: int, raw: str, line: _Line) -> bool:
        """Take a bold or `#` line that is neither a heading nor a cue."""
        if self._is_cue(index, line) and self.opened:
            return False
        if not self.opened:
            self.titles.append(line.text)
            self._mark(ElementType.TITLE, index, raw, line.text)
        elif line.text.upper().rstrip(":.").endswith(" SCENE"):
            kind = HeadingKind.PLAIN
            self._mark(ElementType.SCENE_HEADING, index, raw, line.text, kind=kind, confidence=0.6)
        elif line.level:
            self._mark(ElementType.SECTION, index, raw, line.text, depth=line.level)
        else:
            self._mark(ElementType.CENTERED, index, raw, line.text)
        return True

    def _mark(self, kind: ElementType, index: int, raw: str, text: str, /, **more: object) -> None:
        self.runs.close()
        self.speaking = False
        self.runs.add(kind, index, text, raw, **more)

    def _cue(self, index: int, raw: str, line: _Line) -> bool:
        if self.fresh and self._is_cue(index, line):
            self._mark(
                ElementType.CHARACTER, index, raw, line.text.rstrip(":^ "), dual=parse_cue(line.text).dual
            )
            self.opened = self.speaking = True
            return True
        found = _INLINE.match(raw.strip())
        if not found or found["name"].strip() not in self.speakers:
            return False
        name = " ".join(part for part in (found["name"].strip(), found["ext"]) if part)
        self._mark(ElementType.CHARACTER, index, raw, name)
        self.opened = self.speaking = True
        self._speech(index, raw, without_emphasis(found["text"]))
        return True

    def _is_cue(self, index: int, line: _Line) -> bool:
        following = self.lines[index + 1] if index + 1 < len(self.lines) else ""
        return bool((following or "").strip()) and can_be_cue(line.text) and not line.level

    def _speech(self, index: int, raw: str, text: str) -> None:
        """Take a line of a speech; a bracket at its head is split off as a parenthetical."""
        found = _BRACKET.match(text)
        if found:
            self.runs.add(ElementType.PARENTHETICAL, index, found[1], found[1])
            text = found[2]
        bracket = text.startswith("(") and text.endswith(")")
        kind = ElementType.PARENTHETICAL if bracket else ElementType.DIALOGUE
        self.runs.add(kind, index, text, raw if not found else text)


def _bare(text: str) -> _Line:
    """Take the Markdown off a stripped line."""
    text = text.removeprefix("> ").removesuffix("\\").rstrip()
    found = _HASH.match(text)
    level = len(found[1]) if found else 0
    inner = found[2] if found else text
    plain = without_emphasis(inner).strip()
    bold = (
        inner != plain and inner.startswith(("**", "__", "_**", "***")) and len(inner) - len(plain) in (4, 6)
    )
    return _Line(plain, bold and inner[-1] in "*_", level)
