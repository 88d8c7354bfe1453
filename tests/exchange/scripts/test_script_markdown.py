"""The script as Markdown: it reads back with its scenes, cues and action, whatever signs stand in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.exchange.scripts.script_markdown import script_markdown
from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_script
from tests.film.scripts import read

SAMPLE = Path(__file__).resolve().parents[3] / "projects" / "sample" / "scripts" / "ep_001.md"
SCRIPT = """Title: The Night
Author: A. Writer

INT. BAR - DAY #12A#

# not a section

Ann *waits*. #1 - it is > 2.

@Vera (V.O.)
(low)
So.

BOB ^
No.

.THE GATE #13#

It is ajar.

CUT TO:

EXT. YARD - NIGHT

= What happens

Rain.
"""


def played(document: Document) -> list[tuple[str, str, str | None]]:
    """Return what is played."""
    kinds = (ElementType.SCENE_HEADING, ElementType.CHARACTER, ElementType.ACTION, ElementType.DIALOGUE)
    return [(one.type.value, one.text.upper(), one.number) for one in document.elements if one.type in kinds]


@pytest.mark.row("B14")
def test_a_script_reads_back_from_markdown() -> None:
    document = read(SCRIPT.replace("# not a section\n\n", ""))
    again = read(script_markdown(document, "x"), "a.md")
    assert played(again) == played(document)
    assert again.title_page["Title"] == "The Night"


@pytest.mark.row("B14")
def test_the_sample_script_reads_back_from_markdown() -> None:
    document = read_script(SAMPLE)
    assert played(read(script_markdown(document, "x"), "a.md")) == played(document)


def test_signs_of_markdown_in_action_stay_action() -> None:
    document = read("INT. BAR - DAY\n\n!# one\n\n!> two\n\n!= three\n")
    shown = [one.text for one in read(script_markdown(document, "x"), "a.md").elements[1:]]
    assert shown[1:] == ["# one", "> two", "= three"]
