"""Scene drafts: a document cut at its headings, before anything gets an id.

The inspection shows them and the breakdown makes records of them. Only what is played belongs to a scene:
sections, synopses, notes and boneyards do not, so moving them changes no scene.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from cine_forge.film.breakdown.page import eighths_of, printed_lines
from cine_forge.film.screenplay.document import Document, Element, ElementType, HeadingKind
from cine_forge.film.screenplay.headings import Heading, parse_heading
from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.ground.hashing import digest_of

PLAYED = frozenset(
    {
        ElementType.ACTION,
        ElementType.CHARACTER,
        ElementType.DIALOGUE,
        ElementType.PARENTHETICAL,
        ElementType.LYRIC,
        ElementType.CENTERED,
        ElementType.TRANSITION,
    }
)
_LABEL = re.compile(
    r"^(?:(?:ACT|SCENE|TEASER|PROLOGUE|EPILOGUE|COLD OPEN|TAG|CODA)\b.{0,30}"
    r"|[IVXLC]{1,6}\.?|\d{1,3}\.?|.{0,30} SCENE)$",
    re.IGNORECASE,
)
Kind = Literal["standard", "forced", "plain", "insert"]


@dataclass(frozen=True)
class SceneDraft:
    """One scene as it stands in a draft. `lead` is the position of the scene it is an insert of."""

    position: int
    heading: Element
    where: Heading
    body: tuple[Element, ...]
    lead: int | None = None

    @property
    def kind(self) -> Kind:
        """Return why it is a scene: the heading's kind, or `insert` when it has a lead."""
        if self.lead is not None:
            return "insert"
        return (self.heading.kind or HeadingKind.STANDARD).value

    @property
    def is_label(self) -> bool:
        """Whether the heading counts scenes or acts instead of naming a place: `Act 1`, `SCENE TWO`, `IV`."""
        return self.where.place is None and bool(_LABEL.match(self.heading.text))

    @property
    def end_line(self) -> int:
        """Return the last line of the source that belongs to the scene."""
        return max((self.heading.end_line, *(element.end_line for element in self.body)))

    @cached_property
    def text(self) -> str:
        """Return the words that are played, one element per line."""
        return "\n".join(element.text for element in self.body)

    @cached_property
    def digest(self) -> str:
        """Return the digest of heading and played text; equal drafts of a scene have equal digests."""
        return digest_of([self.heading.text, [[element.type.value, element.text] for element in self.body]])

    @cached_property
    def printed_lines(self) -> int:
        """Return the lines that the scene takes on the printed page, its heading with them."""
        return printed_lines((self.heading, *self.body))

    @property
    def eighths(self) -> int:
        """Return the length in eighths of a page, at least 1."""
        return eighths_of(self.printed_lines)

    @property
    def actions(self) -> Iterator[Element]:
        """Yield the action paragraphs."""
        return (element for element in self.body if element.type is ElementType.ACTION)


def cut_scenes(document: Document) -> tuple[SceneDraft, ...]:
    """Cut a document at its headings. What stands before the first heading belongs to no scene."""
    cut: list[tuple[Element, list[Element]]] = []
    for element in document.elements:
        if element.type is ElementType.SCENE_HEADING:
            cut.append((element, []))
        elif cut and element.type in PLAYED:
            cut[-1][1].append(element)
    drafts: list[SceneDraft] = []
    lead: int | None = None
    for position, (heading, body) in enumerate(cut):
        where = parse_heading(heading.text)
        alone = heading.kind is not HeadingKind.FORCED or where.place is not None or where.time is not None
        if alone and where.place is not None:
            lead = position
        drafts.append(SceneDraft(position, heading, where, tuple(body), None if alone else lead))
    return tuple(drafts)


def required_scenes(document: Document, name: str) -> tuple[SceneDraft, ...]:
    """Cut a document that must have a scene. Raises ProjectError CF-F010, located in the file `name`."""
    drafts = cut_scenes(document)
    if not drafts:
        first = next((element.line for element in document.elements if element.type in PLAYED), 1)
        what = "no scene found; expected a heading such as `INT. KITCHEN - DAY`"
        hint = f"see what was read: `cine-forge script inspect {name}`"
        raise ProjectError(Fault("CF-F010", what, f"{name}:{first}", hint))
    return drafts
