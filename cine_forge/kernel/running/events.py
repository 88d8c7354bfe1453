"""Events: one line for each thing that happened in a run. They are the truth about it.

A `Teller` numbers events and hands each to its sinks; everything else that says what a run did
(`run_state.json`, a terminal, a report) is made from them. One process at a time writes a run's events:
the run lock sees to that.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.ground.errors import Fault, InternalError, nearest
from cine_forge.kernel.ground.json_line import json_line

NAMES = frozenset(
    {
        *("run_started", "plan_compiled", "plan_extended", "run_finished"),
        *("stage_started", "stage_finished"),
        *("unit_started", "unit_reused", "unit_waiting", "unit_retrying", "unit_failed", "unit_finished"),
        *("unit_progress", "unit_log", "artifact_saved", "artifact_unchanged"),
        *("policy_decided", "default_used", "warning", "budget_warned", "budget_reached"),
        *("dispatch_reserved", "dispatch_submitted", "dispatch_terminal", "dispatch_settled"),
    }
)
"""Every name an event may have: a contract with whoever reads the file."""

MOST_HELD = 64
"""How many events that tell of no act may wait for each other."""

_OF_NO_ACT = frozenset({"unit_reused", "stage_started", "stage_finished"})
_TAIL_BYTES = 1 << 14
_OWN = ("schema", "seq", "ts", "event", "run_id", "stage", "entity")
_TAKEN = frozenset(_OWN)
_PLAIN = frozenset({str, int, bool, type(None)})


class Event(NamedTuple):
    """One thing that happened. `seq` counts from 1 within a run; `ts` is UTC in ISO 8601, for people."""

    seq: int
    ts: str
    event: str
    run_id: str
    stage: str | None = None
    entity: str | None = None
    fields: Mapping[str, Any] = MappingProxyType({})

    def line(self) -> bytes:
        """Return the event as one whole line of JSON, `event/1`."""
        shown = {
            **self.fields,
            "schema": "event/1",
            "seq": self.seq,
            "ts": self.ts,
            "event": self.event,
            "run_id": self.run_id,
        }
        if self.stage is not None:
            shown["stage"] = self.stage
        if self.entity is not None:
            shown["entity"] = self.entity
        return json_line(shown) + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Event | None:
        """Read a line back, or return None when it is torn."""
        try:
            read = json.loads(line)
            own = {name: read.get(name) for name in _OWN[1:]}
            if not (isinstance(own["seq"], int) and isinstance(own["event"], str)):
                return None
        except (ValueError, AttributeError):
            return None
        return cls(**own, fields={name: value for name, value in read.items() if name not in _OWN})


class Sink(Protocol):
    """Takes every event of a run, in order."""

    def take(self, event: Event) -> None:
        """Take one event. Sinks are called one after the other, never at once."""


class Tell(Protocol):
    """How the rest of a run says what happened. A unit with an empty entity stands for its stage."""

    def __call__(self, event: str, unit: UnitKey | None = None, /, **fields: Any) -> None: ...


class Teller:
    """Numbers events and hands them to its sinks; safe to call from the threads that units work in.

    `clock` returns seconds since 1970.
    """

    def __init__(
        self, run_id: str, sinks: Sequence[Sink], *, clock: Callable[[], float], first_seq: int = 1
    ) -> None:
        self._run_id = run_id
        self._sinks = tuple(sinks)
        self._clock = clock
        self._next = first_seq
        self._lock = threading.Lock()
        self._moment = (-1, "")

    def __call__(self, event: str, unit: UnitKey | None = None, /, **fields: Any) -> None:
        """Tell an event to every sink. Raises InternalError CF-S020 for a name that is none."""
        if event not in NAMES:
            hint = nearest(event, sorted(NAMES))
            raise InternalError(Fault("CF-S020", f"there is no event `{event}`", hint=hint))
        if not _TAKEN.isdisjoint(fields):
            taken = min(_TAKEN.intersection(fields))
            raise InternalError(Fault("CF-S020", f"event `{event}` may not have a field `{taken}`"))
        plain = {name: value if type(value) in _PLAIN else _plain(value) for name, value in fields.items()}
        with self._lock:
            stage, entity = (unit.stage, unit.entity or None) if unit else (None, None)
            told = Event(self._next, self._now(), event, self._run_id, stage, entity, plain)
            self._next += 1
            for sink in self._sinks:
                sink.take(told)

    def _now(self) -> str:
        """Return the present as text; events of one millisecond share it."""
        millisecond = int(self._clock() * 1000)
        if millisecond != self._moment[0]:
            text = datetime.fromtimestamp(millisecond / 1000, UTC).isoformat(timespec="milliseconds")
            self._moment = (millisecond, text)
        return self._moment[1]


class JsonlSink:
    """Appends events to a file by writes of whole lines, so that a kill tears at most the last.

    An event that tells of no act (a reuse, the beginning or end of a stage) waits for one that does, for
    `flush`, or for MOST_HELD of its kind; a kill then costs only what the next plan finds again. Opening
    makes the file; a torn last line is closed off, and `last_seq` is that of the last event in the file.
    """

    def __init__(self, path: Path) -> None:
        self.last_seq = last_seq(path)
        self._handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        if not _ends_whole(self._handle):
            os.write(self._handle, b"\n")
        self._held: list[Event] = []
        self._lock = threading.Lock()

    def take(self, event: Event) -> None:
        """Append one event, now or with those to come. Raises OSError when the disk does not take it all."""
        with self._lock:
            self._held.append(event)
            if event.event not in _OF_NO_ACT or len(self._held) >= MOST_HELD:
                self._write()

    def flush(self) -> None:
        """Write the events that wait. Raises OSError likewise."""
        with self._lock:
            if self._held:
                self._write()

    def _write(self) -> None:
        held, self._held = self._held, []
        lines = b"".join([event.line() for event in held])
        if os.write(self._handle, lines) != len(lines):
            raise OSError(f"the disk took only a part of event {held[-1].seq}")
        self.last_seq = held[-1].seq

    def close(self) -> None:
        """Write what waits, make the file durable and close it."""
        self.flush()
        os.fsync(self._handle)
        os.close(self._handle)


class ListSink:
    """Keeps events in a list, for tests and for a run whose caller wants them in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def take(self, event: Event) -> None:
        """Keep one event."""
        self.events.append(event)

    def names(self) -> list[str]:
        """Return the names of the events, in order."""
        return [event.event for event in self.events]


