"""Camera lines: where a script names every place with INT or EXT, other lines in capitals are no headings.

`CLOSE SHOT -- REGGIE`, `ANOTHER ANGLE` and `ON HIS SHOES` stand alone between blank lines in many well-formed
scripts; so do signs, titles and sounds. They are action, in the strict way and in the tolerant one.
"""

from __future__ import annotations

import pytest

from bench.script.clean_script import Page, page_of
from bench.script_corruption import Corrupted, corrupt
from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_source
from cine_forge.film.screenplay.source_text import decode_source

PLACES = (
    "TAXI RANK",
    "HOTEL LOBBY",
    "BRIDGE",
    "MARKET",
    "OFFICE",
    "CELLAR",
    "STATION",
    "ROOF",
    "CHAPEL",
    "YARD",
)
CAMERA = (
    "ANOTHER ANGLE",
    "CLOSE SHOT -- NORA",
    "MED. SHOT -- THE DOOR",
    "ON HIS SHOES",
    "INSERT -- PASSPORT",
    "WIDER",
    "REVERSE ANGLE",
    "NORA'S POV",
    "TWO SHOT -- NORA AND PIET",
    "A SPINNING COIN",
)
KINDS = ("title-cues", "inline-cues", "hard-wraps", "no-blanks", "scan-noise", "lower-headings")


def script() -> str:
    parts = ["Title: The Coin\n"]
    for number in range(20):
        place, camera = PLACES[number % 10], CAMERA[number % 10]
        parts += [
            f"{('INT', 'EXT')[number % 2]}. {place} - {('DAY', 'NIGHT')[number // 10]}\n",
            "Nora steps in and looks around for the coin that she lost here last week.\n",
            f"{camera}\n" if number % 3 else f"{camera}\n\nANOTHER ANGLE\n",
            "It lies there, and nobody has seen it.\n",
            "NORA\nThere it is.\n",
            "PIET\n(low)\nLeave it. I mean it, leave it where it is.\n",
            "DR. BENN\nMay I?\n" if number % 4 == 0 else "He does not answer.\n",
        ]
    return "\n".join(parts)


def page() -> Page:
    rows = script().split("\n")
    cues = {"NORA": rows.count("NORA"), "PIET": rows.count("PIET"), "DR. BENN": rows.count("DR. BENN")}
    scenes = [
        {"raw": row, "line": at} for at, row in enumerate(rows, 1) if row.startswith(("INT. ", "EXT. "))
    ]
    gold = {"script": "coin.fountain", "title": "The Coin", "scenes": scenes, "characters": [{"cues": cues}]}
    found = page_of(gold, script())
    assert isinstance(found, Page)
    return found


def texts(document: Document, kind: ElementType) -> list[str]:
    return [one.text for one in document.elements if one.type is kind]


@pytest.mark.parametrize("name", ["coin.fountain", "coin.txt", "coin.md"])
def test_camera_lines_of_a_well_formed_script_are_neither_headings_nor_cues(name: str) -> None:
    document = read_source(decode_source(name, script().encode()))
    assert [
        one for one in texts(document, ElementType.SCENE_HEADING) if not one.startswith(("INT", "EXT"))
    ] == []
    assert set(texts(document, ElementType.CHARACTER)) == {"NORA", "PIET", "DR. BENN"}


@pytest.mark.parametrize("kind", KINDS)
def test_camera_lines_of_a_script_in_trouble_are_no_headings(kind: str) -> None:
    made = corrupt(page(), [kind])
    assert isinstance(made, Corrupted)
    document = read_source(decode_source(made.page.name, made.page.text.encode()))
    assert abs(len(texts(document, ElementType.SCENE_HEADING)) - 20) <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_camera_lines_of_a_script_in_trouble_are_no_cues(kind: str) -> None:
    made = corrupt(page(), [kind])
    assert isinstance(made, Corrupted)
    document = read_source(decode_source(made.page.name, made.page.text.encode()))
    cues = len(texts(document, ElementType.CHARACTER))
    assert abs(cues - made.page.cues.total()) <= 2
