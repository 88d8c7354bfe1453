"""Graphs: templates of nodes with named slots, as ComfyUI saves them for its API, filled from a submission.

A template is a file `NAME.json` with `graph` (the nodes) and `slots` (the name of a slot to its places, each
`[node, input]`). A slot of a reference that is not filled, and a reference without a slot, are refused:
nothing is dropped. The server is not asked here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cine_forge.generation.action import slots_of
from cine_forge.generation.providers.provider import Submission
from cine_forge.kernel.ground.errors import Fault, ProjectError, StageError, listed, nearest

Slot = Literal[
    "prompt", "negative", "seed", "width", "height", "frames", "fps", "seconds", "prefix",
    "start_frame", "end_frame", "references", "clip", "sound",
]  # fmt: skip

_OWN: tuple[Slot, ...] = ("start_frame", "end_frame", "clip", "sound")
"""Slots of a payload that a template names one by one; all others are its `references`, in their order."""

_OF_FILES: tuple[Slot, ...] = (*_OWN, "references")


class Node(BaseModel):
    """One node: its class, and for each input a value or `[node, number of the output]`."""

    model_config = ConfigDict(frozen=True, extra="allow")

    class_type: str
    inputs: dict[str, Any]


class Template(BaseModel):
    """A graph with slots. Each place is `[node, input]`; the n-th reference goes to the n-th place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str = ""
    slots: dict[Slot, tuple[tuple[str, str], ...]]
    graph: dict[str, Node]


def read_templates(folders: Iterable[Path]) -> Mapping[str, Template]:
    """Read every `*.json` of the folders by its name; an earlier folder wins over a later one.

    Raises ProjectError CF-G090 for a file that is no template, or whose slots lead nowhere.
    """
    found: dict[str, Template] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.json")):
            if path.stem not in found:
                found[path.stem] = _read(path)
    return found


def filled(submission: Submission, templates: Mapping[str, Template]) -> dict[str, Any]:
    """Return the graph of a submission, ready to be queued. Raises StageError CF-G090 or CF-G024."""
    name = graph_name(submission)
    template = templates.get(name)
    if template is None:
        hint = nearest(name, templates) or f"known: {listed(sorted(templates))}"
        raise StageError(Fault("CF-G090", f"there is no graph `{name}`", submission.model, hint))
    graph = {key: node.model_dump() for key, node in deepcopy(template.graph).items()}
    for slot, value in _values(submission, template, name):
        for node, key in template.slots[slot]:
            graph[node]["inputs"][key] = value
    for (node, key), file in zip(template.slots.get("references", ()), _references(submission), strict=True):
        graph[node]["inputs"][key] = file
    return graph


def graph_name(submission: Submission) -> str:
    """Return which graph makes it: the one of its action in the model's profile, else the model's.

    `{references}` in the name stands for how many there are without a slot of their own.
    """
    shape = submission.profile.shapes.get(submission.action) if submission.profile else None
    name = (shape.endpoint if shape else None) or submission.endpoint
    held = slots_of(submission.payload)
    return name.replace("{references}", str(sum(len(held[key]) for key in held if key not in _OWN)))


def _values(submission: Submission, template: Template, name: str) -> Iterator[tuple[Slot, Any]]:
    """Yield what goes into each slot that the template has; references are counted first."""
    _check_files(submission, template, name)
    payload = submission.payload
    parts = {key: getattr(payload, key, None) for key in ("prompt", "seed", "width", "height", "frames")}
    fps = getattr(payload, "fps", None)
    parts |= {
        "negative": getattr(payload, "negative_prompt", None),
        "fps": None if fps is None else float(Fraction(fps)),
        "seconds": getattr(payload, "seconds", None),
        "prefix": f"cine-forge/{submission.own_id}",
    }
    held = slots_of(payload)
    parts |= {slot: _file(submission, held[slot][0].path) for slot in _OWN if slot in held}
    for slot in template.slots:
        if parts.get(slot) is not None:
            yield slot, parts[slot]


def _references(submission: Submission) -> list[str]:
    """Return the files of all references that have no slot of their own, in the payload's order."""
    held = slots_of(submission.payload)
    return [_file(submission, one.path) for key in held if key not in _OWN for one in held[key]]


def _check_files(submission: Submission, template: Template, name: str) -> None:
    held = slots_of(submission.payload)
    many = sum(len(references) for key, references in held.items() if key not in _OWN)
    for slot in _OF_FILES:
        places = len(template.slots.get(slot, ()))
        wanted = places if slot == "references" else min(places, 1)
        given = many if slot == "references" else int(slot in held)
        if wanted != given:
            what = f"graph `{name}` takes {wanted} of `{slot}`, and there are {given}"
            hint = "name another graph for this action in the model's profile"
            raise StageError(Fault("CF-G024", what, submission.model, hint))


def _file(submission: Submission, path: str) -> str:
    """Return the name of an uploaded file as the server gave it."""
    return submission.urls[path].partition("?")[0]


def _read(path: Path) -> Template:
    try:
        template = Template.model_validate(json.loads(path.read_bytes()))
    except ValidationError as error:
        told = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in told["loc"])
        raise _wrong(path, f"`{where}`: {told['msg'][:1].lower()}{told['msg'][1:]}") from None
    except (OSError, ValueError) as error:
        raise _wrong(path, f"it is no JSON: {error}") from None
    for slot, places in template.slots.items():
        for node, key in places:
            if node not in template.graph:
                raise _wrong(path, f"slot `{slot}` leads to `{key}` of node `{node}`, which is not there")
    return template


def _wrong(path: Path, why: str) -> ProjectError:
    hint = "save it in ComfyUI with `Export (API)`, and say its slots"
    return ProjectError(Fault("CF-G090", f"graph `{path.stem}`: {why}", str(path), hint))
