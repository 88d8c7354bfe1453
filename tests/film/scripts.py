"""Builders for the tests of scripts: a document from text, a designer that draws lots from names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cine_forge.film.breakdown.breakdown import Breakdown, History, break_down
from cine_forge.film.screenplay.document import Document, Element, ElementType
from cine_forge.film.screenplay.reading import read_source
from cine_forge.film.screenplay.source_text import SourceText, decode_source
from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.staging.blocking import Look, SetDesign
from cine_forge.staging.grammar import Place

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class Lots:
    """A designer whose choice depends on the id and on how many looks are taken."""

    def design_look(self, entity_id: str, name: str, description: str, taken: Sequence[Look]) -> Look:
        colour = f"#{digest_of([entity_id, description, len(taken)])[:6]}"
        return Look(skin=colour, hair=colour, top=colour, bottom=colour, accent=colour)

    def design_set(self, entity_id: str, name: str, place: Place | None, description: str) -> SetDesign:
        colour = f"#{digest_of(entity_id)[:6]}"
        kind = "bar" if "bar" in description else "room"
        return SetDesign(kind=kind, ground=colour, wall=colour, accent=colour)


def source(text: str, name: str = "ep_001.fountain") -> SourceText:
    """Return a decoded script."""
    return decode_source(name, text.encode())


def read(text: str, name: str = "ep_001.fountain") -> Document:
    """Read a script from text."""
    return read_source(source(text, name))


def typed(document: Document) -> list[tuple[str, str]]:
    """Return (type, text) of every element."""
    return [(element.type.value, element.text) for element in document.elements]


def only(document: Document, kind: ElementType) -> list[Element]:
    """Return the elements of one type."""
    return [element for element in document.elements if element.type is kind]


def broken_down(text: str, history: History | None = None, episode: str = "ep001") -> Breakdown:
    """Break a script down from text."""
    script = source(text)
    given = history or History()
    return break_down(read_source(script), script, episode=episode, history=given, designer=Lots())


def history_of(done: Breakdown, before: History | None = None) -> History:
    """Return what a next breakdown finds kept; records of earlier breakdowns stay."""
    scenes = {**(before.scenes if before else {}), **{scene.id: scene for scene in done.scenes}}
    assets = {**(before.assets if before else {}), **{asset.id: asset for asset in done.assets}}
    return History(done.scene_set, scenes, assets)
