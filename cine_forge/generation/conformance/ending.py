"""Endings: in which state an order may stand when a fault is over, for a vendor as it is declared.

States alone are judged here; how often it was bought, and for how much, is judged for every fault alike.
"""

from __future__ import annotations

from cine_forge.generation.conformance.fault import Fault
from cine_forge.generation.money.receipt import State
from cine_forge.generation.providers.capabilities import Capabilities

_TYPED = frozenset(set(State) - {State.FOREIGN})
_GOOD = frozenset({State.SETTLED})
_ENDLESS = frozenset({"failed", "declined", "cancelled", "empty", "none"})
_DOUBTFUL = frozenset({408, 409, 500, 502, 504, 520, 524, 529})
_LOST = frozenset(
    {
        "late", "drop", "reset_before", "reset_after", "cut", "cut_chunk", "noise", "drip", "huge", "heads",
        "restart",
    }
)  # fmt: skip


def endings(fault: Fault, capabilities: Capabilities, *, findable: bool) -> frozenset[State]:
    """Return the states in which the order may stand after as many tries as it takes.

    `findable`: a lost submit can be looked for, by our own id or in a list.
    """
    if fault.place == "poll" and fault.word in _ENDLESS:
        return frozenset({State.FAILED})
    if fault.lies_at is not None:  # many vendors name no URL, or not here
        return _TYPED
    if fault.times is None:
        return _TYPED - _GOOD
    if fault.place == "cancel":
        return frozenset({State.SETTLED, State.FAILED})
    if fault.ends_url and capabilities.url_lifetime_s is None:
        return frozenset({State.SETTLED, State.TERMINAL, State.SUBMITTED})
    if fault.place == "submit" and is_doubtful(fault) and not findable:
        return frozenset({State.SUBMIT_UNKNOWN, State.SETTLED})
    return _GOOD


def is_doubtful(fault: Fault) -> bool:
    """Return whether a submit may or may not have arrived, as far as anybody here can see.

    An id that the vendor gave before says nothing of this one.
    """
    lost = fault.line in _LOST or fault.status in _DOUBTFUL or fault.same_id
    return lost or (fault.takes and fault.status is not None)
