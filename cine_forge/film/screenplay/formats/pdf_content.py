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

_TOKEN = re.compile(
    rb"(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))|\((?P<string>(?:[^()\\]|\\.)*)\)|(?P<nested>\()"
    rb"|(?P<name>/[^\0\t\n\f\r ()<>\[\]{}/%]*)|(?P<bracket>[\[\]])|(?P<dictionary><<|>>)"
    rb"|<(?P<hex>[0-9A-Fa-f\0\t\n\f\r ]*)>|(?P<word>[A-Za-z'\"][A-Za-z0-9*'\"]*)|(?P<comment>%[^\r\n]*)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\r\n])|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_IMAGE_END = re.compile(rb"[\0\t\n\f\r ]EI(?=[\0\t\n\f\r ]|$)")
_MOST_OPERANDS = 64
_SPACES = b"\0\t\n\f\r "


def operations_of(content: bytes) -> Iterator[tuple[bytes, list[Operand]]]:
    """Yield each operator with its operands in order. Linear in the length of `content`."""
    operands: list[Operand] = []
    array: list[Operand] | None = None
    depth = 0
    tokens = _TOKEN.finditer(content)
    while found := next(tokens, None):
        kind = found.lastgroup
        value: Operand | None = None
        if kind == "number":
            value = float(found[0])
        elif kind == "word":
            word = found[0]
            if array is None and not depth:
                yield word, operands
                operands = []
            if word == b"ID":
                end = _IMAGE_END.search(content, found.end())
                tokens = _TOKEN.finditer(content, end.end() if end else len(content))
        elif kind == "bracket":
            if found[0] == b"[":
                array = []
            elif array is not None:
                value, array = array, None
        elif kind == "dictionary":
            depth = max(0, depth + (1 if found[0] == b"<<" else -1))
        elif kind == "nested":
            value, behind = _nested(content, found.end())
            tokens = _TOKEN.finditer(content, behind)
        elif kind != "comment":
            value = _value(found)
        if value is not None and not depth:
            if array is not None and not isinstance(value, list):
                array.append(value)
            elif len(operands) < _MOST_OPERANDS:
                operands.append(value)


def _value(found: re.Match[bytes]) -> Operand:
    """Return what a string or a name stands for."""
    if found.lastgroup == "name":
        return found[0].decode("latin-1")
    if found.lastgroup == "hex":
        digits = found["hex"].translate(None, _SPACES)
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    return _unescaped(found["string"])


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
