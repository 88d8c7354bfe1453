"""A Word file for tests: paragraphs with the styles of a template, or typed with indents and blank lines."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches

from cine_forge.film.screenplay.document import Document, ElementType

ENGLISH = {
    ElementType.SCENE_HEADING: "Scene Heading",
    ElementType.ACTION: "Action",
    ElementType.CHARACTER: "Character",
    ElementType.PARENTHETICAL: "Parenthetical",
    ElementType.DIALOGUE: "Dialogue",
    ElementType.TRANSITION: "Transition",
}
FRENCH = dict(
    zip(
        ENGLISH,
        ("Intitulé de scène", "Action", "Personnage", "Parenthèse", "Réplique", "Transition"),
        strict=True,
    )
)
TEMPLATE = dict(
    zip(
        ENGLISH,
        (
            "SP Slugline",
            "SP Description",
            "SP Character Name",
            "SP Parenthetical",
            "SP Dialog 1",
            "SP Transition",
        ),
        strict=True,
    )
)
_INDENTS = {
    ElementType.CHARACTER: 2.2,
    ElementType.PARENTHETICAL: 1.6,
    ElementType.DIALOGUE: 1.0,
}


def styled(document: Document, names: dict[ElementType, str]) -> bytes:
    """Return a Word file whose paragraphs wear the styles of a screenplay template."""
    word = WordDocument()
    for name in names.values():
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for element in document.elements:
        if element.type in names:
            word.add_paragraph(element.text, style=names[element.type])
    return saved(word)


def typed(document: Document, *, blank: bool, same_room: bool = False) -> bytes:
    """Return a Word file that was typed by hand: indents, and blank lines or room between paragraphs.

    With `same_room` every paragraph has Word's usual room below it, which tells nothing.
    """
    word = WordDocument()
    for element in document.elements:
        if element.type not in ENGLISH:
            continue
        spoken = element.type in (ElementType.PARENTHETICAL, ElementType.DIALOGUE)
        if blank and not spoken:
            word.add_paragraph("")
        paragraph = word.add_paragraph(element.text)
        paragraph.paragraph_format.left_indent = Inches(_INDENTS.get(element.type, 0.0))
        paragraph.paragraph_format.space_after = Inches(1 / 9 if same_room else 0)
        paragraph.paragraph_format.space_before = Inches(0 if blank or spoken or same_room else 1 / 6)
        if element.type is ElementType.TRANSITION:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if element.type is ElementType.SCENE_HEADING:
            paragraph.runs[0].bold = True
    return saved(word)


def tracked(paragraph: Any, kind: str, text: str) -> None:
    """Add a run that was inserted (`ins`) or deleted (`del`) under tracked changes."""
    change, run = OxmlElement(f"w:{kind}"), OxmlElement("w:r")
    words = OxmlElement("w:delText" if kind == "del" else "w:t")
    words.set(qn("xml:space"), "preserve")
    words.text = text
    run.append(words)
    change.append(run)
    paragraph._p.append(change)


def saved(word: Any) -> bytes:
    """Return the bytes of a Word document."""
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()
