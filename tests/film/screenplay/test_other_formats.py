"""Fade In, Celtx, Trelby, Highland and LaTeX: each says what a line is, and the reader believes it."""

from __future__ import annotations

import io
import zipfile

import pytest

from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_script, read_source
from cine_forge.film.screenplay.source_text import decode_source
from cine_forge.kernel.ground.errors import ProjectError
from tests.film.scripts import DATA, only, typed

SCENE = [
    ("scene_heading", "INT. BAR - DAY"),
    ("action", "Rain."),
    ("character", "ANN"),
    ("parenthetical", "(low)"),
    ("dialogue", "Come in."),
    ("transition", "CUT TO:"),
]
STYLES = '<styles><style name="Scene Heading" allcaps="1"/><style name="Character" allcaps="1"/></styles>'


def para(style: str, text: str, more: str = "") -> str:
    return f'<para {more}><style basestyle="{style}"/><text>{text}</text></para>\n'


BODY = "".join(
    (
        para("Scene Heading", "Int. Bar - day", 'number="12A" synopsis="They meet." note="Where?"'),
        para("Action", "Rain."),
        para("Character", "Ann"),
        para("Parenthetical", "low"),
        para("Dialogue", "Come in."),
        para("Transition", "CUT TO:"),
    )
)
TITLE = "<titlepage>" + para("Normal Text", "LOST", 'bookmark="Title"') + "</titlepage>"
OSF = f"""<?xml version="1.0"?>
<document type="Open Screenplay Format document" version="40">
{STYLES}<paragraphs>
{BODY}</paragraphs>{TITLE}</document>
"""
CELTX = """<html><body><p class="sceneheading" scenestr="12A">Int. bar - day<br></p>
<p class="action">Rain.<br>
</p><p class="character">Ann</p><p class="parenthetical">low</p>
<p class="dialog">Come
in.</p><p class="transition">CUT TO:</p></body></html>"""
TRELBY = """#Version 3
#Title-String 0.0,80.0,32,cb,Times,,LOST
.\\Int. bar - day
..Rain.
._Ann
.(low
>:Come
.:in.
./CUT TO:
"""
LATEX = r"""\documentclass{screenplay}
\title{Lost} \author{Ann M\"oser}
\begin{document}
\intslug[day]{A bar} % the first one
Rain.

\begin{dialogue}[low]{Ann}
Come in\dots
\paren{beat}
Please.

Do.
\end{dialogue}
\begin{dialogue}{(cont'd)}
Now.
\end{dialogue}
\fadeout
\end{document}
"""


def archive(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, text in members.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), text)
    return stream.getvalue()


def read(name: str, content: str | bytes) -> Document:
    return read_source(decode_source(name, content.encode() if isinstance(content, str) else content))


PACKED: dict[str, tuple[str, str | bytes]] = {
    "osf": ("a.osf", OSF),
    "fadein": ("a.fadein", archive(document_xml=OSF)),
    "celtx": ("a.celtx", archive(**{"script-x_html": CELTX, "project_rdf": "<x/>"})),
    "trelby": ("a.trelby", TRELBY),
}


@pytest.mark.row("G2")
@pytest.mark.parametrize(("name", "content"), PACKED.values(), ids=PACKED)
def test_every_format_gives_the_same_scene(name: str, content: str | bytes) -> None:
    document = read(name, content)
    story = (ElementType.SYNOPSIS, ElementType.NOTE)
    assert [told for told in typed(document) if ElementType(told[0]) not in story] == SCENE
    assert document.format == name.partition(".")[2]


def test_fade_in_keeps_numbers_synopses_notes_and_the_title_page() -> None:
    document = read("a.fadein", archive(document_xml=OSF))
    assert document.elements[0].number == "12A"
    assert typed(document)[1:3] == [("synopsis", "They meet."), ("note", "Where?")]
    assert document.title_page == {"Title": "LOST"}


def test_bare_markup_keeps_its_own_lines_and_packed_markup_gets_a_text() -> None:
    assert read("a.osf", OSF).elements[0].line == 4
    source = decode_source("a.fadein", archive(document_xml=OSF))
    for element in read_source(source).elements:
        assert element.text.split("\n")[0] in source.lines[element.line - 1]


def test_markup_on_one_line_gets_a_text_with_lines() -> None:
    source = decode_source("a.osf", OSF.replace("\n", "").encode())
    document = read_source(source)
    assert [one.line for one in document.elements] == sorted({one.line for one in document.elements})
    assert source.lines[document.elements[0].line - 1] == "12A INT. BAR - DAY"


def test_a_highland_archive_holds_fountain() -> None:
    content = archive(A_textbundle__text_md="INT. BAR - DAY\n\nRain.\n")
    assert typed(read("a.highland", content)) == [("scene_heading", "INT. BAR - DAY"), ("action", "Rain.")]


@pytest.mark.row("G2")
def test_latex_gives_headings_cues_and_speeches_with_the_lines_of_the_file() -> None:
    document = read("a.tex", LATEX)
    assert [(one.type.value, one.text, one.line) for one in document.elements] == [
        ("scene_heading", "INT. A bar - DAY", 4),
        ("action", "Rain.", 5),
        ("character", "Ann", 7),
        ("parenthetical", "(low)", 7),
        ("dialogue", "Come in…", 8),
        ("parenthetical", "(beat)", 9),
        ("dialogue", "Please.\n\nDo.", 10),
        ("character", "Ann (CONT'D)", 14),
        ("dialogue", "Now.", 15),
        ("transition", "FADE OUT.", 17),
    ]
    assert document.title_page == {"Title": "Lost", "Author": "Ann Möser"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tex", "\\documentclass{article}\nHi.\n"),
        ("a.trelby", "#Version 3\n"),
        ("a.celtx", archive(a_b="c")),
    ],
)
def test_a_file_without_a_script_is_refused(name: str, content: str | bytes) -> None:
    with pytest.raises(ProjectError, match="CF-F039"):
        read(name, content)


@pytest.mark.row("G2")
def test_the_samples_of_other_programs_give_their_scenes_and_cues() -> None:
    if not DATA.is_dir():
        pytest.skip("outside scripts at ../shared/data are not there")
    trelby, celtx = (
        read_script(DATA / "scripts" / f"trelby_test.{ending}") for ending in ("trelby", "celtx")
    )
    for kind in (ElementType.SCENE_HEADING, ElementType.CHARACTER):
        assert [one.text for one in only(trelby, kind)] == [one.text for one in only(celtx, kind)]
    twins = DATA / "parser_corpora" / "screenplay-tools"
    fadein, fountain = (read_script(twins / f"TestFDX-FI.{ending}") for ending in ("fadein", "fountain"))
    titles = (ElementType.TITLE,)
    assert typed(fadein) == [
        (one.type.value, one.text) for one in fountain.elements if one.type not in titles
    ]
