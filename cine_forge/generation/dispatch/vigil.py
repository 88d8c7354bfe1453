"""The vigil: what a run waits for while it holds nobody's place.

A receipt waits for a result that is made elsewhere, for the end of a pause that a provider asked for, or for
a slot. `ready` is asked by the run's loop several times a second and costs next to nothing; providers are
asked beside it, one poller for all: each receipt more and more seldom, and never too many in a second. What
waited as long as its provider's patience is ready too: whoever takes it up then finds that it is overdue.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from cine_forge.generation.dispatch.surroundings import Aside
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.kernel.ground.errors import CineForgeError

LOOKS_PER_S = 10.0
"""How often providers are asked at most, all together: sync.so allows 600 requests a minute."""

_AT_ONCE = 4
_SELDOM_S = 30.0
_SLOWER = 1.25
_LONGEST_S = 600.0
_SLOT_EVERY_S = 0.5


class Watchman(Protocol):
    """Who asks, and who is told."""

    def look(self, receipt_id: str) -> PollOutcome | None:
        """Return how a receipt's generation stands, or None when nothing of it runs at a provider."""

    def take_slot(self, provider: str, receipt_id: str) -> bool:
        """Take a slot for a receipt and return whether there was one."""

    def tell_stuck(self, receipt_id: str, seconds: float, why: str | None) -> None:
        """Hear, once, that a generation takes very long; `why` is what the provider complained of last."""


@dataclass
class _Wait:
    """`since` and `due` are seconds on the vigil's clock; `every_s` grows with each look."""

    what: Literal["result", "pause", "slot"]
    provider: str
    since: float
    due: float
    every_s: float = _SLOT_EVERY_S
    patience_s: float = float("inf")
    is_asked: bool = False
    is_ready: bool = False
    is_told: bool = False
    why: str | None = None


class Vigil:
    """Watches over the receipts of one run. Safe for threads. `tick` returns seconds from any start."""

    def __init__(self, watchman: Watchman, tick: Callable[[], float], aside: Aside) -> None:
        self._watchman = watchman
        self._tick = tick
        self._aside = aside
        self._waits: dict[str, _Wait] = {}
        self._asking: Counter[str] = Counter()
        self._looks, self._refilled_at = LOOKS_PER_S, tick()
        self._lock = threading.RLock()

    def follow(self, receipt_id: str, capabilities: Capabilities, *, now: bool = False) -> None:
        """Wait for a result; `now` lets it be asked for at once. Its patience goes on from the first time."""
        every_s = capabilities.poll_every_s
        wait = self._wait("result", capabilities, receipt_id)
        wait.due, wait.every_s = wait.due + (0.0 if now else every_s), every_s
        self._keep(receipt_id, wait)

    def queue(self, receipt_id: str, capabilities: Capabilities) -> None:
        """Wait for a slot, behind those that wait already."""
        self._keep(receipt_id, self._wait("slot", capabilities, receipt_id))

    def put_off(self, receipt_id: str, provider: str, wait_s: float) -> None:
        """Wait for so many seconds."""
        now = self._tick()
        self._keep(receipt_id, _Wait("pause", provider, now, now + wait_s))

    def drop(self, receipt_id: str) -> None:
        """Wait for it no longer."""
        with self._lock:
            self._waits.pop(receipt_id, None)

    def holds(self, receipt_id: str) -> bool:
        """Return whether a receipt waits."""
        with self._lock:
            return receipt_id in self._waits

    def is_overdue(self, receipt_id: str) -> bool:
        """Return whether a receipt waited as long as its provider's patience, in this run."""
        with self._lock:
            wait = self._waits.get(receipt_id)
            return wait is not None and self._tick() - wait.since >= wait.patience_s

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        """Return which of these need no longer wait; what nobody waits for is ready."""
        with self._lock:
            now = self._tick()
            self._settle(now)
            due = tuple(self._to_ask(now))
        for receipt_id, provider in due:
            self._aside(partial(self._ask, receipt_id, provider))
        with self._lock:
            return frozenset(
                one for one in receipts if (wait := self._waits.get(one)) is None or wait.is_ready
            )

    def _wait(self, what: Literal["result", "slot"], capabilities: Capabilities, receipt_id: str) -> _Wait:
        now, before = self._tick(), self._waits.get(receipt_id)
        same = before is not None and before.what == what
        since = before.since if before is not None and same else now
        wait = _Wait(what, capabilities.name, since, now, patience_s=capabilities.poll_for_s)
        wait.is_told = before.is_told if before is not None and same else False
        return wait

    def _keep(self, receipt_id: str, wait: _Wait) -> None:
        with self._lock:
            self._waits[receipt_id] = wait

    def _settle(self, now: float) -> None:
        """See which waits are over without asking a provider: pauses, slots, and what is overdue."""
        full = set[str]()
        for receipt_id, wait in self._waits.items():
            if wait.is_ready or (wait.what == "result" and now - wait.since < wait.patience_s / 2):
                continue
            if now - wait.since >= wait.patience_s:
                wait.is_ready = True
            elif wait.what == "result":
                self._tell(receipt_id, wait, now)
            elif wait.what == "pause":
                wait.is_ready = now >= wait.due
            elif wait.provider not in full:
                wait.is_ready = now >= wait.due and self._watchman.take_slot(wait.provider, receipt_id)
                if not wait.is_ready:
                    full.add(wait.provider)
                    wait.due = wait.due if now < wait.due else now + wait.every_s

    def _tell(self, receipt_id: str, wait: _Wait, now: float) -> None:
        if not wait.is_told:
            wait.is_told = True
            self._watchman.tell_stuck(receipt_id, now - wait.since, wait.why)

    def _to_ask(self, now: float) -> Iterator[tuple[str, str]]:
        """Yield the receipts whose providers are asked now, the longest due first."""
        gained = (now - self._refilled_at) * LOOKS_PER_S
        self._looks, self._refilled_at = min(LOOKS_PER_S, self._looks + gained), now
        waits = (
            (wait.due, receipt_id, wait)
            for receipt_id, wait in self._waits.items()
            if wait.what == "result" and wait.due <= now and not (wait.is_ready or wait.is_asked)
        )
        for _, receipt_id, wait in sorted(waits, key=lambda one: one[:2]):
            if self._looks < 1:
                return
            if self._asking[wait.provider] < _AT_ONCE:
                self._looks -= 1
                self._asking[wait.provider] += 1
                wait.is_asked = True
                yield receipt_id, wait.provider

    def _ask(self, receipt_id: str, provider: str) -> None:
        """Ask a provider; one that cannot be read is left to whoever takes the receipt up."""
        outcome = None
        try:
            outcome = self._watchman.look(receipt_id)
        except CineForgeError:
            outcome = None
        finally:
            with self._lock:
                self._asking[provider] -= 1
            self._hear(receipt_id, outcome)

    def _hear(self, receipt_id: str, outcome: PollOutcome | None) -> None:
        with self._lock:
            wait = self._waits.get(receipt_id)
            if wait is None or wait.what != "result":
                return
            wait.is_asked = False
            if outcome is None or outcome.state != "running":
                wait.is_ready = True
                return
            wait.why = outcome.error
            told_s = min(outcome.wait_s or 0.0, _LONGEST_S)
            wait.due = self._tick() + max(wait.every_s, told_s)
            wait.every_s = max(wait.every_s, min(wait.every_s * _SLOWER, _SELDOM_S))
