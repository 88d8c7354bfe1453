"""The extract: what a reader of another format takes out of a file.

A format that names its paragraphs gives elements; one that only places words on pages gives text, which
is then classified like any other. Called by `source_text`, which knows no format itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cine_forge.film.screenplay.document import Element, Revision, Tag, Warned


@dataclass(frozen=True)
class Extract:
    """Elements, or text to classify, or both.

    Without `text` the lines of the elements are those of the file, decoded; with it they are its own.
    """

    elements: tuple[Element, ...] | None = None
    text: str | None = None
    title_page: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Warned, ...] = ()
    tags: tuple[Tag, ...] = ()
    revisions: tuple[Revision, ...] = ()
