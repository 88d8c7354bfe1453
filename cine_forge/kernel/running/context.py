"""The context as a protocol of messages: what a module says, and what comes back, is plain data.

`StageContext` is the module's end; it knows only a port that carries messages. The other end is the
run, in this process or another. Messages have a `say`: history, dispatch, announce, progress, log.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.stages.contract import Given, Parked
from cine_forge.kernel.stages.question import Authored, Question


class Port(Protocol):
    """Carries one message to the run and brings its answer back."""

    def __call__(self, message: Mapping[str, Any]) -> Mapping[str, Any]: ...


class StageContext:
    """What `run_module` receives; see `kernel/stages/contract.py` for its promises.

    `warnings` are what a person must hear of whether or not the module passes it on.
    """

    role: str | None = None

    def __init__(self, order: WorkOrder, port: Port) -> None:
        self.run_id = order.run_id
        self.stage_id = order.unit.stage
        self.entity = order.unit.entity
        self.seed = order.seed
        self.facts = order.facts
        self.decisions = order.decisions
        self.warnings: list[str] = []
        self._module_id = order.module.manifest.module_id
        self._scratch = order.scratch
        self._port = port

    def history(self, artifact_type: str, entity: str) -> Given | None:
        answer = self._port({"say": "history", "type": artifact_type, "entity": entity})
        found: Given | None = answer["given"]
        return found

    def dispatch(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._port({"say": "dispatch", "request": dict(request)})
        if "parked" in answer:
            raise Parked(str(answer["parked"]))
        return answer

    def author(self, question: Question) -> Authored:
        from cine_forge.kernel.stages.steps.author import ask  # a large room that few modules need
        from cine_forge.kernel.stages.steps.chat import DispatchChat

        answer = ask(question, DispatchChat(self), self._module_id)
        receipts = list(answer.cost.receipts) if answer.cost else []
        self.log("author", step=question.step, source=answer.source, receipts=receipts)
        if answer.warning is not None:
            self.warnings.append(answer.warning)
        return answer

    def announce(self, draft: Draft) -> str:
        return str(self._port({"say": "announce", "draft": draft})["ref"])

    def progress(self, done: int, total: int) -> None:
        self._port({"say": "progress", "done": done, "total": total})

    def log(self, message: str, **values: Any) -> None:
        self._port({"say": "log", "message": message, "values": values})

    def scratch(self) -> Path:
        self._scratch.mkdir(parents=True, exist_ok=True)
        return self._scratch
