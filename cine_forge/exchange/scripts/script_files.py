"""Script files: a script in the formats that people and programs open, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from cine_forge.exchange.export_folder import file_name
from cine_forge.exchange.paper.typeface import lacking
from cine_forge.exchange.scripts.revision_marks import RevisionMarks
from cine_forge.exchange.scripts.script_docx import script_docx
from cine_forge.exchange.scripts.script_markdown import script_markdown
from cine_forge.exchange.scripts.script_pdf import script_pdf
from cine_forge.film.screenplay.document import Document, Warned
from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.film.screenplay.writing.fdx import write_fdx
from cine_forge.film.screenplay.writing.fountain import write_fountain

ScriptFormat = Literal["fountain", "fdx", "docx", "pdf", "markdown"]
_ENDINGS = {"markdown": "md"}
_MOST_WARNINGS = 20


def script_file(
    source: SourceText,
    document: Document,
    title: str,
    /,
    form: ScriptFormat,
    marks: RevisionMarks | None = None,
) -> dict[str, bytes]:
    """Return a script in one format, under its title; `marks` are printed in a PDF."""
    made: dict[ScriptFormat, Callable[[], bytes]] = {
        "fountain": lambda: write_fountain(document, source=source).encode(),
        "fdx": lambda: write_fdx(document).encode(),
        "docx": lambda: script_docx(document, title),
        "pdf": lambda: script_pdf(document, title, marks),
        "markdown": lambda: script_markdown(document, title).encode(),
    }
    return {file_name(title, ending=f".{_ENDINGS.get(form, form)}"): made[form]()}


def unprintable(document: Document) -> tuple[Warned, ...]:
    """Return a warning for each of the first lines that hold what the PDF's fonts cannot show."""
    warned: list[Warned] = []
    for element in document.elements:
        for offset, line in enumerate(element.text.split("\n")):
            if (missing := lacking(line)) and len(warned) < _MOST_WARNINGS:
                at = min(element.line + offset, element.end_line)
                warned.append(Warned(line=at, message=f"no font here shows `{missing}`; a box is printed"))
    return tuple(warned)
