"""After one changed line: what went stale, why, down to the line, and what each depth of refreshing costs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from cine_forge.cli.main import main
from cine_forge.driver.artifacts.refreshing import Refreshing, refreshing
from cine_forge.driver.explain import answer
from tests.spine.studio import ROOT, Film

PRICES = {"local-still": "per_dispatch_micro_usd: 20000", "local-clip": "per_second_micro_usd: 100000"}


@pytest.fixture
def priced(film: Film) -> Film:
    """Return the finished film with one line of its script changed, in which pictures cost something."""
    folder = film.folder / "configs" / "models"
    folder.mkdir(parents=True)
    for name, price in PRICES.items():
        text = (ROOT / "configs" / "models" / f"{name}.yaml").read_text()
        (folder / f"{name}.yaml").write_text(re.sub(r"source: [^}]*", f"source: a test, {price}", text))
    film.edit("Then you know who put it there.", "Then you know who left it there.")
    return film


def planned_usd(film: Film, *options: str) -> float:
    return float(json.loads(film.drive("--dry-run", "--json", *options))["totals"]["est_cost_usd"])


def told(film: Film, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main([*words, "--project", str(film.folder)]) == 0
    return capsys.readouterr().out


def row_of(found: Refreshing, label: str) -> dict[str, Any]:
    return next(row for row in found.rows() if row["label"] == label)


@pytest.mark.row("B17")
@pytest.mark.row("A17")
def test_each_depth_is_priced_as_the_plan_prices_it_and_told_with_the_line_that_began_it(priced, capsys):
    found = refreshing(priced.folder)
    assert [depth.name for depth in found.depths] == ["boards", "stills", "video"]
    sums = [depth.to_json()["est_cost_usd"] for depth in found.depths]
    ends = ("storyboard.pencil", "storyboard.finish", "generation")
    assert sums == [planned_usd(priced, "--end-at", end) for end in ends]
    assert sums[0] == 0.02 and sums[1] == 0.04 and sums[2] > 0.2
    assert sums[2] == planned_usd(priced)
    (shot,) = [row for row in found.rows() if "storyboard.pencil" in row["stages"]]
    assert list(shot["est_cost_usd"].values()) == sums
    line = priced.script().read_text().splitlines().index("Then you know who left it there.") + 1
    assert f"ep_001.md:{line}" in row_of(found, "1")["because"]
    told_json = json.loads(told(priced, capsys, "stale", "--price", "--json"))
    assert (told_json["schema"], told_json["stale"]) == ("stale/1", [])
    assert told_json["refresh"] == json.loads(json.dumps(found.to_json()))
    assert {unit["depth"] for unit in told_json["refresh"]["units"]} == {"boards", "stills", "video", None}
    text = told(priced, capsys, "stale", "--price").splitlines()
    assert text[0].split() == ["boards", "stills", "video"]
    assert re.match(rf"{shot['label']}\s+\$0\.02\s+\$0\.04\s+\${sums[2]:.2f}  input `shot`", text[3])
    assert text[-1].startswith("in all")


@pytest.mark.row("A17")
def test_a_board_is_explained_to_the_line_of_the_script_once_its_shot_was_made_again(priced, capsys):
    priced.run("--end-at", "scene_assembly")
    rows = json.loads(told(priced, capsys, "stale", "--json"))["stale"]
    (board,) = [row["ref"] for row in rows if row["ref"].startswith("pencil_board/")]
    artifact, units = answer(priced.folder, board)
    line = priced.script().read_text().splitlines().index("Then you know who left it there.") + 1
    (began,) = artifact.to_json()["began"]
    assert f"ep_001.md:{line}" in [field["where"] for field in began["fields"]]
    assert {one.kind for one in artifact.no_causes} == {"unchanged"}
    assert [unit.action for unit in units] == ["run"]
    assert refreshing(priced.folder).depths[0].to_json()["units"] == 1
    told(priced, capsys, "artifacts", "confirm", board, "--note", "her lips are not seen")
    assert refreshing(priced.folder).depths[0].to_json()["units"] == 0
    artifact, (unit,) = answer(priced.folder, board)
    assert artifact.health == "confirmed_valid"
    assert unit.action == "reuse"
    assert unit.reasons[0].endswith("was confirmed by ida: her lips are not seen")


def test_of_a_film_in_which_nothing_changed_nothing_is_to_be_refreshed(film, capsys):
    assert told(film, capsys, "stale", "--price") == "nothing is stale\n"
    assert list(refreshing(film.folder).rows()) == []
