"""The DOCX reader: styles where a template names them, else a typed page; changes, tables, bounds."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document as WordDocument
from docx.oxml import OxmlElement
from docx.shared import Inches

from cine_forge.film.screenplay.document import Document, ElementType, SpanKind
from cine_forge.film.screenplay.reading import read_script, read_source
from cine_forge.film.screenplay.source_text import decode_source
from cine_forge.kernel.ground.errors import ProjectError
from tests.film.screenplay.word_file import ENGLISH, FRENCH, TEMPLATE, saved, styled, tracked, typed
from tests.film.scripts import only
from tests.film.scripts import typed as told

SAMPLE = Path(__file__).resolve().parents[3] / "projects" / "sample" / "scripts" / "ep_001.md"


def read(content: bytes) -> Document:
    return read_source(decode_source("a.docx", content))


def texts(document: Document, kind: ElementType) -> list[str]:
    return [" ".join(one.text.split()) for one in only(document, kind)]


@pytest.mark.row("G2")
@pytest.mark.parametrize("names", [ENGLISH, FRENCH, TEMPLATE], ids=["english", "french", "template"])
def test_the_styles_of_a_template_say_what_a_paragraph_is(names: dict[ElementType, str]) -> None:
    script = read_script(SAMPLE)
    again = read(styled(script, names))
    assert again.format == "docx"
    for kind in (
        ElementType.SCENE_HEADING,
        ElementType.CHARACTER,
        ElementType.DIALOGUE,
        ElementType.TRANSITION,
    ):
        assert texts(again, kind) == texts(script, kind)


@pytest.mark.row("G2")
@pytest.mark.parametrize(
    ("blank", "same_room"),
    [(True, False), (False, False), (True, True), (False, True)],
    ids=["blank lines", "room between paragraphs", "blank lines and room everywhere", "room everywhere"],
)
def test_a_typed_page_is_classified_by_its_indents(blank: bool, same_room: bool) -> None:
    script = read_script(SAMPLE)
    again = read(typed(script, blank=blank, same_room=same_room))
    for kind in (ElementType.SCENE_HEADING, ElementType.CHARACTER, ElementType.PARENTHETICAL):
        assert texts(again, kind) == texts(script, kind)


def scene() -> Any:
    """Return an open Word document with one scene in the styles of a template."""
    word = WordDocument()
    for name in ENGLISH.values():
        word.styles.add_style(name, 1)
    word.add_paragraph("INT. BAR - DAY", style="Scene Heading")
    return word


def test_a_paragraph_that_only_names_its_style_stands_where_the_style_says() -> None:
    word = WordDocument()
    style = word.styles.add_style("Far In", 1)
    style.paragraph_format.left_indent = Inches(2)
    word.add_paragraph("at the margin")
    word.add_paragraph("two inches in", style=style)
    nearer = word.add_paragraph("one inch in", style=style)
    nearer.paragraph_format.left_indent = Inches(1)
    lines = decode_source("a.docx", saved(word)).lines
    assert lines == ("at the margin", f"{'two inches in':>33}", f"{'one inch in':>21}")


def test_a_style_without_its_name_is_the_usual_one() -> None:
    word = WordDocument()
    paragraph = word.add_paragraph("INT. BAR - DAY")
    paragraph._p.get_or_add_pPr().append(OxmlElement("w:pStyle"))
    assert decode_source("a.docx", saved(word)).lines == ("INT. BAR - DAY",)


def test_inserted_words_count_and_deleted_ones_do_not() -> None:
    word = scene()
    paragraph = word.add_paragraph("Rain", style="Action")
    tracked(paragraph, "del", " stops")
    tracked(paragraph, "ins", " falls")
    word.add_paragraph("ANN", style="Character")
    assert told(read(saved(word)))[1] == ("action", "Rain falls")


def test_soft_breaks_tabs_styles_and_comments_are_kept() -> None:
    word = scene()
    paragraph = word.add_paragraph("", style="Action")
    paragraph.add_run("A ")
    paragraph.add_run("red").bold = True
    run = paragraph.add_run(" door.\nOpen.")
    word.add_comment(run, text="Which red?", author="A", initials="A")
    word.add_paragraph("ANN", style="Character")
    action, note = read(saved(word)).elements[1:3]
    assert (action.text, note.type, note.text) == ("A red door.\nOpen.", ElementType.NOTE, "Which red?")
    assert [(span.kind, action.text[span.start : span.end]) for span in action.spans] == [
        (SpanKind.BOLD, "red")
    ]


def test_two_cells_side_by_side_are_dual_dialogue() -> None:
    word = scene()
    cells = word.add_table(rows=1, cols=2).rows[0].cells
    for cell, name, words in zip(cells, ("ANN", "BOB"), ("Yes.", "No."), strict=True):
        cell.paragraphs[0].text, cell.paragraphs[0].style = name, "Character"
        cell.add_paragraph(words, style="Dialogue")
    assert [(cue.text, cue.dual) for cue in only(read(saved(word)), ElementType.CHARACTER)] == [
        ("ANN", False),
        ("BOB", True),
    ]


def test_a_title_page_before_the_first_scene_is_read_apart() -> None:
    word = WordDocument()
    for name in ENGLISH.values():
        word.styles.add_style(name, 1)
    for line in ("LOST PROPERTY", "", "Written by", "Ann Moss", ""):
        word.add_paragraph(line)
    word.add_paragraph("INT. BAR - DAY", style="Scene Heading")
    word.add_paragraph("ANN", style="Character")
    document = read(saved(word))
    assert document.title_page == {"Title": "LOST PROPERTY", "Credit": "Written by", "Author": "Ann Moss"}
    assert told(document)[0] == ("scene_heading", "INT. BAR - DAY")


def test_lines_point_into_the_text_that_was_set() -> None:
    source = decode_source("a.docx", styled(read_script(SAMPLE), ENGLISH))
    for element in read_source(source).elements:
        assert element.text.split("\n")[0] in source.lines[element.line - 1]


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


WHOLE = saved(scene())
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document>&b;</w:document>'
REFUSED = {
    "cut off": (WHOLE[: len(WHOLE) // 2], "CF-F036"),
    "no archive": (b"INT. BAR - DAY\n", "CF-F036"),
    "an older Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "CF-F037"),
    "more than is read": (archive(word__document_xml=b" " * 140_000_000), "CF-F038"),
    "no script in it": (archive(notes_txt=b"x"), "CF-F039"),
    "parts that do not fit": (archive(word__document_xml=b"<w:document/>"), "CF-F036"),
    "entities": (archive(word__document_xml=BOMB), "CF-F036"),
}


@pytest.mark.row("G6")
@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_word_file_is_refused_in_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises(ProjectError, match=rf"{code} a\.docx"):
        read(content)
