"""What a person reads in 80 columns: names and sums whole, what is alike once, a command to copy."""

from __future__ import annotations

from typing import Any

import click

from cine_forge.driver.artifacts.refreshing import Depth, Refreshing
from cine_forge.driver.explain import Explanation, explanation_lines
from cine_forge.driver.history.comparison_text import comparison_lines
from cine_forge.driver.history.story_text import run_lines
from cine_forge.driver.terminal.screen import fitted
from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.planning.decision import Reason
from cine_forge.kernel.planning.plan import PlannedUnit

WIDTH = 80
RUN: dict[str, Any] = {
    "run_id": "20261121-213556-bc62", "recipe_id": "ep001", "status": "paused", "run": 1200, "reused": 31,
    "failed": 0, "cost_usd": 934.5, "started_at": "2026-11-21T21:35:56.1+00:00", "elapsed_seconds": 3725.0,
}  # fmt: skip


def test_a_run_is_a_line_with_its_whole_id_and_its_cost() -> None:
    head, line = map(click.unstyle, run_lines([RUN], WIDTH))
    assert len(line) <= WIDTH and "started" not in head
    assert line.split()[0] == RUN["run_id"] and "$934.50" in line and line.endswith("1 h 02 min")
    assert "2026-11-21 21:35:56" in list(run_lines([RUN], 120))[1]


def test_prices_of_refreshing_stand_under_their_depths_with_the_cause_beside_them() -> None:
    cause = Reason(
        code="input_changed", text="input `shot` changed: /lines/0/text “Nobody does.” → “Nobody.”"
    )
    unit = PlannedUnit(UnitKey(stage="generation", entity="shot:a"), "m", "12A", "run", (cause,))
    priced = unit._replace(est_cost_micro_usd=1_344_000_000)
    found = Refreshing((Depth("boards", (), (unit,), ()), Depth("video", (), (priced,), ())), ())
    head, first, *rest, last = found.lines(WIDTH)
    assert max(map(len, (head, first, *rest, last))) <= WIDTH
    assert first.split()[:3] == ["12A", "$0.00", "$1,344.00"]
    assert head.index("video") + len("video") == first.index("$1,344.00") + len("$1,344.00")
    assert " ".join(line.split("  ")[-1].strip() for line in (first, *rest)).count("Nobody") == 2


def test_causes_of_the_same_kind_are_told_once() -> None:
    units = [UnitKey(stage="generation", entity=f"shot:{n}") for n in range(53)]
    found = [Explanation(unit, "may_run", ("an input may change",), 1) for unit in units]
    lines = list(explanation_lines(found))
    told = "  because generation/shot:0 and 52 more of `generation`: may_run"
    assert lines == [told, "    an input may change"]


def test_units_that_came_out_alike_are_compared_in_one_line() -> None:
    side = {
        "project": "film", "run_id": "r", "status": "done", "cost_usd": 1.5, "active_seconds": 2.0,
        "totals": {"statuses": {"done": 2}},
    }  # fmt: skip
    units = [{"stage": "cut", "label": name, "first": "done", "second": "reused"} for name in ("1A", "1B")]
    totals = {
        "cost_usd": -1.5, "seconds": 0,
        "outputs": {"equal": 2, "different": 0, "first": 0, "second": 0},
    }  # fmt: skip
    found = {
        "runs": [side, side],
        "made_from": [],
        "stages": [],
        "units": units,
        "outputs": [],
        "totals": totals,
    }
    lines = list(comparison_lines(found))
    assert "unit cut 1A, 1B: done → reused" in lines and lines[-1] == "cost -$1.50, time ±0 s"
    assert all(len(part) <= WIDTH for line in lines for part in fitted(line, WIDTH).split("\n"))
