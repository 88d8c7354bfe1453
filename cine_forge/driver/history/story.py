"""The story of a run: what its events say that it did, unit by unit, with reasons, times and money.

`runs show`, the report, the comparison, `status` and `explain --run` all tell this. It reads events and
nothing that was made; a run that was killed is told as interrupted. Seconds are counted over the time in
which somebody carried the run out: hours between a run's parts, waiting for a person, are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cine_forge.driver.runs import carried_out, labels_of
from cine_forge.driver.terminal.stopped import KINDS, Stopped
from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.running.events import Event, read_events
from cine_forge.kernel.running.state import RunState, StageState, UnitState
from cine_forge.kernel.running.state_file import EVENTS_FILE

_ENDS = {
    "unit_finished": "done",
    "unit_failed": "failed",
    "unit_waiting": "waiting",
    "unit_retrying": "failed",
}
"""What ends a try at a unit, and how it ended unless the event says otherwise."""


@dataclass(frozen=True)
class Bar:
    """One try at a unit: from when to when, in seconds from the run's beginning, and how it ended."""

    start_s: float
    end_s: float
    status: str


@dataclass
class UnitStory:
    """One unit. `made` are the refs that this run kept anew, `refs` all that the unit stands for.

    `began_for` are the reasons for which it was worked on last.
    """

    stage: str
    entity: str
    label: str
    module: str | None
    state: UnitState
    bars: list[Bar] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    began_for: str = ""

    @property
    def name(self) -> str:
        """Return `stage/entity`."""
        return f"{self.stage}/{self.entity}"

    @property
    def status(self) -> str:
        """Return a status of `run_state/1`."""
        return self.state.status

    @property
    def refs(self) -> list[str]:
        """Return every ref that the unit kept or reused."""
        return self.state.artifact_refs

    @property
    def why(self) -> str:
        """Return the reasons as one sentence; of what an earlier part of the run made, those of then."""
        if self.status == "reused" and self.began_for:
            return f"made in an earlier part of this run: {self.began_for}"
        return _sentence(self.state.reasons)

    @property
    def because(self) -> tuple[str, ...]:
        """Return the newest reasons, a sentence each."""
        return tuple(str(reason.get("text", "")) for reason in self.state.reasons)

    @property
    def seconds(self) -> float:
        """Return how long it was worked on, over all tries."""
        return round(sum(bar.end_s - bar.start_s for bar in self.bars), 3)

    def answers_to(self, selector: str) -> bool:
        """Say whether a selector names this unit's entity: its id, the end of it, or `kind:label`."""
        own = self.entity.rpartition("/")[2]
        names = (self.entity, own, self.label, f"{own.partition(':')[0]}:{self.label}")
        return selector.lower() in (name.lower() for name in names)


@dataclass
class StageStory:
    """One stage with its units, in the order in which they are planned."""

    id: str
    state: StageState
    units: list[UnitStory] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many units have each status."""
        return counted(self.units)

    @property
    def busy_s(self) -> float:
        """Return the seconds that units were worked on; units that overlap count each."""
        return round(sum(unit.seconds for unit in self.units), 3)

    @property
    def why(self) -> dict[str, int]:
        """Return the units' reasons with how many units each moved, the most frequent first."""
        found: dict[str, int] = {}
        for unit in self.units:
            found[unit.why] = found.get(unit.why, 0) + 1
        found.pop("", None)
        return dict(sorted(found.items(), key=lambda one: -one[1]))


@dataclass
class Part:
    """One command that carried the run on."""

    started_at: str
    ended_at: str
    status: str = "interrupted"
    plan_id: str = ""


@dataclass
class RunStory:
    """The whole. `state` is truthful; `warnings` are the run's own, those of units stand with them."""

    folder: Path
    state: RunState
    active_s: float = 0.0
    parts: list[Part] = field(default_factory=list)
    stages: list[StageStory] = field(default_factory=list)
    decisions: list[Event] = field(default_factory=list)
    defaults: list[Event] = field(default_factory=list)
    budget: list[Event] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def run_id(self) -> str:
        """Return the run's id."""
        return self.folder.name

    @property
    def units(self) -> list[UnitStory]:
        """Return every unit, stage by stage."""
        return [unit for stage in self.stages for unit in stage.units]

    @property
    def stopped(self) -> tuple[Stopped, ...]:
        """Return the units that did not end well or wait."""
        return tuple(
            Stopped(unit.status, unit.stage, unit.entity, unit.label, unit.state.error or unit.why)
            for unit in self.units
            if unit.status in KINDS
        )

    @property
    def plan_id(self) -> str:
        """Return the id of the plan that the newest part began with."""
        return self.parts[-1].plan_id if self.parts else ""


