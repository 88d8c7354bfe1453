"""Retry: whether a unit that failed is tried again, and how long to wait before that.

It is a policy: the error says whether it may pass by itself, the recipe how often to try.
"""

from __future__ import annotations

from cine_forge.kernel.ground.errors import CineForgeError
from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.kernel.recipes.recipe import Resilience

LONGEST_S = 3600.0
"""No wait is longer than this, in seconds."""


class DeclaredRetry:
    """Tries again what may pass by itself, as often as the recipe declares, and nothing else."""

    def wait_s(self, error: CineForgeError, tries: Resilience, *, number: int, seed: int) -> float | None:
        """Return how many seconds to wait after try `number`, or None to give up."""
        if not error.transient or number >= tries.attempts:
            return None
        return pause_s(tries.delay_s, tries.jitter, number=number, seed=seed)


def pause_s(delay_s: float, jitter: float, *, number: int, seed: int) -> float:
    """Return how long to wait after try `number`, in seconds: `delay_s`, doubled after each further try.

    The part `jitter` of it, 0 to 1, is left to chance, drawn from `seed` and `number` alone.
    """
    whole_s = min(delay_s * 2.0 ** min(number - 1, 64), LONGEST_S)
    chance = seed_of(seed, "retry", number) / 2**63
    return round(whole_s * (1 - jitter + jitter * chance), 3)
