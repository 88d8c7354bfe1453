"""Plain text of unknown make, read as if it were well-formed.

The strict reading of Fountain is the first guess; whether it fits the file is decided in `choice`, which
turns to the classifier when it does not.
"""

from __future__ import annotations

from cine_forge.film.screenplay.document import Document
from cine_forge.film.screenplay.fountain import read_fountain
from cine_forge.film.screenplay.source_text import SourceText


def read_plain(source: SourceText) -> Document:
    """Read text of unknown make by the rules of Fountain. Line numbers are those of the source."""
    return read_fountain(source, "text")
