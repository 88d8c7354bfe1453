"""The FDX reader."""

from __future__ import annotations

import pytest

from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_source
from cine_forge.film.screenplay.source_text import decode_source
from cine_forge.kernel.ground.errors import ProjectError
from tests.film.scripts import only, typed

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<FinalDraft DocumentType="Script">\n<Content>\n'


def paragraph(kind: str, text: str, more: str = "") -> str:
    """Return one paragraph on a line of its own."""
    return f'<Paragraph Type="{kind}" {more}><Text>{text}</Text></Paragraph>\n'


def fdx(body: str, tail: str = "") -> Document:
    """Read an FDX file with that content."""
    text = f"{_HEAD}{body}</Content>\n{tail}</FinalDraft>\n"
    return read_source(decode_source("ep_001.fdx", text.encode()))


@pytest.mark.row("G2")
def test_paragraphs_become_elements_with_the_lines_of_the_xml() -> None:
    body = paragraph("Scene Heading", "INT. BAR - DAY", 'Number="12A"') + paragraph("Action", "Rain.")
    document = fdx(body + paragraph("Character", "ANN (V.O.)") + paragraph("Dialogue", "Yes."))
    assert [(element.type.value, element.text, element.line) for element in document.elements] == [
        ("scene_heading", "INT. BAR - DAY", 4),
        ("action", "Rain.", 5),
        ("character", "ANN (V.O.)", 6),
        ("dialogue", "Yes.", 7),
    ]
    assert document.elements[0].number == "12A"


def test_styled_runs_are_joined() -> None:
    runs = '<Text>A </Text><Text Style="Bold">red</Text><Text> door.</Text>'
    assert typed(fdx(f'<Paragraph Type="Action">{runs}</Paragraph>\n')) == [("action", "A red door.")]


def test_the_second_of_two_speakers_is_dual() -> None:
    inner = "".join(paragraph(kind, text) for kind, text in [("Character", "ANN"), ("Dialogue", "Yes.")])
    other = "".join(paragraph(kind, text) for kind, text in [("Character", "BOB"), ("Dialogue", "No.")])
    document = fdx(f'<Paragraph Type="General"><DualDialogue>{inner}{other}</DualDialogue></Paragraph>\n')
    assert [cue.dual for cue in only(document, ElementType.CHARACTER)] == [False, True]


def test_a_script_note_is_a_note_behind_its_paragraph() -> None:
    note = '<ScriptNote ID="1"><Paragraph><Text>Cut this?</Text></Paragraph></ScriptNote>'
    body = f'<Paragraph Type="Action"><Text>Rain.</Text>{note}</Paragraph>\n'
    assert typed(fdx(body)) == [("action", "Rain."), ("note", "Cut this?")]


def test_the_title_page_names_title_and_author() -> None:
    lines = "".join(paragraph("General", text) for text in ("LOST", "written by", "Ann Moss"))
    document = fdx(paragraph("Action", "Rain."), f"<TitlePage><Content>{lines}</Content></TitlePage>\n")
    assert document.title_page == {"Title": "LOST", "Credit": "written by", "Author": "Ann Moss"}


@pytest.mark.parametrize(
    "content",
    ["<FinalDraft><Content>", "<html></html>", '<!DOCTYPE x [<!ENTITY a "b">]><FinalDraft>&a;</FinalDraft>'],
)
def test_broken_foreign_and_entity_files_are_refused_in_a_sentence(content: str) -> None:
    with pytest.raises(ProjectError, match="CF-F005"):
        read_source(decode_source("ep_001.fdx", content.encode()))
