"""Two runs compared: what they were made from, what they did, what came out to the last byte."""

from __future__ import annotations

import pytest

from cine_forge.driver.history.comparison import compare_runs
from tests.driver.stand import Stand


@pytest.mark.row("F26")
def test_a_changed_param_and_all_that_came_of_it_are_found_and_nothing_else(stand: Stand) -> None:
    first = stand.run()
    second = stand.run("--param", "text=hi")
    found = compare_runs(*((stand.project, stand.folder(run)) for run in (first, second)))
    assert [one["text"] for one in found["made_from"]] == [
        "param `text` “hello” → “hi”",
        "param `text` of stage `first` “hello” → “hi”",
    ]
    assert {row["entity"]: row["verdict"] for row in found["outputs"]} == {
        "project/first": "different",
        "project/roll": "equal",
        "project/last": "equal",
    }
    assert found["totals"]["outputs"] == {"equal": 2, "different": 1, "first": 0, "second": 0}
    assert [(row["stage"], row["first"], row["second"]) for row in found["units"]] == [
        ("roll", "done", "reused")
    ]


@pytest.mark.row("F26")
def test_what_only_one_run_made_is_told_as_such(stand: Stand) -> None:
    stand.break_last()
    first = stand.run(status=1)
    stand.break_last(broken=False)
    second = stand.run("--new-run")
    found = compare_runs(*((stand.project, stand.folder(run)) for run in (first, second)))
    assert [row["entity"] for row in found["outputs"] if row["verdict"] == "second"] == ["project/last"]
    assert {row["stage"]: row["same"] for row in found["stages"]}["last"] is False
    assert found["made_from"] == []


def test_a_run_without_a_snapshot_is_compared_as_far_as_it_can_be(stand: Stand) -> None:
    first, second = stand.run(), stand.run()
    (stand.folder(first) / "snapshot.json").unlink()
    found = compare_runs(*((stand.project, stand.folder(run)) for run in (first, second)))
    assert found["made_from"] is None
    assert found["totals"]["outputs"]["equal"] == 3
