"""Who says what a param is: command, params file, project, recipe, manifest; and what a run tells of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cine_forge.cli.main import main
from cine_forge.driver.places import Places
from cine_forge.driver.request import Request
from cine_forge.driver.wiring import Wired, wire
from cine_forge.kernel.ground.errors import CineForgeError, Fault

ROOT = Path(__file__).resolve().parents[2]
RECIPE = """recipe_id: r
params: {text: recipe, count: 2}
stages:
- {id: one, module: echo_v1, params: {text: "${text}", entities: "${count}"}}
- {id: two.late, module: echo_v1, params: {text: "<${text}>"}, needs: [one]}
"""
PROJECT = """title: T
script: s.fountain
users: [{id: ann, name: Ann}]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "s.fountain").write_text("INT. A - DAY\n\nAnn walks.\n")
    (tmp_path / "project.yaml").write_text(PROJECT)
    (tmp_path / "r.yaml").write_text(RECIPE)
    return tmp_path


def wired(project: Path, **request: Any) -> Wired:
    asked = Request(str(project / "r.yaml"), project=project, dry_run=True)._replace(**request)
    return wire(asked, Places.here(os.environ)._replace(working=project, bundled=ROOT), write=False)


def texts(project: Path, **request: Any) -> list[Any]:
    return [brief.params.values["text"] for brief in wired(project, **request).commission.briefs.values()]


def faults(project: Path, **request: Any) -> tuple[Fault, ...]:
    with pytest.raises(CineForgeError) as refused:
        wired(project, **request)
    return refused.value.faults


def overriding(project: Path, text: str) -> None:
    (project / "project.yaml").write_text(PROJECT + text)


@pytest.mark.row("B2")
def test_command_beats_file_beats_project_beats_recipe(project: Path) -> None:
    assert texts(project) == ["recipe", "<recipe>"]
    overriding(project, "overrides: {r: {params: {text: project}}}\n")
    assert texts(project) == ["project", "<project>"]
    file = project / "params.yaml"
    file.write_text("text: file\n")
    assert texts(project, params_file=file) == ["file", "<file>"]
    assert texts(project, params_file=file, params=("text=command",)) == ["command", "<command>"]


@pytest.mark.row("B2")
def test_what_a_project_gives_a_stage_beats_the_recipe_and_not_the_command(project: Path) -> None:
    overriding(project, "overrides: {r: {stages: {two.late: {text: project}}}}\n")
    assert texts(project) == ["recipe", "project"]
    assert texts(project, params=("text=command",)) == ["command", "<command>"]
    assert texts(project, params=("count=3",)) == ["recipe", "project"]


@pytest.mark.row("B2")
def test_a_value_keeps_its_type(project: Path) -> None:
    briefs = wired(project, params=("text=12", "count=3")).commission.briefs
    assert briefs["one"].params.values == {"text": "12", "entities": 3}
    (fault,) = faults(project, params=("count=three",))
    assert (fault.code, fault.what) == ("CF-P014", "param `entities`: expected integer, found text `three`")


def test_overrides_of_another_recipe_are_not_looked_at(project: Path) -> None:
    overriding(project, "overrides: {other: {params: {x: 1}, stages: {y: {z: 1}}}}\n")
    assert texts(project) == ["recipe", "<recipe>"]


def test_overrides_that_name_nothing_are_refused_in_the_project_file(project: Path) -> None:
    overriding(project, "overrides:\n  r:\n    params: {txt: x}\n")
    (fault,) = faults(project)
    assert (fault.code, fault.where) == ("CF-U116", f"{project / 'project.yaml'}:6:14")
    assert fault.hint == "did you mean `text`?"
    overriding(project, "overrides:\n  r:\n    stages: {tow.late: {text: x}, one: {entities: 0}}\n")
    found = faults(project)
    assert {(fault.code, fault.where.rpartition("/")[2]) for fault in found} == {
        ("CF-P041", "project.yaml:6:25"), ("CF-P014", "project.yaml:6:41"),
    }  # fmt: skip


