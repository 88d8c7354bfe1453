"""The planted breaks of budget, ledger and estimates: caps of every scope, sums, warnings, learning."""

from __future__ import annotations

from tests.contracts.breaks import Break

ROOM = "cine_forge/generation"
TESTS = "tests/generation"

BREAKS = (
    Break(
        name="money: a stage's cap is not looked at",
        file=f"{ROOM}/money/budget.py",
        old='            (self.stages.get(stage), "stage", stage),\n',
        new="",
        test=f"{TESTS}/dispatch/test_purse.py::test_each_cap_holds_for_what_is_its_own",
    ),
    Break(
        name="money: what a receipt held stays in the sums when it ended",
        file=f"{ROOM}/money/ledger.py",
        old="for entry, sign in ((before, -1), (after, 1)) if entry]\n",
        new="for entry, sign in ((after, 1),) if entry]\n",
        test=f"{TESTS}/money/test_ledger.py::test_an_unknown_submit_keeps_its_reservation_and_an_outcome_releases_it",
    ),
    Break(
        name="money: less than the price is set aside where such receipts were cheaper",
        file=f"{ROOM}/money/history.py",
        old="        return max(micro_usd, ceil(",
        new="        return max(0, ceil(",
        test=f"{TESTS}/dispatch/test_purse.py::"
        "test_money_is_set_aside_as_such_receipts_turned_out_and_never_below_the_estimate",
    ),
    Break(
        name="money: a gap in a table of rates is a gift",
        file=f"{ROOM}/money/prices.py",
        old="    rates = (fits,) if fits else profile.price.rates\n",
        new="    rates = (fits,) if fits else profile.price.rates[:0]\n",
        test=f"{TESTS}/money/test_prices.py::test_where_no_rate_fits_the_dearest_is_reserved",
    ),
    Break(
        name="money: a person is warned of a cap again and again",
        file=f"{ROOM}/money/ledger.py",
        old="            return noted.rowcount == 1\n",
        new="            return True\n",
        test=f"{TESTS}/dispatch/test_purse.py::test_a_person_is_warned_once_for_each_cap_and_run_from_four_fifths_on",
    ),
    Break(
        name="money: other bytes take the place of what was paid for",
        file=f"{ROOM}/dispatch/kept_output.py",
        old=" and only in (None, found):\n",
        new=":\n",
        test=f"{TESTS}/dispatch/test_kept_output.py::"
        "test_what_the_provider_cannot_give_again_is_told_and_stays_as_it_is",
    ),
    Break(
        name="money: a ledger of yesterday is believed",
        file=f"{ROOM}/money/gap.py",
        old="    return known is None or len(known.passed) < len(copy.passed)\n",
        new="    return known is not None and len(known.passed) < len(copy.passed)\n",
        test=f"{TESTS}/money/test_gap.py::test_a_ledger_of_yesterday_is_no_ledger[c]",
    ),
    Break(
        name="money: a vendor may give money back that nobody paid",
        file=f"{ROOM}/money/prices.py",
        old="or not 0 <= told <= _MOST_MICRO_USD:\n",
        new="or not told <= _MOST_MICRO_USD:\n",
        test=f"{TESTS}/dispatch/test_walk.py::test_a_cost_that_cannot_be_one_is_not_believed[succeeded--1]",
    ),
    Break(
        name="money: two results come from one id of a vendor",
        file=f"{ROOM}/dispatch/walk.py",
        old="        if holder in (None, trip.receipt.id):\n",
        new="        if holder != told:\n",
        test=f"{TESTS}/dispatch/test_walk.py::"
        "test_an_id_that_was_given_before_is_never_taken_for_a_second_result",
    ),
)
