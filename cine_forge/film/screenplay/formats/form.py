"""The form: which format a file is of, by its first bytes, its ending, and its first words.

Bytes that only one format begins with win over the ending, since people rename files; then the ending
decides; a file without a known ending is judged by how its text begins.
"""

from __future__ import annotations

import re

ENDINGS = {
    "fountain": "fountain",
    "spmd": "fountain",
    "md": "markdown",
    "markdown": "markdown",
    "txt": "text",
    "text": "text",
    "fdx": "fdx",
    "osf": "osf",
    "fadein": "fadein",
    "celtx": "celtx",
    "trelby": "trelby",
    "tex": "latex",
    "docx": "docx",
    "pdf": "pdf",
    "highland": "highland",
}
PACKED = frozenset({"pdf", "docx", "fadein", "celtx", "highland"})
"""Formats whose bytes are no text; the lines of such a script are those of the text taken out of it."""

_FIRST_BYTES = 1024
_FINAL_DRAFT = re.compile(r"<FinalDraft\b")
_OPEN_SCREENPLAY = re.compile(r"Open ?Screenplay ?Format", re.IGNORECASE)
_LATEX = re.compile(r"^[ \t]*\\documentclass\b", re.MULTILINE)


def ending_of(name: str) -> str:
    """Return the ending of a file's name in lower case without its dot, or nothing."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def packed_form(name: str, content: bytes) -> str | None:
    """Return the form of a file that is no text: `pdf`, `zip` (an archive of some kind), or None.

    An ending of a packed form counts too, so that a damaged file is called damaged.
    """
    if b"%PDF-" in content[:_FIRST_BYTES]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return "zip"
    known = ENDINGS.get(ending_of(name))
    if known not in PACKED:
        return None
    return "pdf" if known == "pdf" else "zip"


def text_form(name: str, text: str) -> str:
    """Return the form of a text: by the ending, else by its first words; `xml` is that of another program."""
    known = ENDINGS.get(ending_of(name))
    if known and known not in PACKED:
        return known
    head = text.lstrip("\ufeff \t\r\n")[:400]
    if head.startswith("<") and _FINAL_DRAFT.search(head):
        return "fdx"
    if head.startswith("<") and _OPEN_SCREENPLAY.search(head):
        return "osf"
    if head.lower().startswith(("<?xml", "<!doctype", "<html")):
        return "xml"
    if _LATEX.search(head):
        return "latex"
    if head.startswith("#Version ") and "#Begin-Config" in head:
        return "trelby"
    return "markdown" if head.startswith(("**", "# ")) else "text"