def test_params_that_name_nothing_are_refused_all_at_once(project: Path) -> None:
    found = faults(project, params=("txt=1", "cuont=2"))
    assert [(fault.code, fault.hint) for fault in found] == [
        ("CF-U040", "did you mean `count`?"), ("CF-U040", "did you mean `text`?"),
    ]  # fmt: skip
    assert faults(project, params=("text",))[0].code == "CF-U042"
    (project / "list.yaml").write_text("- a\n")
    assert faults(project, params_file=project / "list.yaml")[0].code == "CF-U041"


@pytest.mark.row("A29")
def test_faults_of_form_placeholders_and_modules_come_in_one_pass(project: Path) -> None:
    recipe = RECIPE.replace("recipe_id: r", "recipe_id: r\nzz: 1").replace("${text}", "${txt}", 1)
    (project / "r.yaml").write_text(recipe + "- {id: x, module: ecko_v1, module: echo_v2}\n")
    codes = [fault.code for fault in faults(project)]
    assert codes == ["CF-R002", "CF-R008", "CF-U205", "CF-M006"]


@pytest.mark.row("F7")
def test_selectors_are_resolved_by_the_policy_and_told(project: Path) -> None:
    rulings = wired(project, end_at=("late",), exclude=("one",)).commission.record.rulings
    told = {ruling.question: (ruling.policy, ruling.answer) for ruling in rulings}
    assert told["what `--end-at late` means"] == ("selectors", "two.late")
    assert told["what `--exclude one` means"] == ("selectors", "one")
    assert told["which stages may run"] == ("selection", "two.late")


@pytest.mark.row("F12")
@pytest.mark.row("F13")
def test_a_run_tells_each_default_once_and_a_strict_one_refuses_each(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", str(project / "r.yaml"), "--project", str(project), "--quiet"]
    assert main(words) == 0
    (events,) = project.glob("runs/*/pipeline_events.jsonl")
    lines = [json.loads(line) for line in events.read_text().splitlines()]
    told = [line["name"] for line in lines if line["event"] == "default_used"]
    assert sorted(told) == [
        "budget_usd", "echo_v1.entities", "entity",
        "resilience.attempts", "resilience.delay_s", "resilience.jitter",
    ]  # fmt: skip
    assert "retry" in [line["policy"] for line in lines if line["event"] == "policy_decided"]
    capsys.readouterr()
    assert main([*words, "--strict"]) == 2
    refused = capsys.readouterr().err
    assert refused.count("CF-P040") == len(told)
    assert "write `entities: 1` under `params` of `two.late`" in refused


@pytest.mark.row("F13")
def test_a_strict_run_of_a_recipe_that_says_it_all_has_no_default_left(project: Path) -> None:
    recipe = RECIPE.replace('"<${text}>"', '"<${text}>", entities: 1')
    recipe += "entity: project\nresilience: {attempts: 1, delay_s: 0.0, jitter: 0.0}\n"
    (project / "r.yaml").write_text(recipe)
    overriding(project, "budget_usd: null\n")
    assert wired(project, strict=True).commission.record.defaults == ()


def test_a_need_of_which_nothing_is_read_is_told_on_the_terminal(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "r.yaml").write_text(
        RECIPE + "- {id: x, module: dialogue_v1, params: {topic: t}, needs: [one]}\n"
    )
    assert main(["plan", str(project / "r.yaml"), "--project", str(project)]) == 0
    assert "warning: CF-P029" in capsys.readouterr().err


def test_a_gate_that_asks_needs_somebody_who_may_answer(project: Path) -> None:
    recipe = (ROOT / "configs" / "recipes" / "ep001.yaml").read_text(encoding="utf-8")
    (project / "r.yaml").write_text(recipe)
    assert wired(project, approve="ask").commission.order
    (project / "project.yaml").write_text(PROJECT.replace("users: [{id: ann, name: Ann}]\n", ""))
    (fault,) = faults(project, approve="ask")
    assert (fault.code, "`--approve auto`" in fault.hint) == ("CF-P028", True)
