"""The LaTeX reader: the `screenplay` class and package, whose commands say what a line is.

Slug lines become headings in the words that the class prints (`EXT. A Park - DAY`), a `dialogue`
environment a cue with its direction and speech. A speaker written as `(cont'd)` is the one before.
Everything else is action, without its commands. Nothing is expanded: a macro of the writer's own is
taken for the words within it. Source: commands of screenplay 1.6 and screenplay-pkg 1.1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cine_forge.film.screenplay.document import Element, ElementType, HeadingKind
from cine_forge.film.screenplay.encoding import decode_text, split_lines
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.kernel.ground.errors import Fault, ProjectError

_COMMENT = re.compile(r"(?<!\\)%.*")
_PLACES = {"int": "INT.", "ext": "EXT.", "intext": "INT./EXT.", "extint": "EXT./INT."}
_SLUG = re.compile(r"\\(intext|extint|int|ext)slug[ \t]*(?:\[([^\]]*)\])?[ \t]*\{")
_SPEECH = re.compile(r"\\(?:begin\{dialogue\}|dialbreak)[ \t]*(?:\[([^\]]*)\])?[ \t]*\{")
_PAREN = re.compile(r"\\paren[ \t]*\{")
_ENTRY = re.compile(r"\\(title|author|realauthor|address|agent|date)[ \t]*\{")
_ENTRIES = {"title": "Title", "author": "Author", "realauthor": "Author", "address": "Contact"}
_ENTRIES |= {"agent": "Agent", "date": "Draft date"}
_CUTS = {"fadein": "FADE IN:", "fadeout": "FADE OUT.", "intercut": "INTERCUT WITH:"}
_CUT = re.compile(r"^\\(?:(fadein|fadeout|intercut)\b|transition[ \t]*\{(.*)\})[ \t]*$")
_CENTRED = re.compile(r"^\\cent(?:re|er)title[ \t]*\{(.*)\}[ \t]*$|^\\(theend)\b")
_SYMBOLS = {r"\dots": "…", r"\ldots": "…", r"\textellipsis": "…", r"\ss": "ß", r"\pov": "POV", r"\\": "\n"}
_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "c": "\u0327"}
_ACCENT = re.compile(r"\\(['`^\"~])\{?([A-Za-z])\}?|\\(c)\{([A-Za-z])\}")
_LAYOUT = re.compile(
    r"\\(?:begin|end|vspace|hspace|label|usepackage|newpage|pagebreak|clearpage)\*?[ \t]*"
    r"(?:\[[^\]]*\])?(?:\{[^{}]*\})?"
)
_COMMAND = re.compile(r"\\[A-Za-z]+\*?[ \t]?")
_GOES_ON = re.compile(r"^\(?\s*cont[.'’ ]*d?\.?\s*\)?$", re.IGNORECASE)


def parse_latex(name: str, content: bytes) -> Extract:
    """Read a LaTeX screenplay. Raises ProjectError CF-F039 when it has neither slug lines nor dialogue."""
    text, _ = decode_text(content)
    lines = [_COMMENT.sub("", line) for line in split_lines(text)]
    if not any(_SLUG.search(line) or _SPEECH.search(line) for line in lines):
        what = "found no command of the `screenplay` class, such as `\\intslug[day]{A kitchen}`"
        hint = "use the screenplay class, or export the script as Fountain"
        raise ProjectError(Fault("CF-F039", what, name, hint))
    begin = next((at for at, line in enumerate(lines) if r"\begin{document}" in line), -1)
    scan = _Scan(lines)
    for index in range(begin + 1, len(lines)):
        scan.take(index)
    scan.end_action()
    return Extract(elements=tuple(scan.elements), title_page=dict(_entries(lines[: begin + 1])))


@dataclass
class _Scan:
    """One pass over the lines of the document's body."""

    lines: list[str]
    elements: list[Element] = field(default_factory=list)
    speaker: str = ""
    speaking: bool = False
    ended: bool = False
    centred: bool = False
    words: list[str] = field(default_factory=list)
    start: int = 0

    def take(self, index: int) -> None:
        """Classify the line at `index`."""
        line = self.lines[index].strip()
        if self.ended:
            return
        if not line and not self.speaking:
            self.end_action()
        elif not self._landmark(index, line):
            self._text(index, line)

    def end_action(self) -> None:
        """Close the paragraph or speech that is open."""
        while self.words and not self.words[-1]:
            self.words.pop()
        text = _bare("\n".join(self.words))
        if text:
            kind = ElementType.CENTERED if self.centred else ElementType.ACTION
            kind = ElementType.DIALOGUE if self.speaking else kind
            self._put(kind, text, self.start, self.start + len(self.words) - 1)
        self.words = []

    def _landmark(self, index: int, line: str) -> bool:
        """Take a line that begins with a command of the class."""
        if line.startswith((r"\end{document}", r"\end{dialogue}", r"\end{center}", r"\end{titleover}")):
            self.end_action()
            self.speaking = self.centred = False
            self.ended = "document" in line
        elif line.startswith((r"\begin{center}", r"\begin{titleover}")):
            self.end_action()
            self.centred = True
        elif found := _SLUG.match(line):
            self._slug(index, found, line)
        elif found := _SPEECH.match(line):
            self._cue(index, found, line)
        elif self.speaking and (found := _PAREN.match(line)):
            self.end_action()
            inner, rest = _group(line, found.end())
            self._put(ElementType.PARENTHETICAL, f"({_bare(inner).strip('()')})", index)
            if rest.strip():
                self._text(index, rest.strip())
        elif (found := _CUT.match(line)) or (found := _CENTRED.match(line)):
            self._alone(index, line, found)
        else:
            return False
        return True

    def _slug(self, index: int, found: re.Match[str], line: str) -> None:
        self.end_action()
        place, rest = _group(line, found.end())
        time = f" - {_bare(found[2]).upper()}" if found[2] else ""
        text = f"{_PLACES[found[1]]} {_bare(place)}{time}"
        self.speaking = False
        self._put(ElementType.SCENE_HEADING, text, index, kind=HeadingKind.STANDARD)
        if rest.strip():
            self._text(index, rest.strip())

    def _cue(self, index: int, found: re.Match[str], line: str) -> None:
        self.end_action()
        inner, rest = _group(line, found.end())
        name = _bare(inner)
        self.speaker = self.speaker if _GOES_ON.match(name) and self.speaker else name
        shown = f"{self.speaker} (CONT'D)" if name != self.speaker else name
        self._put(ElementType.CHARACTER, shown, index, written=None if shown == name else name)
        if found[1]:
            self._put(ElementType.PARENTHETICAL, f"({_bare(found[1]).strip('()')})", index)
        self.speaking = True
        if rest.strip():
            self._text(index, rest.strip())

    def _alone(self, index: int, line: str, found: re.Match[str]) -> None:
        """Take a transition or a centred title, each on a line of its own."""
        self.end_action()
        self.speaking = False
        if found.re is _CUT:
            self._put(ElementType.TRANSITION, _CUTS.get(found[1] or "", _bare(found[2] or "")), index)
        else:
            self._put(ElementType.CENTERED, "THE END" if found[2] else _bare(found[1]), index)

    def _text(self, index: int, line: str) -> None:
        if not self.words and not line:
            return
        if not self.words:
            self.start = index
        self.words.append(line)

    def _put(self, kind: ElementType, text: str, first: int, last: int | None = None, /, **more: Any) -> None:
        end = first if last is None else last
        raw = "\n".join(self.lines[first : end + 1])
        if text:
            self.elements.append(
                Element(type=kind, text=text, raw=raw, line=first + 1, end_line=end + 1, **more)
            )


