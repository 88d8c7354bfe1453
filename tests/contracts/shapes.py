"""The public shapes: what people's scripts, recipes, modules and adapters may rely on, read off the code.

    python -m tests.contracts.shapes write    accept today's shapes, after a schema version or for an addition
    python -m tests.contracts.shapes check    fail where the kept ones are gone

A shape is a list of names: `name` may be left out, `name!` has to be given. Names may be added; one that is
gone, or that has to be given now, breaks somebody and takes a schema version.
"""

from __future__ import annotations

import json
import sys
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from cine_forge.generation.action import Action
from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.generation.payload_kinds.reference import Reference
from cine_forge.generation.payloads import AnyPayload, Modality
from cine_forge.generation.profiles import Profile
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.generation.routing import Strategy
from cine_forge.generation.runners.runner import RunResult
from cine_forge.generation.runners.step_result import PassResult, SegmentResult, StepResult
from cine_forge.generation.verdict import GateVerdict
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.recipes.recipe import Recipe, StageEntry
from cine_forge.kernel.running.events import NAMES, Event
from cine_forge.kernel.running.state import RunState, StageState, UnitState
from cine_forge.kernel.stages.manifest import Manifest

KEPT = Path(__file__).with_name("shapes.json")

_WORDS: dict[str, type[StrEnum]] = {"modality": Modality, "action": Action, "receipt state": State}
_KINDS: tuple[Any, ...] = (
    *(RunResult, StepResult, PassResult, SegmentResult, GateVerdict),
    *(Receipt, Reference, Submission, SubmitOutcome, PollOutcome, Sought, Capabilities, Profile, Strategy),
    *(RunState, StageState, UnitState, Event, Envelope, Manifest, Recipe, StageEntry),
)


def shapes() -> dict[str, list[str]]:
    """Return every public shape as the code has it today."""
    payloads = {f"payload {kind.model_fields['modality'].default}": kind for kind in get_args(AnyPayload)}
    kinds = {kind.__name__: kind for kind in _KINDS} | payloads
    found = {name: _names(kind) for name, kind in kinds.items()}
    found |= {name: sorted(words) for name, words in _WORDS.items()}
    return dict(sorted((found | {"event names": sorted(NAMES)}).items()))


def kept() -> dict[str, list[str]]:
    """Return the shapes as they were accepted last."""
    read: dict[str, str] = json.loads(KEPT.read_text(encoding="utf-8"))
    return {shape: names.split() for shape, names in read.items()}


def broken(before: dict[str, list[str]], now: dict[str, list[str]]) -> list[str]:
    """Return a sentence for everything that was relied on and is gone, or has to be given now."""
    said = []
    for shape, names in before.items():
        found = {name.rstrip("!"): name for name in now.get(shape, [])}
        known = {name.rstrip("!") for name in names}
        said += [f"{shape}: `{name.rstrip('!')}` is gone" for name in names if name.rstrip("!") not in found]
        wanted = [name for name in now.get(shape, []) if name.endswith("!") and name not in names]
        new = "has to be given now"
        said += [
            f"{shape}: `{name[:-1]}` {new}" for name in wanted if name[:-1] in known or shape not in _OURS
        ]
    return said


_OURS = frozenset({"RunResult", "StepResult", "PassResult", "SegmentResult", "Submission", "Sought"})
"""Shapes that only we make and nobody reads back from a file: a name that is added to one breaks nobody."""


def _names(kind: Any) -> list[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [name + "!" * field.is_required() for name, field in kind.model_fields.items()]
    if is_dataclass(kind):
        free = (MISSING, MISSING)
        return [one.name + "!" * ((one.default, one.default_factory) == free) for one in fields(kind)]
    return list(kind._fields)


def main(act: str) -> int:
    """Write or check the kept shapes."""
    if act == "write":
        lines = [f"{json.dumps(shape)}: {json.dumps(' '.join(names))}" for shape, names in shapes().items()]
        KEPT.write_text("{\n " + ",\n ".join(lines) + "\n}\n", encoding="utf-8")
        return 0
    said = broken(kept(), shapes())
    print("\n".join(said) or "every public shape is as it was, or has more")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
