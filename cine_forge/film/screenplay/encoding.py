"""The encoding of a script: bytes become text, whoever wrote them.

A byte order mark decides, then UTF-8. What is neither is guessed line by line, since people paste lines of
one encoding into files of another: a line that is sound UTF-8 stays so, every other one is Windows-1252,
Latin-1 or Windows-1251. Every guess is one warning with the first line that it was made for.
"""

from __future__ import annotations

import codecs
import re

from cine_forge.film.screenplay.document import Warned

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"cp1252": "Windows-1252", "latin-1": "Latin-1", "cp1251": "Windows-1251"}
_UNUSED_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_PRINTED_IN_1252 = re.compile(rb"[\x80-\x9f]")
_HIGH_LETTERS = re.compile(rb"[\xa8\xb8\xc0-\xff]+")
_LEAST_CYRILLIC = 0.7
_LINE_ENDS = ("\r\n", "\r", "\x0b", "\x85", "\u2028", "\u2029")


def decode_text(content: bytes) -> tuple[str, tuple[Warned, ...]]:
    """Return the text of a file and a warning where its encoding was guessed. Line ends stay as they are."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), ()
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return _guessed(content.removeprefix(codecs.BOM_UTF8))


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text, whatever ends them; a last empty one is dropped."""
    for mark in _LINE_ENDS:
        text = text.replace(mark, "\n")
    return tuple(text.removesuffix("\n").split("\n"))


def _guessed(content: bytes) -> tuple[str, tuple[Warned, ...]]:
    """Decode a file that is not UTF-8 as a whole."""
    lines = content.splitlines(keepends=True)
    broken = [index for index, line in enumerate(lines) if not _is_utf8(line)]
    encoding = _encoding_of(b"".join(lines[index] for index in broken))
    sound = sum(not line.isascii() for line in lines) - len(broken)
    shown = set(broken) if sound else set(range(len(lines)))
    text = "".join(
        line.decode(encoding, errors="replace") if index in shown else line.decode()
        for index, line in enumerate(lines)
    )
    name = _NAMES[encoding]
    told = f"lines that are not UTF-8 were read as {name}" if sound else f"not UTF-8; read as {name}"
    return text, (Warned(line=broken[0] + 1, message=told),)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _encoding_of(content: bytes) -> str:
    """Guess by how high letters stand: Cyrillic ones in words, those of western languages alone."""
    runs = _HIGH_LETTERS.findall(content)
    letters = sum(map(len, runs))
    if letters and sum(len(run) for run in runs if len(run) > 1) > _LEAST_CYRILLIC * letters:
        return "cp1251"
    if _UNUSED_IN_1252.search(content) or not _PRINTED_IN_1252.search(content):
        return "latin-1"
    return "cp1252"
