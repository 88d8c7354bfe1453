"""What the writers write is read back as the same elements, whatever stands in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings

from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.fountain import read_fountain
from cine_forge.film.screenplay.reading import read_script, read_source
from cine_forge.film.screenplay.source_text import SourceText, decode_source, open_source
from cine_forge.film.screenplay.writing.fdx import write_fdx
from cine_forge.film.screenplay.writing.fountain import write_fountain
from tests.film.screenplay.documents import document as document_of
from tests.film.screenplay.documents import documents, told_of
from tests.film.scripts import DATA

WRITERS: dict[str, Callable[[Document], str]] = {"a.fountain": write_fountain, "a.fdx": write_fdx}
SAMPLE = Path(__file__).resolve().parents[3] / "projects" / "sample" / "scripts" / "ep_001.md"
ENDINGS = (".fountain", ".fdx", ".md", ".txt", ".tex", ".trelby", ".celtx", ".fadein")
NO_SCRIPT = "snail_cricket_panels.md"  # panels of a comic; no reader of scripts tells its lines apart twice


def made(text: str, name: str) -> SourceText:
    return decode_source(name, text.encode())


def scripts() -> list[Path]:
    found = (path for part in ("scripts", "parser_corpora") for path in (DATA / part).rglob("*"))
    outside = sorted(path for path in found if path.suffix in ENDINGS and path.name != NO_SCRIPT)
    return [SAMPLE, *outside]


@pytest.mark.row("G2")
@settings(max_examples=120, deadline=None, derandomize=True)
@given(document=documents)
def test_drawn_documents_come_back_from_fountain(document: Document) -> None:
    text = write_fountain(document)
    assert told_of(read_fountain(made(text, "a.fountain"))) == told_of(document), text


@pytest.mark.row("G2")
@settings(max_examples=120, deadline=None, derandomize=True)
@given(document=documents)
def test_drawn_documents_come_back_from_final_draft(document: Document) -> None:
    text = write_fdx(document)
    assert told_of(read_source(made(text, "a.fdx"))) == told_of(document), text


@pytest.mark.row("G2")
@pytest.mark.parametrize("name", WRITERS)
def test_every_script_there_is_comes_back(name: str) -> None:
    if not DATA.is_dir():
        pytest.skip("outside scripts at ../shared/data are not there")
    for path in scripts():
        document = read_script(path)
        again = read_source(made(WRITERS[name](document), name))
        assert told_of(again) == told_of(document), path.name
        assert again.title_page == document.title_page, path.name


def test_a_script_that_nobody_changed_is_written_letter_for_letter() -> None:
    if not DATA.is_dir():
        pytest.skip("outside scripts at ../shared/data are not there")
    for path in sorted((DATA / "scripts").glob("*.fountain")):
        source = open_source(path)
        assert write_fountain(read_source(source), source=source) == source.text, path.name


def test_a_changed_line_leaves_the_spelling_of_all_others() -> None:
    source = made("INT. BAR - DAY #1#\n\n.THE YARD\n\n_Rain_ falls.\n\n@ann\nYes.\n", "a.fountain")
    document = read_source(source)
    changed = document.elements[2].model_copy(update={"text": "Snow falls."})
    elements = (*document.elements[:2], changed, *document.elements[3:])
    text = write_fountain(document.model_copy(update={"elements": elements}), source=source)
    assert text == source.text.replace("_Rain_", "Snow")


@pytest.mark.parametrize("name", WRITERS)
def test_writing_twice_gives_the_same_bytes(name: str) -> None:
    document = read_script(SAMPLE)
    assert WRITERS[name](document) == WRITERS[name](document)


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    document = document_of((ElementType.ACTION, "Ra\x01in & <snow>"), title_page={"Title": "LO\x02ST"})
    again = read_source(made(write_fdx(document), "a.fdx"))
    assert (again.elements[0].text, again.title_page) == ("Rain & <snow>", {"Title": "LOST"})
