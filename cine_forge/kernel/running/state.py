"""The run's state: what `run_state.json` says, made from events and from nothing else.

`RunState` grows by one event at a time, so that the file can always be made again from the events;
`seq` says how far it got. Nothing here knows where the file lies or when it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, get_args

from cine_forge.kernel.running.events import Event

RunStatus = Literal["pending", "running", "done", "failed", "waiting", "paused", "resumable", "interrupted"]
Status = Literal[
    "pending", "running", "done", "reused", "failed", "waiting", "paused", "resumable", "interrupted",
    "blocked", "skipped",
]  # fmt: skip

SCHEMA = "run_state/1"
_STRICT = {"extra": "forbid"}
"""How a state is read back: keys that it does not know are refused."""

_MICRO = 1_000_000
_STATUSES = frozenset(get_args(Status))


@dataclass
class UnitState:
    """How one unit stands. An attempt says when it began, how it ended, what it cost."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    status: Status = "pending"
    action: str | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    artifact_refs: list[str] = field(default_factory=list)
    cost_usd: float = 0.0
    duration_seconds: float = 0.0
    error: str | None = None


@dataclass
class StageState:
    """How one stage stands; its cost and refs are those of its units."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    status: Status = "pending"
    module: str | None = None
    started_at: str | None = None
    duration_seconds: float = 0.0
    cost_usd: float = 0.0
    artifact_refs: list[str] = field(default_factory=list)
    units: dict[str, UnitState] = field(default_factory=dict)


@dataclass
class RunState:
    """The whole of `run_state.json`. Times are UTC in ISO 8601."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    run_id: str
    recipe_id: str = ""
    status: RunStatus = "pending"
    seq: int = 0
    started_at: str | None = None
    finished_at: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    provider_override: str | None = None
    stage_order: list[str] = field(default_factory=list)
    total_cost_usd: float = 0.0
    stages: dict[str, StageState] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the state in its outside shape, `run_state/1`."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def replayed(cls, run_id: str, events: Iterable[Event]) -> RunState:
        """Return the state that these events lead to."""
        state = cls(run_id=run_id)
        for event in events:
            state.take(event)
        return state

    def take(self, event: Event) -> None:
        """Grow by one event. Events that change nothing here only move `seq` on."""
        self.seq = event.seq
        match event.event:
            case "run_started":
                self._begin(event)
            case "run_finished":
                self._end(event)
            case "plan_compiled" | "plan_extended":
                self._take_plan(event)
            case _ if event.stage is not None:
                stage = self._stage(event.stage)
                before = stage.cost_usd
                _take_for_stage(stage, event)
                if stage.cost_usd != before:
                    self.total_cost_usd = _sum_usd((self.total_cost_usd, stage.cost_usd, -before))

    def interrupt(self) -> None:
        """Say that the process that carried out this run is gone: what was running is interrupted."""
        if self.status in ("pending", "running"):
            self.status = "interrupted"
        for stage in self.stages.values():
            _interrupt(stage)
            for unit in stage.units.values():
                _interrupt(unit)

    def _begin(self, event: Event) -> None:
        self.interrupt()
        self.status, self.finished_at = "running", None
        self.started_at = self.started_at or event.ts
        for name in ("recipe_id", "params", "provider_override", "stage_order"):
            if name in event.fields:
                setattr(self, name, event.fields[name])
        for stage in self.stage_order:
            self._stage(stage)

    def _end(self, event: Event) -> None:
        self.status = event.fields.get("status", "done")
        self.finished_at = event.ts
        if self.status == "interrupted":
            self.interrupt()

    def _take_plan(self, event: Event) -> None:
        """Note the units of a plan: whole records under `units`, or `stage/entity` names under `added`."""
        for planned in event.fields.get("units", ()):
            stage = self._stage(planned["stage"])
            stage.module = planned.get("module", stage.module)
            unit = _unit(stage, planned["entity"])
            unit.action = planned.get("action", unit.action)
            unit.reasons = list(planned.get("reasons", unit.reasons))
        for name in event.fields.get("added", ()):
            stage_id, _, entity = name.partition("/")
            _unit(self._stage(stage_id), entity)
        for name in event.fields.get("retired", ()):
            stage_id, _, entity = name.partition("/")
            self._stage(stage_id).units.pop(entity, None)

    def _stage(self, stage_id: str) -> StageState:
        stage = self.stages.get(stage_id)
        if stage is None:
            stage = self.stages[stage_id] = StageState()
        return stage


