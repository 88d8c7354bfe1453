"""Which run a command goes on with, and how a run stands that nobody carries out any more."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cine_forge.driver.request import Request
from cine_forge.driver.runs import choose_run, find_run, next_commands, run_heads, standing
from cine_forge.kernel.ground.errors import UsageError
from cine_forge.kernel.ground.lock import Holder
from tests.driver.stand import Stand

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def a_run(project: Path, run_id: str, status: str, began: str = "2026-01-01T00:00:00+00:00") -> Path:
    """Write the state of a run."""
    folder = project / "runs" / run_id
    folder.mkdir(parents=True)
    state = {"schema": "run_state/1", "run_id": run_id, "recipe_id": "any", "status": status, "seq": 1}
    (folder / "run_state.json").write_text(json.dumps({**state, "started_at": began, "stages": {}}))
    return folder


def chosen(project: Path, **asked: object) -> str:
    """Return the id of the run that a request goes on with."""
    return choose_run(project, "any", Request(recipe="any", **asked), NOW).run_id  # type: ignore[arg-type]


@pytest.mark.row("A35")
@pytest.mark.parametrize("status", ["waiting", "paused", "resumable", "interrupted", "running"])
def test_a_command_goes_on_with_the_newest_run_that_is_not_at_its_end(tmp_path: Path, status: str) -> None:
    a_run(tmp_path, "z-old", status, "2026-01-01T00:00:00+00:00")
    a_run(tmp_path, "a-new", status, "2026-01-01T01:00:00+00:00")
    a_run(tmp_path, "ended", "done", "2026-01-01T02:00:00+00:00")
    assert chosen(tmp_path) == "a-new"
    assert chosen(tmp_path, new_run=True).startswith("20260102-000000-")


@pytest.mark.row("B6")
def test_a_failed_run_goes_on_when_it_is_named_and_never_by_itself(tmp_path: Path) -> None:
    a_run(tmp_path, "bad", "failed")
    assert chosen(tmp_path) != "bad"
    assert choose_run(tmp_path, "any", Request(recipe="any", run_id="bad"), NOW).resumed


@pytest.mark.row("A35")
def test_the_id_of_a_run_that_is_done_or_of_another_recipe_is_refused(tmp_path: Path) -> None:
    a_run(tmp_path, "good", "done")
    a_run(tmp_path, "open", "waiting")
    with pytest.raises(UsageError, match=r"CF-U044.*has ended \(done\)"):
        chosen(tmp_path, run_id="good")
    with pytest.raises(UsageError, match=r"CF-U044.*is one of `any`, not of `other`"):
        choose_run(tmp_path, "other", Request(recipe="other", run_id="open"), NOW)


@pytest.mark.parametrize("name", ["../up", ".hidden", "a/b", "ä", "", "x" * 121])
def test_an_id_that_cannot_be_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="CF-U045"):
        chosen(tmp_path, run_id=name)


@pytest.mark.row("A36")
def test_a_run_is_interrupted_when_nobody_holds_it_though_the_project_is_held(tmp_path: Path) -> None:
    killed, living = a_run(tmp_path, "killed", "running"), a_run(tmp_path, "living", "running")
    request = Request(recipe="any", run_id="living")
    lock = choose_run(tmp_path, "any", request, NOW).hold(Holder.here(command="test", since="now"))
    assert (standing(killed).status, standing(living).status) == ("interrupted", "running")
    lock.release()
    assert standing(living).status == "interrupted"


def test_a_run_without_a_state_file_is_read_from_its_events(stand: Stand) -> None:
    run = stand.run()
    (stand.folder(run) / "run_state.json").unlink()
    heads = run_heads(stand.project)
    assert [(run_id, head["status"], head["recipe_id"]) for run_id, head in heads] == [(run, "done", "stand")]


def test_the_head_of_a_large_state_is_read_without_its_stages(tmp_path: Path) -> None:
    path = a_run(tmp_path, "large", "done") / "run_state.json"
    state = json.loads(path.read_text())
    text = json.dumps({**state, "params": {"note": "x" * 100_000}, "stages": None})
    path.write_text(text.replace('"stages": null}', '"stages":{broken from here on'))
    assert run_heads(tmp_path)[0][1]["status"] == "done"


def test_a_run_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    a_run(tmp_path, "20260101-a", "done", "2026-01-01T00:00:00+00:00")
    a_run(tmp_path, "20260102-b", "done", "2026-01-02T00:00:00+00:00")
    assert find_run(tmp_path, "20260101").name == "20260101-a"
    assert find_run(tmp_path).name == "20260102-b"
    with pytest.raises(UsageError, match=r"CF-U046.*beginning of 2 runs"):
        find_run(tmp_path, "2026")
    with pytest.raises(UsageError, match=r"CF-U046.*there is no run `x`"):
        find_run(tmp_path, "x")
    with pytest.raises(UsageError, match=r"CF-U046.*no run yet"):
        find_run(tmp_path / "empty")


@pytest.mark.parametrize(
    ("status", "command"),
    [("failed", "runs retry r"), ("interrupted", "runs retry r"), ("waiting", "review list")],
)
def test_each_end_names_the_next_command(tmp_path: Path, status: str, command: str) -> None:
    assert any(command in one for one in next_commands(tmp_path, "r", status))
