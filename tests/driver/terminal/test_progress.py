"""Progress: plain lines when piped, a live line with the time left on a terminal."""

from __future__ import annotations

import io

from cine_forge.driver.terminal.progress import Progress
from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.planning.plan import Plan, PlannedUnit
from cine_forge.kernel.running.events import Event


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def a_plan(*seconds: float) -> Plan:
    units = tuple(
        PlannedUnit(
            unit=UnitKey(stage="film", entity=f"e{at}"), module="m", label="", action="run", reasons=(),
            est_seconds=one,
        )
        for at, one in enumerate(seconds)
    )  # fmt: skip
    return Plan(plan_id="p", recipe_id="r", project="x", units=units)


def finished(at: int) -> Event:
    return Event(at + 1, "", "unit_finished", "run", "film", f"e{at}", {"status": "done"})


def test_piped_progress_is_one_plain_line_for_each_stage() -> None:
    out, times = io.StringIO(), iter([0.0, 65.0])
    progress = Progress(a_plan(1, 1), lambda: next(times), out)
    for event in (
        finished(0),
        finished(1),
        Event(3, "", "stage_finished", "run", "film", None, {"status": "done"}),
    ):
        progress.take(event)
    assert out.getvalue() == "   1:05  film                 done      2 done\n"


def test_the_time_left_weighs_units_by_their_estimates() -> None:
    out, times = Terminal(), iter([0.0, 10.0])
    Progress(a_plan(1, 9), lambda: next(times), out).take(finished(0))
    assert "1/2  film 1/2  about 1:30 left" in out.getvalue()


def test_a_failure_is_told_at_once_with_its_sentence() -> None:
    out = io.StringIO()
    progress = Progress(a_plan(1), lambda: 0.0, out)
    progress.take(Event(1, "", "unit_failed", "run", "film", "e0", {"error": "CF-S001 no light"}))
    assert out.getvalue() == "  failed: film e0: CF-S001 no light\n"


def test_a_cap_that_is_near_is_told_once_and_at_once() -> None:
    out = io.StringIO()
    told = {"message": "80 % of the run's cap of 1.00 USD is spent or reserved"}
    Progress(a_plan(1), lambda: 0.0, out).take(Event(1, "", "budget_warned", "run", "film", "e0", told))
    assert out.getvalue() == "  budget: 80 % of the run's cap of 1.00 USD is spent or reserved\n"


def test_a_plan_that_grows_counts_what_appeared_and_what_retired() -> None:
    out = Terminal()
    progress = Progress(a_plan(1, 1), lambda: 0.0, out)
    grown = {"added": ["film/e2", "film/e3", "cut/e2"], "retired": ["film/e1"]}
    progress.take(Event(1, "", "plan_extended", "run", "film", "e0", grown))
    assert "0/4  film 0/3" in out.getvalue()


def test_a_live_line_is_drawn_ten_times_a_second_at_most() -> None:
    out, seconds = Terminal(), iter(range(1000))
    progress = Progress(a_plan(*[1] * 200), lambda: next(seconds) / 100, out)
    for at in range(100):
        progress.take(finished(at))
    assert 9 <= out.getvalue().count("\r") <= 11


def test_another_try_is_told_with_its_wait_and_the_first_line_of_the_error() -> None:
    out = io.StringIO()
    fields = {"attempt": 1, "wait_s": 0.5, "error": "CF-S001 busy\n    wait"}
    Progress(a_plan(1), lambda: 0.0, out).take(Event(1, "", "unit_retrying", "run", "film", "e0", fields))
    assert out.getvalue() == "  again in 0.5 s: film e0: CF-S001 busy\n"
