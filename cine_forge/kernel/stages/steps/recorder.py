"""Recorders: who hears of each step that was carried out, in order.

The default keeps the records, from which a transcript is made; `NullRecorder` keeps none; anybody may
bring another. One that could not take a record is refused before anything runs.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any, Protocol

from cine_forge.kernel.ground.errors import Fault, ModuleError
from cine_forge.kernel.stages.steps.chat import Response
from cine_forge.kernel.stages.steps.conversation import Message


@dataclass(frozen=True)
class StepRecord:
    """One step as it went. `messages` are those sent; `duration_s` is measured, so it is never kept.

    `value` is what an action returned for capture; `error` is set when the step failed.
    """

    path: str
    kind: str
    messages: tuple[Message, ...] = ()
    response: Response | None = None
    value: Any = None
    duration_s: float = 0.0
    error: str | None = None


class StepRecorder(Protocol):
    """Takes records."""

    def record(self, record: StepRecord) -> None:
        """Take the record of a step that ended, well or not."""


class ListRecorder:
    """The default: keeps the records in memory."""

    def __init__(self) -> None:
        self.records: list[StepRecord] = []

    def record(self, record: StepRecord) -> None:
        """Keep it."""
        self.records.append(record)


class NullRecorder:
    """Keeps nothing."""

    def record(self, record: StepRecord) -> None:
        """Let it go."""


def checked_recorder(recorder: StepRecorder) -> StepRecorder:
    """Return the recorder. Raises ModuleError CF-M028 when it has no `record` that takes one record."""
    method = getattr(recorder, "record", None)
    if not callable(method):
        found = "has no method `record`" if method is None else "has a `record` that cannot be called"
        raise ModuleError(Fault("CF-M028", f"the recorder {type(recorder).__name__} {found}"))
    try:
        inspect.signature(method).bind(None)
    except TypeError as error:
        what = f"`record` of {type(recorder).__name__} cannot take one record: {error}"
        raise ModuleError(Fault("CF-M028", what, hint="write `def record(self, record)`")) from None
    return recorder
