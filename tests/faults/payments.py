"""Payments in the ledger as a subject: from the intent to the settled receipt, each state acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt, State
from tests.faults.watch import Say
from tests.generation.support import draft

_NOON = "2026-01-01T12:00:00"
_WAY = (
    State.PREPARED, State.RESERVED, State.SUBMITTING, State.SUBMITTED, State.TERMINAL, State.DOWNLOADED,
    State.SETTLED,
)  # fmt: skip
_COST = 250_000


class Payments:
    """Two receipts, one after the other. Whatever state was acknowledged is never behind again."""

    def begin(self, folder: Path) -> None:
        """Begin with no ledger."""
        folder.mkdir(parents=True, exist_ok=True)

    def act(self, folder: Path, say: Say) -> None:
        """Take each receipt from where it stands to its end."""
        ledger = Ledger(folder / "ledger.sqlite")
        for number in (1, 2):
            receipt = ledger.prepare(draft(number, _COST, owner="shot:a"))
            _told(receipt, say)
            while receipt.state is not State.SETTLED:
                receipt = _next(ledger, receipt)
                _told(receipt, say)
        ledger.close()

    def faults(self, folder: Path, said: Sequence[str]) -> list[str]:
        """Return the receipts that are behind what was acknowledged, and sums that do not fit them."""
        ledger = Ledger(folder / "ledger.sqlite")
        wrong = []
        for line in said:
            name, state = line.split()
            found = ledger.find(name)
            if found is None or _WAY.index(found.state) < _WAY.index(State(state)):
                wrong.append(f"{name} was {state} and is {found.state if found else 'lost'}")
        settled = ledger.receipts([State.SETTLED])
        if ledger.totals().spent != _COST * len(settled):
            wrong.append(f"{ledger.totals()} for {len(settled)} receipts")
        ledger.close()
        return wrong

    def tree(self, folder: Path) -> list[str]:
        """Return each receipt with its state, take and cost."""
        ledger = Ledger(folder / "ledger.sqlite")
        return [f"{one.id} {one.state} {one.take} {one.cost_micro_usd}" for one in ledger.receipts()]


def _next(ledger: Ledger, receipt: Receipt) -> Receipt:
    following = _WAY[_WAY.index(receipt.state) + 1]
    if following is State.RESERVED:
        return ledger.reserve(receipt, [], _NOON)
    facts = {"cost_micro_usd": _COST} if following is State.SETTLED else {}
    return ledger.advance(receipt, following, _NOON, **facts)


def _told(receipt: Receipt, say: Say) -> None:
    say(f"{receipt.id} {receipt.state}")
