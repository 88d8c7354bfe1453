"""The story of a run is told from its events alone, truthfully also of one that was killed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cine_forge.driver.history.story import Bar, RunStory, read_story
from cine_forge.kernel.ground.errors import ProjectError
from cine_forge.kernel.running.events import Event
from tests.driver.stand import Stand

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def told(folder: Path, *events: tuple[float, str, dict[str, Any]]) -> RunStory:
    """Write events (second, name, fields) of the unit `a/x` and read their story."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for seq, (second, name, fields) in enumerate(events, 1):
        ts = (BEGAN + timedelta(seconds=second)).isoformat(timespec="milliseconds")
        of_unit = name.startswith(("unit_", "artifact_")) or fields.pop("of_unit", False)
        place = ("a", "x") if of_unit else (None, None)
        lines.append(Event(seq, ts, name, folder.name, *place, fields).line())
    (folder / "pipeline_events.jsonl").write_bytes(b"".join(lines))
    return read_story(folder)


def begun(second: float) -> list[tuple[float, str, dict[str, Any]]]:
    """Return the events with which a part of a run begins."""
    units = [{"stage": "a", "entity": "x", "module": "m", "action": "run"}]
    started = {"recipe_id": "any", "params": {}, "provider_override": None, "stage_order": ["a"]}
    return [
        (second, "run_started", started),
        (second, "plan_compiled", {"plan_id": "p1", "units": units}),
    ]


def test_waiting_for_a_person_between_two_parts_is_no_time_at_work(tmp_path: Path) -> None:
    story = told(
        tmp_path / "r",
        *begun(0),
        (1, "unit_started", {"reasons": []}),
        (3, "unit_waiting", {}),
        (4, "run_finished", {"status": "waiting"}),
        *begun(9000),
        (9001, "unit_started", {"reasons": []}),
        (9003, "unit_finished", {"status": "done"}),
        (9003, "run_finished", {"status": "done"}),
    )
    assert story.active_s == 7.0
    assert story.units[0].bars == [Bar(1.0, 3.0, "waiting"), Bar(5.0, 7.0, "done")]
    assert [(part.status, part.plan_id) for part in story.parts] == [("waiting", "p1"), ("done", "p1")]


@pytest.mark.row("A36")
def test_a_killed_run_is_interrupted_and_so_is_what_it_worked_on(tmp_path: Path) -> None:
    story = told(tmp_path / "r", *begun(0), (1, "unit_started", {"reasons": []}), (2, "unit_progress", {}))
    assert story.state.status == "interrupted"
    assert story.units[0].status == "interrupted"
    assert story.units[0].bars == [Bar(1.0, 2.0, "interrupted")]


def test_each_try_has_its_bar_and_the_pause_between_two_is_none(tmp_path: Path) -> None:
    story = told(
        tmp_path / "r",
        *begun(0),
        (0, "unit_started", {"reasons": []}),
        (1, "unit_retrying", {"wait_s": 0.5, "error": "no"}),
        (2, "unit_finished", {"status": "done"}),
        (2, "run_finished", {"status": "done"}),
    )
    assert story.units[0].bars == [Bar(0.0, 1.0, "failed"), Bar(1.5, 2.0, "done")]
    assert story.units[0].seconds == 1.5


def test_decisions_defaults_and_warnings_are_kept_where_they_belong(tmp_path: Path) -> None:
    story = told(
        tmp_path / "r",
        *begun(0),
        (0, "policy_decided", {"policy": "reuse", "because": "same"}),
        (0, "default_used", {"name": "delay_s"}),
        (0, "warning", {"message": "of the run"}),
        (0, "warning", {"message": "of the unit", "of_unit": True}),
    )
    assert [event.fields["policy"] for event in story.decisions] == ["reuse"]
    assert [event.fields["name"] for event in story.defaults] == ["delay_s"]
    assert (story.warnings, story.units[0].warnings) == (["of the run"], ["of the unit"])


def test_what_an_earlier_part_made_is_told_with_the_reasons_of_then(stand: Stand) -> None:
    stand.break_last()
    run = stand.run(status=1)
    stand.break_last(broken=False)
    stand.run("--run-id", run)
    first, _, last = stand.story(run).units
    assert first.why == "made in an earlier part of this run: never made before"
    assert [bar.status for bar in last.bars] == ["failed", "done"]
    assert last.made == ["echo/project/last@v1"]


def test_a_run_without_events_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="CF-U061"):
        read_story(tmp_path)
