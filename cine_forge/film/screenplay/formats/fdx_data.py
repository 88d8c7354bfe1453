"""The data of an FDX file: what its tags and revisions mean, and which styles are set in capitals.

Final Draft keeps them outside of the script: a run carries a number, `TagData` says that the number is the
lantern among the props. The reader of paragraphs hands every other part of the file to this noun.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cine_forge.film.screenplay.document import Element, Revision, SpanKind, Tag


@dataclass
class FdxData:
    """Categories by id, definitions by id, and which definitions a tag's number stands for."""

    capitals: dict[str, bool] = field(default_factory=dict)
    _categories: dict[str, str] = field(default_factory=dict)
    _definitions: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    _meant: dict[str, list[str]] = field(default_factory=dict)
    _revisions: dict[str, Revision] = field(default_factory=dict)
    _tag: str = ""
    _setting: str = ""

    def open(self, name: str, attrs: Any, path: Sequence[str]) -> None:
        """Take the start of an element of the file's data."""
        if name == "TagCategory":
            self._categories[attrs.get("Id") or ""] = attrs.get("Name") or ""
        elif name == "TagDefinition":
            meant = (attrs.get("CatId") or "", attrs.get("Label") or "", attrs.get("Number") or "")
            self._definitions[attrs.get("Id") or ""] = meant
        elif name == "Tag":
            self._tag = attrs.get("Number") or ""
        elif name == "DefId":
            self._meant.setdefault(self._tag, []).append("")
        elif name == "Revision" and "Revisions" in path:
            self._add_revision(attrs)
        elif name == "ElementSettings":
            self._setting = attrs.get("Type") or ""
        elif name == "FontSpec" and "ElementSettings" in path:
            self.capitals[self._setting] = "AllCaps" in (attrs.get("Style") or "")

    def characters(self, content: str, path: Sequence[str]) -> None:
        """Take text of the file's data: the ids of definitions."""
        if path[-1] == "DefId" and self._meant.get(self._tag):
            self._meant[self._tag][-1] += content.strip()

    def tags(self, elements: Iterable[Element]) -> Iterator[Tag]:
        """Yield every tagged stretch of the script; a number without a definition has its words for name."""
        for element in elements:
            for span in element.spans:
                if span.kind is SpanKind.TAG:
                    yield from self._tags(span.value, element, element.text[span.start : span.end])

    def revisions(self, elements: Iterable[Element]) -> Iterator[Revision]:
        """Yield the sets of revisions that the script's words belong to, in order of first use."""
        used = (span.value for one in elements for span in one.spans if span.kind is SpanKind.REVISION)
        for number in dict.fromkeys(used):
            yield self._revisions.get(number) or Revision(number=number, name=number)

    def _tags(self, number: str, element: Element, text: str) -> Iterator[Tag]:
        ids = self._meant.get(number) or [
            one for one, known in self._definitions.items() if known[2] == number
        ]
        for known in [self._definitions.get(one) for one in ids] or [None]:
            category = self._categories.get(known[0], "") if known else ""
            name = (known[1] if known else "") or text
            yield Tag(number=number, category=category, name=name, text=text, line=element.line)

    def _add_revision(self, attrs: Any) -> None:
        number, colour = attrs.get("ID") or "", attrs.get("Color") or ""
        if len(colour) == 13:  # Final Draft writes 16 bits a channel
            colour = f"#{colour[1:3]}{colour[5:7]}{colour[9:11]}"
        name = attrs.get("Name") or number
        self._revisions[number] = Revision(
            number=number, name=name, colour=colour, mark=attrs.get("Mark") or ""
        )
