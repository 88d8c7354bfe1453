"""Scripts on paper: what a page looks like, and that PDF and DOCX read back as the same script."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from cine_forge.exchange.paper.typeface import family_of, lacking
from cine_forge.exchange.scripts.page_division import MORE, PrintedPage, divided
from cine_forge.exchange.scripts.print_row import rows_of
from cine_forge.exchange.scripts.script_docx import script_docx
from cine_forge.exchange.scripts.script_pdf import script_pdf
from cine_forge.film.breakdown.page import PAGE_LINES
from cine_forge.film.screenplay.document import (
    Document,
    Element,
    ElementType,
    Revision,
    Span,
    SpanKind,
)
from cine_forge.film.screenplay.reading import read_script, read_source
from cine_forge.film.screenplay.source_text import decode_source
from tests.film.scripts import DATA, read

SAMPLE = Path(__file__).resolve().parents[3] / "projects" / "sample" / "scripts" / "ep_001.md"
WHOLE = """Title: The Long Night
Credit: written by
Author: A. Writer
Draft date: 2/3/2024

INT. KITCHEN - DAY #12A#

Ann pours **black** coffee. _Slowly._

ANN (V.O.)
(quietly)
Good morning.

BOB
Too early.

CAT ^
Too late.

CUT TO:

EXT. YARD - NIGHT #13#

Rain.

