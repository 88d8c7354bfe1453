"""One unit of the breakdown's author as a run would do it, over a real door and a real server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cine_forge.driver.kept import shared_schemas
from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.report import Report, perform
from cine_forge.kernel.stages.contract import Input
from cine_forge.kernel.stages.discovery import Module, discover
from tests.generation.chat_house import ChatHouse
from tests.modules.context import given

ROOT = Path(__file__).resolve().parents[2]
SCENE = "ep001/scene:k3f2"
LINE = 2


def author_module() -> Module:
    """Return the module as discovery finds it."""
    registry = discover((ROOT / "modules",), known_schemas=shared_schemas().names())
    return registry.modules["breakdown_author_v1"]


def scene_data(line: str) -> dict[str, Any]:
    """Return a scene whose only line of action is `line`."""
    return {
        "id": SCENE,
        "number": "1",
        "heading": "INT. BARN - NIGHT",
        "kind": "standard",
        "location": "location:barn",
        "location_name": "BARN",
        "cast": ["character:ann", "character:ben"],
        "elements": [{"type": "action", "text": line, "at": LINE}],
    }


def person(name: str) -> dict[str, Any]:
    return {"id": f"character:{name.lower()}", "kind": "character", "name": name, "introduced_in": "ep001"}


@dataclass
class Unit:
    """Does the unit; `logged` is what it wrote into the run's log."""

    house: ChatHouse
    module: Module
    logged: list[Mapping[str, Any]] = field(default_factory=list)

    def perform(self, line: str) -> Report:
        root = self.house.project
        people = tuple(
            given("asset@1", f"character:{name.lower()}", person(name), root) for name in ("ANN", "BEN")
        )
        inputs: dict[str, Input] = {
            "scene": given("scene@1", SCENE, scene_data(line), root),
            "assets": people,
        }
        unit = UnitKey(stage="breakdown_author", entity=SCENE)
        params = {"max_tokens": 2000}
        order = WorkOrder(unit, self.module, inputs, params, {}, (), 7, self.house.run_id, root / "scratch")
        return perform(order, self._port)

    def _port(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        if message["say"] == "log":
            self.logged.append(message)
            return {}
        origin = {"run_id": self.house.run_id, "stage": "breakdown_author", "entity": SCENE}
        return self.house.desk().ask(message["request"], origin)
