"""A kit of modules for tests of how recipes meet modules, and what a project and an application bring."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.ground.config import ConfigNamespace
from cine_forge.kernel.ground.errors import Fault, RecipeError
from cine_forge.kernel.ground.source import parse_source
from cine_forge.kernel.planning.commission import Commission, commission
from cine_forge.kernel.planning.meeting import Surroundings
from cine_forge.kernel.planning.policy import Policies, Ruling
from cine_forge.kernel.recipes.placeholder import fill_placeholders
from cine_forge.kernel.recipes.recipe import survey_recipe
from cine_forge.kernel.stages.discovery import Module, ModuleRegistry, discover

_TEXT = {"type": "string"}
SHAPES: dict[str, dict[str, Any]] = {
    "note@1": {"required": ["title", "pages"], "properties": {"title": _TEXT, "pages": {"type": "integer"}}},
    "card@1": {
        "required": ["title", "pages", "ink"],
        "properties": {"title": _TEXT, "pages": {"type": "integer"}, "ink": _TEXT},
    },
    "slip@1": {"required": ["title"], "properties": {"title": _TEXT, "pages": _TEXT}},
    "page@1": {"required": ["text"], "properties": {"text": _TEXT}},
    "book@1": {},
    "note_set@1": {},
}
NOTE = {"note": {"schema": "note@1"}}
MANIFESTS: dict[str, dict[str, Any]] = {
    "maker_v1": {"outputs": {"note": {"schema": "note@1"}, "list": {"schema": "note_set@1"}}},
    "other_maker_v1": {"outputs": NOTE},
    "cards_v1": {"outputs": {"card": {"schema": "card@1"}, "slip": {"schema": "slip@1"}}},
    "reader_v1": {"inputs": NOTE, "outputs": {"page": {"schema": "page@1"}}},
    "binder_v1": {
        "inputs": {"notes": {"schema": "note@1", "entities": "all"}},
        "outputs": {"book": {"schema": "book@1"}},
    },
    "mixer_v1": {
        "inputs": {"note": {"schema": "note@1"}, "page": {"schema": "page@1", "optional": True}},
        "outputs": {"book": {"schema": "book@1"}},
    },
    "each_v1": {"outputs": {"page": {"schema": "page@1"}}, "for_each": "note_set@1"},
    "gate_v1": {
        "inputs": NOTE,
        "outputs": {"page": {"schema": "page@1"}},
        "params": {"approve": {"type": "string", "default": "ask", "enum": ["auto", "ask"]}},
        "gate": {"subject": "note", "mode": "approve"},
    },
    "param_v1": {
        "outputs": {"page": {"schema": "page@1"}},
        "params": {
            "text": {"type": "string", "default": "x"},
            "count": {"type": "integer", "default": 3, "min": 1, "max": 9},
            "ratio": {"type": "number", "default": 0.5, "min": 0, "max": 1},
            "on": {"type": "boolean", "default": False},
            "words": {"type": "array", "default": []},
            "table": {"type": "object", "default": {}},
            "mode": {"type": "string", "default": "fast", "enum": ["fast", "slow"]},
            "code": {"type": "string", "default": "AB", "pattern": "^[A-Z]{2}$"},
            "file": {"type": "string", "format": "file"},
        },
    },
    "strict_v1": {
        "outputs": {"page": {"schema": "page@1"}},
        "params": {"must": {"type": "string", "required": True, "description": "What it is about."}},
    },
    "prompt_v1": {"outputs": {"page": {"schema": "page@1"}}},
    "first_draft": {"outputs": {"page": {"schema": "page@1"}}},
    "second_draft": {"outputs": {"page": {"schema": "page@1"}}},
    "deep_sea_v1": {"outputs": {"page": {"schema": "page@1"}}},
    "plugged_v1": {"outputs": {"page": {"schema": "page@1"}}, "facts": ["extension.acme.tint"]},
}


class Builder:
    """Builds the one prompt module: reads three settings and a nested one."""

    def consumes(self, module: Module) -> bool:
        return module.manifest.module_id == "prompt_v1"

    def read(self, stage: str, module: Module, config: ConfigNamespace) -> tuple[Ruling, ...]:
        config.choice("tone", ("dry", "warm"), "dry")
        config.integer("length", 4, min=1, max=9)
        config.items("words", ())
        config.nested("style").flag("rhyme", False)
        return (Ruling("blocks", f"what `{stage}` captures", "answer", "the only one"),)

    def settled(self, stage: str) -> Mapping[str, Any] | None:
        return None


class Nobody:
    """A project without anybody who decides."""

    def missing(self, stage: str, mode: Any) -> str | None:
        return "say who decides" if mode == "ask" else None


def _acme(config: ConfigNamespace) -> None:
    config.integer("depth", 2, min=1, max=5)


POLICIES = Policies(blocks=Builder(), approvers=Nobody(), extensions={"acme": _acme})


@dataclass(frozen=True)
class Kit:
    """The modules and schemas in a folder, and the project around."""

    registry: ModuleRegistry
    schemas: SchemaRegistry
    around: Surroundings

    @classmethod
    def laid_out(cls, root: Path) -> Kit:
        """Write the modules and discover them."""
        for module_id, manifest in MANIFESTS.items():
            folder = root / "mods" / "kit" / module_id
            folder.mkdir(parents=True)
            head = {"module_id": module_id, "stage": "kit", "description": "d", "version": 1}
            (folder / "module.yaml").write_text(yaml.safe_dump(head | manifest))
            (folder / "main.py").write_text("def run_module(inputs, params, context): ...\n")
        broken = root / "mods" / "kit" / "broken_v1"
        broken.mkdir()
        (broken / "module.yaml").write_text("module_id: broken_v1\nstage: kit\n")
        schemas = SchemaRegistry()
        for name, shape in SHAPES.items():
            schemas.register_json(name, json.loads(json.dumps({"type": "object"} | shape)))
        registry = discover([root / "mods"], known_schemas=schemas.names())
        return cls(registry, schemas, Surroundings(root, {"project.title": "T"}))

    def commission(self, text: str, policies: Policies = POLICIES, **around: Any) -> Commission:
        """Let a recipe's text meet the modules. Raises RecipeError with every fault."""
        loaded, found = survey_recipe(parse_source(text, "r.yaml", family=RecipeError))
        if loaded is None:
            raise RecipeError(*found)
        filled, unfilled = fill_placeholders(loaded, self.around.facts)
        over = {"record": Surroundings(Path(), {}).record, "found": (*found, *unfilled)} | around
        return commission(filled, self.registry, self.schemas, replace(self.around, **over), policies)

    def faults(self, text: str, **around: Any) -> tuple[Fault, ...]:
        """Return every fault of a recipe that is refused; none when it is accepted."""
        try:
            self.commission(text, **around)
        except RecipeError as error:
            return error.faults
        return ()
