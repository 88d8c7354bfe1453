"""A world for random graphs: stages with everything a result can depend on, written to real folders.

A stage reads the texts of earlier ones. It may be a gate, may fail, may keep a set, and may be done once for
each member of an earlier set; sets within sets make nested fans. Each edit changes one thing of one stage.
The modules' folder can serve many worlds: a file is written only when its text changes, so that nothing is
read or imported twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cine_forge.kernel.planning.policy import Asked, Policies
from cine_forge.kernel.stages.discovery import Module, ModuleRegistry, read_module
from tests.kernel.workshop import Workshop

_MAIN = """
import hashlib
from pathlib import Path
from cine_forge import Draft, StageResult
from .word import WORD

TEMPLATE = Path(__file__).parent / "prompts" / "sentence.j2"

def draft(output, entity, data):
    return Draft(output=output, entity=entity, data=data, intent="test", rationale="test")

def run_module(inputs, params, context):
    if params["boom"]:
        raise ValueError("boom")
    given = [one for value in inputs.values() for one in (value if isinstance(value, tuple) else (value,))]
    heard = [(one.ref.partition("@")[0], one.data["text"]) for one in given]
    files = [TEMPLATE.read_text(), Path(params["file"]).read_text()]
    own = [params["text"], WORD, *files, *context.facts.values()]
    text = "dull" if params["dull"] else hashlib.sha256(repr((own, heard)).encode()).hexdigest()[:12]
    drafts = [draft("out", context.entity, {"text": text})]
    if "ids" in params:
        home = "" if context.entity == "project" else context.entity + "/"
        ids = {name: home + context.stage_id + ":" + name for name in params["ids"].split()}
        members = [{"id": id, "label": name.upper()} for name, id in ids.items()]
        drafts.append(draft("set", context.entity, {"members": members, "retired": []}))
        drafts += [draft("things", id, {"text": name + params["text"]}) for name, id in ids.items()]
    return StageResult(outputs=tuple(drafts))
# edition EDITION
"""


@dataclass(frozen=True)
class Stage:
    """One stage of a world. `fan` is the stage whose set it is done for; `ids` makes it keep a set."""

    needs: tuple[int, ...] = ()
    fan: int | None = None
    gate: bool = False
    ids: str | None = None
    text: str = "x"
    dull: bool = False
    boom: bool = False
    reads_fact: bool = False
    file: str = "f"
    word: str = "w"
    template: str = "t"
    schema: str = "s"
    edition: str = "1"


@dataclass
class World:
    """Stages by number; `n0` is the first. `shut` are gates that nobody has opened."""

    workshop: Workshop
    stages: list[Stage]
    tone: str = "calm"
    shut: set[int] = field(default_factory=set)

    def write(self) -> None:
        """Bring folders, recipe, facts and policies in line with the stages."""
        self.workshop.stages = [self._entry(number, stage) for number, stage in enumerate(self.stages)]
        self.workshop.facts = {"tone": self.tone}
        self.workshop.policies = Policies(gate=_Shut(frozenset(f"n{number}" for number in self.shut)))
        modules = {f"n{number}": self._module(number, stage) for number, stage in enumerate(self.stages)}
        self.workshop.registry = ModuleRegistry(modules, {})
        for number, stage in enumerate(self.stages):
            _write(self.workshop.root / "project" / f"n{number}.txt", stage.file)

    def edit(self, number: int, what: str, value: Any) -> None:
        """Change one thing of one stage; what does not apply to it leaves it as it is."""
        stage = self.stages[number]
        if what == "tone":
            self.tone = value
        elif what == "gate":
            self.shut ^= {number} if stage.gate else set()
        elif what == "need":
            other = value % number if number else None
            kept = tuple(sorted({*stage.needs} ^ {other})) if other is not None else ()
            self.stages[number] = replace(stage, needs=kept if kept or not stage.gate else stage.needs)
        elif what != "ids" or stage.ids is not None:
            self.stages[number] = replace(stage, **{what: value})

    def _entry(self, number: int, stage: Stage) -> dict[str, Any]:
        params = {"text": stage.text, "dull": stage.dull, "boom": stage.boom, "file": f"n{number}.txt"}
        params |= {"ids": stage.ids} if stage.ids is not None else {}
        needs = sorted({*stage.needs, *([] if stage.fan is None else [stage.fan])})
        return {
            "id": f"n{number}",
            "module": f"n{number}",
            "needs": [f"n{need}" for need in needs],
            "params": params,
        }

    def _module(self, number: int, stage: Stage) -> Module:
        folder = self.workshop.root.parent.parent / "modules" / "any" / f"n{number}"
        manifest = _manifest(number, stage)
        shape = json.dumps({"type": "object", "description": stage.schema})
        for name in manifest["schemas"]:
            _write(folder / name, '{"type": "object"}' if "set@" in name else shape)
        _write(folder / "main.py", _MAIN.replace("EDITION", stage.edition))
        _write(folder / "word.py", f"WORD = {stage.word!r}\n")
        _write(folder / "prompts" / "sentence.j2", stage.template)
        _write(folder / "module.yaml", json.dumps(manifest))
        key = (str(folder), json.dumps([manifest, shape, stage.edition, stage.word, stage.template]))
        if key not in _READ:
            _READ[key] = read_module(folder, folder.parent.parent)
        return _READ[key]


_READ: dict[tuple[str, str], Module] = {}
"""Modules by what is written in their folders: as discovery would, a changed folder is read anew."""


@dataclass(frozen=True)
class _Shut:
    """A gate policy that holds the stages named."""

    stages: frozenset[str]

    def holds(self, asked: Asked, decisions: tuple[Mapping[str, Any], ...]) -> str | None:
        return "waits for a person" if asked.stage in self.stages else None


def _manifest(number: int, stage: Stage) -> dict[str, Any]:
    own = f"n{number}"
    inputs: dict[str, Any] = {
        f"in{need}": {"schema": f"n{need}@1", "entities": "all"} for need in stage.needs
    }
    outputs: dict[str, Any] = {"out": {"schema": f"{own}@1"}}
    params = {name: {"type": "boolean"} for name in ("dull", "boom")} | {"text": {"type": "string"}}
    found: dict[str, Any] = {"module_id": own, "stage": "any", "description": "test", "version": 1}
    if stage.fan is not None:
        inputs = {"thing": {"schema": f"n{stage.fan}_thing@1"}} | inputs
        found["for_each"] = f"n{stage.fan}_set@1"
    if stage.ids is not None:
        outputs["set"] = {"schema": f"{own}_set@1"}
        outputs["things"] = {"schema": f"{own}_thing@1", "entities": "many"}
        params["ids"] = {"type": "string"}
    if stage.gate:
        found["gate"] = {"subject": f"in{stage.needs[0]}"}
    found["facts"] = ["tone"] if stage.reads_fact else []
    found["schemas"] = [f"schemas/{output['schema']}.json" for output in outputs.values()]
    params["file"] = {"type": "string", "format": "file"}
    return found | {"inputs": inputs, "outputs": outputs, "params": params}


def _write(path: Path, text: str) -> None:
    if _WRITTEN.get(path) != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        _WRITTEN[path] = text


_WRITTEN: dict[Path, str] = {}
"""What each file holds: nobody else writes there."""
