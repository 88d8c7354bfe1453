"""Transience: which errors of a module's code may well pass by themselves.

These are an error that says so, and a network that did not answer. Everything else would come again with
the same work and the same inputs. A module that ran out of its time would take that time again; its author
may raise a StageError with `transient=True` where that is known to be wrong. What follows from it is the
retry policy's affair.
"""

from __future__ import annotations

import errno

from cine_forge.kernel.ground.errors import CineForgeError

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