def _take_for_stage(stage: StageState, event: Event) -> None:
    if "module" in event.fields:
        stage.module = event.fields["module"]
    if event.entity is not None:
        unit = _unit(stage, event.entity)
        before = unit.cost_usd
        _take_for_unit(unit, event)
        if unit.cost_usd != before:
            stage.cost_usd = _sum_usd((stage.cost_usd, unit.cost_usd, -before))
        for ref in _refs(event):
            _add_once(unit.artifact_refs, ref)
            _add_once(stage.artifact_refs, ref)
    elif event.event == "stage_started":
        stage.status, stage.started_at = "running", event.ts
    elif event.event == "stage_finished":
        stage.status = _status(event, "done")
        stage.duration_seconds = _seconds_between(stage.started_at, event.ts)


def _unit(stage: StageState, entity: str) -> UnitState:
    unit = stage.units.get(entity)
    if unit is None:
        unit = stage.units[entity] = UnitState()
    return unit


def _take_for_unit(unit: UnitState, event: Event) -> None:
    fields = event.fields
    if "action" in fields:
        unit.action = fields["action"]
    if "reasons" in fields:
        unit.reasons = list(fields["reasons"])
    match event.event:
        case "unit_started":
            unit.status, unit.error = "running", None
            unit.attempts.append(
                {"number": len(unit.attempts) + 1, "started_at": event.ts, "status": "running"}
            )
        case "unit_retrying":
            _end_attempt(unit, event, "failed")
            again = _later(event.ts, float(fields.get("wait_s", 0.0)))
            unit.attempts.append({"number": len(unit.attempts) + 1, "started_at": again, "status": "running"})
        case "unit_reused":
            unit.status = "reused"
        case "unit_waiting":
            unit.status = "waiting"
            _end_attempt(unit, event, "waiting")
        case "unit_failed":
            unit.status, unit.error = _status(event, "failed"), fields.get("error")
            _end_attempt(unit, event, unit.status)
        case "unit_finished":
            unit.status = _status(event, "done")
            _end_attempt(unit, event, unit.status)


def _end_attempt(unit: UnitState, event: Event, status: str) -> None:
    """Close the open attempt; a unit's cost and time are the sums over its attempts."""
    if not unit.attempts or unit.attempts[-1]["status"] != "running":
        return
    attempt = unit.attempts[-1]
    attempt["status"] = status
    for name in ("cost_usd", "duration_seconds", "error"):
        if name in event.fields:
            attempt[name] = event.fields[name]
    unit.cost_usd = _sum_usd(one.get("cost_usd", 0.0) for one in unit.attempts)
    unit.duration_seconds = round(sum(one.get("duration_seconds", 0.0) for one in unit.attempts), 3)


def _interrupt(part: StageState | UnitState) -> None:
    if part.status == "running":
        part.status = "interrupted"
    if isinstance(part, UnitState) and part.attempts and part.attempts[-1]["status"] == "running":
        part.attempts[-1]["status"] = "interrupted"


def _refs(event: Event) -> list[str]:
    one = [event.fields["ref"]] if "ref" in event.fields else []
    return [*one, *event.fields.get("artifact_refs", ())]


def _add_once(refs: list[str], ref: str) -> None:
    if ref not in refs:
        refs.append(ref)


def _status(event: Event, default: Status) -> Status:
    status: Status = event.fields.get("status", default)
    return status if status in _STATUSES else default


def _sum_usd(costs: Iterable[float]) -> float:
    """Add up in whole micro-USD, so that a sum of sums is the sum."""
    return sum(round(cost * _MICRO) for cost in costs) / _MICRO


def _seconds_between(start: str | None, end: str) -> float:
    if start is None or start == end:
        return 0.0
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds(), 3)


def _later(moment: str, wait_s: float) -> str:
    later = datetime.fromisoformat(moment) + timedelta(seconds=wait_s)
    return later.isoformat(timespec="milliseconds")
