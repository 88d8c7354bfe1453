"""The script as a Word document: one paragraph style for each kind of element, named as templates name them.

Word divides the pages itself, so lines are kept together by the styles (a heading stays with its scene, a
cue with its speech) and nothing is said of (MORE). Two speeches side by side are a table without borders.
Equal documents give equal bytes: the parts of the package carry no time.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from typing import Any

from cine_forge.exchange.paper.typeface import printable
from cine_forge.exchange.scripts.print_row import parts_of
from cine_forge.exchange.scripts.revision_marks import RevisionMarks
from cine_forge.exchange.scripts.title_block import TitleBlock, title_block
from cine_forge.exchange.scripts.word_style import STYLES, define_styles
from cine_forge.film.screenplay.document import Document, Element, ElementType, SpanKind
from cine_forge.film.screenplay.writing.marked import styles_of

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_NOMINAL = datetime(2000, 1, 1)


_IN_COLUMN = {
    ElementType.CHARACTER: (0.9, 0.0),
    ElementType.PARENTHETICAL: (0.4, 0.2),
}


def script_docx(document: Document, title: str) -> bytes:
    """Return the script as a Word document; `title` names it where its title page does not."""
    import docx

    made = docx.Document()
    block = title_block(document)
    _describe(made, block.title or title)
    define_styles(made)
    _set_page(made.sections[0], _newest_revision(document), titled=block.is_there)
    if block.is_there:
        _write_title_page(made, block)
    new_page = block.is_there
    for part in parts_of(document.elements):
        if part[0].type is ElementType.PAGE_BREAK:
            new_page = True
            continue
        first = _write_pair(made, part) if any(one.dual for one in part) else _write_alone(made, part[0])
        first.paragraph_format.page_break_before = True if new_page else None
        new_page = False
    return _without_times(made)


def _newest_revision(document: Document) -> str:
    """Return the name of the newest revision that marks words; Word has one header for all pages."""
    marks = RevisionMarks.in_source(document)
    used = (marks.of(one, one.spans) for one in document.elements)
    return marks.newest([*filter(None, used)]).upper()


def _describe(made: Any, title: str) -> None:
    core = made.core_properties
    core.title, core.author, core.comments = printable(title)[:200], "", ""
    core.created = core.modified = _NOMINAL
    core.last_modified_by, core.revision = "", 1


def _set_page(section: Any, header: str, *, titled: bool) -> None:
    """Set margins of a screenplay, and its page number; the title page has none and is not counted."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Inches

    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin, section.right_margin = Inches(1.5), Inches(1)
    section.top_margin = section.bottom_margin = Inches(1)
    section.header_distance = Inches(0.5)
    section.different_first_page_header_footer = True
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "0" if titled else "1")
    section._sectPr.find(qn("w:pgMar")).addnext(start)
    line = section.header.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if header:
        line.add_run(f"{printable(header)}    ")
    _write_page_field(line)
    line.add_run(".")


def _write_page_field(paragraph: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(paragraph.add_run("2")._r)
    paragraph._p.append(field)


def _write_title_page(made: Any, block: TitleBlock) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for at, line in enumerate(block.middle):
        paragraph = made.add_paragraph(printable(line))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before = Pt(0 if at else 180)
    foot = [*block.left, *([""] if block.left and block.right else []), *block.right]
    for at, line in enumerate(foot):
        if not at:
            made.add_paragraph("").paragraph_format.space_before = Pt(240)
        made.add_paragraph(printable(line))


def _write_alone(made: Any, element: Element) -> Any:
    """Write an element as a paragraph of its own, and return it."""
    paragraph = made.add_paragraph()
    _write(paragraph, element)
    return paragraph


def _write_pair(made: Any, elements: Sequence[Element]) -> Any:
    """Write two speeches as the two cells of a row that stays on one page; return their first paragraph.

    Word wants a paragraph behind a table, so an empty one without height of its own follows.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Inches, Pt

    second = next(at for at, one in enumerate(elements) if at and one.type is ElementType.CHARACTER)
    table = made.add_table(rows=1, cols=2)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, part in zip(table.rows[0].cells, (elements[:second], elements[second:]), strict=True):
        for at, element in enumerate(part):
            paragraph = cell.add_paragraph() if at else cell.paragraphs[0]
            _write(paragraph, element)
            left, right = _IN_COLUMN.get(element.type, (0.0, 0.1))
            form = paragraph.paragraph_format
            form.left_indent, form.right_indent = Inches(left), Inches(right)
            form.space_before = Pt(0 if at else 12)
    behind = made.add_paragraph().paragraph_format
    behind.space_before, behind.line_spacing = Pt(0), Pt(1)
    return table.rows[0].cells[0].paragraphs[0]


def _write(paragraph: Any, element: Element) -> None:
    paragraph._p.style = STYLES[element.type].id
    if element.type is ElementType.SCENE_HEADING and element.number:
        _write_numbered(paragraph, element)
        return
    for text, kinds in _stretches(element):
        run = paragraph.add_run(text)
        run.bold = True if SpanKind.BOLD in kinds else None
        run.italic = True if SpanKind.ITALIC in kinds else None
        run.underline = True if SpanKind.UNDERLINE in kinds else None
        run.font.strike = True if SpanKind.STRIKEOUT in kinds else None


def _write_numbered(paragraph: Any, element: Element) -> None:
    from docx.shared import Inches

    number, text = printable(element.number or ""), printable(element.text).replace("\n", " ")
    paragraph.paragraph_format.first_line_indent = Inches(-0.7)
    paragraph.add_run(f"{number}\t{text}\t{number}")


def _stretches(element: Element) -> Iterator[tuple[str, frozenset[SpanKind]]]:
    """Yield the words of an element, cut where their look changes."""
    text = element.text
    spans = styles_of(element)
    edges = sorted({0, len(text), *(edge for span in spans for edge in (span.start, span.end))})
    for start, end in pairwise(edges):
        if shown := printable(text[start:end]):
            yield shown, frozenset(one.kind for one in spans if one.start <= start and one.end >= end)


def _without_times(made: Any) -> bytes:
    """Return the package with the same parts in the same order and no times."""
    raw, done = BytesIO(), BytesIO()
    made.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            new.writestr(entry, old.read(name))
    return done.getvalue()
