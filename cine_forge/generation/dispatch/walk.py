"""Walks: an order goes from state to state through its provider, each durable before the next act.

Dispatch alone sends one off, and says what it may do. Adapters are reached from here alone, since only here a
`Submission` is made: a paid submit whose answer was lost is looked up by our own id, never repeated.

    reserve -> submit -> (look up) -> poll -> download -> settle
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.generation.action import action_of, references_of
from cine_forge.generation.dispatch.kept_output import Fetch, KeptOutputs
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.dispatch.purse import Purse
from cine_forge.generation.dispatch.search import Search
from cine_forge.generation.dispatch.settings import Settings
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.dispatch.turn import Refusal, Turns
from cine_forge.generation.dispatch.uploads import Uploads
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import (
    Receipt,
    State,
    bare_url,
    write_receipt,
)
from cine_forge.generation.providers.provider import (
    PollOutcome,
    Provider,
    Seal,
    Submission,
    SubmitOutcome,
)
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, HeldError, IntegrityError, StageError

_SEAL = Seal()


@dataclass
class Trip:
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


class Walk:
    """The way of every order of one project. Safe for threads, for different receipts."""

    def __init__(
        self,
        project: Path,
        ledger: Ledger,
        settings: Settings,
        *,
        surroundings: Surroundings,
        turns: Turns,
    ) -> None:
        self._project = project
        self._ledger = ledger
        self._settings = settings
        self._at = surroundings
        self._turns = turns
        self._purse = Purse(ledger, surroundings.budget, surroundings.tell)
        self._uploads = Uploads(project, ledger, surroundings.clock)
        self._outputs = KeptOutputs(project)
        self._search = Search(ledger, surroundings.clock, tick=surroundings.tick, pause=surroundings.pause)

    def go(self, trip: Trip) -> None:
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

    def restore(self, order: Order, receipt: Receipt) -> None:
        """Bring an output home again that is damaged or gone. Nothing is bought, and no state changes.

        A provider that repeats at no cost makes it again. Raises IntegrityError CF-G113 when the same bytes
        do not come.
        """
        if self._outputs.is_whole(receipt):
            return
        try:
            came = self._outputs.restore(receipt, order.payload, self._again(order, receipt))
            why = None if came else "what it has now is something else"
        except StageError as error:
            why = error.faults[0].what
        if why is not None:
            path = receipt.output.path if receipt.output else ""
            what = f"`{path}` is damaged or gone, and `{receipt.provider}` cannot give it again: {why}"
            hint = (
                "put it back from a copy, or run once more later; `cine-forge run --rebuy` pays for another"
            )
            raise IntegrityError(Fault("CF-G113", what, receipt.id, hint))

    def _again(self, order: Order, receipt: Receipt) -> Fetch:
        providers = self._settings.providers
        lacking = providers.lacking(receipt.provider, order.payload)
        if lacking is not None:
            raise StageError(Fault("CF-G093", lacking[1], receipt.id))
        trip = Trip(order, receipt, providers.get(receipt.provider))
        if trip.provider.capabilities.idempotency == "repeatable":
            trip.outcome = trip.provider.submit(self._submission(trip, {})).finished
        return self._fetch(trip)

    def _reserve(self, trip: Trip) -> None:
        admitted = self._turns.admit(trip.receipt, trip.order.payload)
        if isinstance(admitted, Refusal):
            trip.trouble = admitted.trouble
            self._advance(trip, State.REFUSED, error=admitted.text, trouble=trip.trouble)
        elif admitted:
            self._set_aside(trip)

    def _set_aside(self, trip: Trip) -> None:
        origin, owner = trip.order.origin, trip.order.take_owner
        intent = trip.receipt.model_copy(
            update={
                "run_id": origin.run_id,
                "stage": origin.stage,
                "entity": origin.entity,
                "take_owner": owner,
            }
        )
        trip.receipt = self._purse.reserve(intent, self._at.now())
        write_receipt(self._project, trip.receipt)
        self._at.tell_of("dispatch_reserved", trip.receipt)
        trip.order.tell(State.RESERVED)

    def _submit(self, trip: Trip) -> None:
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
        outcome = self._doubted(trip, outcome)
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

    def _doubted(self, trip: Trip, outcome: SubmitOutcome) -> SubmitOutcome:
        """Return what a provider said, or that nobody can tell when its id leads nowhere or to another's."""
        told = outcome.provider_id
        if outcome.state != "submitted" or trip.provider.capabilities.idempotency == "repeatable":
            return outcome
        if not told and outcome.finished is None:
            return SubmitOutcome("unknown", error="it took the request and gave no id", trouble=Trouble.LOST)
        holder = self._ledger.holder(trip.receipt.provider, told) if told else None
        if holder in (None, trip.receipt.id):
            return outcome
        error = f"the id that it gave is that of `{holder}`"
        return SubmitOutcome("unknown", error=error, trouble=Trouble.TAKEN)

    def _submission(self, trip: Trip, urls: Mapping[str, str]) -> Submission:
        payload, receipt = trip.order.payload, trip.receipt
        return Submission(
            seal=_SEAL,
            own_id=receipt.own_id,
            payload=payload,
            attempt=trip.order.attempt,
            action=action_of(payload),
            model=receipt.model,
            endpoint=receipt.endpoint,
            files={one.path: self._project / one.path for one in references_of(payload)},
            urls=urls,
            profile=self._settings.profile(receipt),
            set_aside_micro_usd=receipt.set_aside,
        )

    def _submitted(self, trip: Trip, outcome: SubmitOutcome) -> None:
        trip.outcome, trip.trouble = outcome.finished, None
        told = {"provider_id": outcome.provider_id, "error": None, "trouble": None}
        self._advance(trip, State.SUBMITTED, **told)
        self._at.tell_of("dispatch_submitted", trip.receipt)

    def _look_up(self, trip: Trip) -> None:
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

    def _poll(self, trip: Trip) -> None:
        trip.outcome = trip.outcome or self._polled(trip)
        if trip.outcome.state == "running":
            trip.outcome = None
            return
        cost = self._settings.told_cost(trip.receipt, trip.order.payload, trip.outcome)
        if trip.outcome.state == "failed":
            trip.trouble = trip.outcome.trouble
            error = trip.outcome.error or "the provider failed and did not say why"
            unsaid = trip.receipt.set_aside if trip.outcome.billed else 0
            told = {"cost_micro_usd": unsaid if cost is None else cost, "trouble": trip.trouble}
            self._advance(trip, State.FAILED, error=error, **told)
        else:
            url = bare_url(trip.outcome.output_url)
            self._advance(
                trip, State.TERMINAL, cost_micro_usd=cost, output_url=url, cached=trip.outcome.cached
            )
        self._at.tell_of("dispatch_terminal", trip.receipt)

    def _polled(self, trip: Trip) -> PollOutcome:
        return trip.provider.poll(trip.receipt.provider_id or "")

    def _download(self, trip: Trip) -> None:
        found = self._outputs.bring(trip.receipt, trip.order.payload, self._fetch(trip))
        if isinstance(found, Fault):
            cost = self._cost(trip.receipt)
            return self._advance(trip, State.FAILED, error=found.what, cost_micro_usd=cost)
        return self._advance(trip, State.DOWNLOADED, output=found)

    def _fetch(self, trip: Trip) -> Fetch:
        """Return what brings the result from where the provider says that it lies now."""

        def fetch(target: Path) -> None:
            outcome = trip.outcome or self._polled(trip)
            trip.provider.download(trip.receipt.provider_id or "", outcome, target)

        return fetch

    def _settle(self, trip: Trip) -> None:
        self._advance(trip, State.SETTLED, cost_micro_usd=self._cost(trip.receipt))

    def _cost(self, receipt: Receipt) -> int:
        """Return what the provider said it charged, else the estimate."""
        told = receipt.cost_micro_usd
        return receipt.est_cost_micro_usd if told is None else told

    def _advance(self, trip: Trip, to: State, **facts: Any) -> None:
        trip.receipt = self._ledger.advance(trip.receipt, to, self._at.now(), **facts)
        self._turns.passed(trip.receipt)
        write_receipt(self._project, trip.receipt)
        trip.order.tell(to)
