"""Turns: whether an order may be sent now, and what becomes of one that must wait.

Dispatch asks before it sets money aside, and again when a walk is over. Here stand what is counted between
orders: failures in a row, pauses that providers ask for, slots, tries; and the vigil over what waits. Where
the run can call a unit again, an order that must wait is left to the vigil and takes nobody's place;
elsewhere it is waited for on the spot.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cine_forge.generation.dispatch.order import NotYet
from cine_forge.generation.dispatch.resilience import LONG, Brake, Breaker, Patience
from cine_forge.generation.dispatch.settings import Settings
from cine_forge.generation.dispatch.slots import Slots
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.dispatch.vigil import Vigil
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import HOLDING, Receipt, State
from cine_forge.generation.payloads import AnyPayload, Modality, read_payload
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.generation.providers.trouble import CAPACITY, SYSTEMIC, Trouble
from cine_forge.kernel.ground.errors import Fault, ResumableError

AT_WORK = frozenset({State.SUBMITTING, State.SUBMIT_UNKNOWN, State.SUBMITTED})
"""States in which a provider may be working, so that a slot of it is taken."""

_LATER = frozenset({Trouble.THROTTLED, Trouble.HALTED})
_CALL = SYSTEMIC | CAPACITY | {Trouble.HALTED}
_OFTEN_S = 1.0
_SOUGHT_EVERY_S = 2.0


@dataclass(frozen=True)
class Refusal:
    """Why nothing is sent: a word to decide by and a sentence."""

    trouble: Trouble
    text: str


class Turns:
    """The turns of one process, and the watchman of its vigil. Safe for threads."""

    def __init__(self, ledger: Ledger, settings: Settings, at: Surroundings, slots: Path) -> None:
        self._ledger = ledger
        self._settings = settings
        self._at = at
        self._breaker = Breaker(at.tick)
        self._brake = Brake(at.tick)
        self._slots = Slots(at.slots or slots, settings.slots)
        self._vigil = Vigil(self, at.tick, at.aside)
        self._tries: dict[str, int] = {}
        self._left_open: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def obstacle(self, provider: str, payload: AnyPayload) -> tuple[str, str] | None:
        """Say why a provider would not be asked now, as a word and a sentence, or None when it would."""
        lacking = self._settings.providers.lacking(provider, payload)
        halted = None if lacking else self._breaker.refusal(provider)
        return (Trouble.HALTED.value, halted) if halted else lacking

    def admit(self, receipt: Receipt, payload: AnyPayload) -> Refusal | bool:
        """Return whether an order may be sent now, or why it may not at all. It holds a slot then.

        One that must wait is left to the vigil, or waited for here; raises ResumableError CF-G075 when that
        takes longer than the provider's patience.
        """
        provider = receipt.provider
        found = self.obstacle(provider, payload)
        if found is not None and found[0] != "nobody":
            halted = found[0] == Trouble.HALTED
            return Refusal(Trouble.HALTED if halted else Trouble.SETTING, found[1])
        left_s = self._brake.left_s(provider)
        if left_s and left_s > self._patience(receipt).most_s:
            left = f"{left_s / 3600:.1f} h" if left_s >= 3600 else f"{left_s / 60:.1f} min"
            said = f"`{provider}` asked to be left alone, for {left} more"
            return Refusal(Trouble.THROTTLED, said)
        if not (self._brakes(receipt) and self._slot(receipt)):
            return False
        halted_now = self._breaker.admit(provider)
        return Refusal(Trouble.HALTED, halted_now) if halted_now else True

    def occupy(self, receipt: Receipt) -> None:
        """Take a slot for what was sent before, where one is free: it works at its provider anyhow."""
        with self._lock:
            self._left_open.get(receipt.provider, set()).discard(receipt.id)
        self._slots.take(receipt.provider, receipt.id)

    def passed(self, receipt: Receipt) -> None:
        """Hear that a receipt came to another state: a slot is given back as soon as it is not needed."""
        if receipt.state not in {*AT_WORK, State.RESERVED}:
            self.leave(receipt)

    def leave(self, receipt: Receipt) -> None:
        """Give back the slot of a receipt that goes no further now."""
        with self._lock:
            self._left_open.get(receipt.provider, set()).discard(receipt.id)
        self._slots.give_back(receipt.id)

    def over(self, receipt: Receipt, trouble: Trouble | None, told_s: float | None, *, asked: bool) -> bool:
        """Hear how a walk ended; return whether the order is to be opened again at once.

        What took nothing and may pass is tried again: after a pause that is waited for here, or later, by
        the vigil. `asked` says that something was sent. What runs elsewhere is followed, and what may have
        been sent is looked for again.
        """
        if receipt.state is State.SUBMIT_UNKNOWN:
            self._vigil.put_off(receipt.id, receipt.provider, _SOUGHT_EVERY_S)
            return False
        if receipt.state in AT_WORK:
            self._vigil.follow(receipt.id, self._able(receipt.provider))
            return False
        if receipt.state is State.PREPARED:
            return False
        wait_s = self._wait_s(receipt, trouble, told_s)
        if wait_s is None:
            self._end(receipt, trouble, asked=asked)
            return False
        self._at.warn(receipt, f"{receipt.error}; it is asked again in {wait_s:g} s")
        if self._at.parks:
            self._vigil.put_off(receipt.id, receipt.provider, wait_s)
            return False
        self._at.pause(wait_s)
        return True

    def note(self, receipt: Receipt, trouble: Trouble | None) -> None:
        """Tell the breaker how an order ended for which something was sent, and the run when it opens."""
        if self._breaker.note(receipt.provider, trouble):
            halted = self._breaker.refusal(receipt.provider)
            self._at.warn(receipt, f"{halted}; the last time: {receipt.error}")

    def holds(self, receipt_id: str) -> bool:
        """Return whether a receipt waits."""
        return self._vigil.holds(receipt_id)

    def end(self, receipt: Receipt) -> None:
        """Raise what keeps a receipt from being the outcome of its order now; nothing for one that works.

        NotYet for what waits before it is sent; ResumableError CF-G075 for what waited too long, CF-G076 for
        what a provider did not take now, CF-G077 for a text that this run may not do without.
        """
        if self._vigil.is_overdue(receipt.id):
            raise self._overdue(receipt)
        if receipt.state in AT_WORK:
            return
        if self.holds(receipt.id):
            raise NotYet(receipt.id)
        where = f"{receipt.stage}/{receipt.entity}"
        if receipt.modality == Modality.TEXT_AUTHOR:
            self.check_author(receipt.trouble, receipt.error or "", where)
        elif receipt.state is State.REFUSED and receipt.trouble in _LATER:
            hint = "nothing was bought: run again later, or name a `fallback` in providers.yaml"
            raise ResumableError(Fault("CF-G076", f"{receipt.error}", where, hint))

    def check_author(self, trouble: str | None, said: str, where: str) -> None:
        """Raise ResumableError CF-G077 when a call failed in a run that may not do without its answer."""
        if self._at.needs_author and trouble in _CALL:
            hint = "`--strict` makes nothing without the model that is configured; mend it, then run again"
            raise ResumableError(Fault("CF-G077", f"no language model answered: {said}", where, hint))

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        """Return which of these no longer wait, asking providers at their pace."""
        for receipt_id in receipts:
            if not self._vigil.holds(receipt_id):
                known = self._ledger.find(receipt_id)
                if known is not None and known.state is State.SUBMITTED:
                    self._vigil.follow(receipt_id, self._able(known.provider), now=True)
        return self._vigil.ready(receipts)

    def look(self, receipt_id: str) -> PollOutcome | None:
        """Ask a provider how a generation stands; None when nothing of it runs there."""
        receipt = self._ledger.find(receipt_id)
        if receipt is None or receipt.state is not State.SUBMITTED:
            return None
        return self._settings.providers.get(receipt.provider).poll(receipt.provider_id or "")

    def take_slot(self, provider: str, receipt_id: str) -> bool:
        """Take a slot, leaving those that generations of earlier runs hold at the provider, but for one."""
        with self._lock:
            if provider not in self._left_open and self._settings.slots(provider) is not None:
                running = self._ledger.receipts({State.SUBMITTED})
                self._left_open[provider] = {one.id for one in running if one.provider == provider}
            left = len(self._left_open.get(provider, set()) - {receipt_id})
        return self._slots.take(provider, receipt_id, left=left)

    def tell_stuck(self, receipt_id: str, seconds: float, why: str | None) -> None:
        """Warn, once, of a generation that takes very long."""
        receipt = self._ledger.find(receipt_id)
        if receipt is not None:
            said = f"; it says: {why}" if why else ""
            expected = f"{receipt.est_seconds:.0f} s were expected"
            self._at.warn(
                receipt,
                f"`{receipt.provider}` has worked on `{receipt_id}` for {seconds:.0f} s of this run, where "
                f"{expected}{said}; it is still asked for",
            )

    def close(self) -> None:
        """Give every slot back."""
        self._slots.close()

    def _brakes(self, receipt: Receipt) -> bool:
        """Return whether the provider's pause is over, having waited for it where nobody can call again."""
        left_s = self._brake.left_s(receipt.provider)
        if left_s <= 0 or not self._at.parks:
            return True
        self._vigil.put_off(receipt.id, receipt.provider, left_s + self._at.chance() * LONG.first_s)
        return False

    def _slot(self, receipt: Receipt) -> bool:
        able, waited_s = self._able(receipt.provider), 0.0
        while not self.take_slot(receipt.provider, receipt.id):
            if self._at.parks:
                self._vigil.queue(receipt.id, able)
                return False
            if waited_s >= able.poll_for_s:
                raise self._overdue(receipt)
            self._at.pause(_OFTEN_S)
            waited_s += _OFTEN_S
        return True

    def _wait_s(self, receipt: Receipt, trouble: Trouble | None, told_s: float | None) -> float | None:
        number = self._tries.get(receipt.id, 0) + 1
        patience = self._patience(receipt)
        if trouble is Trouble.THROTTLED:
            self._brake.slow(receipt.provider, told_s or 0.0)
            told_s = self._brake.left_s(receipt.provider)
        wait_s = patience.wait_s(trouble, told_s, number=number, chance=self._at.chance())
        if trouble is Trouble.THROTTLED:
            self._brake.slow(receipt.provider, wait_s or 0.0)
        if wait_s is not None:
            self._tries[receipt.id] = number
        return wait_s

    def _patience(self, receipt: Receipt) -> Patience:
        """Return a short one for what keeps its place, can be done without, or goes to somebody else then."""
        if not self._at.parks or receipt.modality == Modality.TEXT_AUTHOR:
            return Patience()
        wired = receipt.fallback_of is None and self._settings.routes.choose(read_payload(receipt.request))
        return Patience() if wired and wired.fallback else LONG

    def _end(self, receipt: Receipt, trouble: Trouble | None, *, asked: bool) -> None:
        self._tries.pop(receipt.id, None)
        self._vigil.drop(receipt.id)
        if asked:
            self.note(receipt, trouble)

    def _able(self, provider: str) -> Capabilities:
        return self._settings.providers.get(provider).capabilities

    def _overdue(self, receipt: Receipt) -> ResumableError:
        if receipt.state in HOLDING:
            what = f"`{receipt.provider}` still works on `{receipt.id}`; this run waits for it no longer"
            hint = "nothing is lost or bought again: run again later, or `cine-forge providers recover`"
        else:
            what = f"every slot of `{receipt.provider}` was taken for as long as this run waits"
            hint = "nothing was sent; run again later, or raise `slots` in providers.yaml"
        return ResumableError(Fault("CF-G075", what, f"{receipt.stage}/{receipt.entity}", hint))
