"""The sample episode has in it what the spine must be shown with."""

from __future__ import annotations

from pathlib import Path

from cine_forge.film.project import load_project
from cine_forge.film.screenplay.document import Document, Element, ElementType
from cine_forge.film.screenplay.reading import read_script

SAMPLE = Path(__file__).resolve().parents[2] / "projects" / "sample"


def document() -> Document:
    return read_script(SAMPLE / load_project(SAMPLE).script)


def of_type(kind: ElementType) -> list[Element]:
    return [element for element in document().elements if element.type is kind]


def test_it_has_eight_scenes_three_of_them_outdoors_at_night() -> None:
    headings = [element.text for element in of_type(ElementType.SCENE_HEADING)]
    assert len(headings) == 8
    assert sum(text.startswith("EXT.") and text.endswith("NIGHT") for text in headings) == 3
    places = [text.partition(". ")[2].partition(" - ")[0] for text in headings]
    assert len([place for place in set(places) if places.count(place) > 1]) >= 2


def test_four_people_speak_and_one_of_them_on_the_telephone() -> None:
    cues = {element.text for element in of_type(ElementType.CHARACTER)}
    assert {cue.partition(" (")[0] for cue in cues} == {"TOMAS", "IDA", "VERA", "JULIAN"}
    assert any("V.O." in element.raw for element in of_type(ElementType.CHARACTER))


def test_it_marks_a_oner_and_begins_and_ends_in_black() -> None:
    assert any("ONER" in element.text for element in of_type(ElementType.ACTION))
    transitions = [element.text for element in of_type(ElementType.TRANSITION)]
    assert transitions[0].startswith("FADE IN")
    assert "FADE OUT" in transitions[-1]
