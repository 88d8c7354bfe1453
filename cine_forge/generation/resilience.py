"""Resilience: when the same request is sent again, and when a provider is left alone for a while.

Only what took nothing is repeated (`PASSING`): a refused connection, a server that says it is busy. Anything
that may have reached a model is never repeated here. A provider that failed several orders in a row, one
after the other, is not asked again until it had time to recover; what a model would not say does not count.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from cine_forge.generation.trouble import PASSING, SYSTEMIC, Trouble


@dataclass(frozen=True)
class Patience:
    """How often and how long to wait, in seconds. No wait is longer than `most_s`."""

    tries: int = 3
    first_s: float = 1.0
    most_s: float = 20.0

    def wait_s(self, trouble: Trouble | None, told_s: float | None, *, number: int) -> float | None:
        """Return how long to wait after try `number` (from 1), or None to give up.

        A server that asks for more than `most_s` is not waited for: the run goes on without it.
        """
        if trouble not in PASSING or number >= self.tries:
            return None
        wait = self.first_s * 2.0 ** (number - 1) if told_s is None else told_s
        return wait if wait <= self.most_s else None


@dataclass
class _Circuit:
    failed: int = 0
    opened_at: float | None = None


class Breaker:
    """Counts systemic troubles by provider. `tick` returns seconds from any start. Safe for threads.

    After `most` in a row a provider is refused for `rest_s` seconds; then one order may try, and its
    outcome decides for the others.
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
        """Note how an order ended; return whether this is what made the provider be left alone."""
        with self._lock:
            circuit = self._circuits.setdefault(provider, _Circuit())
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
