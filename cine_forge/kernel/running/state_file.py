"""The file `run_state.json`: the state of a run as others see it while it goes on.

A sink of events. It may be thrown away: the events hold the truth, and resuming a run replays it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.ground.files import replace_atomically
from cine_forge.kernel.running.events import Event
from cine_forge.kernel.running.state import RunState

Later = Callable[[float, Callable[[], None]], None]

MOST_OFTEN_S = 0.25

_AT_ONCE = frozenset(
    {"run_started", "run_finished", "stage_started", "stage_finished", "unit_waiting", "unit_failed"}
)


class RunStateFile:
    """Keeps `run_state.json` up to date: a sink, and safe against the timer that writes what was put off.

    The file is replaced whole at each transition of a stage or the run, and at a unit's waiting or
    failing; between those at most every MOST_OFTEN_S. `clock` returns seconds, `later` calls back after some.
    """

    def __init__(self, path: Path, state: RunState, *, clock: Callable[[], float], later: Later) -> None:
        self.state = state
        self._path = path
        self._clock = clock
        self._later = later
        self._written_at: float | None = None
        self._put_off = False
        self._lock = threading.Lock()
        self._stages = {name: _text(stage) for name, stage in state.stages.items()}

    def take(self, event: Event) -> None:
        """Grow the state by one event and write it, now or a little later."""
        with self._lock:
            known = set(self.state.stages)
            self.state.take(event)
            changed = {event.stage} if event.stage else set(self.state.stages)
            for name in changed | (set(self.state.stages) - known):
                self._stages[name] = _text(self.state.stages[name])
            wait_s = 0.0 if event.event in _AT_ONCE else self._wait_s()
            if wait_s <= 0:
                self._write()
            elif not self._put_off:
                self._put_off = True
                self._later(wait_s, self.flush)

    def flush(self) -> None:
        """Write what was put off; does nothing when nothing was."""
        with self._lock:
            if self._put_off:
                self._write()

    def _wait_s(self) -> float:
        if self._written_at is None:
            return 0.0
        return self._written_at + MOST_OFTEN_S - self._clock()

    def _write(self) -> None:
        head = _text(self.state, leave_out={"stages"})[:-1]
        stages = ",\n".join(f"{json.dumps(name)}:{text}" for name, text in self._stages.items())
        replace_atomically(self._path, f'{head},"stages":{{\n{stages}\n}}}}\n'.encode())
        self._written_at = self._clock()
        self._put_off = False


def after_seconds(wait_s: float, call: Callable[[], None]) -> None:
    """Call back from a thread of its own that ends with the process."""
    timer = threading.Timer(wait_s, call)
    timer.daemon = True
    timer.start()


def read_state(path: Path) -> RunState:
    """Read a `run_state.json`. Raises ProjectError CF-U220 when it is missing or is none."""
    try:
        return RunState.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        what = f"`{path}` is no run state: {str(error).splitlines()[0]}"
        hint = "it can be made again from `pipeline_events.jsonl` beside it"
        raise ProjectError(Fault("CF-U220", what, str(path), hint)) from None


def _text(part: BaseModel, leave_out: set[str] | None = None) -> str:
    return json.dumps(part.model_dump(by_alias=True, exclude=leave_out), separators=(",", ":"))
