"""Trying again: which errors are worth another try, and how long to wait before it.

Only what may well pass by itself is tried again: an error that says so, and a network that did not answer
inside a module. Everything else fails at once: the same work with the same inputs would fail again. A
module that ran out of its time is not tried again either, because it would take that time again; its
author may raise a StageError with `transient=True` where that is known to be wrong.
"""

from __future__ import annotations

import errno

from cine_forge.kernel.ground.errors import CineForgeError
from cine_forge.kernel.ground.hashing import seed_of

LONGEST_S = 3600.0
"""No wait is longer than this, in seconds."""

_NETWORK = frozenset(
    {
        errno.ECONNABORTED, errno.ECONNREFUSED, errno.ECONNRESET, errno.EHOSTDOWN, errno.EHOSTUNREACH,
        errno.ENETDOWN, errno.ENETRESET, errno.ENETUNREACH, errno.ENOTCONN, errno.EPIPE, errno.ESHUTDOWN,
        errno.ETIMEDOUT,
    }
)  # fmt: skip
_NAME_NOT_FOUND_NOW = -3
"""`EAI_AGAIN` of getaddrinfo(3): the name server did not answer; kept here to leave `socket` unimported."""


def is_transient(error: BaseException) -> bool:
    """Say whether an error that a module raised may pass by itself."""
    if isinstance(error, CineForgeError):
        return error.transient
    if not isinstance(error, OSError):
        return False
    if isinstance(error, ConnectionError | TimeoutError) or error.errno in _NETWORK:
        return True
    if type(error).__name__ == "gaierror":
        return error.errno == _NAME_NOT_FOUND_NOW
    reason = getattr(error, "reason", None)
    return isinstance(reason, OSError) and is_transient(reason)


def pause_s(delay_s: float, jitter: float, *, number: int, seed: int) -> float:
    """Return how long to wait after try `number`, in seconds: `delay_s`, doubled after each further try.

    The part `jitter` of it, 0 to 1, is left to chance, drawn from `seed` and `number` alone.
    """
    whole_s = min(delay_s * 2.0 ** min(number - 1, 64), LONGEST_S)
    chance = seed_of(seed, "retry", number) / 2**63
    return round(whole_s * (1 - jitter + jitter * chance), 3)
