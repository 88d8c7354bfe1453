"""Events are numbered, whole lines, and survive a torn tail."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.ground.errors import InternalError
from cine_forge.kernel.running.events import (
    MOST_HELD,
    NAMES,
    Event,
    JsonlSink,
    ListSink,
    Sink,
    Teller,
    read_events,
)

NOON = 1_767_268_800.25
UNIT = UnitKey(stage="draw", entity="thing:1")


def teller(*sinks: Sink, first: int = 1) -> Teller:
    return Teller("run1", sinks, clock=lambda: NOON, first_seq=first)


def kept(path: Path, *names: str) -> None:
    sink = JsonlSink(path)
    tell = teller(sink, first=sink.last_seq + 1)
    for name in names:
        tell(name, UNIT)
    sink.close()


@pytest.mark.row("A38")
def test_a_line_says_what_happened_when_and_to_what(tmp_path: Path) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl")
    teller(sink)("unit_finished", UNIT, status="done", cost_usd=0.5)
    assert json.loads((tmp_path / "events.jsonl").read_text()) == {
        "schema": "event/1",
        "seq": 1,
        "ts": "2026-01-01T12:00:00.250+00:00",
        "event": "unit_finished",
        "run_id": "run1",
        "stage": "draw",
        "entity": "thing:1",
        "status": "done",
        "cost_usd": 0.5,
    }


def test_a_unit_without_entity_stands_for_its_stage_and_none_for_the_run() -> None:
    sink = ListSink()
    tell = teller(sink)
    tell("stage_started", UnitKey(stage="draw", entity=""))
    tell("run_started")
    assert sink.names() == ["stage_started", "run_started"]
    assert [(event.stage, event.entity) for event in sink.events] == [("draw", None), (None, None)]


@pytest.mark.row("A38")
def test_numbers_go_on_after_the_last_event_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    kept(path, "run_started", "unit_started")
    kept(path, "run_started")
    assert [event.seq for event in read_events(path)] == [1, 2, 3]


@pytest.mark.row("A38")
@pytest.mark.parametrize("cut", range(1, 60))
def test_a_torn_last_line_is_closed_off_and_passed_over(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    kept(path, "run_started", "unit_started", "unit_finished")
    path.write_bytes(path.read_bytes()[:-cut])
    whole = 3 if cut == 1 else 2
    assert [event.seq for event in read_events(path)] == [1, 2, 3][:whole]
    kept(path, "run_started")
    assert [event.seq for event in read_events(path)] == list(range(1, whole + 2))
    assert path.read_bytes().endswith(b"}\n")


def test_an_event_reads_back_as_it_was_told(tmp_path: Path) -> None:
    sink = ListSink()
    file = JsonlSink(tmp_path / "events.jsonl")
    tell = teller(file, sink)
    tell(
        "unit_log",
        UNIT,
        message="zwei\nZeilen \u2028 äöü \ud800",
        values={"path": Path("a/b"), "n": float("nan")},
    )
    tell("warning", None, items=(1, 2), nested={3: {"x": None}})
    assert list(read_events(tmp_path / "events.jsonl")) == sink.events


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_any_field_makes_one_line_that_reads_back(value: Any) -> None:
    sink = ListSink()
    teller(sink)("unit_log", UNIT, value=value)
    line = sink.events[0].line()
    assert line.count(b"\n") == 1
    assert Event.from_line(line) == sink.events[0]


@pytest.mark.row("A38")
def test_lines_are_whole_and_in_order_when_many_threads_tell(tmp_path: Path) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl")
    tell = teller(sink)
    threads = [
        threading.Thread(target=lambda: [tell("unit_progress", UNIT, text="x" * 5000) for _ in range(50)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.seq for event in read_events(tmp_path / "events.jsonl")] == list(range(1, 401))


def test_events_of_no_act_wait_for_one_that_tells_of_an_act(tmp_path: Path) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl")
    tell, kept = teller(sink), lambda: [one.seq for one in read_events(tmp_path / "events.jsonl")]
    for name in ("stage_started", "unit_reused", "stage_finished"):
        tell(name, UNIT)
    assert kept() == []
    tell("unit_started", UNIT)
    assert kept() == [1, 2, 3, 4]
    tell("unit_reused", UNIT)
    sink.flush()
    assert kept() == [1, 2, 3, 4, 5]


def test_only_so_many_events_wait(tmp_path: Path) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl")
    tell = teller(sink)
    for _ in range(MOST_HELD + 1):
        tell("unit_reused", UNIT)
    assert (sink.last_seq, len(list(read_events(tmp_path / "events.jsonl")))) == (MOST_HELD, MOST_HELD)
    sink.close()
    assert sink.last_seq == MOST_HELD + 1


def test_a_name_that_is_no_event_is_refused() -> None:
    with pytest.raises(InternalError, match=r"CF-S020 there is no event `unit_begun`"):
        teller()("unit_begun", UNIT)


@pytest.mark.parametrize("field", ["seq", "ts", "run_id", "entity", "stage", "schema"])
def test_a_field_may_not_hide_what_every_event_says(field: str) -> None:
    with pytest.raises(InternalError, match=f"may not have a field `{field}`"):
        teller()("warning", UNIT, **{field: 1})


def test_the_names_that_others_read_are_all_there() -> None:
    contract = """
        run_started plan_compiled plan_extended stage_started unit_started unit_reused artifact_saved
        artifact_unchanged unit_waiting unit_retrying unit_failed unit_finished stage_finished policy_decided
        default_used warning dispatch_reserved dispatch_submitted dispatch_terminal dispatch_settled
        budget_warned budget_reached run_finished"""
    assert set(contract.split()) <= NAMES


def test_a_file_that_is_not_there_has_no_events(tmp_path: Path) -> None:
    assert list(read_events(tmp_path / "none.jsonl")) == []


@pytest.mark.parametrize(
    "line", [b"", b"x", b"[]", b"7", b"null", b'{"seq": 1}', b'{"seq": "1", "event": "x"}', b"\xff"]
)
def test_a_line_that_is_no_event_reads_as_none(line: bytes) -> None:
    assert Event.from_line(line) is None


def test_a_write_that_the_disk_cuts_short_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = JsonlSink(tmp_path / "events.jsonl")
    monkeypatch.setattr("os.write", lambda handle, data: len(data) - 1)
    with pytest.raises(OSError, match="only a part of event 1"):
        teller(sink)("run_started")
    assert sink.last_seq == 0
