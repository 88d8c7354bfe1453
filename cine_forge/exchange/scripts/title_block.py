"""The title page: which entries stand in the middle, which at the foot, and in what order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.film.screenplay.document import Document

_TITLE = ("title", "titel", "titre", "título", "название")
_SUBTITLE = ("subtitle", "series", "show", "episode", "season", "serie")
_CREDIT = ("credit",)
_AUTHOR = ("author", "authors", "writer", "writers", "written by", "autor", "auteur", "автор")
_SOURCE = ("source",)
_RIGHT = ("draft date", "date", "draft", "revision", "version")
_PLAIN = ("contact", "copyright", "notes")
_BY = "written by"


@dataclass(frozen=True)
class TitleBlock:
    """The lines of a title page by place; an empty line is a gap."""

    title: str
    middle: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether the script has a title page at all."""
        return bool(self.middle or self.left or self.right)


def title_block(document: Document) -> TitleBlock:
    """Lay out the entries of a script's title page. What is none of the usual ones goes to the contact."""
    entries = {key.lower(): value.strip() for key, value in document.title_page.items() if value.strip()}
    title = _taken(entries, _TITLE)
    subtitle, credit = _taken(entries, _SUBTITLE), _taken(entries, _CREDIT)
    authors, source = _taken(entries, _AUTHOR), _taken(entries, _SOURCE)
    right = _taken(entries, _RIGHT)
    middle = [*title]
    for part in (subtitle, credit or ([_BY] if authors else []), authors, source):
        if part:
            middle += ["", *([""] if part is source else []), *part]
    left = [line for key, value in entries.items() for line in _foot(key, value)]
    return TitleBlock(title[0] if title else "", tuple(middle), tuple(left), tuple(right))


def _foot(key: str, value: str) -> list[str]:
    """Return the lines of an entry at the foot; one that does not speak for itself says what it is."""
    lines = [line.strip() for line in value.split("\n")]
    return lines if key in _PLAIN or len(lines) > 1 else [f"{key.capitalize()}: {lines[0]}"]


def _taken(entries: dict[str, str], keys: Sequence[str]) -> list[str]:
    """Take the entries of these keys out and return their lines."""
    found = (entries.pop(key) for key in keys if key in entries)
    return [line.strip() for value in found for line in value.split("\n")]
