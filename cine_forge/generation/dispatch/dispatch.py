"""Dispatch: the only place that buys. It takes one order through its provider, once.

The desk asks the registry for a runner, the runner makes its steps, and each step comes back here as an
order, whoever called the runner. Here the order meets its receipt, once for all threads and processes:

    carry: open (route, price, inspect) -> walk -> log, and again what took nothing -> a fallback

A killed walk is taken up where it stopped, and nothing is bought twice. What certainly took nothing may be
sent again after a wait, each time as a round of the receipt.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from cine_forge.generation.dispatch.inspection import inspect
from cine_forge.generation.dispatch.order import Order, order_of
from cine_forge.generation.dispatch.settings import Settings
from cine_forge.generation.dispatch.successor import Successors
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.dispatch.turn import AT_WORK, Turns
from cine_forge.generation.dispatch.walk import Trip, Walk
from cine_forge.generation.money.gap import check_no_gap
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import (
    BOUGHT_NOTHING,
    ENDED,
    HOLDING,
    Receipt,
    State,
    holding,
    is_logged,
    log_receipt,
    write_receipt,
)
from cine_forge.generation.profiles import find_profile
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, StageError

_AT_PROVIDER = (State.SUBMITTING, State.SUBMIT_UNKNOWN, State.SUBMITTED, State.TERMINAL)


class Dispatch:
    """Carries orders for one project. Safe for threads and, by a kernel lock per receipt, for processes."""

    def __init__(self, project: Path, ledger: Ledger, settings: Settings, surroundings: Surroundings) -> None:
        self.project = project
        self.ledger = ledger
        self._settings = settings
        self._at = surroundings
        self._has_checked = False
        self._turns = Turns(ledger, settings, surroundings, project / "receipts" / ".work")
        self._successors = Successors(project, ledger, settings, surroundings)
        self._walk = Walk(project, ledger, settings, surroundings=surroundings, turns=self._turns)

    def draft(self, order: Order) -> Receipt:
        """Return the receipt as it would be prepared: routed and priced. Writes nothing."""
        return self._settings.draft(order, own_mark=self._at.own_mark, at=self._at.now())

    def outcome(self, order: Order) -> Receipt | None:
        """Return the receipt that answers for an order today: its own, or that of its fallback."""
        return self._successors.outcome(order)

    def standing(self, order: Order) -> Order:
        """Return the order as the attempt that answers now."""
        return self._successors.standing(order)

    def obstacle(self, order: Order) -> tuple[str, str] | None:
        """Say why nobody would be asked now, as a word and a sentence, or None when somebody would.

        What has its receipt is answered from it, whoever can be asked today. Raises ResumableError CF-G077
        in a run that may not do without an answer.
        """
        known = self.outcome(order)
        if known is not None and known.state not in {State.PREPARED, *BOUGHT_NOTHING}:
            return None
        found = self._turns.obstacle(self.draft(order).provider, order.payload)
        if found is not None and found[0] != "nobody":
            self._turns.check_author(Trouble.HALTED, found[1], f"{order.origin.stage}/{order.payload.entity}")
        return found

    def prepare(self, order: Order) -> Receipt:
        """Keep the order's `prepared` receipt; nothing is spent. Raises StageError with every fault."""
        draft, faults = self.draft(order), self._faults(order)
        if faults:
            raise StageError(*faults)
        with holding(self.project, order.receipt_id):
            write_receipt(self.project, self.ledger.prepare(draft))
        return draft

    def carry(self, order: Order) -> Receipt:
        """Take an order as far as it goes now: to its outcome, or to `submitted` while it runs elsewhere.

        This is what the step runner calls. An order with an outcome is returned and buys nothing.
        Raises StageError with every fault, BudgetError CF-G010, StageError CF-G030 when it must be held,
        CF-G031 when the project is a copy and this would buy or take up what is its original's; NotYet when
        it has to wait before it is sent, and ResumableError CF-G075 to CF-G077 when a later run shall go on;
        IntegrityError CF-G113 when what was paid for is damaged and does not come again, CF-G115 when the
        ledger does not know of all that was paid.
        """
        with holding(self.project, order.receipt_id):
            second = self._successors.begun(order, self._turns.holds)
            if second is None:
                ended = self._carry(order)
                if not self._turns.holds(ended.id):
                    second = self._successors.after(order, ended, self._faults)
            if second is not None:
                with holding(self.project, second.receipt_id):
                    ended = self._carry(second)
        self._turns.end(ended)
        return ended

    def _carry(self, order: Order) -> Receipt:
        if self._at.is_copy:
            self._refuse_in_copy(order)
        found = self._open(order)
        ended = self._carried(order, found)
        self._tell_settled(found, ended)
        if not self._at.is_copy:
            self._walk.restore(order, ended)
        return ended

    def take_up(self, receipt: Receipt) -> Receipt:
        """Take what is open as far as it goes now without buying, and return it as it stands then.

        What was never sent gives back what was set aside for it. Raises StageError as `carry` does, and
        CF-G093 when its provider lacks a setting.
        """
        with holding(self.project, receipt.id):
            found = self.ledger.find(receipt.id)
            if found is None or found.state not in HOLDING:
                return found or receipt
            order = order_of(found)
            if self._at.is_copy:
                self._refuse_in_copy(order)
            lacking = self._settings.providers.lacking(found.provider, order.payload)
            if lacking is not None and found.state not in (State.RESERVED, State.DOWNLOADED):
                raise StageError(Fault("CF-G093", lacking[1], found.id, "set it and recover once more"))
            provider = self._settings.providers.get(found.provider)
            trip = Trip(order, self._taken_up(found), provider, buys=False)
            self._walk.go(trip)
            self._log(trip.receipt)
        self._tell_settled(found, trip.receipt)
        return trip.receipt

    def _carried(self, order: Order, opened: Receipt) -> Receipt:
        """Walk; what took nothing and may pass by itself is sent again after a wait, round after round."""
        while True:
            trip = Trip(order, opened, self._settings.providers.get(opened.provider))
            if opened.state in AT_WORK:
                self._turns.occupy(opened)
            try:
                self._walk.go(trip)
            except BaseException:
                self._turns.leave(trip.receipt)
                raise
            self._log(trip.receipt)
            if not self._turns.over(trip.receipt, trip.trouble, trip.wait_s, asked=trip.asked):
                return trip.receipt
            opened = self._open(order)

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        """Return which of these would not wait again."""
        return self._turns.ready(receipts)

    def close(self) -> None:
        """Let go of the ledger's file, of the slots and of what the adapters hold."""
        self._turns.close()
        self._settings.providers.close()
        self.ledger.close()

    def _refuse_in_copy(self, order: Order) -> None:
        """Let through what has its outcome, and what a provider repeats at no cost."""
        known = self.ledger.find(order.receipt_id)
        if known is not None and known.state in ENDED - BOUGHT_NOTHING:
            return
        provider = known.provider if known and known.state in HOLDING else self.draft(order).provider
        if self._repeats(provider):
            return
        what = f"this project is a copy of another, and `{provider}` would be asked for `{order.receipt_id}`"
        hint = "`cine-forge project adopt` makes it a project of its own; nothing was sent"
        raise StageError(Fault("CF-G031", what, order.origin.entity, hint))

    def _repeats(self, provider: str) -> bool:
        return self._settings.providers.get(provider).capabilities.idempotency == "repeatable"

    def _faults(self, order: Order) -> tuple[Fault, ...]:
        draft = self.draft(order)
        profile = find_profile(self._settings.profiles, draft.model)
        capabilities = self._settings.providers.get(draft.provider).capabilities
        return inspect(order, profile, capabilities, self.project)

    def _open(self, order: Order) -> Receipt:
        """Return the order's receipt, ready to walk. Faults refuse it and raise."""
        known = self.ledger.find(order.receipt_id)
        if known is not None and known.state not in {State.PREPARED, *BOUGHT_NOTHING}:
            return self._taken_up(known)
        self._check_books()
        draft = self.draft(order)
        faults = self._faults(order)
        again = known is not None and known.state in BOUGHT_NOTHING
        if faults and not again:
            self._refuse(self.ledger.prepare(draft), faults)
        if faults:
            raise StageError(*faults)
        if known is not None and again:
            self._log(known)  # whoever ended it may have died before it was told
        receipt = self.ledger.reopen(draft) if again else self.ledger.prepare(draft)
        write_receipt(self.project, receipt)
        return receipt

    def _check_books(self) -> None:
        """Look, once, whether the ledger knows of all that was paid: what it lost would be bought again."""
        if not self._has_checked:
            check_no_gap(self.project, self.ledger)
            self._has_checked = True

    def _refuse(self, receipt: Receipt, faults: tuple[Fault, ...]) -> None:
        error = "; ".join(f"{fault.code} {fault.what}" for fault in faults)
        ended = self.ledger.advance(receipt, State.REFUSED, self._at.now(), error=error)
        write_receipt(self.project, ended)
        self._log(ended)

    def _taken_up(self, receipt: Receipt) -> Receipt:
        """Return an interrupted receipt; a provider that repeats at no cost simply does it again."""
        if receipt.state in ENDED:
            return receipt
        write_receipt(self.project, receipt)
        if receipt.state in _AT_PROVIDER and self._repeats(receipt.provider):
            return self.ledger.advance(receipt, State.RESERVED, self._at.now())
        return receipt

    def _tell_settled(self, found: Receipt, ended: Receipt) -> None:
        if ended.state is not found.state and ended.state is State.SETTLED:
            self._at.tell_of("dispatch_settled", ended)

    def _log(self, receipt: Receipt) -> None:
        """Give an outcome its one line in the run's log, also when an earlier process died over it."""
        if self.ledger.unlogged(receipt):
            write_receipt(self.project, receipt)
            log = self._at.receipts_log(receipt.run_id)
            if not is_logged(log, receipt):
                log_receipt(log, receipt)
            self.ledger.mark_logged(receipt)
