"""Fallbacks: a purchase of its own, only when the first bought nothing, and never two for one order."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.trouble import ELSEWHERE, Trouble
from cine_forge.kernel.ground.errors import ResumableError
from tests.generation.support import Lost, reference
from tests.generation.two_vendors import PRICES, Run, failed, refused

HERE = sorted(set(Trouble) - ELSEWHERE)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path).with_fallback()


@pytest.mark.row("D17")
@pytest.mark.row("B3")
@pytest.mark.parametrize("trouble", [Trouble.UNREACHED, Trouble.THROTTLED, Trouble.SETTING])
def test_a_fallback_really_submits_again_with_a_receipt_of_its_own(run: Run, trouble: Trouble) -> None:
    run.first.script = [refused(trouble)]
    answer = run.until_done()
    first, second = run.receipts()["first"], run.receipts()["second"]
    assert answer["provider"] == "second" and answer["receipt"] == second.id != first.id
    assert (first.state, second.state) == (State.REFUSED, State.SETTLED)
    assert (first.fallback, second.fallback_of) == (second.id, first.id)
    assert second.routing_reason == f"fallback: `first` made nothing ({trouble})"
    assert len(run.second.sent) == 1 and run.second.sent[0].own_id == second.own_id != first.own_id
    assert Ledger(run.project / "ledger.sqlite").totals() == Totals(PRICES["second"], 0)


@pytest.mark.row("C12")
def test_the_take_of_a_fallback_is_the_first_where_the_first_vendor_made_none(run: Run) -> None:
    run.take_owner = "shot:a"
    run.first.script = [refused(Trouble.SETTING)]
    assert run.until_done()["take"] == 1 and run.receipts()["first"].take is None
    run.first.script = []
    assert run.until_done(2)["take"] == 2


@pytest.mark.row("D17")
def test_the_run_is_told_and_both_receipts_lie_there_for_people(run: Run) -> None:
    run.first.script = [refused(Trouble.SETTING)]
    answer = run.until_done()
    (told,) = run.warnings()
    assert "`second` takes over" in told and answer["receipt"] in told and "it is setting" in told
    settled = [fields for name, fields in run.told if name == "dispatch_settled"]
    first = run.receipts()["first"]
    assert [(one["provider"], one["fallback_of"]) for one in settled] == [("second", first.id)]
    kept = (run.project / "receipts" / first.id / "receipt.json").read_text()
    assert f'"fallback": "{answer["receipt"]}"' in kept


@pytest.mark.row("D17")
@pytest.mark.parametrize("trouble", HERE)
def test_what_is_about_the_question_goes_to_nobody_else(run: Run, trouble: Trouble) -> None:
    run.first.script = [refused(trouble)]
    assert not run.until_done()["result"]["success"]
    assert run.second.asked_at == [] and set(run.receipts()) == {"first"}


@pytest.mark.row("D17")
@pytest.mark.parametrize("trouble", sorted(Trouble))
def test_of_failures_only_that_of_the_system_itself_is_taken_over(run: Run, trouble: Trouble) -> None:
    run.first.outcome = failed(trouble)
    answer = run.until_done()
    assert answer["result"]["success"] is (trouble is Trouble.FAULTY)
    assert len(run.second.sent) == (trouble is Trouble.FAULTY)


@pytest.mark.row("D17")
def test_a_declared_fallback_is_never_sent(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.strategy["primary"]["image_t2i"]["declared_fallback"] = "second"
    run.first.script = [refused(Trouble.SETTING)]
    assert not run.until_done()["result"]["success"]
    assert run.second.asked_at == [] and "declared, not tried" in run.receipts()["first"].routing_reason


@pytest.mark.row("D18")
def test_whoever_overrides_the_provider_gets_no_other(run: Run) -> None:
    run.override = "first"
    run.first.script = [refused(Trouble.SETTING)]
    assert not run.until_done()["result"]["success"] and run.second.asked_at == []


def test_whoever_has_a_fallback_waits_for_a_busy_provider_only_shortly(run: Run) -> None:
    run.first.script = [refused(Trouble.THROTTLED)]
    assert run.until_done()["provider"] == "second"
    assert len(run.first.asked_at) == 3 and run.now < 5


def test_what_the_fallback_bought_answers_from_then_on(run: Run) -> None:
    run.first.script = [refused(Trouble.SETTING)]
    bought = run.until_done()["receipt"]
    run.first.script = []
    run.run_id = "run-2"
    run.new_process()
    assert run.until_done()["receipt"] == bought
    assert (len(run.first.sent), len(run.second.sent)) == (0, 1)


def test_a_fallback_that_bought_nothing_either_lets_the_first_be_asked_again(run: Run) -> None:
    run.first.script = run.second.script = [refused(Trouble.SETTING)]
    assert run.until_done()["provider"] == "second"
    run.first.script = []
    assert run.until_done()["provider"] == "first"
    assert (len(run.first.sent), len(run.second.sent)) == (1, 0)
    assert Ledger(run.project / "ledger.sqlite").totals() == Totals(PRICES["first"], 0)


def test_a_fallback_is_asked_for_as_much_as_its_own_model_takes_and_that_is_told(run: Run) -> None:
    run.first.script = [refused(Trouble.SETTING)]
    run.second.capabilities = run.second.capabilities.model_copy(
        update={"reference_slots": {"identity_refs": 1}}
    )
    pictures = [reference(run.project, f"{name}.png") for name in "ab"]
    bought = run.until_done(identity_refs=pictures)
    second = run.receipts()["second"]
    assert (bought["receipt"], second.action, second.state) == (second.id, "i2i", State.SETTLED)
    assert "asked with fewer pictures of people" in run.warnings()[0]
    run.new_process()
    assert run.until_done(identity_refs=pictures)["receipt"] == second.id
    assert len(run.second.sent) == 1


def test_a_fallback_that_cannot_make_it_is_not_asked(run: Run) -> None:
    run.first.script = [refused(Trouble.SETTING)]
    run.second.capabilities = run.second.capabilities.model_copy(update={"actions": ()})
    assert run.until_done()["provider"] == "first"
    assert run.second.asked_at == [] and "cannot take over" in run.warnings()[0]


@pytest.mark.row("H2")
def test_a_fallback_that_still_runs_is_parked_and_taken_up_by_a_later_process(run: Run) -> None:
    run.first.script = [refused(Trouble.SETTING)]
    done, run.second.outcome = run.second.outcome, type(run.second.outcome)("running")
    parked = run.send()["parked"]
    assert parked == run.receipts()["second"].id
    run.new_process()
    run.first.script, run.second.outcome = [], done
    assert run.until_done()["receipt"] == parked
    assert (len(run.first.sent), len(run.second.sent)) == (0, 1)


@pytest.mark.row("H2")
def test_a_fallback_whose_answer_was_lost_is_looked_up_and_nobody_else_is_asked(run: Run) -> None:
    run.first.script = [refused(Trouble.SETTING)]
    run.second.lose_answer = True
    with pytest.raises(Lost):
        run.send()
    run.new_process()
    run.first.script, run.second.lose_answer = [], False
    assert run.until_done()["provider"] == "second"
    assert (len(run.first.sent), len(run.second.sent)) == (0, 1)


@pytest.mark.row("H2")
def test_many_threads_that_fall_back_buy_once(tmp_path: Path) -> None:
    run = Run(tmp_path, parks=False).with_fallback()
    run.first.script = [*[refused(Trouble.SETTING)] * 2, *[refused(Trouble.UNREACHED)] * 9]
    desk, got = run.desk, list[object]()
    threads = [threading.Thread(target=lambda: got.append(run.send()["receipt"])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk is run.desk and len(got) == 6 and len(set(got)) == 1
    assert len(run.first.sent) + len(run.second.sent) == 1


@pytest.mark.row("H2")
@settings(max_examples=5, deadline=None)
@given(st.lists(st.sampled_from([None, *sorted(Trouble)]), min_size=1, max_size=4), st.data())
def test_whatever_both_say_an_order_is_charged_once_at_most(
    tmp_path_factory: pytest.TempPathFactory, words: list[Trouble | None], data: st.DataObject
) -> None:
    run = Run(tmp_path_factory.mktemp("p"), parks=False).with_fallback()
    for _ in range(3):
        for vendor in (run.first, run.second):
            word = data.draw(st.sampled_from(words))
            vendor.script = [] if word is None else [refused(word)]
        with suppress(ResumableError):
            run.send()
        run.now += 100.0
    sent = [*run.first.sent, *run.second.sent]
    assert len(sent) <= 1
    charged = run.first.charged + run.second.charged
    assert Ledger(run.project / "ledger.sqlite").totals() == Totals(charged, 0)
