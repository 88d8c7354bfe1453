"""Recovery: what earlier runs left open is taken up again, with no run, no recipe and no purchase.

A person asks for it (`providers recover`), and every run does it at its start for what its plan does not
touch. Each open receipt is looked at through dispatch, which rebuilds its order from the frozen request; here
is decided how often, how long, and what a person is told of it.

    recover(receipts) -> rounds of _look(receipt), several at a time, until nothing more is worth waiting for
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal, Protocol

from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.generation.payloads import Modality
from cine_forge.kernel.ground.errors import CineForgeError, Fault, StageError

Standing = Literal["settled", "failed", "free", "running", "sought", "unasked", "held", "stuck"]
"""What became of an open receipt. `free`: it took nothing and holds nothing. `sought`: it may still appear at
its provider. `unasked`: its provider could not be asked now. `held`: only a person can tell. `stuck`: asking
again does not help before something is mended."""

_ENDED: Mapping[State, Standing] = {
    State.SETTLED: "settled",
    State.FAILED: "failed",
    State.REFUSED: "free",
    State.FOREIGN: "free",
}
_HELD = "CF-G030"
_OFTEN_S = 2.0
_AT_ONCE = 8


class TakesUp(Protocol):
    """Dispatch, as far as recovery knows it."""

    def take_up(self, receipt: Receipt) -> Receipt:
        """Take a receipt as far as it goes without buying."""


@dataclass(frozen=True)
class Recovered:
    """One receipt, the state it was found in, and what became of it. `fault` says why it goes no further."""

    was: State
    receipt: Receipt
    standing: Standing
    fault: Fault | None = None

    @property
    def text(self) -> str:
        """Return the sentence for people."""
        receipt = self.receipt
        match self.standing:
            case "settled":
                return "is paid, brought home and kept; the next run takes it from here"
            case "failed" | "free":
                said = f": {receipt.error}" if receipt.error else ""
                took = "" if self.standing == "failed" else "; it took nothing and holds nothing"
                return f"has ended{said}{took}"
            case "running":
                return f"still runs at `{receipt.provider}`"
            case "sought":
                return f"may still appear at `{receipt.provider}`; it is not sent again before that is known"
            case "held":
                return (
                    f"may or may not have reached `{receipt.provider}`, and nobody can be asked: look at its "
                    "list or bill and say what you found"
                )
        return self.fault.what if self.fault else "there was no time to ask"

    @property
    def command(self) -> str:
        """Return what a person calls next."""
        match self.standing:
            case "failed" if self.receipt.modality != Modality.TEXT_AUTHOR:
                return "cine-forge run --rebuy"
            case "settled" | "failed" | "free":
                return "cine-forge run"
            case "held":
                return f"cine-forge providers close {self.receipt.id} --charged (or --not-charged)"
            case "stuck":
                return f"cine-forge errors {self.fault.code if self.fault else _HELD}"
        return "cine-forge providers recover"


@dataclass
class _Round:
    """One look at several receipts. A provider that cannot be asked is asked once."""

    ends_at: float
    silent: dict[str, Fault] = field(default_factory=dict)


class Recovery:
    """Takes up open receipts of one project. `at` has the clock, the pause and the tick."""

    def __init__(self, dispatch: TakesUp, at: Surroundings) -> None:
        self._dispatch = dispatch
        self._at = at

    def recover(
        self,
        receipts: Collection[Receipt],
        waits_s: Mapping[Standing, float],
        *,
        most_s: float = float("inf"),
    ) -> tuple[Recovered, ...]:
        """Take all of them up and return what became of each, in their order.

        `waits_s` says for how long those that stand so are asked again and again, in seconds by the tick;
        what is not in it is asked once. Nothing more is begun after `most_s` seconds.
        """
        began = self._at.tick()
        ends_at = began + most_s
        found: dict[str, Recovered] = {}
        left = list(receipts)
        while left:
            found |= {one.receipt.id: one for one in self._round(left, _Round(ends_at))}
            left = [one for one in left if self._waits(found[one.id], waits_s, began)]
            if left:
                self._at.pause(_OFTEN_S)
        was = {one.id: one.state for one in receipts}
        return tuple(
            Recovered(was[one.id], found[one.id].receipt, found[one.id].standing, found[one.id].fault)
            for one in receipts
        )

    def _waits(self, one: Recovered, waits_s: Mapping[Standing, float], began: float) -> bool:
        return self._at.tick() - began < waits_s.get(one.standing, 0.0)

    def _round(self, receipts: list[Receipt], this: _Round) -> list[Recovered]:
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            return list(pool.map(lambda one: self._look(one, this), receipts))

    def _look(self, receipt: Receipt, this: _Round) -> Recovered:
        silent = this.silent.get(receipt.provider)
        if silent is not None or self._at.tick() >= this.ends_at:
            return Recovered(receipt.state, receipt, "unasked", silent)
        try:
            taken = self._dispatch.take_up(receipt)
        except StageError as error:
            return self._stopped(receipt, error, this)
        except CineForgeError as error:
            return Recovered(receipt.state, receipt, "stuck", error.faults[0])
        running: Standing = "sought" if taken.state is State.SUBMIT_UNKNOWN else "running"
        return Recovered(receipt.state, taken, _ENDED.get(taken.state, running))

    def _stopped(self, receipt: Receipt, error: StageError, this: _Round) -> Recovered:
        fault = error.faults[0]
        if fault.code == _HELD:
            return Recovered(receipt.state, receipt, "held", fault)
        if not error.transient:
            return Recovered(receipt.state, receipt, "stuck", fault)
        if fault.code == "CF-G035":
            this.silent[receipt.provider] = fault
        return Recovered(receipt.state, receipt, "unasked", fault)
