"""Resilience: when the same request is sent again, and when a provider is slowed down or left alone.

Only what took nothing is repeated (`PASSING`): a refused connection, a server that says it is busy. Anything
that may have reached a model is never repeated here. Three things are counted apart: a provider that failed
several orders in a row is not asked until it had time to recover; one that is busy is asked more slowly and
never halted; what a model would not say is about the question, and counts for nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from cine_forge.generation.providers.trouble import CAPACITY, PASSING, SYSTEMIC, Trouble


@dataclass(frozen=True)
class Patience:
    """How often and how long to wait, in seconds. No wait is longer than `most_s`.

    `busy_tries` is how often a busy provider is asked in all, `tries` one that cannot be reached.
    """

    tries: int = 3
    busy_tries: int = 3
    first_s: float = 1.0
    most_s: float = 20.0

    def wait_s(
        self, trouble: Trouble | None, told_s: float | None, *, number: int, chance: float = 1.0
    ) -> float | None:
        """Return how long to wait after try `number` (from 1), or None to give up.

        It is anything from nothing to a step that doubles each time, as `chance` (0 to 1) says, and never
        less than the server asks for. One that asks for more than `most_s` is not waited for.
        """
        tries = self.busy_tries if trouble in CAPACITY else self.tries
        if trouble not in PASSING or number >= tries:
            return None
        step = min(self.first_s * 2.0 ** (number - 1), self.most_s)
        wait = max(chance * step, told_s or 0.0)
        return wait if wait <= self.most_s else None


LONG = Patience(busy_tries=8, most_s=120.0)
"""For what is worth waiting for and takes nobody's place meanwhile: about two minutes in all."""


class Brake:
    """Remembers until when a busy provider wants to be left alone. Safe for threads.

    `tick` returns seconds from any start.
    """

    def __init__(self, tick: Callable[[], float]) -> None:
        self._tick = tick
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def slow(self, provider: str, wait_s: float) -> None:
        """Note that a provider asked for a pause of so many seconds from now."""
        with self._lock:
            self._until[provider] = max(self._until.get(provider, 0.0), self._tick() + wait_s)

    def left_s(self, provider: str) -> float:
        """Return how many seconds of its pause are left."""
        with self._lock:
            return max(0.0, self._until.get(provider, 0.0) - self._tick())


@dataclass
class _Circuit:
    failed: int = 0
    opened_at: float | None = None


class Breaker:
    """Counts systemic troubles by provider. `tick` returns seconds from any start. Safe for threads.

    After `most` in a row a provider is refused for `rest_s` seconds; then one order may try, and its
    outcome decides for the others. It lives as long as its run and knows nothing of others.
    """

    def __init__(self, tick: Callable[[], float], *, most: int = 3, rest_s: float = 60.0) -> None:
        self._tick = tick
        self._most = most
        self._rest_s = rest_s
        self._circuits: dict[str, _Circuit] = {}
        self._lock = threading.Lock()

    def refusal(self, provider: str) -> str | None:
        """Say why a provider is not asked now, or None when it may be."""
        with self._lock:
            return self._refusal(provider)

    def admit(self, provider: str) -> str | None:
        """Say as `refusal` does; an order that is let through after the rest is the only one to try."""
        with self._lock:
            refused, circuit = self._refusal(provider), self._circuits.get(provider)
            if refused is None and circuit is not None and circuit.opened_at is not None:
                circuit.opened_at = self._tick()
            return refused

    def note(self, provider: str, trouble: Trouble | None) -> bool:
        """Note how an order ended; return whether this is what made the provider be left alone.

        That a provider is busy neither counts nor clears what was counted.
        """
        with self._lock:
            circuit = self._circuits.setdefault(provider, _Circuit())
            if trouble in CAPACITY:
                return False
            if trouble not in SYSTEMIC:
                self._circuits[provider] = _Circuit()
                return False
            circuit.failed += 1
            if circuit.failed < self._most:
                return False
            was_open, circuit.opened_at = circuit.opened_at is not None, self._tick()
            return not was_open

    def _refusal(self, provider: str) -> str | None:
        circuit = self._circuits.get(provider)
        if circuit is None or circuit.opened_at is None:
            return None
        if self._tick() - circuit.opened_at >= self._rest_s:
            return None
        return f"`{provider}` failed {circuit.failed} times in a row and is left alone for a while"
