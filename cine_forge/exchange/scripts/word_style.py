"""Word styles: how each kind of element is set in Word, under the names that templates use.

Readers know a script by these names. Measures are inches from the margins of 1.5 and 1 inch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cine_forge.film.screenplay.document import ElementType

_FONT = "Courier New"


@dataclass(frozen=True)
class WordStyle:
    """A paragraph style: indents in inches from the margins, and what it stays with."""

    name: str
    left: float = 0.0
    right: float = 0.0
    before: float = 12.0
    with_next: bool = False
    align: str = "LEFT"

    @property
    def id(self) -> str:
        """Return what the document calls the style in its paragraphs."""
        return self.name.replace(" ", "")


STYLES = {
    ElementType.SCENE_HEADING: WordStyle("Scene Heading", before=24.0, with_next=True),
    ElementType.ACTION: WordStyle("Action"),
    ElementType.CHARACTER: WordStyle("Character", left=2.2, with_next=True),
    ElementType.PARENTHETICAL: WordStyle("Parenthetical", left=1.6, right=1.9, before=0.0, with_next=True),
    ElementType.DIALOGUE: WordStyle("Dialogue", left=1.0, right=1.5, before=0.0),
    ElementType.LYRIC: WordStyle("Lyrics", left=1.0, right=1.5, before=0.0),
    ElementType.TRANSITION: WordStyle("Transition", align="RIGHT"),
    ElementType.CENTERED: WordStyle("Centered", align="CENTER"),
}


def define_styles(made: Any) -> None:
    """Add the styles to a document; all are based on its `Normal`, which is set in Courier too."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Inches, Pt

    normal = made.styles["Normal"]
    _use_font(normal)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = Pt(12)
    for own in STYLES.values():
        style = made.styles.add_style(own.name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _use_font(style)
        form = style.paragraph_format
        form.left_indent, form.right_indent = Inches(own.left), Inches(own.right)
        form.space_before, form.keep_with_next = Pt(own.before), own.with_next
        form.widow_control = True
        form.alignment = getattr(WD_ALIGN_PARAGRAPH, own.align)
    _set_number_stops(made.styles["Scene Heading"].paragraph_format)


def _set_number_stops(form: Any) -> None:
    """Let a scene's number hang in the left margin and stand in the right one."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Inches

    form.tab_stops.add_tab_stop(Inches(0))
    form.tab_stops.add_tab_stop(Inches(6.4), WD_TAB_ALIGNMENT.RIGHT)


def _use_font(style: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.name, style.font.size = _FONT, Pt(12)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), _FONT)
