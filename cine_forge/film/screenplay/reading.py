"""The one door for scripts: a path in, a `Document` out, by the reader that fits the file.

The suffix decides; a file with an unknown suffix is judged by its first characters. Every reader gets the
same decoded text, and every document passes `guess_headings` last.
"""

from __future__ import annotations

from pathlib import Path

from cine_forge.film.screenplay.document import Document
from cine_forge.film.screenplay.fdx import read_fdx
from cine_forge.film.screenplay.fountain import read_fountain
from cine_forge.film.screenplay.markdown import read_markdown
from cine_forge.film.screenplay.plain import guess_headings, read_plain
from cine_forge.film.screenplay.source_text import SourceText, check_lines, open_source
from cine_forge.film.screenplay.word_list import word_list
from cine_forge.kernel.ground.errors import Fault, ProjectError, listed

_FORMATS = {
    "fountain": "fountain",
    "spmd": "fountain",
    "md": "markdown",
    "markdown": "markdown",
    "fdx": "fdx",
    "txt": "text",
    "text": "text",
}
_OTHERS = word_list("pdf docx doc rtf fadein celtx trelby tex xml json odt pages highland zip")


def read_script(path: Path) -> Document:
    """Read the script at `path`.

    Raises ProjectError CF-F001 to CF-F006: not there, too large, a line too long, NUL, broken XML, no reader.
    """
    check_suffix(path.name)
    return read_source(open_source(path))


def read_source(source: SourceText) -> Document:
    """Read a decoded script by the reader that fits its name or its first characters."""
    form = format_of(source)
    if form == "fdx":
        return read_fdx(source)
    check_lines(source)
    if form == "markdown":
        return guess_headings(read_markdown(source))
    if form == "text":
        return guess_headings(read_plain(source))
    return guess_headings(read_fountain(source))


def format_of(source: SourceText) -> str:
    """Return `fountain`, `markdown`, `fdx` or `text`: by the suffix, else by the first characters."""
    known = _FORMATS.get(source.suffix)
    if known:
        return known
    head = source.text.lstrip()[:400]
    if head.startswith("<?xml") and "<FinalDraft" in head:
        return "fdx"
    return "markdown" if head.startswith(("**", "# ")) else "text"


def check_suffix(name: str) -> None:
    """Refuse a file of a known format that has no reader. Raises ProjectError CF-F006."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in _OTHERS:
        hint = f"export it with one of these endings: {listed(sorted(_FORMATS))}"
        raise ProjectError(Fault("CF-F006", f"no reader for `.{suffix}` files", name, hint))
