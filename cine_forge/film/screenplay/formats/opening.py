"""The opening: each format to the reader that takes it apart.

`open_packed` is for archives and PDF, `open_markup` for texts that say of each paragraph what it is. Heavy
libraries are imported by the readers that need them, when they need them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cine_forge.film.screenplay.encoding import decode_text
from cine_forge.film.screenplay.formats.celtx import extract_celtx, script_of
from cine_forge.film.screenplay.formats.docx import extract_docx
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.fdx import parse_fdx
from cine_forge.film.screenplay.formats.latex import parse_latex
from cine_forge.film.screenplay.formats.open_screenplay import parse_open_screenplay
from cine_forge.film.screenplay.formats.package import Package, open_package
from cine_forge.film.screenplay.formats.pdf import extract_pdf
from cine_forge.film.screenplay.formats.shape import merged
from cine_forge.film.screenplay.formats.trelby import parse_trelby
from cine_forge.film.screenplay.formats.typescript import typeset
from cine_forge.kernel.ground.errors import Fault, ProjectError

_MARKUP: dict[str, Callable[[str, bytes], Extract]] = {
    "fdx": parse_fdx,
    "osf": parse_open_screenplay,
    "trelby": parse_trelby,
    "latex": parse_latex,
}


def open_packed(name: str, content: bytes, packed: str) -> tuple[str, Extract]:
    """Return the form of a packed file (`pdf`, `docx`, …) and its extract, which has a text."""
    if packed == "pdf":
        return "pdf", extract_pdf(name, content)
    form, extract = _unpacked(open_package(name, content), content)
    return form, extract if extract.text is not None else typeset(_merged(extract))


def open_markup(name: str, content: bytes, form: str) -> Extract | None:
    """Return the extract of a marked-up text, or None for a form that is classified line by line.

    Markup that puts many paragraphs on one line gets lines of its own. Raises ProjectError CF-F006 for
    markup that is no script's.
    """
    if form == "xml":
        what = "found XML or HTML; expected that of Final Draft or Fade In"
        raise ProjectError(Fault("CF-F006", what, name, "export the script as Fountain, FDX or PDF"))
    parse = _MARKUP.get(form)
    if parse is None:
        return None
    taken = _merged(parse(name, content))
    elements = taken.elements or ()
    starts = {element.line for element in elements}
    return typeset(taken) if 2 * len(starts) < len(elements) else taken


def _merged(extract: Extract) -> Extract:
    return replace(extract, elements=tuple(merged(extract.elements or ())))


def _unpacked(package: Package, content: bytes) -> tuple[str, Extract]:
    """Open an archive by what is in it. Raises ProjectError CF-F039 when no script is."""
    if "word/document.xml" in package.members:
        return "docx", extract_docx(package, content)
    if "document.xml" in package.members:
        return "fadein", parse_open_screenplay(package.name, package.read("document.xml"))
    if page := script_of(package):
        return "celtx", extract_celtx(package, page)
    bundled = (one for one in package.members if one.rpartition("/")[2] in ("text.md", "text.fountain"))
    if text := next(bundled, None):
        shown, warnings = decode_text(package.read(text))
        return "highland", Extract(text=shown, warnings=warnings)
    what = "found no script in the archive; expected one of Word, Fade In, Celtx or Highland"
    raise ProjectError(Fault("CF-F039", what, package.name, "export the script as Fountain, FDX or PDF"))
