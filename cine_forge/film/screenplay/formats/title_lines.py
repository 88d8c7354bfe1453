"""Title lines: the entries of a title page that is laid out, not labelled.

FDX, Fade In and DOCX keep the first page as centred lines; which of them is the author is told by place
and wording only. The writers ask here whether a page that they set would be read back as it was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LABEL = re.compile(r"^(?P<key>[^\W\d_][\w '’-]{1,30}):[ \t]*(?P<value>\S.*)?$", re.DOTALL)
_CREDIT = re.compile(r"\b(?:by|von|par|por|di|da|автор)$", re.IGNORECASE)
_SOURCE = re.compile(r"^(?:based (?:up)?on|adapted from|from (?:the|a) |story by|nach )", re.IGNORECASE)
_LABELS = frozenset({"title", "credit", "author", "authors", "source", "draft date", "contact", "copyright"})
_COPYRIGHT = re.compile(r"copyright|©|\(c\)|all rights reserved", re.IGNORECASE)
_DRAFT = re.compile(
    r"\b(?:draft|revision|rev\.|fassung|version)\b|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$|^\d{4}-\d\d-\d\d$",
    re.IGNORECASE,
)


def entries_of(paragraphs: Sequence[str]) -> dict[str, str]:
    """Name the paragraphs of a title page; an empty one ends a block.

    The first block is the title; then the credit (`written by`) and its author, the source, the draft, the
    copyright; what is left is the contact. A line `Key: value` says itself what it is.
    """
    entries: dict[str, str] = {}
    waits = False
    for block in _blocks(paragraphs):
        rest: list[str] = []
        for line in block:
            found = _LABEL.match(line)
            if found and (entries or found["key"].casefold() in _LABELS):
                _add(entries, found["key"], found["value"] or "")
            elif waits and not _names_no_author(line):
                _add(entries, "Author", line)
                waits = False
            elif (entries or rest) and _is_credit(line, entries):
                if rest:
                    _add(entries, _key_of(rest, first=not entries), "\n".join(rest))
                    rest = []
                entries["Credit"], waits = line, True
            else:
                rest.append(line)
        if rest:
            _add(entries, _key_of(rest, first=not entries), "\n".join(rest))
    return entries


def _is_credit(line: str, entries: dict[str, str]) -> bool:
    return bool(_CREDIT.search(line)) and "Credit" not in entries and not _SOURCE.match(line)


def _blocks(paragraphs: Sequence[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for paragraph in paragraphs:
        if paragraph.strip():
            blocks[-1].append(paragraph.strip())
        else:
            blocks.append([])
    return [block for block in blocks if block]


def _names_no_author(line: str) -> bool:
    return bool(_SOURCE.match(line) or _COPYRIGHT.search(line))


def _key_of(lines: list[str], *, first: bool) -> str:
    if first:
        return "Title"
    text = "\n".join(lines)
    for key, pattern in (("Source", _SOURCE), ("Copyright", _COPYRIGHT), ("Draft date", _DRAFT)):
        if pattern.search(text) and (key != "Draft date" or len(lines) < 4):
            return key
    return "Contact"


def _add(entries: dict[str, str], key: str, value: str) -> None:
    entries[key] = f"{entries[key]}\n{value}" if entries.get(key) else value