def read_story(run: Path) -> RunStory:
    """Read the events of a run. Raises ProjectError CF-U061 when there are none."""
    events = list(read_events(run / EVENTS_FILE))
    if not events:
        hint = "`cine-forge runs list` shows the runs that can be told"
        raise ProjectError(Fault("CF-U061", "the run has no events", str(run), hint))
    state = RunState.replayed(run.name, events)
    if state.status in ("pending", "running") and not carried_out(run):
        state.interrupt()
    story = RunStory(run, state)
    _tell_stages(story, labels_of(run))
    _Telling(story).take(events)
    if story.parts and state.status == "running":
        story.parts[-1].status = "running"
    return story


def counted(units: Iterable[UnitStory]) -> dict[str, int]:
    """Return how many units have each status, by status."""
    counts: dict[str, int] = {}
    for unit in units:
        counts[unit.status] = counts.get(unit.status, 0) + 1
    return dict(sorted(counts.items()))


def _sentence(reasons: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(str(reason.get("text", "")) for reason in reasons)


def _add_new(events: list[Event], event: Event) -> None:
    """Add what no earlier part of the run said."""
    if not any(
        (one.fields, one.stage, one.entity) == (event.fields, event.stage, event.entity) for one in events
    ):
        events.append(event)


def _tell_stages(story: RunStory, labels: Mapping[tuple[str, str], str]) -> None:
    order = [*story.state.stage_order, *story.state.stages]
    for name in dict.fromkeys(order):
        state = story.state.stages[name]
        stage = StageStory(name, state)
        for entity, unit in state.units.items():
            label = labels.get((name, entity)) or entity.rpartition("/")[2]
            stage.units.append(UnitStory(name, entity, label, state.module, unit))
        story.stages.append(stage)


class _Telling:
    """One pass over the events, for what the state does not keep: times, refs made anew, remarks."""

    def __init__(self, story: RunStory) -> None:
        self._story = story
        self._units = {(unit.stage, unit.entity): unit for unit in story.units}
        self._begun: dict[tuple[str, str], float] = {}
        self._before_s = 0.0
        self._part_began: datetime | None = None
        self._now_s = 0.0

    def take(self, events: Iterable[Event]) -> None:
        """Take every event, then close what a killed run left open."""
        for event in events:
            self._move_on(event)
            self._take(event)
        for key in tuple(self._begun):
            self._close(key, "interrupted" if self._story.state.status != "running" else "running")
        self._story.active_s = round(self._now_s, 3)

    def _move_on(self, event: Event) -> None:
        moment = datetime.fromisoformat(event.ts)
        if event.event == "run_started" or self._part_began is None:
            self._before_s, self._part_began = self._now_s, moment
            self._story.parts.append(Part(event.ts, event.ts))
        self._now_s = max(self._now_s, self._before_s + (moment - self._part_began).total_seconds())
        self._story.parts[-1].ended_at = event.ts

    def _take(self, event: Event) -> None:
        story, part = self._story, self._story.parts[-1]
        match event.event:
            case "run_started":
                for key in tuple(self._begun):
                    self._close(key, "interrupted")
            case "run_finished":
                part.status = str(event.fields.get("status", "done"))
            case "plan_compiled":
                part.plan_id = str(event.fields.get("plan_id", ""))
            case "policy_decided":
                _add_new(story.decisions, event)
            case "default_used":
                _add_new(story.defaults, event)
            case "budget_warned" | "budget_reached":
                story.budget.append(event)
            case "warning" if event.entity is None:
                story.warnings.append(str(event.fields.get("message", "")))
            case _ if event.stage is not None and event.entity is not None:
                self._take_of_unit((event.stage, event.entity), event)

    def _take_of_unit(self, key: tuple[str, str], event: Event) -> None:
        unit = self._units.get(key)
        if unit is None:
            return
        if event.event == "unit_started":
            self._begun[key] = self._now_s
            unit.began_for = _sentence(event.fields.get("reasons", ()))
        elif event.event in _ENDS and key in self._begun:
            self._close(key, str(event.fields.get("status", _ENDS[event.event])))
            if event.event == "unit_retrying":
                self._begun[key] = self._now_s + float(event.fields.get("wait_s", 0.0))
        elif event.event == "artifact_saved":
            unit.made.append(str(event.fields.get("ref", "")))
        elif event.event == "warning":
            unit.warnings.append(str(event.fields.get("message", "")))

    def _close(self, key: tuple[str, str], status: str) -> None:
        start = self._begun.pop(key)
        if key in self._units:
            self._units[key].bars.append(Bar(round(start, 3), round(max(start, self._now_s), 3), status))
