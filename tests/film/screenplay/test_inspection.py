"""`script/1`, and the readers held against scripts that nobody here wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cine_forge.film.screenplay.inspection import inspect_script
from cine_forge.film.screenplay.reading import read_script
from tests.film.scripts import DATA

SCRIPT = """INT. BAR - BACK ROOM - NIGHT #3#

ANN (30), a spy, sits with a LANTERN. Her raincoat drips.

ANN (V.O.)
(into phone)
Come.
"""
KEYS = {
    "scenes": {
        "n",
        "number",
        "heading",
        "int_ext",
        "location",
        "sublocation",
        "time",
        "kind",
        "line",
        "end_line",
    }
    | {"eighths", "omitted", "confidence", "story_day"},
    "cues": {"character", "raw", "line", "scene", "dual", "people"},
    "elements": {"line", "type"},
    "entities": {"id", "kind", "name", "aliases", "versions", "evidence"},
    "mentions": {"scene", "category", "name", "line", "confidence", "entity", "spoken"},
}
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared scripts are not there: ../shared/data")


def inspected(folder: Path) -> dict[str, Any]:
    """Inspect the script above."""
    (folder / "ep_001.fountain").write_text(SCRIPT)
    return inspect_script(folder / "ep_001.fountain")


@pytest.mark.row("D6")
@pytest.mark.parametrize("part", sorted(KEYS))
def test_every_part_has_its_keys(tmp_path: Path, part: str) -> None:
    entries = inspected(tmp_path)[part]
    assert entries
    assert all(set(entry) == KEYS[part] for entry in entries)


@pytest.mark.row("D6")
def test_scenes_cues_and_mentions_are_told_with_their_lines(tmp_path: Path) -> None:
    seen = inspected(tmp_path)
    (scene,) = seen["scenes"]
    assert (scene["number"], scene["int_ext"], scene["location"]) == ("3", "INT", "BAR")
    assert (scene["sublocation"], scene["time"], scene["line"], scene["end_line"]) == (
        "BACK ROOM",
        "NIGHT",
        1,
        7,
    )
    assert [(cue["character"], cue["raw"], cue["line"]) for cue in seen["cues"]] == [("ANN", "ANN (V.O.)", 5)]
    things = {(mention["category"], mention["name"], mention["line"]) for mention in seen["mentions"]}
    assert things >= {("prop", "lantern", 3), ("wardrobe", "raincoat", 3), ("prop", "phone", 6)}


def test_a_script_without_a_scene_is_shown_not_refused(tmp_path: Path) -> None:
    (tmp_path / "a.fountain").write_text("Only prose.\n")
    assert inspect_script(tmp_path / "a.fountain")["scenes"] == []


GOLD = [
    ("season_a_ep_001", "season_a/ep_001.md"),
    ("season_a_ep_004", "season_a/ep_004.md"),
    ("printing_trouble", "printing_trouble.fountain"),
    ("printing_trouble", "messy/printing_trouble.lowerhead.txt"),
    ("printing_trouble", "messy/printing_trouble.noblank.txt"),
    ("printing_trouble", "messy/printing_trouble.nokeyword.txt"),
    ("printing_trouble", "messy/printing_trouble.production.txt"),
    ("last_birthday_card", "last_birthday_card.fountain"),
    ("last_birthday_card", "last_birthday_card.fdx"),
    ("brick_and_steel", "brick_and_steel.fountain"),
    ("brick_and_steel", "brick_and_steel.fdx"),
    ("complete_nonsense", "complete_nonsense.fountain"),
    ("toller-masse-mensch", "toller-masse-mensch.fountain"),
]


@needs_data
@pytest.mark.row("G2")
@pytest.mark.parametrize(("gold", "script"), GOLD, ids=[script for _, script in GOLD])
def test_as_many_headings_and_cues_as_the_gold_says(gold: str, script: str) -> None:
    counts = json.loads((DATA / "gold" / f"{gold}.gold.json").read_text())["counts"]
    seen = inspect_script(DATA / "scripts" / script)
    assert (len(seen["scenes"]), len(seen["cues"])) == (counts["headings"], counts["dialogue_blocks"])


@needs_data
@pytest.mark.row("G2")
@pytest.mark.parametrize(
    ("gold", "script"), [pair for pair in GOLD if pair[1].endswith((".fountain", ".md"))]
)
def test_place_location_and_time_are_those_of_the_gold(gold: str, script: str) -> None:
    told = json.loads((DATA / "gold" / f"{gold}.gold.json").read_text())["scenes"]
    if "line" not in told[0]:
        pytest.skip(f"{gold} has no lines in its gold")
    wanted = [(one["line"], one["int_ext"], one["location"], one["time"]) for one in told]
    seen = inspect_script(DATA / "scripts" / script)["scenes"]
    found = [
        (one["line"], one["int_ext"], one["location"], [one["time"]] if one["time"] else []) for one in seen
    ]
    assert found == wanted


@needs_data
@pytest.mark.row("G2")
def test_every_episode_of_a_season_has_scenes() -> None:
    scenes = {
        path.name: len(inspect_script(path)["scenes"]) for path in (DATA / "scripts/season_a").glob("*.md")
    }
    assert len(scenes) >= 16
    assert not [name for name, count in scenes.items() if count == 0]


@needs_data
def test_the_corpora_of_peers_are_read_without_an_error() -> None:
    files = [*(DATA / "parser_corpora").rglob("*.fountain"), *(DATA / "parser_corpora").rglob("*.fdx")]
    assert len(files) > 30
    assert all(read_script(path).lines >= 1 for path in files)
