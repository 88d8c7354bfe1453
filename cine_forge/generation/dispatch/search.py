"""The search for a lost submit: by our own id, or in the vendor's list once it must stand there.

A vendor that knows nothing of it after its grace never got it, and the order may be sent again. One that can
neither be asked by id nor for a list leaves it to a person: what is unknown is never sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.generation.providers.provider import Provider, Sought, Submission
from cine_forge.generation.providers.trouble import Trouble

Found = Literal["absent", "held", "early"]

_OFTEN_S = 2.0
_UNANSWERED = (State.SUBMITTING, State.SUBMIT_UNKNOWN)


class Search:
    """Looks for what may have been sent. `clock` tells the time, `pause` waits for so many seconds."""

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime], pause: Callable[[float], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._pause = pause

    def find(self, receipt: Receipt, submission: Submission, provider: Provider) -> str | Found:
        """Return the vendor's id, `absent` when it never arrived, or `held` when nobody can tell.

        Waits until the vendor's grace is over before it says `absent`. Raises StageError CF-G035 when the
        vendor cannot be asked, CF-G085 when what it lists may be this one or another.
        """
        ends = _ends(receipt, provider)
        while True:
            asked_at = self._clock()
            found = self._look(receipt, submission, provider, asked_at=asked_at)
            if found != "early":
                return found
            self._pause(min(_OFTEN_S, (ends - asked_at).total_seconds()))

    def look(self, receipt: Receipt, submission: Submission, provider: Provider) -> str | Found:
        """Look once, as `find` does; `early` when it may still appear in the vendor's books."""
        return self._look(receipt, submission, provider, asked_at=self._clock())

    def _look(
        self, receipt: Receipt, submission: Submission, provider: Provider, *, asked_at: datetime
    ) -> str | Found:
        found = provider.find(self._sought(receipt, submission))
        if found is not None:
            return found
        can = provider.capabilities
        if can.idempotency not in ("key", "list") or submission.action in can.unlisted:
            return "held"
        if asked_at < _ends(receipt, provider):
            return "early"
        return "held" if receipt.trouble is Trouble.TAKEN else "absent"

    def _sought(self, receipt: Receipt, submission: Submission) -> Sought:
        """Say what is looked for, as the ledger stands now: others may have been answered meanwhile."""
        taken = self._ledger.provider_ids(receipt.provider)
        unanswered = self._ledger.receipts(_UNANSWERED)
        rivals = sum(one.provider == receipt.provider and one.id != receipt.id for one in unanswered)
        return Sought(receipt.own_id, submission, sent_at(receipt), taken, rivals)


def _ends(receipt: Receipt, provider: Provider) -> datetime:
    """Return when a lost submit must stand in the vendor's books.

    It may have been under way for as long as a call may take, so what counts is not when it was begun but
    when nobody could be sending it any more.
    """
    return _lost_at(receipt) + timedelta(seconds=provider.capabilities.grace_s)


def _lost_at(receipt: Receipt) -> datetime:
    last = [passed.at for passed in receipt.passed if passed.state in _UNANSWERED][-1]
    return datetime.fromisoformat(last)


def sent_at(receipt: Receipt) -> datetime:
    """Return when a receipt last came to be sent, by our clock."""
    last = [passed.at for passed in receipt.passed if passed.state is State.SUBMITTING][-1]
    return datetime.fromisoformat(last)
