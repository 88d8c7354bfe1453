"""Troubles: why an attempt came to nothing, in one word that code may decide by.

A receipt keeps it beside the sentence for people. Adapters say it; the breaker counts those that would meet
the next request as well, and leaves out those that are about what was asked.
"""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """The words are a contract: receipts keep them."""

    UNREACHED = "unreached"
    """Nothing of the request arrived: no address, no connection, no TLS."""
    THROTTLED = "throttled"
    """The server is busy or a limit is reached, and it took nothing."""
    SETTING = "setting"
    """No key, a wrong key, no such model, a host that is not allowed: nothing was taken."""
    REJECTED = "rejected"
    """The request itself was refused before a model saw it."""
    LOST = "lost"
    """It may have arrived, and the answer did not come back whole."""
    FAULTY = "faulty"
    """The server answered that it failed, under the status of a success."""
    DECLINED = "declined"
    """The model would not answer."""
    FILTERED = "filtered"
    """A filter of the vendor kept the answer back."""
    CUT = "cut"
    """The answer reached its greatest length before it ended."""
    EMPTY = "empty"
    """There is no answer in the answer."""
    UNFINISHED = "unfinished"
    """The answer ended for a reason that nobody knows."""
    UNREADABLE = "unreadable"
    """What came back is not what such a server sends."""
    HALTED = "halted"
    """Nothing was sent: too much had gone wrong at this provider."""


SYSTEMIC = frozenset(
    {Trouble.UNREACHED, Trouble.THROTTLED, Trouble.SETTING, Trouble.LOST, Trouble.FAULTY, Trouble.UNREADABLE}
)
"""What the next request would meet as well."""

PASSING = frozenset({Trouble.UNREACHED, Trouble.THROTTLED})
"""What took nothing and may pass by itself, so that the same request may be sent again."""
