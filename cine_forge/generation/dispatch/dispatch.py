"""Dispatch: the only place that buys. It takes one order through its provider, once.

The desk asks the registry for a runner, the runner makes its steps, and each step comes back here as an
order, whoever called the runner. The walk of an order:

    carry: open (route, price, inspect) -> reserve -> submit -> poll -> download -> settle

Each state is durable in the ledger before the next act, so a killed walk is taken up where it stopped.
Nothing is bought twice: a paid submit whose answer was lost is looked up by our own id, never repeated.
What certainly took nothing may be sent again after a wait, each time as a round of the receipt.
Adapters are reached from here alone, since only here a `Submission` is made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.generation.action import action_of, references_of
from cine_forge.generation.dispatch.inspection import inspect
from cine_forge.generation.dispatch.order import Order, order_of
from cine_forge.generation.dispatch.output import kept_output, measure, unpacked
from cine_forge.generation.dispatch.purse import Purse
from cine_forge.generation.dispatch.search import Search
from cine_forge.generation.dispatch.settings import Settings
from cine_forge.generation.dispatch.successor import Successors
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.dispatch.turn import AT_WORK, Refusal, Turns
from cine_forge.generation.dispatch.uploads import Uploads
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import (
    BOUGHT_NOTHING,
    ENDED,
    HOLDING,
    Output,
    Receipt,
    State,
    bare_url,
    holding,
    is_logged,
    log_receipt,
    receipt_folder,
    write_receipt,
)
from cine_forge.generation.profiles import find_profile
from cine_forge.generation.providers.provider import (
    PollOutcome,
    Provider,
    Seal,
    Submission,
    SubmitOutcome,
)
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, HeldError, StageError
from cine_forge.kernel.ground.files import publish_file_once

_SEAL = Seal()
_AT_PROVIDER = (State.SUBMITTING, State.SUBMIT_UNKNOWN, State.SUBMITTED, State.TERMINAL)


@dataclass
class _Trip:
    """One walk of one order; `outcome` is what the provider said last, kept only while walking.

    One that does not buy sends nothing, and looks for what was lost once. `asked` says that something was
    sent in this walk; `trouble` and `wait_s` are what came of it.
    """

    order: Order
    receipt: Receipt
    provider: Provider
    outcome: PollOutcome | None = None
    buys: bool = True
    asked: bool = False
    trouble: Trouble | None = None
    wait_s: float | None = None


class Dispatch:
    """Carries orders for one project. Safe for threads and, by a kernel lock per receipt, for processes."""

    def __init__(self, project: Path, ledger: Ledger, settings: Settings, surroundings: Surroundings) -> None:
        self.project = project
        self.ledger = ledger
        self._settings = settings
        self._at = surroundings
        self._turns = Turns(ledger, settings, surroundings, project / "receipts" / ".work")
        self._successors = Successors(project, ledger, settings.routes, surroundings)
        self._purse = Purse(ledger, surroundings.budget, surroundings.tell)
        self._uploads = Uploads(project, ledger, surroundings.clock)
        self._search = Search(ledger, surroundings.clock, surroundings.pause)

    def draft(self, order: Order) -> Receipt:
        """Return the receipt as it would be prepared: routed and priced. Writes nothing."""
        return self._settings.draft(order, own_mark=self._at.own_mark, at=self._now())

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
        it has to wait before it is sent, and ResumableError CF-G075 to CF-G077 when a later run shall go on.
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
            trip = _Trip(order, self._taken_up(found), provider, buys=False)
            self._walk(trip)
            self._log(trip.receipt)
        self._tell_settled(found, trip.receipt)
        return trip.receipt

    def _carried(self, order: Order, opened: Receipt) -> Receipt:
        """Walk; what took nothing and may pass by itself is sent again after a wait, round after round."""
        while True:
            trip = _Trip(order, opened, self._settings.providers.get(opened.provider))
            if opened.state in AT_WORK:
                self._turns.occupy(opened)
            try:
                self._walk(trip)
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
        draft = self.draft(order)
        faults = self._faults(order)
        again = known is not None and known.state in BOUGHT_NOTHING
        if faults and not again:
            self._refuse(self.ledger.prepare(draft), faults)
        if faults:
            raise StageError(*faults)
        receipt = self.ledger.reopen(draft) if again else self.ledger.prepare(draft)
        write_receipt(self.project, receipt)
        return receipt

    def _refuse(self, receipt: Receipt, faults: tuple[Fault, ...]) -> None:
        error = "; ".join(f"{fault.code} {fault.what}" for fault in faults)
        ended = self.ledger.advance(receipt, State.REFUSED, self._now(), error=error)
        write_receipt(self.project, ended)
        self._log(ended)

    def _taken_up(self, receipt: Receipt) -> Receipt:
        """Return an interrupted receipt; a provider that repeats at no cost simply does it again."""
        if receipt.state in ENDED:
            return receipt
        write_receipt(self.project, receipt)
        if receipt.state in _AT_PROVIDER and self._repeats(receipt.provider):
            return self.ledger.advance(receipt, State.RESERVED, self._now())
        return receipt

    def _walk(self, trip: _Trip) -> None:
        """Step from state to state until there is an outcome, or the provider still works."""
        steps = {
            State.PREPARED: self._reserve,
            State.RESERVED: self._submit,
            State.SUBMITTING: self._look_up,
            State.SUBMIT_UNKNOWN: self._look_up,
            State.SUBMITTED: self._poll,
            State.TERMINAL: self._download,
            State.DOWNLOADED: self._settle,
        }
        while trip.receipt.state in steps:
            before = trip.receipt.state
            steps[before](trip)
            if trip.receipt.state is before:
                return

    def _reserve(self, trip: _Trip) -> None:
        admitted = self._turns.admit(trip.receipt, trip.order.payload)
        if isinstance(admitted, Refusal):
            trip.trouble = admitted.trouble
            self._advance(trip, State.REFUSED, error=admitted.text, trouble=trip.trouble)
        elif admitted:
            self._set_aside(trip)

    def _set_aside(self, trip: _Trip) -> None:
        origin, owner = trip.order.origin, trip.order.take_owner
        intent = trip.receipt.model_copy(
            update={
                "run_id": origin.run_id,
                "stage": origin.stage,
                "entity": origin.entity,
                "take_owner": owner,
            }
        )
        trip.receipt = self._purse.reserve(intent, self._now())
        write_receipt(self.project, trip.receipt)
        self._at.tell_of("dispatch_reserved", trip.receipt)
        trip.order.tell(State.RESERVED)

    def _submit(self, trip: _Trip) -> None:
        if not trip.buys:
            self._advance(trip, State.REFUSED, error="it was never sent", trouble=Trouble.UNREACHED)
            return
        try:
            submission = self._submission(trip, self._uploads.urls(trip.order.payload, trip.provider))
        except StageError as error:  # nothing was bought: a reference could not be brought to the vendor
            trip.trouble = Trouble.UNREACHED if error.transient else Trouble.SETTING
            self._advance(trip, State.REFUSED, error=error.faults[0].what, trouble=trip.trouble)
            return
        self._advance(trip, State.SUBMITTING)
        outcome = trip.provider.submit(submission)
        trip.asked, trip.trouble, trip.wait_s = True, outcome.trouble, outcome.wait_s
        told = {"error": outcome.error, "trouble": outcome.trouble}
        match outcome.state:
            case "submitted":
                self._submitted(trip, outcome)
            case "refused":
                told["error"] = outcome.error or "the provider refused it"
                self._advance(trip, State.REFUSED, **told)
                self._at.tell_of("dispatch_terminal", trip.receipt)
            case "unknown":
                self._advance(trip, State.SUBMIT_UNKNOWN, **told)
                self._turns.note(trip.receipt, trip.trouble)

    def _submission(self, trip: _Trip, urls: Mapping[str, str]) -> Submission:
        payload, receipt = trip.order.payload, trip.receipt
        return Submission(
            seal=_SEAL,
            own_id=receipt.own_id,
            payload=payload,
            attempt=trip.order.attempt,
            action=action_of(payload),
            model=receipt.model,
            endpoint=receipt.endpoint,
            files={one.path: self.project / one.path for one in references_of(payload)},
            urls=urls,
            profile=self._settings.profile(receipt),
        )

    def _submitted(self, trip: _Trip, outcome: SubmitOutcome) -> None:
        trip.outcome, trip.trouble = outcome.finished, None
        told = {"provider_id": outcome.provider_id, "error": None, "trouble": None}
        self._advance(trip, State.SUBMITTED, **told)
        self._at.tell_of("dispatch_submitted", trip.receipt)

    def _look_up(self, trip: _Trip) -> None:
        """Find what may have been sent; what never arrived took nothing.

        Raises StageError CF-G030 when nobody can tell, and CF-G035 when the provider cannot be asked.
        """
        if trip.receipt.state is not State.SUBMIT_UNKNOWN:
            self._advance(trip, State.SUBMIT_UNKNOWN)
        on_the_spot = trip.buys and not self._at.parks
        search = self._search.find if on_the_spot else self._search.look
        match search(trip.receipt, self._submission(trip, {}), trip.provider):
            case "early":
                return None
            case "absent":
                trip.trouble = Trouble.UNREACHED
                told = "the request never arrived"
                return self._advance(trip, State.REFUSED, error=told, trouble=trip.trouble)
            case "held":
                raise self._held(trip.receipt)
            case found:
                return self._submitted(trip, SubmitOutcome("submitted", provider_id=found))

    def _held(self, receipt: Receipt) -> HeldError:
        what = f"`{receipt.provider}` may or may not have got `{receipt.id}`; it is not sent again"
        hint = "`cine-forge providers recover` says how it is looked for, and how a person ends it"
        return HeldError(Fault("CF-G030", what, receipt.entity, hint))

    def _poll(self, trip: _Trip) -> None:
        trip.outcome = trip.outcome or self._polled(trip)
        if trip.outcome.state == "running":
            trip.outcome = None
            return
        cost = self._settings.told_cost(trip.receipt, trip.order.payload, trip.outcome)
        if trip.outcome.state == "failed":
            trip.trouble = trip.outcome.trouble
            error = trip.outcome.error or "the provider failed and did not say why"
            unsaid = trip.receipt.est_cost_micro_usd if trip.outcome.billed else 0
            told = {"cost_micro_usd": unsaid if cost is None else cost, "trouble": trip.trouble}
            self._advance(trip, State.FAILED, error=error, **told)
        else:
            self._advance(
                trip, State.TERMINAL, cost_micro_usd=cost, output_url=bare_url(trip.outcome.output_url)
            )
        self._at.tell_of("dispatch_terminal", trip.receipt)

    def _polled(self, trip: _Trip) -> PollOutcome:
        return trip.provider.poll(trip.receipt.provider_id or "")

    def _download(self, trip: _Trip) -> None:
        """Fetch, check and keep the result. One that was kept before the walk was cut is kept as it is."""
        folder = receipt_folder(self.project, trip.receipt.id)
        kept = kept_output(folder, trip.order.payload)
        name = str(kept.relative_to(self.project)) if kept else ""
        found = measure(kept, kept_as=name) if kept else self._fetch(trip, folder)
        if isinstance(found, Fault):  # fetching again costs nothing; the result may only have been cut
            found = self._fetch(trip, folder)
        if isinstance(found, Fault):
            cost = self._cost(trip.receipt)
            return self._advance(trip, State.FAILED, error=found.what, cost_micro_usd=cost)
        return self._advance(trip, State.DOWNLOADED, output=found)

    def _fetch(self, trip: _Trip, folder: Path) -> Output | Fault:
        part = folder / ".part-output"
        part.unlink(missing_ok=True)
        outcome = trip.outcome or self._polled(trip)
        trip.provider.download(trip.receipt.provider_id or "", outcome, part)
        final = folder / unpacked(part, trip.order.payload)
        found = measure(part, kept_as=str(final.relative_to(self.project)))
        if isinstance(found, Output):
            part.chmod(0o444)
            publish_file_once(part, final)
        part.unlink()
        return found

    def _settle(self, trip: _Trip) -> None:
        self._advance(trip, State.SETTLED, cost_micro_usd=self._cost(trip.receipt))

    def _cost(self, receipt: Receipt) -> int:
        """Return what the provider said it charged, else the estimate."""
        told = receipt.cost_micro_usd
        return receipt.est_cost_micro_usd if told is None else told

    def _advance(self, trip: _Trip, to: State, **facts: Any) -> None:
        trip.receipt = self.ledger.advance(trip.receipt, to, self._now(), **facts)
        self._turns.passed(trip.receipt)
        write_receipt(self.project, trip.receipt)
        trip.order.tell(to)

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

    def _now(self) -> str:
        return self._at.clock().isoformat(timespec="milliseconds")
