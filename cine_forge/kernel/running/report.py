"""Reports: how a unit's work ended, and the one place where the code of a module is called.

`perform` is called by an executor, in a thread of this process or in a child process; whatever comes out
of a module, it returns a report. What a report means for the run is not decided here.
"""

from __future__ import annotations

import time
import traceback
from typing import Any, NamedTuple

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.ground.errors import CineForgeError, Fault, StageError
from cine_forge.kernel.ground.hashing import canonical_json
from cine_forge.kernel.running.context import Port, StageContext
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.transience import is_transient
from cine_forge.kernel.stages.contract import Parked, StageResult
from cine_forge.kernel.stages.loading import Entry, load_entry

_MOST_SIGNS = 2000
_MOST_DEPTH = 100


class Report(NamedTuple):
    """How a unit's work ended: exactly one of `result`, `parked` (a receipt) and `error` is set."""

    unit: UnitKey
    result: StageResult | None = None
    parked: str | None = None
    error: CineForgeError | None = None
    traceback: str = ""


def perform(order: WorkOrder, port: Port) -> Report:
    """Do one order. Whatever a module raises, SystemExit too, is wrapped here, once, with its cause."""
    try:
        context = StageContext(order, port)
        report = checked(order, _entry_of(order)(order.inputs, order.params, context))
        return _with_warnings(report, context.warnings)
    except Parked as parked:
        return Report(order.unit, parked=parked.receipt)
    except CineForgeError as error:
        return Report(order.unit, error=error, traceback=_valid(traceback.format_exc()))
    except BaseException as error:  # the code is the author's: anything may come out of it
        return Report(order.unit, error=_wrapped(order, error), traceback=_valid(traceback.format_exc()))


def _with_warnings(report: Report, warnings: list[str]) -> Report:
    """Add what the module did not say itself."""
    if report.result is None or not warnings:
        return report
    said = report.result.warnings
    unsaid = tuple(one for one in dict.fromkeys(warnings) if one not in said)
    return report._replace(result=report.result._replace(warnings=(*said, *unsaid)))


def _entry_of(order: WorkOrder) -> Entry:
    if order.block is None:
        return load_entry(order.module)
    from cine_forge.kernel.stages.prompting import block_entry  # a large room that few modules need

    return block_entry(order.module, order.block, time.monotonic)


def checked(order: WorkOrder, result: Any) -> Report:
    """Return the report of what a module returned: a failure unless it is a result that can be kept."""
    wrong = objection(result)
    if not wrong:
        return Report(order.unit, result=result)
    what = f"module `{order.module.manifest.module_id}` returned {wrong}"
    return Report(order.unit, error=StageError(Fault("CF-S002", what, str(order.unit))))


def objection(result: Any) -> str:
    """Say what keeps a returned value from being a result that can be kept, or nothing."""
    if not isinstance(result, StageResult):
        return f"{type(result).__name__}, not a StageResult"
    if not isinstance(result.outputs, tuple):
        return f"`outputs` as {type(result.outputs).__name__}, not as a tuple"
    if type(result.cost_micro_usd) is not int or result.cost_micro_usd < 0:
        return f"`cost_micro_usd` as {result.cost_micro_usd!r}, not as a whole number from 0 up"
    if not isinstance(result.warnings, tuple) or any(type(said) is not str for said in result.warnings):
        return "`warnings` that are not a tuple of sentences"
    if not isinstance(result.waiting, str | None):
        return f"`waiting` as {type(result.waiting).__name__}, not as a sentence"
    return next(filter(None, map(_against, result.outputs)), "")


def _wrapped(order: WorkOrder, error: BaseException) -> StageError:
    what = f"module `{order.module.manifest.module_id}` raised {type(error).__name__}: {_said(error)}"
    fault = Fault("CF-S001", what, str(order.unit), "run again with --debug to see where")
    return StageError(fault, transient=is_transient(error))


def _said(error: BaseException) -> str:
    try:
        said = str(error)
    except BaseException:  # its `__str__` is the author's code as well
        return "(it cannot be said)"
    return _valid(f"{said[:_MOST_SIGNS]}…" if len(said) > _MOST_SIGNS else said)


def _valid(text: str) -> str:
    """Write out what UTF-8 cannot hold: file names of other encodings get into messages."""
    return text.encode(errors="backslashreplace").decode()


def _against(draft: Any) -> str:
    if not isinstance(draft, Draft):
        return f"{type(draft).__name__} among its outputs, not a Draft"
    wrong = _unplain(draft)
    return f"an output `{draft.output}` whose data is {wrong}" if wrong else ""


def _unplain(draft: Draft) -> str:
    """Say why the data cannot be kept as JSON, or nothing."""
    try:
        canonical_json(draft.data).encode()
    except RecursionError:
        return "nested too deeply"
    except (TypeError, ValueError) as error:
        return f"no plain data: {error}"
    return "nested too deeply" if _is_deep(draft.data) else ""


def _is_deep(data: dict[str, Any]) -> bool:
    """Say whether `data`, which is no circle, has more than `_MOST_DEPTH` levels."""
    layer: list[Any] = [data]
    for _ in range(_MOST_DEPTH):
        layer = [
            part
            for whole in layer
            for part in (whole.values() if isinstance(whole, dict) else whole)
            if isinstance(part, dict | list | tuple)
        ]
        if not layer:
            return False
    return True
