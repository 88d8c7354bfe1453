"""Marked text: styles as Fountain writes them, and the styles of a text that carries Fountain's marks.

Stars and underlines never change the words: where marks would be misread (within a word, next to each
other), the line is written without them; stars that are meant as stars are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from cine_forge.film.screenplay.document import Element, Span, SpanKind
from cine_forge.film.screenplay.emphasis import without_emphasis
from cine_forge.film.screenplay.formats.styled import Run, Styled

_SHOWN = (SpanKind.BOLD, SpanKind.ITALIC, SpanKind.UNDERLINE)
_LITERAL = re.compile(r"[\\*_]|\[(?=\[)|(?<=\[)\[")
_TOKEN = re.compile(r"\\[*_~@#!.>\[\]\\]|\*{1,3}|_|[^\\*_]+|\\")


def marked(text: str, spans: Iterable[Span] = ()) -> str:
    """Return `text` with Fountain's marks for bold, italic and underlined words."""
    shown = [span for span in spans if span.kind in _SHOWN]
    lines, at = [], 0
    for line in text.split("\n"):
        styled = _styled(line, at, shown)
        lines.append(styled if without_emphasis(styled) == line else literal(line))
        at += len(line) + 1
    return "\n".join(lines)


def literal(line: str) -> str:
    """Return a line that reads as it stands, its stars and brackets escaped only where they would count."""
    if without_emphasis(line) == line and "[[" not in line and "/*" not in line:
        return line
    return _LITERAL.sub(r"\\\g<0>", line)


def unforced(line: str) -> str:
    """Return a line whose first character is no marker: it is escaped if it would be one."""
    bare = line.lstrip()
    return f"{line[: len(line) - len(bare)]}\\{bare}" if bare[:1] in tuple("~@#!.>") else line


def shielded(line: str) -> str:
    """Return a line that is not taken for anything but words, whatever it begins with."""
    bare = line.lstrip()
    if not bare or bare[0] in "\\*_" or unforced(line) != line:
        return unforced(line)
    rest = bare[1:] if without_emphasis(bare) != bare else _LITERAL.sub(r"\\\g<0>", bare[1:])
    return f"{line[: len(line) - len(bare)]}*{bare[0]}*{rest}"


def styles_of(element: Element) -> tuple[Span, ...]:
    """Return the styles of an element: its own spans, or those that the marks in `raw` mean."""
    if element.spans or not ("*" in element.raw or "_" in element.raw):
        return element.spans
    for text in (element.raw, element.raw.strip(), element.raw.strip().lstrip("!.@>~# ").rstrip("<^ ")):
        found = _unmarked(text)
        at = found.text.find(element.text)
        if at >= 0:
            return found.cut(at, at + len(element.text)).spans
    return ()


def _styled(line: str, at: int, spans: list[Span]) -> str:
    """Return one line with marks; `at` is where it begins in the element's text."""
    if not spans:
        return literal(line)
    kinds = [
        frozenset(span.kind for span in spans if span.start <= at + offset < span.end)
        for offset in range(len(line))
    ]
    parts: list[str] = []
    for kind, group in groupby(range(len(line)), key=lambda offset: kinds[offset]):
        offsets = list(group)
        words = line[offsets[0] : offsets[-1] + 1]
        bare = words.strip()
        lead, tail = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        text = _LITERAL.sub(r"\\\g<0>", bare)
        stars = "*" * ((SpanKind.ITALIC in kind) + 2 * (SpanKind.BOLD in kind))
        under = "_" if SpanKind.UNDERLINE in kind else ""
        parts.append(f"{lead}{under}{stars}{text}{stars}{under}{tail}" if bare else words)
    return "".join(parts)


def _unmarked(text: str) -> Styled:
    """Read Fountain's marks; a line whose marks do not pair up has no styles."""
    runs: list[Run] = []
    for number, line in enumerate(text.split("\n")):
        runs += [("\n", frozenset())] if number else []
        runs += _runs(line)
    return Styled.of(runs)


def _runs(line: str) -> list[Run]:
    runs: list[Run] = []
    opened: frozenset[SpanKind] = frozenset()
    for token in _TOKEN.findall(line):
        if kinds := _kinds(token):
            opened ^= kinds
        else:
            shown = token[1:] if token[0] == "\\" and len(token) == 2 else token
            runs.append((shown, frozenset((kind, "") for kind in opened)))
    plain = without_emphasis(line)
    return runs if not opened and "".join(shown for shown, _ in runs) == plain else [(plain, frozenset())]


def _kinds(token: str) -> frozenset[SpanKind]:
    if token == "_":
        return frozenset({SpanKind.UNDERLINE})
    if set(token) != {"*"}:
        return frozenset()
    return frozenset(
        kind for kind, shown in ((SpanKind.ITALIC, len(token) != 2), (SpanKind.BOLD, len(token) > 1)) if shown
    )
