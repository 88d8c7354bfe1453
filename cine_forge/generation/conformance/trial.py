"""Trials: one fault strikes one vendor, and the order has to come through without a double or a lost charge.

A trial is a project, a desk over the real adapter, and the vendor's fake on loopback. The order is asked for
again and again, as runs would, until it has its end; a person ends what is held, by what the vendor's books
say. Judged is what a user pays for: how often it was bought, whether the ledger is the vendor's invoice to
the micro-dollar, whether every refusal was typed and says what to do, and that no key was written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cine_forge.generation.conformance.case import Case, WoundClock, reference
from cine_forge.generation.conformance.ending import endings
from cine_forge.generation.conformance.fault import FAULTS, Fault
from cine_forge.generation.conformance.medium import medium
from cine_forge.generation.conformance.vendor import VendorServer
from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.held import Finding, close_held
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.account import read_account
from cine_forge.generation.money.receipt import ENDED, Receipt, State, read_receipt
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.providers.opening import Opening, Providers, open_adapter
from cine_forge.generation.providers.provider import Canceller, Provider
from cine_forge.generation.routing import Routes, Strategy
from cine_forge.kernel.ground.errors import CineForgeError
from cine_forge.wire.download import FetchLimits

_ORIGIN = {"run_id": "run-1", "stage": "generation", "entity": "shot:a"}
_PAUSES_S = (1.0, 5.0, 30.0, 120.0, 400.0, 100_000.0, 400.0, 400.0)
"""Between two runs, in seconds by the trial's own clock: past any wait, any grace and any term."""

_SLOW = frozenset({"late", "drip"})
_SOON_S, _LONG_S, _LATE_S = 0.6, 20.0, 1.5
_MOST_ANSWER_BYTES = 1_000_000
_FETCH = FetchLimits(deadline_s=5.0, most_bytes=4_000_000, span_s=0.3)


@dataclass(frozen=True)
class Verdict:
    """What came of a trial; `wrong` is empty when all is well. Money is in micro-USD."""

    vendor: str
    fault: str
    state: str
    invoice: int
    spent: int
    wrong: tuple[str, ...] = ()


def try_fault(case: Case, fault: Fault, project: Path) -> Verdict:
    """Let a fault strike in an empty folder, and judge how the order came through."""
    return try_schedule(case, (fault,), project)


def try_schedule(case: Case, faults: tuple[Fault, ...], project: Path) -> Verdict:
    """Let several faults strike one order, each at its place.

    With more than one the state in which it ends is not judged: only what is true of any.
    """
    project.mkdir(parents=True, exist_ok=True)
    with _Trial(case, faults, project) as trial:
        orders = trial.orders()
        for payload in orders:
            trial.run(payload)
        wrong = [*trial.untyped, *_misjudged(trial, len(orders))]
        receipt = trial.receipts()[-1] if trial.receipts() else None
        state = receipt.state.value if receipt else "nothing"
        spent = read_account(project).spent
        name = " + ".join(fault.name for fault in faults)
        return Verdict(case.name, name, state, trial.server.invoice, spent, tuple(wrong))


