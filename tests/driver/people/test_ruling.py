"""A word on who is who: what it changes, that it stays, that a later one wins, and what it refuses."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cine_forge.cli.main import main
from cine_forge.driver.wiring import wire_project
from cine_forge.kernel.artifacts.records.refs import Ref

RECIPE = """recipe_id: people
entity: ${project.episode}
stages:
  - id: script_breakdown
    module: script_breakdown_v1
    params: {script: "${project.script}"}
    store_inputs_optional: {casting: casting}
  - id: scene_assembly
    module: scene_assembly_v1
    needs: [script_breakdown]
"""
SCRIPT = """INT. KITCHEN - DAY

ANN (34) turns a key over.

ANN
It was here all along.

EXT. GARDEN - NIGHT

The stone is wet.

THE BAKER
Who put it there?

INT. CELLAR - NIGHT

CARL (60) listens.

CARL
Hush.

INT. KITCHEN - NIGHT

MILLER
I did.
"""


@dataclass(frozen=True)
class House:
    """A small project and the commands in it."""

    folder: Path

    def cli(self, *words: str, status: int = 0) -> str:
        """Call `cine-forge` in the project; return what it printed."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            found = main([*words, "--project", str(self.folder)])
        assert found == status, err.getvalue()
        return out.getvalue() if not status else err.getvalue()

    def actions(self, *words: str) -> dict[str, str]:
        """Return what a plan does, by stage and label of the unit."""
        told = json.loads(self.cli(*(words or ("plan", "--json"))))
        units = (told.get("plan") or told)["units"]
        return {f"{unit['stage']} {unit['label']}": unit["action"] for unit in units}

    def people(self) -> dict[str, str]:
        """Return name by id."""
        return {one["id"]: one["name"] for one in json.loads(self.cli("people", "list", "--json"))["people"]}

    def assets(self) -> dict[str, Any]:
        """Return the data of every person that is listed."""
        store = wire_project(self.folder).store
        listed = store.current("asset_set", "ep001").envelope().data["members"]
        ids = [one["id"] for one in listed if one["id"].startswith("character:")]
        return {one: store.current("asset", one).envelope().data for one in ids}

    def run(self) -> None:
        """Run to the end."""
        self.cli("run", "--quiet")


@pytest.fixture
def house(tmp_path: Path) -> House:
    folder = tmp_path / "house"
    (folder / "scripts").mkdir(parents=True)
    (folder / "scripts" / "one.fountain").write_text(SCRIPT)
    (folder / "people.yaml").write_text(RECIPE)
    text = f"title: House\nscript: scripts/one.fountain\nrecipe: {folder / 'people.yaml'}\n"
    (folder / "project.yaml").write_text(text + "users:\n  - {id: ida, name: Ida}\n  - {id: bo, name: Bo}\n")
    return House(folder)


@pytest.mark.row("G4")
def test_a_merge_makes_only_the_scenes_of_the_two_again_and_a_split_brings_back_who_they_were(house) -> None:
    house.run()
    before = house.assets()
    tried = house.actions("people", "merge", "baker", "miller", "--dry-run", "--json")
    assert tried["scene_assembly 2"] == tried["scene_assembly 4"] == "run"
    assert tried["scene_assembly 1"] == tried["scene_assembly 3"] == "reuse"
    assert set(house.actions().values()) == {"reuse"}
    house.cli("people", "merge", "baker", "miller", "--why", "he says so")
    assert house.actions() == tried
    house.run()
    assert set(house.actions().values()) == {"reuse"}
    assert "character:miller" not in house.assets()
    house.cli("people", "split", "baker", "MILLER")
    house.run()
    assert set(house.actions().values()) == {"reuse"}
    assert house.assets() == before


@pytest.mark.row("G4")
def test_a_merge_survives_a_new_draft_in_which_one_of_the_two_has_another_name(house) -> None:
    house.run()
    house.cli("people", "merge", "THE BAKER", "Miller", "--as", "JONAS")
    house.run()
    script = house.folder / "scripts" / "one.fountain"
    script.write_text("INT. HALL - DAY\n\nNobody.\n\n" + script.read_text().replace("MILLER", "MAYOR"))
    house.run()
    people = house.people()
    assert people["character:the-baker"] == "JONAS"
    assert {"character:ann", "character:carl", "character:the-baker"} == set(people)


def test_a_ruling_says_who_made_it_and_when_and_is_a_statement_about_the_casting(house) -> None:
    house.cli("people", "merge", "ann", "carl", "--by", "bo", "--why", "a test")
    (ruled,) = json.loads(house.cli("people", "list", "--json"))["rulings"]
    assert (ruled["kind"], ruled["names"], ruled["by"], ruled["why"]) == (
        "merge",
        ["ANN", "CARL"],
        "bo",
        "a test",
    )
    with wire_project(house.folder).store as store:
        said = store.load(Ref.parse("statement/casting/people@v1"))
    assert (said.data["ref"], said.by, said.source) == ("casting/people@v1", "bo", "human")


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("merge", "anne", "carl"), "CF-F050", "`ANN`"),
        (("merge", "ann", "ANN"), "CF-F051", ""),
        (("split", "ann", "carl"), "CF-F053", "is called `ANN`"),
        (("split", "ann", "ANN"), "CF-F053", ""),
        (("merge", "ann", "carl", "--as", "MILLER"), "CF-F056", "merge the two first"),
    ],
)
def test_nonsense_is_refused_with_what_to_do(house, words, code, hint) -> None:
    told = house.cli("people", *words, status=2)
    assert code in told and hint in told
    assert not (house.folder / "artifacts" / "casting").exists()


def test_who_is_locked_is_merged_with_nobody(house) -> None:
    house.run()
    house.cli("artifacts", "lock", "asset/character:ann", "--hard", "--note", "cast")
    assert "CF-F052" in house.cli("people", "merge", "carl", "ann", "--why", "no", status=2)


def test_a_recipe_that_reads_no_rulings_refuses_them_with_the_line_to_write(house) -> None:
    recipe = house.folder / "people.yaml"
    recipe.write_text(recipe.read_text().replace("    store_inputs_optional: {casting: casting}\n", ""))
    told = house.cli("people", "merge", "ann", "carl", status=2)
    assert "CF-F054" in told and "store_inputs_optional: {casting: casting}" in told
