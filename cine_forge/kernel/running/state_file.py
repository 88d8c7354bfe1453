"""The file `run_state.json`: when it is written, and how a run's state is read back.

`RunStateFile` is the sink that keeps it. The file is derived from the events, so it may be missing, torn
by a power cut or behind a killed run; whoever reads a run asks `state_of`, which then reads the events.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.ground.json_line import json_line
from cine_forge.kernel.running.events import Event, last_seq, read_events
from cine_forge.kernel.running.state import SCHEMA, RunState, StageState

if TYPE_CHECKING:
    from pydantic import TypeAdapter

EVENTS_FILE = "pipeline_events.jsonl"
STATE_FILE = "run_state.json"

MOST_OFTEN_S = 0.25
SHARE = 0.02
"""The share of a run's time that writing its state may take; transitions of a large run wait for it."""

_ENDS = frozenset({"run_started", "run_finished"})

_AT_ONCE = frozenset(
    {"run_started", "run_finished", "stage_started", "stage_finished", "unit_waiting", "unit_failed"}
)


class RunStateFile:
    """Keeps `run_state.json` up to date: a sink that writes at once, or when it is next asked to keep up.

    The file is replaced whole at each transition of a stage or the run, and at a unit's waiting or
    failing; between those at most every MOST_OFTEN_S. A transition is put off too when the last write is
    so short ago that writing would take more than SHARE of the time. What is put off is written by the
    next event after its time, by `keep_up`, which the loop calls before it waits, or by `flush`. The file
    is derived: it is replaced whole, not made durable, and whoever finds none reads the events. `clock`
    returns seconds.
    """

    def __init__(self, path: Path, state: RunState, *, clock: Callable[[], float]) -> None:
        self.state = state
        self._path = path
        self._beside = path.with_name(f".{path.name}.next")
        self._clock = clock
        self._began: float | None = None
        self._took_s = 0.0
        self._due: float | None = None
        self._lock = threading.Lock()
        self._stale = set(state.stages)
        self._lines: dict[str, bytes] = {}

    def take(self, event: Event) -> None:
        """Grow the state by one event and write it, now or a little later."""
        with self._lock:
            self.state.take(event)
            if event.stage is not None and event.event != "plan_extended":
                self._stale.add(event.stage)
            else:
                self._stale.update(self.state.stages)
            due = self._due_after(event)
            if self._due is None or due < self._due:
                self._due = due
            if self._due <= self._clock():
                self._write()

    def keep_up(self) -> float:
        """Write what is due; return after how many seconds to call again."""
        with self._lock:
            return self._write_when_due()

    def flush(self) -> None:
        """Write what was put off; does nothing when nothing was."""
        with self._lock:
            if self._due is not None:
                self._write()

    def _due_after(self, event: Event) -> float:
        """Return when the file must show an event."""
        if self._began is None or event.event in _ENDS:
            return 0.0
        sparing = self._began + self._took_s / SHARE
        return sparing if event.event in _AT_ONCE else max(sparing, self._began + MOST_OFTEN_S)

    def _write_when_due(self) -> float:
        if self._due is None:
            return MOST_OFTEN_S
        wait_s = self._due - self._clock()
        if wait_s > 0:
            return wait_s
        self._write()
        return MOST_OFTEN_S

    def _write(self) -> None:
        self._began = self._clock()
        for name in self._stale:
            self._lines[name] = _line_of(name, self.state.stages[name])
        self._stale.clear()
        head = json_line({"schema": SCHEMA, **vars(self.state), "stages": None}).removesuffix(b"null}")
        stages = b",\n".join(self._lines[name] for name in self.state.stages)
        self._beside.write_bytes(b"%b{\n%b\n}}\n" % (head, stages))
        self._beside.replace(self._path)
        self._took_s = self._clock() - self._began
        self._due = None


def _line_of(name: str, stage: StageState) -> bytes:
    """Return a stage as the member of a JSON object; plain dicts are said much faster than dataclasses."""
    units = {entity: vars(unit) for entity, unit in stage.units.items()}
    return json_line({name: {**vars(stage), "units": units}})[1:-1]


def state_of(folder: Path) -> RunState:
    """Return the state of the run in `folder`: what its file says, or its events where they say more.

    A missing, broken or older file is passed over. Raises ProjectError CF-U220 when there is neither.
    """
    events = folder / EVENTS_FILE
    try:
        state = read_state(folder / STATE_FILE)
        if state.seq >= last_seq(events):
            return state
    except ProjectError:
        if not events.exists():
            raise
    return RunState.replayed(folder.name, read_events(events))


def read_state(path: Path) -> RunState:
    """Read a `run_state.json`. Raises ProjectError CF-U220 when it is missing or is none."""
    try:
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict) or found.pop("schema", None) != SCHEMA:
            raise ValueError(f"it does not say that it is a `{SCHEMA}`")
        return _shape().validate_python(found)
    except (OSError, ValueError) as error:
        what = f"`{path}` is no run state: {str(error).splitlines()[0]}"
        hint = "it can be made again from `pipeline_events.jsonl` beside it"
        raise ProjectError(Fault("CF-U220", what, str(path), hint)) from None


@cache
def _shape() -> TypeAdapter[RunState]:
    from pydantic import TypeAdapter

    return TypeAdapter(RunState)
