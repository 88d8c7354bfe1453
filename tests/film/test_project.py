"""The project file: every value obeyed, every fault located, all in one pass."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.film.project import Project, load_project, micro_usd_of
from cine_forge.kernel.ground.errors import ProjectError
from tests.kernel.artifacts.hostile import hostile_names

ROOT = Path(__file__).resolve().parents[2]
HEAD = "title: Four Bars\nscript: scripts/one.md\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "one.md").write_text("INT. KITCHEN - DAY\n")
    return tmp_path


def faults(folder: Path, text: str) -> list[str]:
    """Write the project file, and return what is refused."""
    (folder / "project.yaml").write_text(text)
    with pytest.raises(ProjectError) as refused:
        load_project(folder)
    assert refused.value.exit_status == 2
    return [str(fault).replace(f"{folder}/", "") for fault in refused.value.faults]


def load(folder: Path, text: str) -> Project:
    (folder / "project.yaml").write_text(text)
    return load_project(folder)


def test_the_sample_project_is_in_order() -> None:
    project = load_project(ROOT / "projects" / "sample")
    assert project.episode == "ep001"
    assert project.delivery.rate == 24
    assert project.facts()["delivery.width"] == 1280
    assert project.facts()["project.script"] == "scripts/ep_001.md"


@pytest.mark.row("G21")
def test_delivery_takes_an_upright_frame_at_a_fractional_rate(folder: Path) -> None:
    text = HEAD + 'delivery: {aspect: "9:16", width: 720, height: 1280, fps: "30000/1001"}\n'
    spec = load(folder, text).delivery
    assert (spec.width, spec.height, spec.rate) == (720, 1280, Fraction(30000, 1001))


@pytest.mark.row("G22")
def test_several_episodes_fit_in_one_project(folder: Path) -> None:
    (folder / "scripts" / "two.md").write_text("EXT. YARD - DAY\n")
    episodes = "episodes: [{id: ep001, script: scripts/one.md}, {id: ep002, script: scripts/two.md}]\n"
    assert [episode.id for episode in load(folder, HEAD + episodes).episodes] == ["ep001", "ep002"]


def test_every_fault_is_told_in_one_pass_with_its_place(folder: Path) -> None:
    text = HEAD + 'recipe: ep001.yaml\ndelivery:\n  aspekt: "16:9"\n  width: wide\n'
    found = faults(folder, text)
    assert [line.split(" ")[1] for line in found] == ["project.yaml:5:3:", "project.yaml:6:10:"]
    assert "did you mean `aspect`?" in found[0]


@pytest.mark.parametrize(
    ("key", "code", "sentence"),
    [
        ("{width: 1280, height: 960}", "CF-U102", "1280 × 960 pixels are not 16:9"),
        ("{width: 1281, height: 720}", "CF-U103", "`delivery.width` is 1281"),
        ('{fps: "24000/5"}', "CF-U104", "4800 frames a second"),
        ('{start_timecode: "01:00:00:24"}', "CF-U105", "no such frame at 24"),
        ('{start_timecode: "01:00:00;00"}', "CF-U105", "drop-frame"),
        ("{fps: 24}", "CF-U101", "expected text, found the number `24`"),
    ],
)
@pytest.mark.row("G21")
def test_a_delivery_that_cannot_be_made_is_refused(folder: Path, key: str, code: str, sentence: str) -> None:
    found = faults(folder, f"{HEAD}delivery: {key}\n")
    assert len(found) == 1
    assert found[0].startswith(f"{code} project.yaml:3:")
    assert sentence in found[0]


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        (HEAD + "episode: ep009\nepisodes: [{id: ep001, script: scripts/one.md}]\n", "CF-U106", "`ep001`"),
        (HEAD + "users: [{id: ann, name: Ann}, {id: ann, name: Bob}]\n", "CF-U107", "stands twice"),
        ("title: T\nscript: ../one.md\n", "CF-U108", "leaves the project folder"),
        ("title: T\nscript: scripts/zero.md\n", "CF-U108", "there is no script"),
        ("title: T\n", "CF-U101", "key `script` is missing"),
    ],
)
def test_a_project_that_does_not_hang_together_is_refused(
    folder: Path, text: str, code: str, sentence: str
) -> None:
    found = faults(folder, text)
    assert found[0].startswith(code)
    assert sentence in found[0]


@pytest.mark.row("H7")
def test_a_script_may_not_be_a_link_out_of_the_project(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.md"
    outside.write_text("secret")
    (folder / "scripts" / "one.md").unlink()
    (folder / "scripts" / "one.md").symlink_to(outside)
    assert "is a link that leaves the project folder" in faults(folder, HEAD)[0]


def test_the_spend_cap_is_exact_in_micro_dollars(folder: Path) -> None:
    assert load(folder, HEAD + "budget_usd: 0.07\n").budget_micro_usd() == 70_000
    assert load(folder, HEAD).budget_micro_usd() is None


@given(micro_usd=st.integers(0, 10**15), beyond=st.integers(0, 9))
def test_no_cap_is_taken_for_more_than_it_says(micro_usd: int, beyond: int) -> None:
    assert micro_usd_of(micro_usd / 1_000_000) == micro_usd
    assert micro_usd_of(float(f"{micro_usd % 10**6 / 10**6:.6f}{beyond}")) == micro_usd % 10**6


@pytest.mark.row("B16")
def test_a_cap_of_the_run_may_stand_in_the_budget_with_those_of_project_stage_and_shot(folder: Path) -> None:
    project = load(folder, HEAD + "budget: {project: 40, run: 12.5, stage: {generation: 10}, shot: 2}\n")
    assert (project.budget_micro_usd(), project.caps_every_run()) == (12_500_000, True)
    assert (project.budget.project, project.budget.stage, project.budget.shot) == (40, {"generation": 10}, 2)
    assert not load(folder, HEAD + "budget: {shot: 2}\n").caps_every_run()
    assert load(folder, HEAD + "budget: {run: null}\n").caps_every_run()


@pytest.mark.parametrize(
    ("written", "place", "sentence"),
    [
        ("budget: {projekt: 4}", "3:10", "did you mean `project`"),
        ("budget: {shot: -1}", "3:16", "-1"),
        ("budget: {stage: {generation: lots}}", "3:30", "lots"),
        ("budget: {run: .inf}", "3:15", "inf"),
    ],
)
def test_a_budget_that_is_wrong_is_refused_with_its_place(
    folder: Path, written: str, place: str, sentence: str
) -> None:
    (found,) = faults(folder, f"{HEAD}{written}\n")
    assert found.startswith(f"CF-U101 project.yaml:{place}: ") and sentence in found


def test_the_cap_of_a_run_that_is_written_twice_is_refused(folder: Path) -> None:
    (found,) = faults(folder, HEAD + "budget_usd: 4\nbudget: {run: 4}\n")
    assert found.startswith("CF-G065 project.yaml:3:") and "keep `run`" in found


def test_a_missing_project_file_says_which_command_writes_it(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cine-forge init SCRIPT --project"):
        load_project(tmp_path)


def test_a_script_of_a_hostile_name_is_refused_or_lies_in_the_project(folder: Path) -> None:
    for name in (*hostile_names()[::2], "x" * 9000, "scripts/" + "y" * 300):
        text = f"title: Four Bars\nscript: {json.dumps(name)}\n"
        (folder / "project.yaml").write_bytes(text.encode())
        with pytest.raises(ProjectError) as refused:
            load_project(folder)
        assert all(fault.code.startswith("CF-U") for fault in refused.value.faults), name
