"""The script view: every line once, and spans that point to the words they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.film.breakdown.script_view import view_of_file
from tests.film.scripts import DATA, Lots

SCRIPT = """INT. BAR - BACK ROOM - NIGHT #12A#

ANN MORO (30) in a *red coat* sets a brass
lantern down. She hangs up. [[find a lantern]]

ANN (V.O.)
The lantern is Bob's.

BOB and the KEY. Bob's key.

BOB
Mine.

BOTH
Ours.

EXT. YARD - DAY

Rain on the lantern. Rain on the lantern.
"""
SAMPLE = Path(__file__).resolve().parents[3] / "projects" / "sample" / "scripts" / "ep_001.md"


def view(text: str, folder: Path) -> dict[str, Any]:
    """Return the view of a Fountain text."""
    script = folder / "one.fountain"
    script.write_text(text)
    return view_of_file(script, Lots())


def said(seen: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Return line, category and words of every span."""
    return [
        (line["n"], span["category"], line["text"][span["start"] : span["end"]])
        for line in seen["lines"]
        for span in line["spans"]
    ]


@pytest.mark.row("D6")
def test_spans_point_to_the_words_they_say(tmp_path: Path) -> None:
    found = said(view(SCRIPT, tmp_path))
    assert (1, "location", "BAR") in found
    assert (1, "sublocation", "BACK ROOM") in found
    assert (3, "character", "ANN MORO") in found
    assert (6, "cue", "ANN") in found
    assert {(3, "prop", "brass"), (4, "prop", "lantern")} <= set(found)
    assert [one for one in found if one[:2] == (9, "character")] == [
        (9, "character", "BOB"),
        (9, "character", "Bob"),
    ]
    assert (14, "cue", "BOTH") in found


@pytest.mark.row("D6")
def test_a_name_that_stands_twice_is_pointed_to_twice(tmp_path: Path) -> None:
    line = view(SCRIPT, tmp_path)["lines"][8]
    assert [span["start"] for span in line["spans"] if span["category"] == "character"] == [0, 17]


@pytest.mark.row("D6")
def test_what_no_word_says_is_implied_and_has_no_columns(tmp_path: Path) -> None:
    lines = view(SCRIPT, tmp_path)["lines"]
    assert [(line["n"], one["name"]) for line in lines for one in line["implied"]] == [(4, "phone")]


@pytest.mark.row("D6")
@pytest.mark.parametrize("name", ["sample", "last_birthday_card.fdx", "printing_trouble.fountain"])
def test_every_mention_of_a_script_has_its_words_or_is_implied(name: str) -> None:
    script = SAMPLE if name == "sample" else DATA / "scripts" / name
    if not script.is_file():
        pytest.skip(f"needs the shared script {name}")
    seen = view_of_file(script, Lots())
    names = {one["id"]: one["name"] for one in seen["entities"]}
    spans = [(line, span) for line in seen["lines"] for span in line["spans"]]
    empty = [span for line, span in spans if not line["text"][span["start"] : span["end"]].strip()]
    implied = [one for line in seen["lines"] for one in line["implied"]]
    assert not empty
    assert len(implied) <= 0.06 * len(spans)
    assert {span["entity"] for _, span in spans} <= names.keys()


def test_lines_say_what_they_are_and_whose_scene_they_are_in(tmp_path: Path) -> None:
    seen = view(SCRIPT, tmp_path)
    kinds = {line["n"]: line["type"] for line in seen["lines"]}
    assert [kinds[n] for n in (1, 3, 6, 7, 8)] == ["scene_heading", "action", "character", "dialogue", None]
    scenes = [one["id"] for one in seen["scenes"]]
    assert {line["scene"] for line in seen["lines"]} == set(scenes)
    marks = [mark for line in seen["lines"] for mark in line["marks"] if mark["kind"] in ("scene", "note")]
    assert [mark.get("number", mark.get("text")) for mark in marks] == ["12A", "find a lantern", "13"]


def test_anchors_hold_while_other_lines_come_and_go(tmp_path: Path) -> None:
    before = {line["anchor"]: line["text"] for line in view(SCRIPT, tmp_path)["lines"]}
    longer = SCRIPT.replace("ANN (V.O.)", "A knock.\n\nANN (V.O.)").replace(
        "INT. BAR", "FADE IN:\n\nINT. BAR", 1
    )
    after = {line["anchor"] for line in view(longer, tmp_path)["lines"]}
    assert len(before) == len(SCRIPT.splitlines())
    yard = [anchor for anchor, text in before.items() if "Rain" in text or "YARD" in text]
    assert set(yard) <= after


def test_an_apostrophe_is_one_however_it_is_typed(tmp_path: Path) -> None:
    found = said(view("INT. SCOTT’S FLAT - DAY\n\nRain.\n\nINT. SCOTT'S FLAT - NIGHT\n\nSnow.\n", tmp_path))
    assert [words for _, kind, words in found if kind == "location"] == ["SCOTT’S FLAT", "SCOTT'S FLAT"]
