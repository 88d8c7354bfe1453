"""The surroundings of the door: what the application gives it, and nothing that it decides itself."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cine_forge.generation.money.budget import NO_CAPS, Budget
from cine_forge.generation.money.receipt import Receipt

Tell = Callable[[str, Mapping[str, Any]], None]
Aside = Callable[[Callable[[], None]], object]


def _unheard(event: str, fields: Mapping[str, Any]) -> None:
    """Tell nobody."""


def _at_once(work: Callable[[], None]) -> None:
    """Do it now."""
    work()


@dataclass(frozen=True)
class Surroundings:
    """Clock, log, listener and budget; and whether the project is one that was copied.

    `clock` says when a state was reached (display only); `receipts_log` is the path of a run's
    `receipts.jsonl`; `tell` hears dispatch_reserved, dispatch_submitted, dispatch_terminal,
    dispatch_settled, budget_warned and budget_reached with their fields. In a copy that nobody has adopted
    (`is_copy`) only what repeats at no cost is generated. `own_mark` stands behind the ids that providers
    know us by, so that those of one project are not those of another. `environment` is where keys
    come from; `tick` returns seconds from any start, `pause` waits for so many, and `chance` is any number
    from 0 to 1. Where the caller asks again for what must wait (`parks`), nobody's place is taken meanwhile;
    `aside` does a piece of work beside it. `slots` is where all processes of a person share the slots of
    providers, by default the project's own. Where a language model is required (`needs_author`), nothing
    is made without one. With `rebuys` what an earlier run paid for is paid for again, and nothing else is.
    """

    clock: Callable[[], datetime]
    receipts_log: Callable[[str], Path]
    tell: Tell = _unheard
    budget: Budget = NO_CAPS
    is_copy: bool = False
    own_mark: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    tick: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    parks: bool = False
    aside: Aside = _at_once
    slots: Path | None = None
    needs_author: bool = False
    rebuys: bool = False

    def now(self) -> str:
        """Return the time as a receipt shows it."""
        return self.clock().isoformat(timespec="milliseconds")

    def tell_of(self, event: str, receipt: Receipt) -> None:
        """Tell an event of dispatch with what a receipt says."""
        fields = {
            "receipt": receipt.id,
            "state": receipt.state.value,
            "provider": receipt.provider,
            "model": receipt.model,
            "est_cost_micro_usd": receipt.est_cost_micro_usd,
            "cost_micro_usd": receipt.cost_micro_usd,
            "run_id": receipt.run_id,
            "stage": receipt.stage,
            "entity": receipt.entity,
        }
        self.tell(event, fields | ({"fallback_of": receipt.fallback_of} if receipt.fallback_of else {}))

    def warn(self, receipt: Receipt, message: str) -> None:
        """Tell a person something under the unit that asked."""
        self.tell("warning", {"stage": receipt.stage, "entity": receipt.entity, "message": message})
