"""Endings: what the end of an isolated unit's processes means, as a report for the run.

The status of a process is not success: only a result that the child handed over is. Everything else is a
failure whose sentence says what ended the unit, how far it was, and what it printed last.
"""

from __future__ import annotations

import signal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.report import Report


class Ending(BaseModel):
    """How a keeper says that a unit's processes ended. `status` is an exit status, or minus a signal.

    `lines` are the last that were printed, `dropped` the bytes of output that were not kept; `killed`
    processes were left behind by the unit and are gone, `left` could not be ended.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    verdict: Literal["", "time", "memory", "garbled", "closed", "stopped", "left"]
    detail: str = ""
    status: int
    lines: tuple[str, ...] = ()
    dropped: int = 0
    killed: int = 0
    left: int = 0


def failure(order: WorkOrder, ending: Ending, progress: str) -> Report:
    """Return the report of a unit that ended without a result."""
    code, what = _sentence(order, ending)
    told = f"; progress was {progress}" if progress else ""
    hints = [hint for hint in (_ADVICE.get(code, ""), *_printed(order, ending)) if hint]
    what = f"module `{order.module.manifest.module_id}` {what}{told}"
    return Report(order.unit, error=StageError(Fault(code, what, str(order.unit), "\n    ".join(hints))))


def _sentence(order: WorkOrder, ending: Ending) -> tuple[str, str]:
    manifest = order.module.manifest
    match ending.verdict:
        case "time":
            return "CF-S033", f"worked longer than its `timeout_s` of {manifest.timeout_s} s"
        case "memory":
            return "CF-S034", f"held more than its `memory_mb` of {manifest.resources['memory_mb']} MB"
        case "garbled":
            return "CF-S031", f"sent {ending.detail}"
        case "closed":
            return "CF-S030", "closed the pipe to the run and went on without it"
        case "stopped" | "left":
            return "CF-S035", "was stopped"
        case _ if ending.status < 0:
            return "CF-S032", f"was ended by {_name(-ending.status)}"
        case _:
            return "CF-S030", f"ended without a result, exit status {ending.status}"


_ADVICE = {
    "CF-S033": "raise `timeout_s` in its manifest, or find what it waits for",
    "CF-S034": "raise `resources.memory_mb` in its manifest, or let it hold less at once",
}


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _printed(order: WorkOrder, ending: Ending) -> list[str]:
    if not ending.lines:
        return []
    cut = f", {ending.dropped:,} bytes left out" if ending.dropped else ""
    return [f"it printed last (all of it in {order.log}{cut}):", *(f"| {line}" for line in ending.lines)]
