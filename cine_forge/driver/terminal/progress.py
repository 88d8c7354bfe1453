"""Progress on stderr: a live bar with the time left on a terminal, plain lines when piped.

A sink of events; what it shows is what the events say. Time left is the estimated seconds of the units
still to run, scaled by how long those that ended really took.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from cine_forge.driver.terminal.screen import Screen, fitted
from cine_forge.driver.terminal.stopped import Stopped
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.running.events import Event

_ENDED = frozenset({"unit_finished", "unit_reused", "unit_failed", "unit_waiting"})
_BAR = 24
_DRAWN_EVERY_S = 0.1
_QUICK_S = 0.3
"""What a unit without an estimate is taken to need, in seconds."""


class Progress:
    """Shows how far a run is. `clock` returns seconds from any origin."""

    def __init__(self, plan: Plan, clock: Callable[[], float], to: TextIO | None = None) -> None:
        self._to = to or sys.stderr
        self._live = self._to.isatty()
        self._width = Screen.here({}, self._to).width
        self._clock = clock
        self._began = clock()
        self._totals: dict[str, int] = {}
        self._ended: dict[str, int] = {}
        self._notes: dict[str, dict[str, int]] = {}
        self._left_s = {
            str(u.unit): u.est_seconds or _QUICK_S for u in plan.units if u.action in ("run", "may_run")
        }
        self._left_sum_s = sum(self._left_s.values())
        self._ended_s = 0.0
        self._total, self._done = len(plan.units), 0
        self._drawn_at: float | None = None
        self._labels = {str(unit.unit): unit.label for unit in plan.units}
        self._wide = max([20, *(len(unit.unit.stage) for unit in plan.units)])
        for unit in plan.units:
            self._totals[unit.unit.stage] = self._totals.get(unit.unit.stage, 0) + 1

    def take(self, event: Event) -> None:
        """Show one event."""
        if event.event == "plan_extended":
            self._extend(event)
        if event.stage is None:
            return
        if event.event in _ENDED:
            self._end_unit(event)
        elif event.event == "unit_retrying":
            self._line(f"  again in {event.fields.get('wait_s')} s: {self._told(event, 'error')}")
        elif event.event == "stage_finished":
            self._line(self._stage_line(event.stage, str(event.fields.get("status", ""))))
        elif event.event == "warning":
            self._line(f"  warning: {self._told(event, 'message')}")
        elif event.event == "budget_warned":
            self._line(f"  budget: {event.fields.get('message')}")
        if self._live:
            self._draw(event)

    def close(self) -> None:
        """Clear the live line."""
        if self._live:
            self._to.write("\r\x1b[K")
            self._to.flush()

    def _extend(self, event: Event) -> None:
        for name in event.fields.get("added", ()):
            stage = name.partition("/")[0]
            self._totals[stage] = self._totals.get(stage, 0) + 1
            self._left_s[name] = _QUICK_S
            self._left_sum_s += _QUICK_S
            self._total += 1
        for name in event.fields.get("retired", ()):
            self._totals[name.partition("/")[0]] -= 1
            self._left_sum_s -= self._left_s.pop(name, 0.0)
            self._total -= 1

    def _end_unit(self, event: Event) -> None:
        stage = str(event.stage)
        self._ended[stage] = self._ended.get(stage, 0) + 1
        self._done += 1
        status = {"unit_reused": "reused", "unit_waiting": "waiting"}.get(event.event) or str(
            event.fields.get("status", "failed" if event.event == "unit_failed" else "done")
        )
        notes = self._notes.setdefault(stage, {})
        notes[status] = notes.get(status, 0) + 1
        weight_s = self._left_s.pop(f"{event.stage}/{event.entity}", 0.0)
        self._left_sum_s -= weight_s
        if status == "done":
            self._ended_s += weight_s
        if event.event == "unit_failed":
            self._line(f"  {status}: {self._told(event, 'error')}")

    def _stage_line(self, stage: str, status: str) -> str:
        notes = ", ".join(f"{count} {name}" for name, count in sorted(self._notes.get(stage, {}).items()))
        return f"{_span(self._clock() - self._began):>7}  {stage:<{self._wide}} {status:<9} {notes}"

    def _told(self, event: Event, name: str) -> str:
        """Return which unit it is, as people call it, and the first sentence of what is said of it."""
        stage, entity = str(event.stage), str(event.entity)
        label = self._labels.get(f"{stage}/{entity}") or entity
        said = Stopped("", stage, entity, label, str(event.fields.get(name, ""))).plain
        return f"{stage} {label}: {said.partition(chr(10))[0]}"

    def _line(self, text: str) -> None:
        self._drawn_at = None
        text = fitted(text, self._width)
        self._to.write(f"\r\x1b[K{text}\n" if self._live else f"{text}\n")
        self._to.flush()

    def _draw(self, event: Event) -> None:
        moment = self._clock()
        if self._drawn_at is not None and moment < self._drawn_at + _DRAWN_EVERY_S:
            return
        self._drawn_at = moment
        filled = round(_BAR * self._done / self._total) if self._total else 0
        bar = "━" * filled + "╌" * (_BAR - filled)
        now = f"{event.stage} {self._ended.get(str(event.stage), 0)}/{self._totals.get(str(event.stage), 0)}"
        left = self._left(moment - self._began)
        self._to.write(f"\r\x1b[K{bar} {self._done}/{self._total}  {now}{left}")
        self._to.flush()

    def _left(self, passed_s: float) -> str:
        if not self._ended_s or not self._left_s:
            return ""
        return f"  about {_span(passed_s / self._ended_s * self._left_sum_s)} left"


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
