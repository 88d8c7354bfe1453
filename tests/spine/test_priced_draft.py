"""A new draft priced before it is in place: the same as the plan says once it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cine_forge.cli.main import main
from cine_forge.driver.artifacts.refreshing import Refreshing, refreshing
from cine_forge.driver.drafts.pricing import price_draft
from cine_forge.kernel.ground.errors import UsageError
from tests.spine.studio import ROOT, Film

PRICES = {"local-still": "per_dispatch_micro_usd: 20000", "local-clip": "per_second_micro_usd: 100000"}
LANE = "**EXT. LANE - DAWN**\n\nAnn runs past the gate with the lantern.\n\n"

pytestmark = pytest.mark.row("G23")


@pytest.fixture
def priced(film: Film) -> Film:
    """Return the finished film with prices, its script as it was run."""
    folder = film.folder / "configs" / "models"
    folder.mkdir(parents=True)
    for name, price in PRICES.items():
        text = (ROOT / "configs" / "models" / f"{name}.yaml").read_text()
        (folder / f"{name}.yaml").write_text(re.sub(r"source: [^}]*", f"source: a test, {price}", text))
    return film


def reworked(text: str) -> str:
    """Return a draft with a line changed, a scene put in and one left out."""
    text = text.replace("put it there", "left it there").replace(
        "**INT. KITCHEN - NIGHT**", LANE + "**INT. KITCHEN - NIGHT**"
    )
    return re.sub(r"\*\*EXT\. GARDEN - NIGHT\*\*.*?(?=\*\*)", "", text, flags=re.DOTALL)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def usd(film: Film, *options: str) -> float:
    return float(json.loads(film.drive("--dry-run", "--json", *options))["totals"]["est_cost_usd"])


def sums(found: Refreshing) -> list[float]:
    """Return the whole price of each depth: what is stale, and what is new."""
    rows = (depth.to_json() for depth in found.depths)
    return [round(row["est_cost_usd"] + row["new_est_cost_usd"], 6) for row in rows]


def test_a_priced_draft_costs_what_the_dry_run_says_once_it_is_in_place(priced: Film, tmp_path: Path) -> None:
    new = tmp_path / "second_draft.md"
    new.write_text(reworked(priced.script().read_text()))
    before = tree(priced.folder)
    told = price_draft("current", str(new), folder=priced.folder)
    assert tree(priced.folder) == before
    priced.script().write_text(new.read_text())
    assert told.to_json() == refreshing(priced.folder).to_json()
    assert sums(told)[-1] == usd(priced, "--end-at", "generation")
    assert sums(told)[-1] > sums(told)[0] > 0


def test_the_draft_that_is_in_place_costs_nothing(priced: Film, tmp_path: Path) -> None:
    same = tmp_path / "copy_of_it.md"
    same.write_bytes(priced.script().read_bytes())
    told = price_draft(str(priced.script()), str(same), folder=priced.folder)
    assert list(told.rows()) == []
    assert sums(told) == [0, 0, 0]


def test_what_the_project_does_not_stand_on_has_no_price(priced: Film, tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text(LANE)
    with pytest.raises(UsageError, match="CF-F063") as refused:
        price_draft(str(other), "current", folder=priced.folder)
    assert "give `current` for OLD" in str(refused.value)


def test_the_command_tells_scenes_and_price_and_its_json_names_ids(
    priced: Film, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "second_draft.md"
    new.write_text(reworked(priced.script().read_text()))
    words = ["script", "diff", "current", str(new), "--price", "--project", str(priced.folder)]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "1 reworded; 1 added; 1 omitted" in text
    assert "with this draft in place" in text
    assert main([*words, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    ids = {scene["number"]: scene["id"] for scene in told["scenes"]}
    kept = priced.data("scene_set")["members"]
    assert [ids[number] for number in ("1", "2", "3")] == [member["id"] for member in kept]
    assert told["price"]["depths"][0]["name"] == "boards"


def test_versions_of_the_script_are_compared_in_their_colours_and_going_back_is_priced(
    film: Film, capsys: pytest.CaptureFixture[str]
) -> None:
    first = film.script().read_text()
    for edited in (reworked(first), reworked(first).replace("Nobody does.", "No one does.")):
        film.script().write_text(edited)
        film.run("--end-at", "script_breakdown")
    assert main(["script", "diff", "@v1", "current", "--json", "--project", str(film.folder)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["old"]["colour"], told["new"]["colour"]) == ("white", "pink")
    colours = {scene["number"]: scene["colours"] for scene in told["scenes"] if scene["new"]}
    assert colours == {"1": ["blue"], "1A": ["blue"], "3": ["pink"]}
    assert main(["script", "diff", "@v7", "current", "--project", str(film.folder)]) == 2
    assert "kept: `@v1`, `@v2`, `@v3`" in capsys.readouterr().err
    back = price_draft("current", "@v1", folder=film.folder)
    film.script().write_text(first)
    assert back.to_json() == refreshing(film.folder).to_json()


@pytest.mark.row("G27")
def test_continuity_of_a_project_is_what_its_breakdown_kept_until_the_script_changes(
    film: Film, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["script", "continuity", "--json", "--project", str(film.folder)]
    assert main(words) == 0
    kept = json.loads(capsys.readouterr().out)
    assert kept == {"schema": "continuity/1", **film.data("continuity")}
    assert [scene["id"] for scene in kept["scenes"]] == [
        one["id"] for one in film.data("scene_set")["members"]
    ]
    film.edit("Nobody else is there.", "Nobody else is there. Ann takes off her shirt.")
    assert main(words) == 0
    anew = json.loads(capsys.readouterr().out)
    assert [scene["id"] for scene in anew["scenes"]] == [None] * len(kept["scenes"])