def _group(line: str, start: int) -> tuple[str, str]:
    """Return what stands from `start` to its closing brace, and what follows."""
    depth = 1
    for at in range(start, len(line)):
        escaped = line[at - 1] == "\\" if at else False
        depth += 0 if escaped else (line[at] == "{") - (line[at] == "}")
        if depth == 0:
            return line[start:at], line[at + 1 :]
    return line[start:], ""


def _entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the entries of the title page; a value may run over several lines."""
    text = "\n".join(lines)
    for found in _ENTRY.finditer(text):
        inner, _ = _group(text, found.end())
        yield _ENTRIES[found[1]], "\n".join(part.strip() for part in _bare(inner).split("\n") if part.strip())


def _bare(text: str) -> str:
    """Return words without commands: symbols and accents as letters, quotes and dashes as printed."""
    for command, symbol in _SYMBOLS.items():
        text = re.sub(rf"{re.escape(command)}(?![A-Za-z])(?:\{{\}}|\\(?= ))?", symbol, text)
    text = _ACCENT.sub(lambda at: (at[2] or at[4]) + _ACCENTS[at[1] or at[3]], text)
    text = _COMMAND.sub("", _LAYOUT.sub("", text))
    text = re.sub(r"\\([%&$#_{} ])", r"\1", text.replace("\\\\", "\n").replace("~", " "))
    for written, printed in (("``", "“"), ("''", "”"), ("---", "—"), ("--", "–")):
        text = text.replace(written, printed)
    lines = (" ".join(line.replace("{", "").replace("}", "").split()) for line in text.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(lines)).strip()
