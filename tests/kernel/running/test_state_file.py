"""The file of the state: flushed when something was put off, believed when it is not behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.running.events import Event, JsonlSink, Teller
from cine_forge.kernel.running.state import RunState
from cine_forge.kernel.running.state_file import EVENTS_FILE, STATE_FILE, RunStateFile, read_state, state_of

A = UnitKey(stage="draw", entity="x:1")


def writer(folder: Path) -> tuple[Teller, RunStateFile]:
    file = RunStateFile(folder / STATE_FILE, RunState(run_id=folder.name), clock=lambda: 100.0)
    return Teller(folder.name, [JsonlSink(folder / EVENTS_FILE), file], clock=lambda: 100.0), file


def test_a_flush_writes_what_was_put_off(tmp_path: Path) -> None:
    tell, file = writer(tmp_path)
    tell("run_started")
    tell("unit_progress", A, done=1, total=2)
    assert read_state(tmp_path / STATE_FILE).seq == 1
    file.flush()
    assert read_state(tmp_path / STATE_FILE).seq == 2


def test_a_file_that_shows_the_last_event_is_believed(tmp_path: Path) -> None:
    tell, _ = writer(tmp_path)
    tell("run_started", recipe_id="r")
    told = read_state(tmp_path / STATE_FILE)
    path = tmp_path / STATE_FILE
    path.write_text(path.read_text().replace('"r"', '"s"'))
    assert (told.recipe_id, state_of(tmp_path).recipe_id) == ("r", "s")


def test_a_run_that_ended_as_interrupted_leaves_nothing_running() -> None:
    def event(seq: int, name: str, **fields: Any) -> Event:
        return Event(seq, "2026-01-01T00:00:00Z", name, "run1", "draw", "x:1", fields)

    state = RunState(run_id="run1")
    state.take(event(1, "unit_started"))
    assert state.stages["draw"].units["x:1"].status == "running"
    state.take(event(2, "run_finished", status="interrupted"))
    assert (state.status, state.stages["draw"].units["x:1"].status) == ("interrupted", "interrupted")


def test_a_stage_that_a_growing_plan_brings_is_written_with_it(tmp_path: Path) -> None:
    seconds = iter(range(0, 1000, 10))
    state = RunState(run_id=tmp_path.name)
    file = RunStateFile(tmp_path / STATE_FILE, state, clock=lambda: float(next(seconds)))
    tell = Teller(tmp_path.name, [file], clock=lambda: 0.0)
    tell("run_started", recipe_id="r", params={}, stage_order=["a"])
    tell("plan_extended", UnitKey(stage="a", entity="e"), added=["b/one"], retired=[])
    file.flush()
    shown = json.loads((tmp_path / STATE_FILE).read_text())["stages"]
    assert shown["b"]["units"]["one"]["status"] == "pending"
