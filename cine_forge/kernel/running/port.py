"""The run's end of the context: answers what a working unit asks.

Called from the threads in which units work; the store, the door and the event sink are safe for that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from cine_forge.kernel.artifacts.envelope import Draft
from cine_forge.kernel.artifacts.store import Store
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.planning.view import given_of
from cine_forge.kernel.running.events import Tell
from cine_forge.kernel.running.order import WorkOrder


class Door(Protocol):
    """The one door to generation, as the application built it."""

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        """Answer a request; an answer `{"parked": receipt}` says that it still runs elsewhere."""

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        """Return which of these receipts are terminal by now."""


class RunPort:
    """Answers the messages of one unit."""

    def __init__(self, order: WorkOrder, store: Store, door: Door | None, tell: Tell) -> None:
        self._order = order
        self._store = store
        self._door = door
        self._tell = tell

    def __call__(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        say = message["say"]
        if say == "history":
            return {"given": self._history(message["type"], message["entity"])}
        if say == "dispatch":
            return self._dispatch(message["request"])
        if say == "announce":
            return {"ref": self._announce(message["draft"])}
        fields = {name: value for name, value in message.items() if name != "say"}
        if say in ("progress", "log"):
            self._tell(f"unit_{say}", self._order.unit, **fields)
            return {}
        raise StageError(
            Fault("CF-S003", f"a unit said `{say}`, which nobody answers", str(self._order.unit))
        )

    def _history(self, artifact_type: str, entity: str) -> Any:
        held = self._store.current(artifact_type, entity)
        return given_of(self._store.load(held.ref), self._store.project) if held else None

    def _dispatch(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._door is None:
            raise StageError(Fault("CF-S004", "this run has no door to generation", str(self._order.unit)))
        unit = self._order.unit
        origin = {"run_id": self._order.run_id, "stage": unit.stage, "entity": unit.entity}
        answer = dict(self._door.ask(request, origin))
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
