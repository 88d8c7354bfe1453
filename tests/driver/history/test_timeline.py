"""The timeline of a report: bars that overlap lie in lanes, and a thousand stages still fit a page."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.driver.history.timeline import MOST_ROWS, timeline_of


def report(*bars: tuple[str, float, float]) -> dict[str, Any]:
    """Return a report of units with one bar each: stage, start, end."""
    return {
        "units": [
            {"stage": stage, "label": "x", "bars": [{"start_s": start, "end_s": end, "status": "done"}]}
            for stage, start, end in bars
        ]
    }


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), min_size=1, max_size=30))
def test_no_two_bars_of_a_lane_overlap_and_none_is_lost(spans: list[tuple[int, int]]) -> None:
    found = timeline_of(report(*(("a", float(start), float(start + length)) for start, length in spans)))
    lanes = found["rows"][0]["lanes"]
    for lane in lanes:
        assert all(one["left"] + one["width"] <= two["left"] + 0.01 for one, two in pairwise(lane))
    told = int(found["note"].split("; ")[1].split()[0]) if ";" in found["note"] else 0
    assert sum(map(len, lanes)) + told == len(spans)


def test_too_many_stages_share_a_row() -> None:
    bars = [(f"s{n}", float(n), n + 1.0) for n in range(MOST_ROWS + 1)]
    assert [row["stage"] for row in timeline_of(report(*bars))["rows"]] == ["all stages"]
    assert len(timeline_of(report(*bars[:-1]))["rows"]) == MOST_ROWS


def test_a_run_in_which_nothing_was_worked_on_has_no_rows() -> None:
    assert timeline_of({"units": []})["rows"] == []
