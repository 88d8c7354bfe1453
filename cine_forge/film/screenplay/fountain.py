"""The Fountain reader: lines become elements by the rules of fountain.io/syntax (read 2024).

It reads once from top to bottom: title page, then for each line its forced marker, heading, transition,
cue, or the speech it continues; what is left is action. Where the rules let a mistake pass for a person,
it is stricter: a cue does not end a sentence. Texts that are no Fountain are not its business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cine_forge.film.screenplay.cues import can_be_cue, parse_cue
from cine_forge.film.screenplay.document import Document, ElementType, HeadingKind
from cine_forge.film.screenplay.headings import is_omitted, match_heading, match_omitted, split_number
from cine_forge.film.screenplay.lifting import lift
from cine_forge.film.screenplay.runs import Runs
from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.film.screenplay.title_page import read_title_page
from cine_forge.film.screenplay.transitions import is_transition

_SECTION = re.compile(r"^(#{1,6})(?!#)[ \t]*(\S.*)$")
_PAGE_BREAK = re.compile(r"^={3,}$")


def read_fountain(source: SourceText, form: str = "fountain") -> Document:
    """Read a Fountain (or plain) text. Never refuses: what fits no rule is action."""
    lifted = lift(source.lines)
    title = read_title_page(lifted.lines)
    scan = _Scan(lifted.lines)
    for index in range(title.end, len(lifted.lines)):
        scan.take(index)
    return Document(
        format=form,
        lines=len(source.lines),
        title_page=title.entries,
        elements=scan.runs.finished((*title.elements, *lifted.elements)),
        warnings=(*source.warnings, *lifted.warnings),
    )


class _Scan:
    """One pass over the visible lines. `fresh` is true where a new paragraph may begin."""

    def __init__(self, lines: Sequence[str | None]) -> None:
        self.lines = lines
        self.runs = Runs()
        self.fresh = True
        self.speaking = False
        self.open_bracket = False

    def take(self, index: int) -> None:
        """Classify the line at `index`."""
        line = self.lines[index]
        if line is None:
            self.runs.close()
            return
        text = line.strip()
        if not text:
            self._blank(index, line)
            return
        fresh = self.fresh
        taken = self._forced(index, line, text, fresh) or self._standard(index, line, text, fresh)
        if not taken and self.speaking:
            self._speech(index, line, text)
        elif not taken:
            self.runs.add(ElementType.ACTION, index, line.expandtabs(4).rstrip(), line)
        self.fresh = False

    def _blank(self, index: int, line: str) -> None:
        if self.speaking and line == "  " and self._followed(index):
            kind = ElementType.DIALOGUE
            self.runs.add(kind, index, "", line)
            return
        self._end_speech()
        self.fresh = True

    def _forced(self, index: int, line: str, text: str, fresh: bool) -> bool:
        """Take a line that carries a marker of Fountain."""
        mark = text[0]
        if mark == "!":
            self._end_speech()
            self.runs.add(ElementType.ACTION, index, line.replace("!", "", 1).rstrip(), line)
        elif mark == "@" and len(text) > 1:
            self._cue(index, line, text)
        elif mark == "." and fresh and text[1:2] not in ("", ".", " ", "\t") and not text[1:2].isdigit():
            self._heading(index, line, split_number(text[1:]), HeadingKind.FORCED)
        elif mark == ">":
            self._arrow(index, line, text)
        elif mark == "~":
            self.runs.add(ElementType.LYRIC, index, text[1:].strip(), line)
        elif mark == "=":
            kind = ElementType.PAGE_BREAK if _PAGE_BREAK.match(text) else ElementType.SYNOPSIS
            self._plain(kind, index, text.lstrip("= \t"), line)
        else:
            return mark == "#" and self._section(index, line, text)
        return True

    def _standard(self, index: int, line: str, text: str, fresh: bool) -> bool:
        """Take a heading, a transition or a cue that needs no marker."""
        heading = match_heading(text)
        if heading and (fresh or heading.certain):
            self._heading(index, line, (heading.text, heading.number), HeadingKind.STANDARD)
        elif fresh and (omitted := match_omitted(text)):
            self._heading(index, line, (omitted.text, omitted.number), HeadingKind.PLAIN)
        elif fresh and self._is_transition(index, line, text):
            self._plain(ElementType.TRANSITION, index, text, line)
        elif fresh and self._is_cue(index, text):
            self._cue(index, line, text)
        else:
            return False
        return True

    def _is_transition(self, index: int, line: str, text: str) -> bool:
        spaces = line[-1].isspace()
        return not spaces and is_transition(text) and not (text.endswith("TO:") and self._followed(index))

    def _is_cue(self, index: int, text: str) -> bool:
        return self._followed(index) and can_be_cue(text)

    def _followed(self, index: int) -> bool:
        """Whether the next visible line has text."""
        following = (line for line in self.lines[index + 1 : index + 200] if line is not None)
        return bool(next(following, "").strip())

    def _heading(self, index: int, line: str, split: tuple[str, str | None], kind: HeadingKind) -> None:
        text, number = split
        omitted = is_omitted(text)
        self._plain(ElementType.SCENE_HEADING, index, text, line, kind=kind, number=number, omitted=omitted)

    def _plain(self, element: ElementType, index: int, text: str, line: str, **more: object) -> None:
        self._end_speech()
        self.runs.add(element, index, text, line, **more)

    def _arrow(self, index: int, line: str, text: str) -> None:
        if text.endswith("<") and len(text) > 1:
            self._end_speech()
            self.runs.add(ElementType.CENTERED, index, text[1:-1].strip(), line)
        else:
            self._plain(ElementType.TRANSITION, index, text[1:].strip(), line)

    def _section(self, index: int, line: str, text: str) -> bool:
        found = _SECTION.match(text)
        if not found or (self.speaking and found[2] == text[1:]):
            return False
        self._plain(ElementType.SECTION, index, found[2], line, depth=len(found[1]))
        return True

    def _cue(self, index: int, line: str, text: str) -> None:
        self._end_speech()
        dual = parse_cue(text).dual
        shown = text.removeprefix("@").rstrip("^ \t").strip()
        self.runs.add(ElementType.CHARACTER, index, shown, line, dual=dual)
        self.speaking = True

    def _speech(self, index: int, line: str, text: str) -> None:
        bracket = self.open_bracket or (text.startswith("(") and self._closes(index))
        if bracket:
            self.open_bracket = not text.endswith(")")
            self.runs.add(ElementType.PARENTHETICAL, index, text, line)
        else:
            self.runs.add(ElementType.DIALOGUE, index, text, line)

    def _closes(self, index: int) -> bool:
        """Whether a bracket opened at this line's head closes at the end of this line or of the next two."""
        for line in self.lines[index : index + 3]:
            text = (line or "").strip()
            if not text or (")" in text and not text.endswith(")")):
                return False
            if text.endswith(")"):
                return True
        return False

    def _end_speech(self) -> None:
        self.runs.close()
        self.speaking = self.open_bracket = False
