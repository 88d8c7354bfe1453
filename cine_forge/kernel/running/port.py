"""The run's end of the context: answers what a working unit asks.

Called from the threads in which units work; the store, the door and the event sink are safe for that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.planning.view import given_of, read_as
from cine_forge.kernel.running.events import Tell
from cine_forge.kernel.running.order import WorkOrder

PROGRESS_EVERY_S = 0.25


class Door(Protocol):
    """The one door to generation, as the application built it."""

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        """Answer a request; an answer `{"parked": receipt}` says that it still runs elsewhere."""

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        """Return which of these receipts are terminal by now."""


class RunPort:
    """Answers the messages of one unit, over all its tries.

    Progress is told at most every PROGRESS_EVERY_S, and what it was last when the try ends: a unit may
    report each of a hundred thousand steps. `clock` returns seconds.
    """

    def __init__(
        self, order: WorkOrder, store: Store, door: Door | None, tell: Tell, *, clock: Callable[[], float]
    ) -> None:
        self._order = order
        self._store = store
        self._door = door
        self._tell = tell
        self._clock = clock
        self._bought: dict[str, int] = {}
        self._progress: Mapping[str, Any] | None = None
        self._progress_at: float | None = None
        self._lock = threading.Lock()
        self._is_shut = False

    def __call__(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        unit = self._order.unit
        if self._is_shut:
            raise StageError(Fault("CF-S008", "the run has ended; what is said now is not heard", str(unit)))
        match message["say"]:
            case "history":
                return {"given": self._history(message["type"], message["entity"])}
            case "dispatch":
                return self._dispatch(message["request"])
            case "announce":
                return {"ref": self._announce(message["draft"])}
            case "progress":
                self._hear_progress(_said(message))
            case "log":
                self._tell("unit_log", unit, **_said(message))
            case say:
                raise StageError(Fault("CF-S003", f"a unit said `{say}`, which nobody answers", str(unit)))
        return {}

    @property
    def spent_micro_usd(self) -> int:
        """Return what the generations cost that this unit got, each counted once."""
        return sum(self._bought.values())

    def tell_progress(self) -> None:
        """Tell the progress that was held back."""
        with self._lock:
            held, self._progress = self._progress, None
        if held is not None:
            self._tell("unit_progress", self._order.unit, **held)

    def shut(self) -> None:
        """Refuse whatever the unit says from now on: the run ends without it."""
        self._is_shut = True

    def _hear_progress(self, said: Mapping[str, Any]) -> None:
        now = self._clock()
        with self._lock:
            self._progress = said
            early = self._progress_at is not None and now < self._progress_at + PROGRESS_EVERY_S
            if not early:
                self._progress_at = now
        if not early:
            self.tell_progress()

    def _history(self, artifact_type: str, entity: str) -> Any:
        held = self._store.current(artifact_type, entity)
        if held is None:
            return None
        given = given_of(self._store.load(held.ref), self._store.project)
        schema = self._order.module.manifest.schema_of(artifact_type)
        return read_as(self._store, given, held.schema_name, schema) if schema else given

    def _dispatch(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._door is None:
            raise StageError(Fault("CF-S004", "this run has no door to generation", str(self._order.unit)))
        unit = self._order.unit
        origin = {"run_id": self._order.run_id, "stage": unit.stage, "entity": unit.entity}
        answer = dict(self._door.ask(request, origin))
        if answer.get("cost_micro_usd"):
            self._bought[str(answer.get("receipt"))] = int(answer["cost_micro_usd"])
        output = answer.get("result", {}).get("output_path")
        return {**answer, "path": str(self._store.project / output)} if output else answer

    def _announce(self, draft: Draft) -> str:
        manifest = self._order.module.manifest
        if draft.output not in manifest.outputs:
            what = f"`{draft.output}` is no output of `{manifest.module_id}`"
            raise StageError(Fault("CF-S005", what, str(self._order.unit)))
        schema = manifest.outputs[draft.output].schema_name
        ref = self._store.announce(
            draft, schema, inputs=self._order.bound(), module=manifest.module_id, run_id=self._order.run_id
        )
        self._tell("artifact_saved", self._order.unit, ref=str(ref), announced=True)
        return str(ref)


def _said(message: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "say"}
