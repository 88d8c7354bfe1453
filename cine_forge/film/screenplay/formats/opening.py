"""The opening: each format to the reader that takes it apart.

`open_packed` is for archives and PDF, `open_markup` for texts that say of each paragraph what it is. Heavy
libraries are imported by the readers that need them, when they need them.
"""

from __future__ import annotations

from collections.abc import Callable

from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.fdx import parse_fdx
from cine_forge.film.screenplay.formats.typescript import typeset
from cine_forge.kernel.ground.errors import Fault, ProjectError

_Markup = Callable[[str, bytes], Extract]
_MARKUP: dict[str, _Markup] = {"fdx": parse_fdx}


def open_packed(name: str, content: bytes, packed: str) -> tuple[str, Extract]:
    """Return the form of a packed file (`pdf`, `docx`, …) and its extract, which has a text."""
    if packed == "pdf":
        from cine_forge.film.screenplay.formats.pdf import extract_pdf

        return "pdf", extract_pdf(name, content)
    raise ProjectError(Fault("CF-F006", f"no reader for `.{packed}` files", name, "export it as Fountain"))


def open_markup(name: str, content: bytes, text: str, form: str) -> Extract | None:
    """Return the extract of a marked-up text, or None for a form that is classified line by line.

    Markup that puts many paragraphs on one line gets lines of its own.
    """
    parse = _MARKUP.get(form)
    if parse is None:
        return None
    taken = parse(name, content)
    elements = taken.elements or ()
    starts = {element.line for element in elements}
    return typeset(taken) if 2 * len(starts) < len(elements) else taken
