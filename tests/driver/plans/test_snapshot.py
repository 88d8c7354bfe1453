"""The snapshot of a run: what it was made from, enough to plan it again from its folder alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cine_forge.driver.plans.snapshot_record import Snapshot, read_snapshot
from cine_forge.kernel.ground.errors import ProjectError
from cine_forge.kernel.ground.hashing import digest_of, seed_of
from tests.driver.stand import Stand, new_stand

_MODEL = """model: local-still
description: Priced for a test
modality: image_t2i
endpoint: local:still
actions: {t2i: {}}
prompt: {most: 100}
sizes: {least: 16, most: 8192}
price: {as_of: "2026-01-01", source: a test, per_dispatch_micro_usd: PRICE}
pace: {least_s: 1}
"""


@pytest.mark.row("F14")
def test_a_snapshot_tells_stages_params_inputs_modules_and_the_command(stand: Stand) -> None:
    run = stand.run("--param", "text=hi", "--end-at", "last")
    found = read_snapshot(stand.folder(run))
    assert found.params == {"text": "hi"}
    assert found.stages["first"].params == {"text": "hi", "entities": 1}
    assert found.stages["last"].inputs == {"before": ("first.echo",)}
    assert found.modules["dice_v1"].determinism == "seeded"
    assert set(found.code_of("dice_v1")) == {"main.py"}
    assert found.asked.end_at == ("last",) and found.asked.params == {"text": "hi"}
    assert set(found.schemas) == {"echo@1"} and found.strategy is None


@pytest.mark.row("B22")
def test_equal_content_gives_equal_bytes(stand: Stand) -> None:
    stand.run()
    second, third = stand.run(), stand.run()
    for name in ("snapshot.json", "recipe.yaml", "plan.json"):
        assert (stand.folder(second) / name).read_bytes() == (stand.folder(third) / name).read_bytes()


def test_what_is_written_is_the_whole_record_and_nothing_else(stand: Stand) -> None:
    folder = stand.folder(stand.run("--param", "text=hi", "--budget", "2"))
    record = read_snapshot(folder)
    assert record.asked.budget_micro_usd == 2_000_000
    assert (folder / "snapshot.json").read_bytes() == record.model_dump_json(by_alias=True).encode() + b"\n"


@pytest.mark.row("B22")
def test_a_run_is_planned_again_from_its_folder_alone(stand: Stand) -> None:
    run = stand.run("--param", "text=hi", "--exclude", "roll")
    wanted = stand.plan("--param", "text=hi", "--exclude", "roll")["plan_id"]
    stand.recipe.unlink()
    told = stand.cli("plan", "--run", run, "--json").json()
    assert told["schema"] == "plan/1"
    assert told["plan_id"] == wanted
    assert [module["status"] for module in told["of_run"]["modules"]] == ["same"] * 3


@pytest.mark.row("B22")
def test_a_recipe_in_which_nothing_is_filled_in_is_kept_in_its_authors_words(stand: Stand) -> None:
    written = stand.recipe.read_text().replace("${text}", "good day") + "# and that is all\n"
    stand.recipe.write_text(written)
    run, wanted = stand.run(), stand.plan()["plan_id"]
    kept = (stand.folder(run) / "recipe.yaml").read_text()
    assert kept.endswith(f"\n{written}") and kept.startswith("# Recipe `")
    assert stand.cli("plan", "--run", run, "--json").json()["plan_id"] == wanted


def test_what_was_asked_for_is_asked_for_again_and_the_recipe_of_today_is_not_used(stand: Stand) -> None:
    run = stand.run()
    stand.recipe.write_text(stand.recipe.read_text().replace("hello", "good day"))
    told = stand.cli("plan", "--run", run, "--json").json()
    assert {unit["action"] for unit in told["units"]} == {"reuse"}
    since = [one["text"] for one in told["of_run"]["since"]]
    assert since == ["the recipe's text changed", "param `text` “hello” → “good day”"]


@pytest.mark.row("B22")
def test_each_module_is_said_to_be_the_same_or_changed_with_its_files(stand: Stand) -> None:
    run = stand.run()
    stand.edit_module("dice_v1", "Test.", "Tested.")
    rows = stand.cli("plan", "--run", run, "--json").json()["of_run"]["modules"]
    assert {row["module"]: (row["status"], row["files"]) for row in rows} == {
        "dice_v1": ("changed", ["main.py"]),
        "echo_v1": ("same", []),
        "frail_v1": ("same", []),
    }
    assert "module dice_v1 1: changed: `main.py`" in stand.cli("plan", "--run", run).out


@pytest.mark.row("B22")
def test_the_plan_of_a_run_is_priced_as_it_was_then(tmp_path: Path) -> None:
    stand = new_stand(tmp_path / "stand", seed=5)
    model = stand.project / "configs" / "models" / "local-still.yaml"
    model.parent.mkdir(parents=True)
    model.write_text(_MODEL.replace("PRICE", "40000"))
    stand.break_last()
    run = stand.run(status=1)
    model.write_text(_MODEL.replace("PRICE", "90000"))
    told = stand.cli("plan", "--run", run, "--json").json()
    assert told["totals"]["est_cost_usd"] == 0.04
    assert "the price of `local-still` changed" in [one["text"] for one in told["of_run"]["since"]]
    assert stand.plan()["totals"]["est_cost_usd"] == 0.09


def test_a_part_of_a_run_that_stands_on_other_things_tells_them_and_keeps_those_of_before(
    stand: Stand,
) -> None:
    stand.break_last()
    run = stand.run(status=1)
    before = (stand.folder(run) / "snapshot.json").read_bytes()
    stand.edit_module("frail_v1", "'last'", "'at last'")
    stand.break_last(broken=False)
    assert stand.run("--run-id", run) == run
    assert (stand.folder(run) / "snapshot.1.json").read_bytes() == before
    assert not (stand.folder(run) / "recipe.1.yaml").exists()
    assert stand.story(run).warnings == ["since this run began: module `frail_v1` changed: `main.py`"]


def test_a_snapshot_that_cannot_be_read_is_refused_with_a_way_on(stand: Stand) -> None:
    run = stand.run()
    (stand.folder(run) / "snapshot.json").write_text("{}")
    with pytest.raises(ProjectError, match="CF-U060"):
        read_snapshot(stand.folder(run))
    told = stand.cli("plan", "--run", run)
    assert told.status == 2 and "CF-U060" in told.err


def test_keys_of_a_newer_version_are_passed_over(stand: Stand) -> None:
    path = stand.folder(stand.run()) / "snapshot.json"
    found = json.loads(path.read_text())
    assert Snapshot.model_validate(found | {"later": 1}) == Snapshot.model_validate(found)


def test_options_of_another_plan_are_refused_beside_a_run(stand: Stand) -> None:
    told = stand.cli("plan", "--run", stand.run(), "--force")
    assert told.status == 2 and told.err.startswith("CF-U047") and "`--force`" in told.err


@pytest.mark.row("F28")
def test_the_seed_is_recorded_and_gives_the_same_choices_again(tmp_path: Path) -> None:
    first = new_stand(tmp_path / "first", seed=11)
    run = first.run("--include", "roll")
    seed = read_snapshot(first.folder(run)).project_seed
    again = new_stand(tmp_path / "again", seed=seed)
    other = new_stand(tmp_path / "other", seed=12)
    again.run("--include", "roll")
    other.run("--include", "roll")
    assert seed == 11
    assert first.said("roll") == again.said("roll") == str(seed_of(11, "roll", "project", 1))
    assert other.said("roll") != first.said("roll")
    derivations = list((first.project / "derivations" / "roll").rglob("d*.json"))
    assert json.loads(derivations[0].read_text())["components"]["seed:project"] == digest_of(11)


def test_a_copy_of_the_project_plans_the_run_alike(stand: Stand, tmp_path: Path) -> None:
    run = stand.run()
    shutil.copytree(stand.root, tmp_path / "copy")
    copy = Stand(tmp_path / "copy")
    plans = [one.cli("plan", "--run", run, "--json").json()["plan_id"] for one in (stand, copy)]
    assert plans[0] == plans[1]
