"""Turns: what must wait takes nobody's place, waits no longer than patience, and is never bought twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.provider import PollOutcome, SubmitOutcome
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import ResumableError, StageError
from tests.generation.support import reference
from tests.generation.two_vendors import Run, refused

RUNNING = PollOutcome("running")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


@pytest.mark.row("B3")
def test_a_busy_provider_is_waited_for_without_taking_a_place(run: Run) -> None:
    run.first.script = [refused(Trouble.THROTTLED, 5.0), refused(Trouble.THROTTLED), *_well()]
    assert run.until_done()["result"]["success"]
    assert run.paused == 0.0 and run.first.asked_at == [0.0, 5.0, 7.0]
    assert Ledger(run.project / "ledger.sqlite").totals() == Totals(400_000, 0)
    assert [text.split("asked again in ")[-1] for text in run.warnings()] == ["5 s", "2 s"]


@pytest.mark.row("B3")
def test_where_nobody_asks_again_it_is_waited_for_on_the_spot(tmp_path: Path) -> None:
    run = Run(tmp_path, parks=False)
    run.first.script = [refused(Trouble.THROTTLED, 5.0), *_well()]
    assert run.send()["result"]["success"] and run.paused == 5.0


@pytest.mark.row("B3")
@pytest.mark.parametrize("told_s", [86_400.0, 121.0])
def test_who_asks_for_too_long_a_pause_leaves_the_unit_resumable(run: Run, told_s: float) -> None:
    run.first.script = [refused(Trouble.THROTTLED, told_s)]
    with pytest.raises(
        ResumableError, match=r"CF-G076 generation/shot:a: it is throttled(.|\n)*run again later"
    ):
        run.send()
    assert run.receipts()["first"].state is State.REFUSED and len(run.first.asked_at) == 1
    run.first.script = []
    run.new_process()
    assert run.until_done()["result"]["success"]


@pytest.mark.row("B3")
@pytest.mark.parametrize("parks", [True, False])
def test_who_asks_for_too_long_a_pause_is_left_alone_by_all_and_none_of_them_waits(
    tmp_path: Path, parks: bool
) -> None:
    run = Run(tmp_path, parks=parks)
    run.first.script = [refused(Trouble.THROTTLED, 86_400.0), *_well()]
    for number in range(5):
        with pytest.raises(ResumableError, match=r"CF-G076(.|\n)*run again later"):
            run.until_done(number)
    assert (run.now, run.paused, len(run.first.asked_at)) == (0.0, 0.0, 1)
    assert Ledger(run.project / "ledger.sqlite").totals() == Totals(0, 0)
    run.now += 86_401.0
    assert run.until_done(3)["result"]["success"]


def test_patience_with_a_busy_provider_ends(run: Run) -> None:
    run.first.script = [refused(Trouble.THROTTLED)]
    with pytest.raises(ResumableError, match="CF-G076"):
        run.until_done()
    assert len(run.first.asked_at) == 8 and 120 < run.now < 140


def test_the_others_of_a_busy_provider_keep_its_pause_and_other_providers_go_on(run: Run) -> None:
    run.strategy["exceptions"] = [
        {"when": {"modality": "image_t2i", "tier": "finish"}, "provider": "second", "because": "finish"}
    ]
    run.first.script = [refused(Trouble.THROTTLED, 10.0), *_well()]
    assert "parked" in run.send(1) and "parked" in run.send(2)
    assert run.send(3, tier="finish")["provider"] == "second"
    assert run.first.asked_at == [0.0], "the second of them was not even sent"
    run.until_done(2)
    assert run.first.asked_at[1] >= 10.0


@pytest.mark.row("B3")
def test_that_it_is_busy_never_halts_a_provider(run: Run) -> None:
    run.first.script = [refused(Trouble.THROTTLED, 999.0)]
    for number in range(9):
        with pytest.raises(ResumableError, match="CF-G076"):
            run.until_done(number)
        run.now += 1000.0
    assert len(run.first.asked_at) == 9


@pytest.mark.row("D33")
def test_after_three_failures_nothing_more_is_sent_and_the_units_are_resumable(run: Run) -> None:
    run.first.script = [refused(Trouble.SETTING)]
    assert [run.send(number)["result"]["success"] for number in range(3)] == [False] * 3
    for number in range(3, 9):
        with pytest.raises(ResumableError, match=r"CF-G076.*left alone"):
            run.send(number)
    assert len(run.first.asked_at) == 3 and len(run.warnings()) == 1
    assert Ledger(run.project / "ledger.sqlite").totals() == Totals(0, 0)


@pytest.mark.row("D16")
def test_what_a_breaker_counted_is_forgotten_with_its_run(run: Run) -> None:
    run.first.script = [refused(Trouble.SETTING)]
    for number in range(3):
        run.send(number)
    run.new_process()
    run.first.script = []
    assert run.send(4)["result"]["success"]


def test_one_that_lacks_its_key_is_not_asked(tmp_path: Path) -> None:
    run = Run(tmp_path, first={"base_url": "https://first.example", "secrets": ["FIRST_API_KEY"]})
    error = run.send()["result"]["error"]
    assert "`first` needs a key, and the environment has no `FIRST_API_KEY`" in error
    assert run.first.asked_at == [] and run.receipts()["first"].trouble is Trouble.SETTING


@pytest.mark.row("D11")
def test_a_poll_time_out_is_resumable_and_a_later_run_takes_it_up(tmp_path: Path) -> None:
    run = Run(tmp_path, first={"poll_for_s": 60.0})
    done, run.first.outcome = run.first.outcome, RUNNING
    with pytest.raises(ResumableError, match=r"CF-G075(.|\n)*nothing is lost or bought again"):
        run.until_done()
    assert run.now == 60.0 and run.receipts()["first"].state is State.SUBMITTED
    assert ["has worked on" in text for text in run.warnings()] == [True]
    with pytest.raises(ResumableError, match="CF-G075"):
        run.send()
    run.new_process()
    run.first.outcome = done
    assert run.until_done()["result"]["success"] and len(run.first.sent) == 1


@pytest.mark.row("H2")
@pytest.mark.parametrize("arrived", [True, False])
def test_what_may_have_been_sent_is_looked_for_beside_the_work_until_its_grace_is_over(
    tmp_path: Path, arrived: bool
) -> None:
    run = Run(tmp_path, first={"grace_s": 30.0})
    run.first.script = [SubmitOutcome("unknown", error="the line broke", trouble=Trouble.LOST), *_well()]
    assert "parked" in run.send() and run.receipts()["first"].state is State.SUBMIT_UNKNOWN
    if arrived:
        receipt = run.receipts()["first"]
        run.first.found_after[receipt.own_id] = 9.0
    assert run.until_done()["result"]["success"] and run.paused == 0.0
    assert (run.now < 15.0) is arrived
    assert len(run.first.asked_at) == (1 if arrived else 2)


def test_a_slot_is_held_until_the_provider_has_ended_and_the_next_one_gets_it(tmp_path: Path) -> None:
    run = Run(tmp_path, first={"slots": 2})
    done, run.first.outcome = run.first.outcome, RUNNING
    parked = [run.send(number)["parked"] for number in range(4)]
    assert len(run.first.sent) == 2
    assert run.desk.ready(parked[2:]) == frozenset()
    run.first.outcome = done
    run.now += 5.0
    assert run.send(0)["result"]["success"]
    assert run.until_done(2)["result"]["success"] and run.until_done(3)["result"]["success"]
    assert len(run.first.sent) == 4


def test_the_strategy_file_has_the_last_word_on_slots(tmp_path: Path) -> None:
    run = Run(tmp_path, first={"slots": 9})
    run.strategy["slots"] = {"first": 1}
    run.first.outcome = RUNNING
    assert all("parked" in run.send(number) for number in range(3))
    assert len(run.first.sent) == 1


def test_who_waits_for_a_slot_in_vain_is_resumable_and_nothing_is_set_aside(tmp_path: Path) -> None:
    run = Run(tmp_path, first={"slots": 1, "poll_for_s": 30.0})
    run.first.outcome = RUNNING
    run.send(1)
    with pytest.raises(ResumableError, match=r"CF-G075.*every slot of `first`(.|\n)*raise `slots`"):
        run.until_done(2)
    assert Ledger(run.project / "ledger.sqlite").totals() == Totals(0, 400_000)


def test_a_run_that_goes_on_leaves_the_slots_of_what_still_runs_from_before(tmp_path: Path) -> None:
    run = Run(tmp_path, first={"slots": 3})
    done, run.first.outcome = run.first.outcome, RUNNING
    for number in range(3):
        run.send(number)
    run.new_process()
    assert "parked" in run.send(7), "one is let through, so that nothing stands still"
    assert "parked" in run.send(8) and len(run.first.sent) == 4
    run.first.outcome = done
    run.now += 5.0
    assert all(run.send(number)["result"]["success"] for number in (0, 1, 2, 7))
    assert run.until_done(8)["result"]["success"]


def test_what_is_refused_before_it_is_sent_holds_no_slot(tmp_path: Path) -> None:
    run = Run(tmp_path, first={"slots": 1})
    bound: dict[str, Any] = reference(tmp_path)
    (tmp_path / "sheet.png").unlink()
    with pytest.raises(StageError, match="CF-G020"):
        run.send(1, identity_refs=[bound])
    assert run.send(2)["result"]["success"]


def _well() -> list[SubmitOutcome]:
    return [SubmitOutcome("submitted")]
