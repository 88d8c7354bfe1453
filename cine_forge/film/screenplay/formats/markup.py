"""Markup: XML of other programs, read without entities, document types or a tree in memory.

Readers of FDX and Fade In hand over a SAX handler. What XML can do to a reader (entities that grow, files
from elsewhere, nesting without end) is refused here, in one place.
"""

from __future__ import annotations

import xml.sax
from typing import Any, NoReturn

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from cine_forge.kernel.ground.errors import Fault, ProjectError

MOST_DEPTH = 100


class Handler(xml.sax.ContentHandler):
    """A SAX handler that knows its path, the root's name and the line it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[str] = []
        self.root = ""
        self._line_of: Any = None

    @property
    def line(self) -> int:
        """Return the line of the file that is read now, from 1."""
        return int(self._line_of())

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name is SAX's
        """Keep the parser's own count of lines."""
        self._line_of = locator.getLineNumber

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the name is SAX's
        """Go one element deeper, then call `open`."""
        self.root = self.root or name
        self.path.append(name)
        if len(self.path) > MOST_DEPTH:
            raise xml.sax.SAXParseException(f"more than {MOST_DEPTH} elements deep", None, _Here(self.line))
        self.open(name, attrs)

    def endElement(self, name: str) -> None:  # noqa: N802 - the name is SAX's
        """Call `shut`, then go one element back."""
        self.shut(name)
        self.path.pop()

    def open(self, name: str, attrs: Any) -> None:
        """Take the start of the element that is now last in `path`."""
        raise NotImplementedError

    def shut(self, name: str) -> None:
        """Take the end of the element that is still last in `path`."""
        raise NotImplementedError


class _Here(xml.sax.xmlreader.Locator):
    def __init__(self, line: int) -> None:
        self._line = line

    def getLineNumber(self) -> int:  # noqa: N802 - the name is SAX's
        return self._line

    def getColumnNumber(self) -> int:  # noqa: N802 - the name is SAX's
        return 0


def parse_markup(name: str, content: bytes, handler: Handler, *, root: str) -> None:
    """Feed the XML of the file called `name` to `handler`. Raises ProjectError CF-F005 when it is unsound."""
    try:
        defusedxml.sax.parseString(content, handler, forbid_dtd=True)
    except xml.sax.SAXParseException as fault:
        where = f"{name}:{fault.getLineNumber()}:{(fault.getColumnNumber() or 0) + 1}"
        _refuse(f"the XML is broken: {fault.getMessage()}", where)
    except DefusedXmlException:
        _refuse("found a document type or an entity; expected plain XML", name)
    except (LookupError, ValueError) as cause:
        _refuse(f"the XML cannot be read: {cause}", name)
    if handler.root != root:
        _refuse(f"found the XML root `{handler.root}`; expected `{root}`", f"{name}:1")


def _refuse(what: str, where: str) -> NoReturn:
    hint = "export the script again as Final Draft (.fdx), or as Fountain"
    raise ProjectError(Fault("CF-F005", what, where, hint))
