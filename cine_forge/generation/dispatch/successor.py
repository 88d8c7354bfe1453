"""Successors: what follows an attempt that came to nothing, and who answers for an order today.

In a later run it is another attempt. At once it may be a fallback: a purchase like any other, with a receipt,
an id, a reservation and a submit of its own. That happens only when the first provider certainly took
nothing, or failed as a system under the status of a success; never because of what was asked. The second is
asked for as much as its own model takes, and what that leaves out is told. Both receipts name each other, and
once the second may have been sent it alone answers, whatever the first could do today.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from cine_forge.generation.dispatch.order import Order, TakenOver
from cine_forge.generation.dispatch.settings import Settings
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import BOUGHT_NOTHING, Receipt, State, write_receipt
from cine_forge.generation.payloads import TextPayload, read_payload
from cine_forge.generation.providers.trouble import ELSEWHERE, Trouble
from cine_forge.kernel.ground.errors import Fault

_UNSENT = frozenset({State.PREPARED, *BOUGHT_NOTHING})


class Successors:
    """The successors of one project's orders. Nothing is bought here: dispatch carries what comes out."""

    def __init__(self, project: Path, ledger: Ledger, settings: Settings, at: Surroundings) -> None:
        self._project = project
        self._ledger = ledger
        self._settings = settings
        self._at = at

    def outcome(self, order: Order) -> Receipt | None:
        """Return the receipt that answers for an order today: its own, or that of its fallback."""
        known = self._ledger.find(order.receipt_id)
        later = self._ledger.find(known.fallback) if known and known.fallback else None
        return later or known

    def standing(self, order: Order) -> Order:
        """Return the order as the attempt that answers now.

        What asks a language model and failed answers for the rest of its run, so that nothing is bought in
        circles, and not for ever: a later run makes another attempt, with a receipt of its own. So does
        everything that an earlier run paid for when the person wants to pay again. What a person ended is
        over in its own run too, which waited for them.
        """
        over = {State.FAILED} if isinstance(order.payload, TextPayload) else set()
        over = {State.FAILED, State.SETTLED} if self._at.rebuys else over
        while all(self._is_over(part, over) for part in order.parts()):
            order = replace(order, attempt=order.attempt + 1)
        return order

    def begun(self, order: Order, waits: Callable[[str], bool]) -> Order | None:
        """Return the order of a fallback that may have been sent, or that `waits` for its turn."""
        answers = self.outcome(order)
        if answers is None or answers.fallback_of is None or answers.id == order.receipt_id:
            return None
        if answers.state in _UNSENT and not waits(answers.id):
            return None
        over = TakenOver(answers.provider, order.receipt_id, answers.routing_reason)
        return replace(order, payload=read_payload(answers.request), taken_over=over)

    def after(
        self, order: Order, first: Receipt, faults: Callable[[Order], tuple[Fault, ...]]
    ) -> Order | None:
        """Return the order of the fallback that follows a first provider's receipt, or None.

        The receipts are linked before anything of the second is sent. `faults` says what keeps an order
        from being made: a fallback that has any is not asked.
        """
        provider = self._settings.routes.choose(order.payload).fallback
        if provider is None or order.taken_over is not None or not may_follow(first):
            return None
        because = f"fallback: `{first.provider}` made nothing ({first.trouble})"
        payload, conceded = self._settings.ability(provider, order.payload).take(order.payload)
        second = replace(order, payload=payload, taken_over=TakenOver(provider, first.id, because))
        wrong = faults(second)
        if wrong:
            self._at.warn(first, f"`{provider}` cannot take over from `{first.provider}`: {wrong[0].what}")
            return None
        write_receipt(self._project, self._ledger.link(first.id, second.receipt_id))
        less = "".join(f", asked {one}" for one in conceded)
        told = f"`{provider}` takes over `{first.id}` as `{second.receipt_id}`{less}"
        self._at.warn(first, f"{told}: `{first.provider}` made nothing: {first.error}")
        return second

    def _is_over(self, order: Order, over: Collection[State]) -> bool:
        known = self.outcome(order)
        if known is None or known.state not in over:
            return False
        return known.is_by_a_person or known.run_id != order.origin.run_id


def may_follow(first: Receipt) -> bool:
    """Return whether another provider may be asked for what a receipt did not come to."""
    if first.state is State.REFUSED:
        return first.trouble in ELSEWHERE
    return first.state is State.FAILED and first.trouble is Trouble.FAULTY