ПЁТР
Привет, мир.
"""


def pages(text: str) -> tuple[PrintedPage, ...]:
    """Return the pages of a Fountain text in Courier."""
    return divided(rows_of(read(text), "Courier"))


def page_texts(page: PrintedPage) -> list[str]:
    """Return the words of a page, line by line."""
    return [row.text for _, row in page.lines]


def told(document: Document) -> list[tuple[str, str, str | None]]:
    """Return what must come back: scenes with their numbers, and cues."""
    kinds = (ElementType.SCENE_HEADING, ElementType.CHARACTER)
    return [(one.type.value, one.text, one.number) for one in document.elements if one.type in kinds]


def back(name: str, content: bytes) -> Document:
    """Read an exported script."""
    return read_source(decode_source(name, content))


@pytest.mark.row("B14")
def test_a_printed_script_reads_back_with_its_scenes_numbers_and_cues() -> None:
    document = read(WHOLE)
    assert told(back("a.pdf", script_pdf(document, "x"))) == told(document)
    assert told(back("a.docx", script_docx(document, "x"))) == told(document)


@pytest.mark.row("B14")
def test_a_word_script_keeps_every_element_its_styles_and_its_title_page() -> None:
    document, again = read(WHOLE), back("a.docx", script_docx(read(WHOLE), "x"))
    played = [
        (one.type, one.text, one.dual) for one in document.elements if one.type is not ElementType.TITLE
    ]
    assert [(one.type, one.text, one.dual) for one in again.elements] == played
    assert again.title_page == document.title_page
    styled = {again.elements[1].text[span.start : span.end]: span.kind for span in again.elements[1].spans}
    assert styled == {"black": SpanKind.BOLD, "Slowly.": SpanKind.UNDERLINE}


@pytest.mark.row("B14")
def test_the_sample_script_comes_back_from_paper_as_it_was() -> None:
    document = read_script(SAMPLE)
    assert told(back("a.pdf", script_pdf(document, "x"))) == told(document)
    assert told(back("a.docx", script_docx(document, "x"))) == told(document)


@pytest.mark.row("B14")
@pytest.mark.parametrize("name", ["printing_trouble", "complete_nonsense"])
def test_long_scripts_come_back_from_pdf_with_every_scene_and_cue(name: str) -> None:
    script = DATA / "scripts" / f"{name}.fountain"
    if not script.is_file():
        pytest.skip(f"needs the shared script {name}")
    document = read_script(script)
    assert Counter(told(back("a.pdf", script_pdf(document, "x")))) == Counter(told(document))


@pytest.mark.row("B14")
def test_equal_scripts_give_equal_bytes() -> None:
    document = read(WHOLE)
    assert script_pdf(document, "x") == script_pdf(document, "x")
    assert script_docx(document, "x") == script_docx(document, "x")


def test_a_speech_that_goes_on_overleaf_says_more_and_names_its_speaker_again() -> None:
    filler = "\n\n".join(f"Line {number}." for number in range(23))
    speech = " ".join(f"Now this is the sentence number {number}." for number in range(20))
    first, second = pages(f"INT. A - DAY\n\n{filler}\n\nANN (V.O.)\n{speech}\n")
    assert page_texts(first)[-1] == MORE
    assert page_texts(first)[-2].endswith(".")
    assert page_texts(second)[0] == "ANN (V.O.) (CONT'D)"


def test_no_heading_and_no_cue_stands_alone_at_the_foot_of_a_page() -> None:
    for count in range(20, 28):
        filler = "\n\n".join(f"Line {number}." for number in range(count))
        text = f"INT. A - DAY\n\n{filler}\n\nINT. B - DAY\n\nNow.\n\nANN\nOne two three.\n"
        for page in pages(text)[:-1]:
            last = page.lines[-1][1]
            assert last.kind not in (ElementType.SCENE_HEADING, ElementType.CHARACTER)


def test_a_page_break_of_the_script_begins_a_page() -> None:
    assert [page_texts(page) for page in pages("INT. A - DAY\n\nOne.\n\n===\n\nTwo.\n")] == [
        ["INT. A - DAY", "One."],
        ["Two."],
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([ElementType.ACTION, ElementType.CHARACTER, ElementType.DIALOGUE]),
            st.integers(1, 400),
        ),
        max_size=80,
    )
)
def test_pages_hold_every_row_once_and_no_more_than_a_page_of_lines(
    parts: list[tuple[ElementType, int]],
) -> None:
    elements = tuple(
        Element(type=kind, text="word " * (size // 5) + "end", raw="", line=at + 1, end_line=at + 1)
        for at, (kind, size) in enumerate(parts)
    )
    rows = rows_of(Document(format="text", lines=len(parts) + 1, elements=elements), "Courier")
    found = divided(rows)
    assert all(page.lines[-1][0] < PAGE_LINES for page in found)
    kept = [row.text for page in found for _, row in page.lines]
    again = sum(text == MORE or text.endswith("(CONT'D)") for text in kept)
    assert len(kept) - again == len(rows)


def test_a_revised_line_gets_a_star_and_its_pages_the_name_of_the_revision() -> None:
    span = Span(start=0, end=4, kind=SpanKind.REVISION, value="2")
    element = Element(type=ElementType.ACTION, text="Rain falls.", raw="", line=1, end_line=1, spans=(span,))
    known = (Revision(number="1", name="Blue"), Revision(number="2", name="Pink Rev."))
    document = Document(format="fdx", lines=1, elements=(element,), revisions=known)
    (row,) = rows_of(document, "Courier")
    assert row.revision == "Pink Rev."
    assert "PINK REV." in PdfReader(BytesIO(script_pdf(document, "x"))).pages[0].extract_text()


def test_letters_that_courier_lacks_are_set_in_the_font_that_has_them() -> None:
    assert family_of(["Привет, мир.", "OK"]) == "Roboto"
    assert family_of(["Café – “so”", "Привет"]) == "Courier"
    assert lacking("Ёж 猫 ok 猫") == "猫"


def test_a_script_without_a_line_is_one_blank_page() -> None:
    empty = Document(format="text", lines=0, elements=())
    assert script_pdf(empty, "x").startswith(b"%PDF-")
    assert script_docx(empty, "x").startswith(b"PK")


def test_a_word_script_keeps_its_page_breaks() -> None:
    text = "INT. A - DAY\n\nOne.\n\n===\n\nANN\nTwo.\n\nBOB ^\nThree.\n\n===\n\nFour.\n"
    again = back("a.docx", script_docx(read(f"Title: T\nAuthor: A\n\n{text}"), "x"))
    kinds = [
        one.type.value for one in again.elements if one.type not in (ElementType.TITLE, ElementType.DIALOGUE)
    ]
    assert kinds == [
        "scene_heading",
        "action",
        "page_break",
        "character",
        "character",
        "page_break",
        "action",
    ]


def test_a_word_script_without_a_word_spoken_keeps_its_headings() -> None:
    document = read(".ACT ONE\n\nRain.\n\n.ACT TWO\n\nSnow.\n")
    assert told(back("a.docx", script_docx(document, "x"))) == told(document)


def test_a_long_cue_and_a_long_heading_stay_on_one_line() -> None:
    heading = "INT. A ROOM WITH A NAME OF FIFTY-NINE LETTERS AND MORE - DAY"
    text = f"{heading}\n\nANN MORO (IN A LOUD AND CLEAR VOICE)\nSo.\n"
    assert [row.text for row in rows_of(read(text), "Courier")] == [
        heading,
        "ANN MORO (IN A LOUD AND CLEAR VOICE)",
        "So.",
    ]