def read_events(path: Path) -> Iterator[Event]:
    """Yield the whole events of a file, in order; torn lines are passed over, no file has no events."""
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        return
    with stream:
        for line in stream:
            event = Event.from_line(line)
            if event is not None:
                yield event


def last_seq(path: Path) -> int:
    """Return the number of the last whole event of a file, 0 when there is none; reads its end only."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return 0
    reach = _TAIL_BYTES
    while True:
        with path.open("rb") as stream:
            stream.seek(max(0, size - reach))
            lines = stream.read().splitlines()
        whole = next((event for line in reversed(lines) if (event := Event.from_line(line))), None)
        if whole is not None or reach >= size:
            return whole.seq if whole else 0
        reach *= 16


def _ends_whole(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size == 0 or os.pread(handle, 1, size - 1) == b"\n"


def _plain(value: Any) -> Any:
    """Return `value` as JSON can say it; what it cannot, such as a path or infinity, becomes text."""
    kind = type(value)
    if kind is dict or isinstance(value, Mapping):
        return {str(key): item if type(item) in _PLAIN else _plain(item) for key, item in value.items()}
    if kind is list or isinstance(value, list | tuple):
        return [item if type(item) in _PLAIN else _plain(item) for item in value]
    if isinstance(value, str | int) or (isinstance(value, float) and isfinite(value)):
        return value
    return str(value)
