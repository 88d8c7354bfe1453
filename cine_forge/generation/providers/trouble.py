"""Troubles: why an attempt came to nothing, in one word that code may decide by.

A receipt keeps it beside the sentence for people. Adapters say it; the sets at the end say what follows. What
is about the question (declined, filtered, rejected, cut, empty) is in none of them.
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
    TAKEN = "taken"
    """The vendor has a request of this id of ours already: it is looked up, and never sent again."""
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


SYSTEMIC = frozenset({Trouble.UNREACHED, Trouble.SETTING, Trouble.LOST, Trouble.FAULTY, Trouble.UNREADABLE})
"""What the next request would meet as well: the breaker counts it."""

CAPACITY = frozenset({Trouble.THROTTLED})
"""What asks for a slower pace: the provider is well, and has too much to do."""

PASSING = frozenset({Trouble.UNREACHED, Trouble.THROTTLED})
"""What took nothing and may pass by itself, so that the same request may be sent again."""

ELSEWHERE = frozenset({Trouble.UNREACHED, Trouble.THROTTLED, Trouble.SETTING, Trouble.HALTED})
"""What took nothing and is no judgement on what was asked, so that another provider may be."""
