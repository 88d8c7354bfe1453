"""The data of an FDX file: what its tags and revisions mean, outside of the script's paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cine_forge.film.screenplay.document import Document, Revision, Tag
from cine_forge.film.screenplay.writing.xml_text import xml_text, xml_value
from cine_forge.kernel.ground.hashing import digest_of

_BLACK = "#000000000000"


def fdx_data(document: Document) -> Iterator[str]:
    """Yield the lines of `<Revisions>` and `<TagData>`, as far as the script has any."""
    if document.revisions:
        yield "  <Revisions>"
        yield from map(_revision, document.revisions)
        yield "  </Revisions>"
    if document.tags:
        yield from ("  <TagData>", "    <TagCategories>")
        yield from _categories(document.tags)
        yield from ("    </TagCategories>", "    <TagDefinitions>")
        yield from _definitions(document.tags)
        yield from ("    </TagDefinitions>", "    <Tags>")
        yield from _tags(document.tags)
        yield from ("    </Tags>", "  </TagData>")


def _revision(revision: Revision) -> str:
    """Return a set of revisions; Final Draft writes 16 bits a channel of its colour."""
    colour = revision.colour
    if len(colour) == 7:
        colour = f"#{colour[1:3] * 2}{colour[3:5] * 2}{colour[5:7] * 2}"
    given = {"Color": colour, "ID": revision.number, "Mark": revision.mark, "Name": revision.name}
    return f"    <Revision{_given(given)}/>"


def _categories(tags: Sequence[Tag]) -> Iterator[str]:
    for number, name in enumerate(dict.fromkeys(tag.category for tag in tags), 1):
        given = {"Color": _BLACK, "Id": _id(name), "Name": name, "Number": str(number), "Style": "Bold"}
        yield f"      <TagCategory{_given(given)}/>"


def _definitions(tags: Sequence[Tag]) -> Iterator[str]:
    for number, (category, name) in enumerate(dict.fromkeys((tag.category, tag.name) for tag in tags), 1):
        given = {"CatId": _id(category), "Id": _id(category, name), "Label": name, "Number": str(number)}
        yield f"      <TagDefinition{_given(given)}/>"


def _tags(tags: Sequence[Tag]) -> Iterator[str]:
    meant: dict[str, dict[str, None]] = {}
    for tag in tags:
        meant.setdefault(tag.number, {})[_id(tag.category, tag.name)] = None
    for number, ids in meant.items():
        inner = "".join(f"<DefId>{xml_text(one)}</DefId>" for one in ids)
        yield f"      <Tag Number={xml_value(number)}>{inner}</Tag>"


def _id(*words: str) -> str:
    """Return an id in the form of a UUID that follows from the words."""
    digits = digest_of(["fdx", *words])[:32]
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _given(attributes: dict[str, str]) -> str:
    return "".join(f" {name}={xml_value(value)}" for name, value in attributes.items())