class _Trial:
    """A project over one fake vendor."""

    def __init__(self, case: Case, faults: tuple[Fault, ...], project: Path) -> None:
        self.case, self.faults, self.project = case, faults, project
        self.places = {fault.place for fault in faults}
        self.clock = WoundClock()
        armed = [strike for fault in faults for strike in _armed(fault, case)]
        self.strikes = armed[1:] or armed
        self.server = VendorServer(case.manner(self.clock), *armed, clock=self.clock, pace=(0, 1, 0.0))
        self.server.late(_LATE_S)
        medium("video", 1)  # it is encoded once, and not while somebody waits for an answer
        self.server.secret = max(case.keys.values(), key=len, default="")  # vendors like to repeat a key
        self.untyped: list[str] = []
        self._desk: Desk | None = None
        self._provider: Provider | None = None

    def __enter__(self) -> _Trial:
        self.server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        self.server.__exit__()

    def orders(self) -> list[dict[str, Any]]:
        """Agree on a price, and return what is bought: once, or twice for a fault of a second purchase."""

        def write(name: str, content: bytes) -> dict[str, Any]:
            return reference(self.project, name, content)

        second = any(fault.place == "submit" and fault.after > 0 for fault in self.faults)
        referring = self.case.refers and bool(self.places & {"upload", "list"})
        payloads = [self.case.payload(at, write, referring) for at in range(1, 3 if second else 2)]
        quote = self._opened().ask({"act": "quote", "payload": payloads[0]}, _ORIGIN)
        price = self.case.price_micro_usd or int(quote["est_cost_micro_usd"])
        self.server.tariff = lambda wanted: price
        return payloads

    def run(self, payload: Mapping[str, Any]) -> None:
        """Ask until the order has its end, then end by hand what is held."""
        for pause_s in _PAUSES_S:
            self._ask(payload)
            receipt = next((one for one in self.receipts() if one.request["seed"] == payload["seed"]), None)
            if receipt is not None and receipt.state in ENDED - {State.REFUSED}:
                break
            if receipt is not None and receipt.provider_id and "cancel" in self.places:
                self._cancel(receipt.provider_id)
            self.clock.pause(pause_s)

    def end_what_is_held(self) -> None:
        """Be the person who looks at the vendor's books, and says of each held receipt what stands there."""
        self._close()
        for receipt in self.receipts():
            if receipt.state in (State.SUBMITTING, State.SUBMIT_UNKNOWN):
                known = {one.id for one in self.receipts() if one.state is State.SETTLED}
                charged = len(self.server.jobs) > len(known)
                close_held(self.project, receipt.id, Finding(charged, "kit", "2026-01-01T12:00:00.000"))

    def receipts(self) -> list[Receipt]:
        """Return the receipts, in the order of their first state."""
        found = [read_receipt(path) for path in self.project.glob("receipts/*/receipt.json")]
        return sorted((one for one in found if one is not None), key=lambda one: one.request["seed"])

    def _ask(self, payload: Mapping[str, Any]) -> None:
        try:
            self._opened().ask({"act": "send", "payload": payload}, _ORIGIN)
        except CineForgeError as error:
            self._close()
            self.untyped += [
                f"{fault.code} says nothing of what to do: {fault.what}"
                for fault in error.faults
                if not (fault.code.startswith("CF-") and fault.hint)
            ]
        except Exception as error:  # the adapter is the author's: that anything came out of it is the finding
            self._close()
            self.untyped.append(f"it raised {type(error).__name__}: {error}")

    def _cancel(self, provider_id: str) -> None:
        if isinstance(self._provider, Canceller):
            self._provider.cancel(provider_id)

    def _opened(self) -> Desk:
        if self._desk is None:
            case, desk = self.case, Endpoint(base_url=self.server.base_url)
            environment = dict(case.keys)
            opening = Opening(
                self.project / "receipts" / ".work",
                environment,
                endpoints={case.name: desk},
                folders=case.folders,
                clock=self.clock.now,
                fetch=_FETCH,
            )
            slow = any(fault.line in _SLOW for fault in self.faults)
            deadline_s = _SOON_S if slow else _LONG_S
            limits = {"deadline_s": deadline_s, "most_answer_bytes": _MOST_ANSWER_BYTES}
            self._provider = provider = open_adapter(case.capabilities.model_copy(update=limits), opening)
            surroundings = Surroundings(
                clock=self.clock.now,
                receipts_log=lambda run_id: self.project / "runs" / run_id / "receipts.jsonl",
                environment=environment,
                tick=self.clock.seconds,
                pause=self.clock.pause,
                chance=lambda: 1.0,
            )
            profiles = {case.profile.model: case.profile}
            providers = Providers(opening, {case.name: provider})
            self._desk = open_desk(self.project, _routes(case), profiles, surroundings, providers)
        return self._desk

    def _close(self) -> None:
        if self._desk is not None:
            self._desk.close()
            self._desk = None


def _armed(fault: Fault, case: Case) -> tuple[Fault, ...]:
    """Return the faults to arm. A look-up is only made for a submit whose answer was lost before.

    One that is made by our own id may be asked as a poll is.
    """
    if fault.place != "list":
        return (fault,)
    asked = [replace(fault, place="poll")] if case.capabilities.idempotency == "key" else []
    return FAULTS["accept-then-drop"], fault, *asked


def _routes(case: Case) -> Routes:
    modality = case.profile.modality
    plain = {
        "providers": {case.name: {modality: case.profile.model}},
        "primary": {modality: {"provider": case.name}},
    }
    return Routes(Strategy.model_validate(plain))


def _misjudged(trial: _Trial, orders: int) -> Iterator[str]:
    """Yield everything that is wrong with how it came through."""
    case, alone, allowed = trial.case, len(trial.faults) == 1, frozenset(State)
    if alone:
        allowed = endings(trial.faults[0], case.capabilities, findable=case.is_findable)
    receipts = trial.receipts()
    for receipt in receipts:
        if receipt.state not in allowed:
            told = ", ".join(sorted(allowed))
            yield f"it stands at `{receipt.state}` ({receipt.error}), and may only be {told}"
    if len(receipts) != orders:
        yield f"{orders} orders have {len(receipts)} receipts"
    if len(trial.server.jobs) > orders:
        yield f"{orders} orders were bought {len(trial.server.jobs)} times"
    trial.end_what_is_held()
    yield from _wrong_money(trial)
    yield from _written_secrets(trial)
    yield from _wrong_files(trial)
    if alone and not any(trial.server.met(strike) for strike in trial.strikes):
        yield "the fault never struck"


def _wrong_money(trial: _Trial) -> Iterator[str]:
    account, invoice = read_account(trial.project), trial.server.invoice
    if any(fault.price != 1 for fault in trial.faults) and not trial.case.tells_price:
        return
    open_ = invoice - account.spent
    if open_ < 0 or (open_ > 0 and not account.unsettled):
        yield f"the ledger says {account.spent} micro-USD spent, and the invoice {invoice}"
    if account.reserved < open_:
        yield f"{open_} micro-USD may still be charged, and {account.reserved} are set aside"


def _written_secrets(trial: _Trial) -> Iterator[str]:
    secrets = [key for key in trial.case.keys.values() if len(key) > 5]
    for path in trial.project.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            yield from (f"a secret stands in {path.name}" for one in secrets if one.encode() in content)


def _wrong_files(trial: _Trial) -> Iterator[str]:
    made = {job.content[0] for job in trial.server.jobs.values()}
    for receipt in trial.receipts():
        output = receipt.output if receipt.state is State.SETTLED else None
        if output is not None and (trial.project / output.path).read_bytes() not in made:
            yield f"{output.path} is not what the vendor made"
