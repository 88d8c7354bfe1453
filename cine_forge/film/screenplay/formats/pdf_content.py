"""The PDF content: the operators of a page's stream with what stands before them.

A lexer for the few kinds of token that drawing knows (PDF 32000-1:2008, sections 7.2, 7.3 and 8.9.7), since
a screenplay is many small strings and the general parser takes most of the time on them. Dictionaries are
skipped: no operator that sets text has one. Broken tokens are skipped too, as viewers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Operand = float | str | bytes | list["Operand"]
"""A number, a name (with its slash), a string's bytes, or an array of these."""

_SPACE = rb"[\0\t\n\f\r ]"
_WORD = rb"[A-Za-z'\"][A-Za-z0-9*'\"]*"
_WORDS = _WORD + rb"(?:(?<!ID)[\t\n\f\r ]++" + _WORD + rb"){0,63}"
_NUMBER = rb"[+-]?(?:\d+\.?\d*|\.\d+)"
_NUMBERS = _NUMBER + rb"(?:[\t\n\f\r ]++" + _NUMBER + rb"){0,63}"
_STRING = rb"[^()\\]*+(?:\\.[^()\\]*+)*+"
_TOKEN = re.compile(
    rb"(?:(?:(?P<numbers>" + _NUMBERS + rb")|\((?P<string>" + _STRING + rb")\))"
    rb"" + _SPACE + rb"*+(?P<behind>" + _WORDS + rb")?|(?P<words>" + _WORDS + rb")|(?P<nested>\()"
    rb"|(?P<name>/[^\0\t\n\f\r ()<>\[\]{}/%]*)|(?P<bracket>[\[\]])|(?P<dictionary><<|>>)"
    rb"|<(?P<hex>[0-9A-Fa-f\0\t\n\f\r ]*)>|(?P<comment>%[^\r\n]*))" + _SPACE + rb"*+",
    re.DOTALL,
)
"""A token and the space behind it.

Numbers come in a row, so do words, 64 or up to `ID` at most; numbers or a string bring the words behind them.
"""

_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\r\n])|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_IMAGE_END = re.compile(_SPACE + rb"EI(?=" + _SPACE + rb"|$)")
_MOST_OPERANDS = 64
_SPACES = b"\0\t\n\f\r "


def operations_of(content: bytes) -> Iterator[tuple[list[bytes], list[Operand]]]:
    """Yield each row of operators with the operands of its first one in order; the others have none.

    Linear in the length of `content`.
    """
    operands: list[Operand] = []
    array: list[Operand] | None = None
    depth = 0
    tokens = _TOKEN.finditer(content)
    while found := next(tokens, None):
        kind = found.lastgroup
        values: list[Operand] = []
        if kind == "bracket":
            if found["bracket"] == b"[":
                array = []
            elif array is not None:
                values, array = [array], None
        elif kind == "dictionary":
            depth = max(0, depth + (1 if found["dictionary"] == b"<<" else -1))
        elif kind == "nested":
            value, behind = _nested(content, found.end("nested"))
            values, tokens = [value], _TOKEN.finditer(content, behind)
        elif kind != "words":
            values = _values(found)
        if values and not depth:
            if array is not None:
                array += values
            else:
                operands += values[: _MOST_OPERANDS - len(operands)]
        if kind == "words" or kind == "behind":
            words = found[kind].split()
            if array is None and not depth:
                yield words, operands
                operands = []
            if words[-1] == b"ID":
                end = _IMAGE_END.search(content, found.end(kind))
                tokens = _TOKEN.finditer(content, end.end() if end else len(content))


def _values(found: re.Match[bytes]) -> list[Operand]:
    """Return what a token stands for: a row of numbers, a string, a name, or nothing."""
    if found["numbers"] is not None:
        return list(map(float, found["numbers"].split()))
    if found["string"] is not None:
        return [_unescaped(found["string"])]
    if found["hex"] is not None:
        digits = found["hex"].translate(None, _SPACES)
        return [bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))]
    return [found["name"].decode("latin-1")] if found["name"] is not None else []


def _nested(content: bytes, start: int) -> tuple[bytes, int]:
    """Return a string that holds brackets of its own, from behind its first one, and where it ends."""
    depth = 1
    for found in _PARENTHESIS.finditer(content, start):
        depth += {b"(": 1, b")": -1}.get(found.group(), 0)
        if depth == 0:
            return _unescaped(content[start : found.start()]), found.end()
    return b"", len(content)


def _unescaped(string: bytes) -> bytes:
    return _ESCAPE.sub(_meant, string) if b"\\" in string else string


def _meant(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes((int(found[1], 8) & 0xFF,))
    return b"" if found[2] is not None else _ESCAPED.get(found[3], found[3])
