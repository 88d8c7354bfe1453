"""The search for a lost submit: by our own id, or in the vendor's list once it must stand there.

A vendor that knows nothing of it after its grace never got it, and the order may be sent again. One that can
neither be asked by id nor for a list leaves it to a person: what is unknown is never sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.generation.providers.provider import Provider, Sought, Submission
from cine_forge.generation.providers.trouble import Trouble

Found = Literal["absent", "held", "early"]

_OFTEN_S = 2.0
_LEAST_S = 0.001
_UNANSWERED = (State.SUBMITTING, State.SUBMIT_UNKNOWN)


class Search:
    """Looks for what may have been sent. Safe for threads.

    `clock` tells the time, `tick` returns seconds from any start, and `pause` waits for so many. How much of
    a vendor's grace is left is read off the clock once; from then on it is counted in ticks, so that a clock
    that is set meanwhile neither ends the grace before its time nor makes it last for ever.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Callable[[], datetime],
        *,
        tick: Callable[[], float],
        pause: Callable[[float], None],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._tick = tick
        self._pause = pause
        self._ends: dict[tuple[str, datetime], float] = {}

    def find(self, receipt: Receipt, submission: Submission, provider: Provider) -> str | Found:
        """Return the vendor's id, `absent` when it never arrived, or `held` when nobody can tell.

        Waits until the vendor's grace is over before it says `absent`. Raises StageError CF-G035 when the
        vendor cannot be asked, CF-G085 when what it lists may be this one or another.
        """
        while (found := self.look(receipt, submission, provider)) == "early":
            left_s = self._left_s(receipt, provider)
            self._pause(max(_LEAST_S, min(_OFTEN_S, left_s)))
        return found

    def look(self, receipt: Receipt, submission: Submission, provider: Provider) -> str | Found:
        """Look once, as `find` does; `early` when it may still appear in the vendor's books."""
        left_s = self._left_s(receipt, provider)  # as it is before the vendor is asked
        sought = self._sought(receipt, submission)
        found = provider.find(sought)
        if found is not None:
            return "held" if found in sought.taken else found
        can = provider.capabilities
        if can.idempotency not in ("key", "list") or submission.action in can.unlisted:
            return "held"
        if left_s > 0:
            return "early"
        return "held" if receipt.trouble is Trouble.TAKEN else "absent"

    def _left_s(self, receipt: Receipt, provider: Provider) -> float:
        """Return how long it takes until a lost submit must stand in the vendor's books, in seconds.

        It may have been under way for as long as a call may take, so what counts is not when it was begun
        but when nobody could be sending it any more. A time that has not come yet is that of another clock.
        """
        lost_at, grace_s = _lost_at(receipt), provider.capabilities.grace_s
        passed_s = max(0.0, (self._clock() - lost_at).total_seconds())
        ends = self._ends.setdefault((receipt.id, lost_at), self._tick() + max(0.0, grace_s - passed_s))
        return ends - self._tick()

    def _sought(self, receipt: Receipt, submission: Submission) -> Sought:
        """Say what is looked for, as the ledger stands now: others may have been answered meanwhile."""
        taken = self._ledger.provider_ids(receipt.provider)
        unanswered = self._ledger.receipts(_UNANSWERED)
        rivals = sum(one.provider == receipt.provider and one.id != receipt.id for one in unanswered)
        return Sought(receipt.own_id, submission, sent_at(receipt), taken, rivals)


def _lost_at(receipt: Receipt) -> datetime:
    last = [passed.at for passed in receipt.passed if passed.state in _UNANSWERED][-1]
    return datetime.fromisoformat(last)


def sent_at(receipt: Receipt) -> datetime:
    """Return when a receipt last came to be sent, by our clock."""
    last = [passed.at for passed in receipt.passed if passed.state is State.SUBMITTING][-1]
    return datetime.fromisoformat(last)
