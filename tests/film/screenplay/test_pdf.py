"""The PDF reader: pages become typed text with columns, and what is no script is refused in a sentence."""

from __future__ import annotations

import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.formats import pdf_page
from cine_forge.film.screenplay.formats.pdf import extract_pdf
from cine_forge.film.screenplay.reading import read_script, read_source
from cine_forge.film.screenplay.source_text import SourceText, decode_source
from cine_forge.kernel.ground.errors import ProjectError
from tests.film.screenplay.press import Press
from tests.film.scripts import only, read

SAMPLE = Path(__file__).resolve().parents[3] / "projects" / "sample" / "scripts" / "ep_001.md"
PRESSES = {
    "as usual": Press(),
    "for production": Press(numbers=True, head="LOST PROPERTY - Blue Rev.", more=True),
    "with cues in title case": Press(title_case=True),
    "with a title page": Press(title=("LOST PROPERTY", "Written by", "Ann Moss")),
    "split at kerning pairs, with a watermark": Press(broken="kerned", watermark="CONFIDENTIAL"),
    "glyph by glyph without spaces": Press(broken="letters"),
    "in a proportional font": Press(font="Times-Roman", broken="kerned", head="LOST PROPERTY"),
}
LEFT = "ANN\n(loud)\nNo. Never. I said it before."
RIGHT = "BOB ^\nYes. And so did I, twice."
DUAL = f"INT. BAR - DAY\n\nThey argue.\n\n{LEFT}\n\n{RIGHT}\n\nThey stop.\n"


def printed(document: Document, press: Press) -> SourceText:
    return decode_source("a.pdf", press.print(document))


def texts(document: Document, kind: ElementType) -> list[str]:
    return [" ".join(one.text.upper().split()) for one in only(document, kind)]


def words(document: Document) -> list[str]:
    left_out = (ElementType.TITLE, ElementType.NOTE, ElementType.SECTION)
    return [
        word for one in document.elements if one.type not in left_out for word in one.text.upper().split()
    ]


@pytest.mark.row("G2")
@pytest.mark.parametrize("press", PRESSES.values(), ids=PRESSES)
def test_the_sample_script_comes_back_from_print(press: Press) -> None:
    script = read_script(SAMPLE)
    again = read_source(printed(script, press))
    for kind in (ElementType.SCENE_HEADING, ElementType.CHARACTER, ElementType.PARENTHETICAL):
        assert texts(again, kind) == texts(script, kind)


def test_no_word_is_lost_and_no_furniture_is_left() -> None:
    script = read_script(SAMPLE)
    press = Press(head="LOST PROPERTY - Blue Rev.", more=True, watermark="DRAFT")
    again = read_source(printed(script, press))
    assert len(press.pages) > 3
    assert words(again) == words(script)


def test_a_title_page_is_read_apart() -> None:
    again = read_source(printed(read_script(SAMPLE), PRESSES["with a title page"]))
    assert again.title_page == {"Title": "LOST PROPERTY", "Credit": "Written by", "Author": "Ann Moss"}


@pytest.mark.row("G2")
def test_two_columns_are_dual_dialogue() -> None:
    again = read_source(printed(read(DUAL), Press()))
    assert [(cue.text, cue.dual) for cue in only(again, ElementType.CHARACTER)] == [
        ("ANN", False),
        ("BOB", True),
    ]
    spoken = [" ".join(one.text.split()) for one in only(again, ElementType.DIALOGUE)]
    assert spoken == ["No. Never. I said it before.", "Yes. And so did I, twice."]


def test_lines_refer_to_the_text_that_was_taken_out() -> None:
    source = printed(read_script(SAMPLE), Press(numbers=True))
    for heading in only(read_source(source), ElementType.SCENE_HEADING):
        assert heading.text in source.lines[heading.line - 1]


def test_ligatures_and_fixed_spaces_become_letters_and_spaces() -> None:
    assert pdf_page._ODD.sub(pdf_page._plain, "di\ufb03cult\u00a0\ufb01sh\u00ad\u200b") == "difficult fish"


def blank() -> bytes:
    stream = BytesIO()
    canvas = Canvas(stream, invariant=1)
    canvas.rect(72, 72, 100, 100, fill=1)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def made(*objects: bytes) -> bytes:
    """Return a PDF of those objects, numbered from 1; object 1 is the catalog."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))
    return body + head + table + tail


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>"
ONE_PAGE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def packed(content: bytes) -> bytes:
    return b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content)


BOMB = zlib.compress(b"\0" * 200_000_000, 9)
LOOP = b"<</Type/Pages/Kids[2 0 R]/Count 1>>"
ITSELF = b"/Resources<</XObject<</X 4 0 R>>>>"
FORM = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]%s/Length 5>>stream\n/X Do\nendstream" % ITSELF
FORMS = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R%s>>" % ITSELF
SAMPLE_PDF = Press().print(read("INT. BAR - DAY\n\nRain.\n"))
REFUSED = {
    "pictures only": (blank(), "CF-F035"),
    "no page": (made(CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"), "CF-F035"),
    "cut off": (SAMPLE_PDF[: len(SAMPLE_PDF) // 3], "CF-F03[56]"),
    "only a head": (b"%PDF-1.7\n", "CF-F036"),
    "no PDF": (b"INT. BAR - DAY\n", "CF-F036"),
    "with a password": (Press(password="x").print(read("INT. BAR - DAY\n\nRain.\n")), "CF-F037"),
    "a page tree in a circle": (made(CATALOG, LOOP), "CF-F03[56]"),
    "a form that draws itself": (made(CATALOG, ONE_PAGE, FORMS, FORM), "CF-F03[568]"),
    "a stream that unpacks without end": (made(CATALOG, ONE_PAGE, PAGE, packed(BOMB), FONT), "CF-F03[568]"),
}


@pytest.mark.row("G6")
@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_script_is_refused_in_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises(ProjectError, match=code):
        read_source(decode_source("a.pdf", content))


def test_more_operations_than_any_script_has_are_refused() -> None:
    budget = pdf_page.Budget("a.pdf", left=2)
    budget.spend(1)
    budget.spend(1)
    with pytest.raises(ProjectError, match=r"CF-F038 a\.pdf"):
        budget.spend(1)


def test_a_scanned_page_among_others_is_told() -> None:
    stream = BytesIO()
    canvas = Canvas(stream, invariant=1)
    canvas.drawString(72, 700, "Rain falls on the yard.")
    canvas.showPage()
    canvas.drawInlineImage(Image.new("L", (8, 8)), 72, 72)
    canvas.drawImage(ImageReader(Image.new("L", (8, 8))), 72, 300)
    canvas.save()
    (warning,) = extract_pdf("a.pdf", stream.getvalue()).warnings
    assert warning.message == "page 2 is a picture; what it says is missing"


def test_words_that_stand_far_off_the_page_are_not_read() -> None:
    words = (
        b"BT /F 12 Tf 1 0 0 1 72 700 Tm (Rain falls.) Tj 1 0 0 1 9999999999 700 Tm (Nobody sees this.) Tj ET"
    )
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(words), words)
    assert extract_pdf("a.pdf", made(CATALOG, ONE_PAGE, PAGE, stream, FONT)).text == "Rain falls.\n"


def test_a_pdf_is_known_by_its_bytes_whatever_its_name() -> None:
    content = Press().print(read("INT. BAR - DAY\n\nRain.\n"))
    assert decode_source("a.txt", content).form == "pdf"
    assert extract_pdf("a.txt", content).text == "INT. BAR - DAY\n\nRain.\n"
