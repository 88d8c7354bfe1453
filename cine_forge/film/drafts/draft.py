"""Draft: a script as one file or one kept version shows it, cut into scenes that have numbers.

The comparison takes two. Where a project knows the scenes of the older draft, their ids and numbers are
handed in; else numbers are allotted as a first breakdown would allot them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.film.breakdown.scene_draft import SceneDraft, cut_scenes
from cine_forge.film.drafts.page import pages_of
from cine_forge.film.drafts.revision_colour import Colour
from cine_forge.film.identity import Sighting
from cine_forge.film.numbering import allot_numbers
from cine_forge.film.schemas.scene import MentionLedger, Scene
from cine_forge.film.screenplay.document import Document, Element, ElementType, HeadingKind
from cine_forge.film.screenplay.headings import parse_heading


@dataclass(frozen=True)
class Draft:
    """One draft. `numbers` and `ids` are by position; `retired` are numbers that are never used again."""

    name: str
    document: Document
    scenes: tuple[SceneDraft, ...]
    numbers: tuple[str, ...]
    colour: Colour
    ids: tuple[str | None, ...]
    retired: frozenset[str] = frozenset()

    @classmethod
    def of(cls, name: str, document: Document, colour: Colour) -> Draft:
        """Return a draft that nothing came before."""
        scenes = cut_scenes(document)
        numbers = allot_numbers([scene.heading.number for scene in scenes], [None] * len(scenes))
        return cls(name, document, scenes, numbers, colour, (None,) * len(scenes))

    @classmethod
    def of_records(
        cls, name: str, scenes: Sequence[Scene], *, ledger: MentionLedger, form: str, colour: Colour
    ) -> Draft:
        """Return the draft that a breakdown was made of, from what it kept; lines are those of its source.

        `form` is the format of that source.
        """
        spans = {span.scene: span for span in ledger.spans}
        positions = {scene.id: position for position, scene in enumerate(scenes)}
        drafts = []
        for position, scene in enumerate(scenes):
            first = spans[scene.id].line if scene.id in spans else 1
            lead = positions.get(scene.parent) if scene.parent else None
            drafts.append(_draft_of(position, scene, first, lead))
        elements = tuple(element for draft in drafts for element in (draft.heading, *draft.body))
        lines = max((span.end_line for span in ledger.spans), default=1)
        document = Document(format=form, lines=lines, elements=elements)
        numbers = tuple(scene.number for scene in scenes)
        return cls(name, document, tuple(drafts), numbers, colour, tuple(scene.id for scene in scenes))

    @property
    def eighths(self) -> int:
        """Return the length in eighths of a page."""
        return sum(eighths_of(scene) for scene in self.scenes)

    def sightings(self, numbers: Sequence[str | None]) -> list[Sighting]:
        """Return the scenes as identity looks at them, under these numbers."""
        return [
            Sighting(scene.heading.text, scene.text, scene.digest, number, scene.heading.omitted)
            for scene, number in zip(self.scenes, numbers, strict=True)
        ]

    def pages(self) -> dict[int, int]:
        """Return the page of every element, by the line it begins on."""
        return pages_of(self.document)


def _draft_of(position: int, scene: Scene, first: int, lead: int | None) -> SceneDraft:
    """A scene as its draft had it. `first` is the line of its heading in the source."""
    kind = None if scene.kind == "insert" else HeadingKind(scene.kind)
    heading = Element(
        type=ElementType.SCENE_HEADING,
        text=scene.heading,
        raw=scene.heading,
        line=first,
        end_line=first,
        kind=kind,
        number=scene.number,
        omitted=scene.omitted,
    )
    body = (
        Element(
            type=ElementType(one.type),
            text=one.text,
            raw=one.text,
            line=first + one.at,
            end_line=first + one.at + one.text.count("\n"),
            dual=one.dual,
        )
        for one in scene.elements
    )
    return SceneDraft(position, heading, parse_heading(scene.heading), tuple(body), lead)


def eighths_of(scene: SceneDraft) -> int:
    """Return the length of a scene in eighths; one that is omitted has none."""
    return 0 if scene.heading.omitted else scene.eighths
