"""The search for a lost submit: by our own id, or in the vendor's list once it must stand there.

A vendor that knows nothing of it after its grace never got it, and the order may be sent again. One that can
neither be asked by id nor for a list leaves it to a person: what is unknown is never sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from cine_forge.generation.providers.provider import Provider, Sought
from cine_forge.generation.receipt import Receipt, State

Found = Literal["absent", "held", "early"]

_OFTEN_S = 2.0


class Search:
    """Looks for what may have been sent. `clock` tells the time, `pause` waits for so many seconds."""

    def __init__(self, clock: Callable[[], datetime], pause: Callable[[float], None]) -> None:
        self._clock = clock
        self._pause = pause

    def find(self, sought: Sought, provider: Provider) -> str | Found:
        """Return the vendor's id, `absent` when it never arrived, or `held` when nobody can tell.

        Waits until the vendor's grace is over before it says `absent`. Raises StageError CF-G035 when the
        vendor cannot be asked.
        """
        while True:
            asked_at = self._clock()
            found = self._look(sought, provider, asked_at)
            if found != "early":
                return found
            self._pause(min(_OFTEN_S, (_ends(sought, provider) - asked_at).total_seconds()))

    def look(self, sought: Sought, provider: Provider) -> str | Found:
        """Look once, as `find` does; `early` when it may still appear in the vendor's books."""
        return self._look(sought, provider, self._clock())

    def _look(self, sought: Sought, provider: Provider, asked_at: datetime) -> str | Found:
        found = provider.find(sought)
        if found is not None:
            return found
        if provider.capabilities.idempotency not in ("key", "list"):
            return "held"
        return "absent" if asked_at >= _ends(sought, provider) else "early"


def _ends(sought: Sought, provider: Provider) -> datetime:
    return sought.since + timedelta(seconds=provider.capabilities.grace_s)


def sent_at(receipt: Receipt) -> datetime:
    """Return when a receipt last came to be sent, by our clock."""
    last = [passed.at for passed in receipt.passed if passed.state is State.SUBMITTING][-1]
    return datetime.fromisoformat(last)
