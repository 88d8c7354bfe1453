"""The FDX reader."""

from __future__ import annotations

import pytest

from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_script, read_source
from cine_forge.film.screenplay.source_text import decode_source
from cine_forge.film.screenplay.writing.fdx import write_fdx
from cine_forge.kernel.ground.errors import ProjectError
from tests.film.scripts import DATA, only, typed

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


def tagged(numbers: str = "3") -> Document:
    """Return a document whose lantern is tagged as a prop."""
    data = """<TagData><TagCategories><TagCategory Id="c1" Name="Props" Number="5"/></TagCategories>
<TagDefinitions><TagDefinition CatId="c1" Id="d1" Label="Lantern" Number="1"/></TagDefinitions>
<Tags><Tag Number="3"><DefId>d1</DefId></Tag></Tags></TagData>"""
    runs = f'<Text>A </Text><Text TagNumber="{numbers}">brass lantern</Text><Text> burns.</Text>'
    return fdx(f'<Paragraph Type="Action">{runs}</Paragraph>\n', data)


@pytest.mark.row("G5")
def test_what_was_tagged_is_named_with_its_category_and_line() -> None:
    (tag,) = tagged().tags
    assert (tag.category, tag.name, tag.text, tag.line) == ("Props", "Lantern", "brass lantern", 4)


def test_a_tag_without_a_definition_is_named_by_its_words() -> None:
    assert [(tag.category, tag.name) for tag in tagged("9").tags] == [("", "brass lantern")]


@pytest.mark.row("G2")
def test_styles_and_revisions_are_spans_of_the_text() -> None:
    runs = '<Text>A </Text><Text RevisionID="2" Style="Bold+Underline">red</Text><Text> door.</Text>'
    sets = '<Revisions><Revision Color="#FFFF0000FFFF" ID="2" Mark="*" Name="Pink"/></Revisions>'
    document = fdx(f'<Paragraph Type="Action">{runs}</Paragraph>\n', sets)
    element = document.elements[0]
    assert [(span.kind.value, element.text[span.start : span.end]) for span in element.spans] == [
        ("bold", "red"),
        ("revision", "red"),
        ("underline", "red"),
    ]
    assert [(one.name, one.colour, one.mark) for one in document.revisions] == [("Pink", "#FF00FF", "*")]


@pytest.mark.row("G2")
def test_an_omitted_scene_keeps_its_number_and_its_words_as_a_boneyard() -> None:
    inner = paragraph("Scene Heading", "EXT. YARD - DUSK") + paragraph("Action", "Ann waits.")
    omitted = f"<Text>Omitted</Text><OmittedScene>{inner}</OmittedScene>"
    heading, gone = fdx(f'<Paragraph Number="21" Type="Scene Heading">{omitted}</Paragraph>\n').elements
    assert (heading.text, heading.number, heading.omitted) == ("OMITTED", "21", True)
    assert (gone.type, gone.text) == (ElementType.BONEYARD, "EXT. YARD - DUSK\nAnn waits.")


def test_notes_kept_apart_stand_behind_the_paragraph_that_they_point_to() -> None:
    dual = "".join(paragraph("Character", name) + paragraph("Dialogue", "Yes.") for name in ("ANN", "BOB"))
    body = paragraph("Action", "Hum.") + f"<Paragraph><DualDialogue>{dual}</DualDialogue></Paragraph>\n"
    note = '<ScriptNote ID="{}" Range="{}"><Paragraph><Text>{}</Text></Paragraph></ScriptNote>'
    notes = note.format(1, "0,4", "first") + note.format(2, "8,10", "last")
    document = fdx(body + paragraph("Action", "Go."), f"<ScriptNotes>{notes}</ScriptNotes>\n")
    assert [text for _, text in typed(document)] == [
        *("Hum.", "first", "ANN", "Yes.", "BOB", "Yes.", "Go.", "last")
    ]


def test_page_breaks_centred_lines_lyrics_and_outlines_keep_their_kind() -> None:
    body = paragraph("Action", "The end", 'Alignment="Center"') + paragraph("Lyrics", "La la")
    body += paragraph("Outline 2", "Act two") + paragraph("Shot", "CLOSE ON", 'StartsNewPage="Yes"')
    assert [(one.type.value, one.text, one.depth) for one in fdx(body).elements] == [
        ("centered", "The end", 0),
        ("lyric", "La la", 0),
        ("section", "Act two", 2),
        ("page_break", "", 0),
        ("action", "CLOSE ON", 0),
    ]


def test_styles_set_in_capitals_are_shown_in_capitals() -> None:
    settings = '<ElementSettings Type="Character"><FontSpec Style="AllCaps"/></ElementSettings>'
    document = fdx(paragraph("Character", "Ann") + paragraph("Dialogue", "Yes."), settings)
    assert (document.elements[0].text, document.elements[0].raw) == ("ANN", "Ann")


@pytest.mark.row("G2")
def test_twins_agree_in_scenes_and_cues() -> None:
    if not DATA.is_dir():
        pytest.skip("outside scripts at ../shared/data are not there")
    corpora = DATA / "parser_corpora" / "screenplay-tools"
    scripts = [DATA / "scripts" / name for name in ("brick_and_steel", "last_birthday_card")]
    for path in (*scripts, corpora / "TestFDX-FD", corpora / "TestFDX-FI"):
        final, fountain = (read_script(path.with_suffix(ending)) for ending in (".fdx", ".fountain"))
        for kind in (ElementType.SCENE_HEADING, ElementType.CHARACTER):
            assert [(one.text, one.number, one.dual) for one in only(final, kind)] == [
                (one.text, one.number, one.dual) for one in only(fountain, kind)
            ], path.name


def test_data_of_tags_and_revisions_survives_writing() -> None:
    document = tagged()
    again = read_source(decode_source("a.fdx", write_fdx(document).encode()))
    assert [(tag.category, tag.name, tag.text) for tag in again.tags] == [
        ("Props", "Lantern", "brass lantern")
    ]
    assert again.elements[0].spans == document.elements[0].spans
