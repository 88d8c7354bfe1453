"""Listeners: who hears what happens in a run: the events' file, the run's state, the terminal.

Opening tells that the run began and what was planned; `finish` tells how it ended. Everything between
comes from the loop, the working units and dispatch.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from cine_forge.driver.request import Request
from cine_forge.driver.runs import RunFolder
from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.running.events import JsonlSink, Sink, Teller, read_events
from cine_forge.kernel.running.state import RunState
from cine_forge.kernel.running.state_file import EVENTS_FILE, STATE_FILE, RunStateFile

if TYPE_CHECKING:
    from cine_forge.driver.terminal.progress import Progress

_TAKEN = ("stage", "entity", "run_id", "event", "seq", "ts")


class Listeners:
    """The teller of one run with its sinks; a context manager that closes them."""

    def __init__(
        self,
        run: RunFolder,
        plan: Plan,
        request: Request,
        progress: Progress | None,
        others: Sequence[Sink] = (),
    ) -> None:
        events = run.path / EVENTS_FILE
        state = RunState.replayed(run.run_id, read_events(events))
        self._jsonl = JsonlSink(events)
        self._state = RunStateFile(run.path / STATE_FILE, state, clock=time.monotonic)
        sinks: list[Sink] = [self._jsonl, self._state, *others]
        if progress is not None:
            sinks.append(progress)
        self.tell = Teller(run.run_id, sinks, clock=time.time, first_seq=self._jsonl.last_seq + 1)
        self._progress = progress
        self._begin(plan, request)
        for text in run.changed:
            self.tell("warning", message=f"since this run began: {text}")

    def tell_dispatch(self, event: str, fields: Mapping[str, Any]) -> None:
        """Tell an event of dispatch under the unit that asked."""
        unit = UnitKey(stage=fields["stage"], entity=fields["entity"])
        self.tell(event, unit, **{name: value for name, value in fields.items() if name not in _TAKEN})

    def tell_left(self, event: str, fields: Mapping[str, Any]) -> None:
        """Tell an event about what an earlier run left open: it is the run's, and of no unit of its own."""
        told = {name: value for name, value in fields.items() if name not in _TAKEN}
        self.tell(event, left_by=f"{fields['stage']}/{fields['entity']}", **told)

    def tell_noted(self, event: str, fields: Mapping[str, Any]) -> None:
        """Tell what was decided or left to a default while the plan was made."""
        self.tell(event, **fields)

    def finish(self, status: str) -> None:
        """Tell how the run ended."""
        self.tell("run_finished", status=status)

    def keep_up(self) -> float:
        """Write events that wait and what of the state is due; return in how many seconds to call again."""
        self._jsonl.flush()
        return self._state.keep_up()

    def close(self) -> None:
        """Write what was put off and let go of the files."""
        self._state.flush()
        self._jsonl.close()
        if self._progress is not None:
            self._progress.close()

    def __enter__(self) -> Listeners:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self, plan: Plan, request: Request) -> None:
        stages = list(dict.fromkeys(unit.unit.stage for unit in plan.units))
        self.tell(
            "run_started",
            recipe_id=plan.recipe_id,
            params=dict(text.split("=", 1) for text in request.params if "=" in text),
            provider_override=request.provider,
            stage_order=stages,
        )
        rows = [
            {"stage": u.unit.stage, "entity": u.unit.entity, "module": u.module, "action": u.action}
            for u in plan.units
        ]
        self.tell("plan_compiled", plan_id=plan.plan_id, units=rows)
