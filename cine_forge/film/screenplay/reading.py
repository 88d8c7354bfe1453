"""The one door for scripts: a path in, a `Document` out, by the reader that fits the file.

`source_text` made the file readable and knows its form. Formats that name their paragraphs have said what
every line is; lines of all others are read strictly or weighed together, as `choice` decides.
"""

from __future__ import annotations

from pathlib import Path

from cine_forge.film.screenplay.choice import chosen, weighed
from cine_forge.film.screenplay.document import Document
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.form import ENDINGS, ending_of
from cine_forge.film.screenplay.fountain import read_fountain
from cine_forge.film.screenplay.markdown import read_markdown
from cine_forge.film.screenplay.plain import read_plain
from cine_forge.film.screenplay.source_text import SourceText, check_lines, open_source
from cine_forge.film.screenplay.word_list import word_list
from cine_forge.kernel.ground.collector import collector_at_rest
from cine_forge.kernel.ground.errors import Fault, ProjectError, listed

_OTHERS = word_list("doc rtf json odt pages zip epub fdr scw mmsw wps gdoc html htm xls xlsx png jpg")


def read_script(path: Path) -> Document:
    """Read the script at `path`.

    Raises ProjectError CF-F001 to CF-F006, and CF-F035 to CF-F039 for files that hold no text or are broken.
    """
    check_suffix(path.name)
    return read_source(open_source(path))


def read_source(source: SourceText) -> Document:
    """Read a script that was made readable, by the reader that fits its form."""
    with collector_at_rest():
        return _read(source)


def _read(source: SourceText) -> Document:
    if source.extract is not None and source.extract.elements is not None:
        return _typed(source, source.extract)
    check_lines(source)
    if source.form == "markdown":
        return chosen(read_markdown(source), source)
    if source.form in ("fountain", "highland"):
        return chosen(read_fountain(source), source)
    if source.form == "pdf":
        return weighed(source, "pdf")
    return chosen(read_plain(source), source).model_copy(update={"format": source.form})


def format_of(source: SourceText) -> str:
    """Return the form of a script: `fountain`, `markdown`, `text`, `fdx`, `pdf`, `docx` and so on."""
    return source.form


def check_suffix(name: str) -> None:
    """Refuse a file of a known format that has no reader. Raises ProjectError CF-F006."""
    suffix = ending_of(name)
    if suffix in _OTHERS:
        hint = f"export it with one of these endings: {listed(sorted(ENDINGS))}"
        raise ProjectError(Fault("CF-F006", f"no reader for `.{suffix}` files", name, hint))


def _typed(source: SourceText, extract: Extract) -> Document:
    """Return the document of a format that said what every paragraph is."""
    return Document(
        format=source.form,
        lines=len(source.lines),
        title_page=dict(extract.title_page),
        elements=extract.elements or (),
        warnings=source.warnings,
        tags=extract.tags,
        revisions=extract.revisions,
    )
