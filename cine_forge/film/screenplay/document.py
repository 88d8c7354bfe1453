"""The one typed document that every screenplay reader returns.

Lines are 1-based and refer to the source file as it lies on disk, which is never altered. A reader
classifies; it does not interpret: who a cue belongs to and where a scene plays is decided in
`film/breakdown`.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class ElementType(StrEnum):
    """What a run of lines is."""

    SCENE_HEADING = "scene_heading"
    ACTION = "action"
    CHARACTER = "character"
    DIALOGUE = "dialogue"
    PARENTHETICAL = "parenthetical"
    TRANSITION = "transition"
    LYRIC = "lyric"
    CENTERED = "centered"
    SECTION = "section"
    SYNOPSIS = "synopsis"
    NOTE = "note"
    BONEYARD = "boneyard"
    PAGE_BREAK = "page_break"
    TITLE = "title"


class HeadingKind(StrEnum):
    """Why a line was taken for a heading."""

    STANDARD = "standard"
    FORCED = "forced"
    PLAIN = "plain"


class SpanKind(StrEnum):
    """What a source marks within a text: how it looks, what it is tagged as, when it was revised."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKEOUT = "strikeout"
    TAG = "tag"
    REVISION = "revision"


class Span(BaseModel):
    """Characters `start` to `end` of an element's text. `value` is the number of the tag or revision."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    kind: SpanKind
    value: str = ""


class Element(BaseModel):
    """One classified run of lines. `text` has no markers; `raw` is as written.

    `spans` are given by formats that style their text without markers; they are in order of start and kind.
    `written` is a cue as it stands, where the reader put the speaker's name in for a mere `(cont'd)`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ElementType
    text: str
    raw: str
    line: int = Field(ge=1)
    end_line: int = Field(ge=1)
    kind: HeadingKind | None = None
    number: str | None = None
    omitted: bool = False
    dual: bool = False
    written: str | None = None
    depth: int = 0
    confidence: float = Field(1.0, ge=0, le=1)
    spans: tuple[Span, ...] = ()


class Warned(BaseModel):
    """A guess that the reader made, located."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int
    message: str


class Tag(BaseModel):
    """A breakdown item that a person tagged in the source: `Props`, `lantern`, the words, their line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    category: str
    name: str
    text: str
    line: int


class Revision(BaseModel):
    """A set of revisions that the source declares: its number, name, colour (`#0000FF`) and mark (`*`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    name: str
    colour: str = ""
    mark: str = ""


class Document(BaseModel):
    """A script as read. `elements` are in source order and never overlap."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    lines: int
    title_page: dict[str, str] = {}
    elements: tuple[Element, ...]
    warnings: tuple[Warned, ...] = ()
    tags: tuple[Tag, ...] = ()
    revisions: tuple[Revision, ...] = ()
