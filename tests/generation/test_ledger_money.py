"""The ledger's money as a state machine: whatever happens in whatever order, sums and caps are a model's."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cine_forge.generation.money.entry import Scope
from cine_forge.generation.money.ledger import Cap, Ledger, Totals
from cine_forge.generation.money.receipt import HOLDING, Receipt, State
from cine_forge.kernel.ground.errors import BudgetError
from tests.generation.support import draft

NOON = "2026-01-01T12:00:00"
NEXT = {
    State.PREPARED: (State.REFUSED,),
    State.RESERVED: (State.SUBMITTING, State.REFUSED),
    State.SUBMITTING: (State.SUBMITTED, State.SUBMIT_UNKNOWN, State.REFUSED),
    State.SUBMIT_UNKNOWN: (State.SUBMITTED, State.FAILED, State.REFUSED),
    State.SUBMITTED: (State.TERMINAL, State.FAILED),
    State.TERMINAL: (State.DOWNLOADED, State.FAILED),
    State.DOWNLOADED: (State.SETTLED,),
}
AMOUNT = st.integers(0, 100)
MONEY = (State.SETTLED, State.FAILED)


@dataclass
class Model:
    """What the ledger should say, in as few words as it can be said."""

    receipts: dict[str, Receipt] = field(default_factory=dict)
    takes: dict[str, dict[int, str]] = field(default_factory=dict)

    def totals(self, scope: Scope, value: str) -> Totals:
        mine = [one for one in self.receipts.values() if scope == "project" or getattr(one, scope) == value]
        held = sum(one.reserved_micro_usd or 0 for one in mine if one.state in HOLDING)
        return Totals(sum(one.cost_micro_usd or 0 for one in mine), held)

    def wanted(self, asked: Receipt) -> int:
        like = [
            one
            for one in self.receipts.values()
            if one.state is State.SETTLED and one.model == asked.model and one.est_cost_micro_usd
        ]
        charged = sum(one.cost_micro_usd or 0 for one in like)
        ratio = Fraction(charged, sum(one.est_cost_micro_usd for one in like)) if like else Fraction(1)
        return ceil(asked.est_cost_micro_usd * max(Fraction(1), min(ratio, Fraction(4))))

    def allows(self, caps: tuple[Cap, ...], wanted: int) -> bool:
        used = [(cap, self.totals(cap.scope, cap.value)) for cap in caps]
        return not wanted or all(held.spent + held.reserved + wanted <= cap.micro_usd for cap, held in used)

    def numbered(self, asked: Receipt) -> int | None:
        if asked.take is not None or asked.take_owner is None:
            return asked.take
        given = self.takes.setdefault(asked.take_owner, {})
        number = max(given, default=0) + 1
        given[number] = asked.id
        return number

    def take_back(self, ended: str) -> bool:
        """Forget the number of what came to nothing, where it is the last of its owner."""
        for given in self.takes.values():
            if given and given[max(given)] == ended:
                del given[max(given)]
                return True
        return False


class Money(RuleBasedStateMachine):
    """Receipts of two runs, stages, owners and models under caps of all four scopes."""

    @initialize(caps=st.tuples(*[st.integers(0, 300)] * 4))
    def open(self, caps: tuple[int, int, int, int]) -> None:
        self.folder = TemporaryDirectory()
        self.ledger = Ledger(Path(self.folder.name) / "ledger.sqlite")
        self.model = Model()
        self.most = caps

    @rule(
        number=st.integers(0, 7), est=AMOUNT, run=st.integers(0, 1), owner=st.sampled_from(["a", "b", None])
    )
    def prepare(self, number: int, est: int, run: int, owner: str | None) -> None:
        fresh = draft(number, est, run_id=f"run-{run}", owner=owner)
        fresh = fresh.model_copy(update={"stage": f"stage-{number % 2}", "model": f"model-{number % 2}"})
        kept = self.ledger.prepare(fresh)
        known = self.model.receipts.get(fresh.id)
        if known is not None and known.state in (State.REFUSED, State.FOREIGN):
            kept = self.ledger.reopen(fresh)
            assert (kept.state, kept.take, kept.round) == (State.PREPARED, known.take, known.round + 1)
        elif known is not None and known.state is not State.PREPARED:
            assert kept == known
        self.model.receipts[kept.id] = kept

    @precondition(lambda self: self.of(State.PREPARED))
    @rule(pick=st.integers(0, 99))
    def reserve(self, pick: int) -> None:
        asked = self.picked(pick, State.PREPARED)
        project, run, stage, owner = self.most
        caps = (
            Cap(project),
            Cap(run, "run_id", asked.run_id),
            Cap(stage, "stage", asked.stage),
            Cap(owner, "owner", asked.owner),
        )
        wanted = self.model.wanted(asked)
        try:
            reserved = self.ledger.reserve(asked, caps, NOON)
        except BudgetError:
            assert not self.model.allows(caps, wanted), "a false refusal"
            assert self.ledger.find(asked.id) == asked
            return
        assert self.model.allows(caps, wanted), "a cap was passed"
        assert reserved.reserved_micro_usd == wanted
        assert reserved.take == self.model.numbered(asked)
        self.model.receipts[asked.id] = reserved

    @precondition(lambda self: self.of(*NEXT))
    @rule(pick=st.integers(0, 99), way=st.integers(0, 2), cost=AMOUNT)
    def advance(self, pick: int, way: int, cost: int) -> None:
        known = self.picked(pick, *NEXT)
        to = NEXT[known.state][way % len(NEXT[known.state])]
        facts = {"cost_micro_usd": cost} if to in MONEY else {}
        moved = self.ledger.advance(known, to, NOON, **facts)
        free = to in (State.FAILED, State.REFUSED) and self.model.take_back(known.id)
        assert moved.take == (None if free else known.take)
        self.model.receipts[known.id] = moved

    @rule(again=st.booleans())
    def disown(self, again: bool) -> None:
        if again:
            for left in self.ledger.disown(NOON):
                assert self.model.receipts[left.id].state in HOLDING
                self.model.receipts[left.id] = left
            assert not self.of(*HOLDING)

    @invariant()
    def sums_are_the_models(self) -> None:
        scopes: list[tuple[Scope, str]] = [("project", "")]
        scopes += [("run_id", f"run-{n}") for n in (0, 1)] + [("stage", f"stage-{n}") for n in (0, 1)]
        scopes += [("owner", name) for name in ("a", "b", "shot:a")]
        assert [self.ledger.totals(*one) for one in scopes] == [self.model.totals(*one) for one in scopes]

    def teardown(self) -> None:
        numbers: dict[str, list[int]] = {}
        for one in self.ledger.receipts():
            assert one == self.model.receipts[one.id]
            if one.take is not None:
                numbers.setdefault(str(one.take_owner), []).append(one.take)
        assert self.ledger.miscounted() == ()
        assert sum(len(found) for found in numbers.values()) == sum(map(len, self.model.takes.values()))
        self.ledger.close()
        self.folder.cleanup()

    def of(self, *states: State) -> list[Receipt]:
        return [one for _, one in sorted(self.model.receipts.items()) if one.state in states]

    def picked(self, pick: int, *states: State) -> Receipt:
        found = self.of(*states)
        return found[pick % len(found)]


def walk(examples: int, steps: int) -> None:
    """Let hypothesis look for an order of events that the model disagrees with."""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(Money, settings=chosen)


@pytest.mark.row("B16")
@pytest.mark.row("D33")
def test_no_order_of_events_passes_a_cap_refuses_falsely_or_miscounts() -> None:
    walk(25, 30)


@pytest.mark.sweep
def test_no_long_order_of_events_does_either() -> None:
    walk(500, 80)
