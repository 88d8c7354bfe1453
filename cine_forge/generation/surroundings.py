"""The surroundings of the door: what the application gives it, and nothing that it decides itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

Tell = Callable[[str, Mapping[str, Any]], None]


def _unheard(event: str, fields: Mapping[str, Any]) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Surroundings:
    """Clock, log, listener and cap.

    `clock` says when a state was reached (display only); `receipts_log` is the path of a run's
    `receipts.jsonl`; `tell` hears dispatch_reserved, dispatch_submitted, dispatch_terminal and
    dispatch_settled with their fields; `budget_micro_usd` caps each run, None does not.
    """

    clock: Callable[[], datetime]
    receipts_log: Callable[[str], Path]
    tell: Tell = _unheard
    budget_micro_usd: int | None = None
