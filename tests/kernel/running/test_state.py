"""The run's state is made from events alone, and its file is truthful at each instant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.ground.errors import ProjectError
from cine_forge.kernel.running.events import Event, JsonlSink, ListSink, Teller, read_events
from cine_forge.kernel.running.state import RunState
from cine_forge.kernel.running.state_file import (
    EVENTS_FILE,
    MOST_OFTEN_S,
    SHARE,
    STATE_FILE,
    RunStateFile,
    read_state,
    state_of,
)

A, B = UnitKey(stage="draw", entity="x:1"), UnitKey(stage="draw", entity="x:2")
DRAW = UnitKey(stage="draw", entity="")
PLANNED = [{"stage": "draw", "entity": one.entity, "module": "draw_v1", "action": "run"} for one in (A, B)]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def told(*events: tuple[Any, ...]) -> list[Event]:
    """Return events a second apart: each is (name, unit or None, fields)."""
    sink, clock = ListSink(), Clock()
    tell = Teller("run1", [sink], clock=clock)
    for name, unit, fields in events:
        tell(name, unit, **fields)
        clock.now += 1
    return sink.events


START = ("run_started", None, {"recipe_id": "r", "stage_order": ["draw", "cut"], "params": {"n": 1}})
PLAN = ("plan_compiled", None, {"units": PLANNED})
DONE = {"status": "done", "duration_seconds": 1.5, "cost_usd": 0.1, "artifact_refs": ["a/x@v1"]}


def state(*events: tuple[Any, ...]) -> RunState:
    return RunState.replayed("run1", told(*events))


@pytest.mark.row("A36")
def test_a_run_starts_with_every_stage_and_unit_pending() -> None:
    found = state(START, PLAN)
    assert (found.status, found.seq, found.recipe_id, found.params) == ("running", 2, "r", {"n": 1})
    assert {name: stage.status for name, stage in found.stages.items()} == {
        "draw": "pending",
        "cut": "pending",
    }
    assert found.stages["draw"].units["x:1"].action == "run"


@pytest.mark.row("A36")
@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("unit_started", {}, "running"),
        ("unit_reused", {"artifact_refs": ["a/x@v1"]}, "reused"),
        ("unit_waiting", {}, "waiting"),
        ("unit_failed", {"error": "no"}, "failed"),
        ("unit_failed", {"status": "paused", "error": "no"}, "paused"),
        ("unit_finished", {}, "done"),
        ("unit_finished", {"status": "skipped"}, "skipped"),
        ("unit_finished", {"status": "blocked"}, "blocked"),
    ],
)
def test_a_units_status_follows_its_events(name: str, fields: dict[str, Any], status: str) -> None:
    assert state(START, PLAN, (name, A, fields)).stages["draw"].units["x:1"].status == status


@pytest.mark.row("A37")
def test_cost_adds_up_over_attempts_units_and_stages() -> None:
    found = state(
        START,
        ("unit_started", A, {}),
        ("unit_retrying", A, {"cost_usd": 0.1, "error": "busy"}),
        ("unit_finished", A, {**DONE, "cost_usd": 0.2}),
        ("unit_started", B, {}),
        ("unit_failed", B, {"cost_usd": 0.4, "error": "no"}),
    )
    unit = found.stages["draw"].units["x:1"]
    assert [(one["status"], one["cost_usd"]) for one in unit.attempts] == [("failed", 0.1), ("done", 0.2)]
    assert (unit.cost_usd, found.stages["draw"].cost_usd, found.total_cost_usd) == (0.3, 0.7, 0.7)


def test_refs_are_kept_once_by_unit_and_stage() -> None:
    found = state(
        START, ("unit_started", A, {}), ("artifact_saved", A, {"ref": "a/x@v1"}), ("unit_finished", A, DONE)
    )
    assert found.stages["draw"].artifact_refs == ["a/x@v1"]
    assert found.stages["draw"].units["x:1"].artifact_refs == ["a/x@v1"]


def test_a_stage_has_its_own_time_and_a_run_its_end() -> None:
    found = state(
        START,
        ("stage_started", DRAW, {}),
        ("stage_finished", DRAW, {}),
        ("run_finished", None, {"status": "failed"}),
    )
    assert (found.stages["draw"].status, found.stages["draw"].duration_seconds) == ("done", 1.0)
    assert (found.status, found.finished_at) == ("failed", "1970-01-01T00:01:43.000+00:00")


@pytest.mark.row("A36")
def test_what_ran_when_a_run_was_killed_is_interrupted_and_then_goes_on() -> None:
    events = [
        START,
        PLAN,
        ("stage_started", DRAW, {}),
        ("unit_started", A, {}),
        ("unit_finished", A, DONE),
        ("unit_started", B, {}),
    ]
    found = state(*events)
    found.interrupt()
    assert (found.status, found.stages["draw"].status) == ("interrupted", "interrupted")
    assert {name: unit.status for name, unit in found.stages["draw"].units.items()} == {
        "x:1": "done",
        "x:2": "interrupted",
    }
    resumed = state(*events, START)
    assert (resumed.status, resumed.started_at) == ("running", "1970-01-01T00:01:40.000+00:00")
    assert resumed.stages["draw"].units["x:2"].attempts[0]["status"] == "interrupted"
    assert resumed.stages["draw"].units["x:1"].cost_usd == 0.1


def test_a_stage_that_ended_without_a_start_took_no_time() -> None:
    assert state(START, ("stage_finished", DRAW, {})).stages["draw"].duration_seconds == 0.0


def test_a_plan_that_grows_adds_and_retires_units() -> None:
    found = state(START, PLAN, ("plan_extended", A, {"added": ["draw/ep/y:3"], "retired": ["draw/x:2"]}))
    assert list(found.stages["draw"].units) == ["x:1", "ep/y:3"]


def writer(path: Path, clock: Clock) -> tuple[Teller, RunStateFile]:
    file = RunStateFile(path, RunState(run_id="run1"), clock=clock)
    return Teller("run1", [file], clock=clock), file


@pytest.mark.row("A36")
def test_the_file_is_the_state_with_its_schema(tmp_path: Path) -> None:
    tell, file = writer(tmp_path / "run_state.json", Clock())
    for name, unit, fields in (START, PLAN, ("stage_started", DRAW, {"module": "draw_v1"})):
        tell(name, unit, **fields)
    read = json.loads((tmp_path / "run_state.json").read_text())
    assert read == file.state.to_json()
    assert list(read["stages"]) == ["draw", "cut"]
    assert (read["schema"], read["seq"], read["stages"]["draw"]["module"]) == ("run_state/1", 3, "draw_v1")
    assert read_state(tmp_path / "run_state.json") == file.state


@pytest.mark.row("A36")
@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("stage_started", DRAW),
        ("stage_finished", DRAW),
        ("unit_waiting", A),
        ("unit_failed", A),
        ("run_finished", None),
    ],
)
def test_a_transition_is_written_at_once(name: str, unit: UnitKey | None, tmp_path: Path) -> None:
    tell, _ = writer(tmp_path / "run_state.json", Clock())
    tell("run_started")
    tell(name, unit)
    assert read_state(tmp_path / "run_state.json").seq == 2


@pytest.mark.row("A36")
def test_between_transitions_the_file_is_written_four_times_a_second_and_never_left_behind(
    tmp_path: Path,
) -> None:
    clock, path = Clock(), tmp_path / "run_state.json"
    tell, file = writer(path, clock)
    tell("run_started")
    tell("unit_started", A)
    tell("unit_started", B)
    assert (read_state(path).seq, file.keep_up()) == (1, MOST_OFTEN_S)
    clock.now += MOST_OFTEN_S
    assert (file.keep_up(), read_state(path).seq) == (MOST_OFTEN_S, 3)
    clock.now += MOST_OFTEN_S
    tell("unit_finished", A)
    assert read_state(path).seq == 4


def test_the_first_event_is_written_whatever_it_is(tmp_path: Path) -> None:
    tell, _ = writer(tmp_path / "run_state.json", Clock())
    tell("unit_started", A)
    assert read_state(tmp_path / "run_state.json").seq == 1


def test_a_flush_with_nothing_put_off_writes_nothing(tmp_path: Path) -> None:
    tell, file = writer(tmp_path / "run_state.json", Clock())
    file.flush()
    assert not (tmp_path / "run_state.json").exists()
    tell("run_started")
    (tmp_path / "run_state.json").unlink()
    file.flush()
    assert not (tmp_path / "run_state.json").exists()


@pytest.mark.row("A36")
def test_the_state_can_be_made_again_from_the_events(tmp_path: Path) -> None:
    clock, sink = Clock(), JsonlSink(tmp_path / "events.jsonl")
    _, file = writer(tmp_path / "run_state.json", clock)
    tell = Teller("run1", [sink, file], clock=clock)
    for name, unit, fields in (
        START,
        PLAN,
        ("unit_started", A, {}),
        ("unit_finished", A, DONE),
        ("run_finished", None, {}),
    ):
        tell(name, unit, **fields)
    again = RunState.replayed("run1", read_events(tmp_path / "events.jsonl"))
    assert again == file.state == read_state(tmp_path / "run_state.json")


@pytest.mark.parametrize(
    "content", [None, b"", b"{}", b'{"run_id": "x", "odd": 1}', b'{"run_id": "x", "status": "odd"}']
)
def test_a_file_that_is_no_state_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "run_state.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProjectError, match="CF-U220"):
        read_state(path)


class SlowDisk(Clock):
    """A clock whose every look takes a while, so that writing seems to take long."""

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


def test_transitions_of_a_large_run_are_put_off_so_that_writing_takes_a_small_share_of_the_time(
    tmp_path: Path,
) -> None:
    clock, path = SlowDisk(), tmp_path / "run_state.json"
    tell, file = writer(path, clock)
    began = clock.now
    written: list[int] = []
    while clock.now < began + 20:
        tell("stage_finished", DRAW)
        if not written or read_state(path).seq != written[-1]:
            written.append(read_state(path).seq)
    took_s = 0.01
    assert 0.5 < len(written) * took_s / (clock.now - began) / SHARE <= 1
    tell("run_finished")
    assert read_state(path) == file.state


def test_what_was_put_off_is_written_when_its_time_comes_and_not_before(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "run_state.json"
    tell, file = writer(path, clock)
    tell("run_started")
    clock.now += MOST_OFTEN_S / 4
    tell("unit_started", A)
    wait_s = file.keep_up()
    assert (wait_s, read_state(path).seq) == (MOST_OFTEN_S * 3 / 4, 1)
    clock.now += wait_s
    assert (file.keep_up(), file.keep_up(), read_state(path).seq) == (MOST_OFTEN_S, MOST_OFTEN_S, 2)


@pytest.mark.row("A36")
@pytest.mark.parametrize("content", [None, b"{", b'{"schema": "run_state/1", "run_id": "run1", "seq": 1}'])
def test_a_run_whose_state_is_missing_torn_or_old_is_told_from_its_events(
    content: bytes | None, tmp_path: Path
) -> None:
    folder = tmp_path / "run1"
    folder.mkdir()
    sink = JsonlSink(folder / EVENTS_FILE)
    tell = Teller("run1", [sink], clock=Clock())
    for name, unit, fields in (START, PLAN, ("unit_started", A, {"text": "x" * 40_000})):
        tell(name, unit, **fields)
    if content is not None:
        (folder / STATE_FILE).write_bytes(content)
    found = state_of(folder)
    assert (found.seq, found.status, found.stages["draw"].units["x:1"].status) == (3, "running", "running")
    assert found == RunState.replayed("run1", read_events(folder / EVENTS_FILE))


def test_a_run_with_neither_state_nor_events_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="CF-U220"):
        state_of(tmp_path)
