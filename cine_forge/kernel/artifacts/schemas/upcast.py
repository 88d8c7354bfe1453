"""Upcasts: how data of a kept shape becomes data of the next one, `x@1` to `x@2`, step by step.

Whoever registers a shape registers the step that leads to it: a function of ours, or the moves that a
module's manifest lists, since discovery imports no code. Reading goes through here and changes no file:
a version keeps its bytes, its digest and its schema. Which data is where is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cine_forge.kernel.ground.errors import ArtifactError, Fault
from cine_forge.kernel.ground.hashing import canonical_json, digest_of, digest_of_file

Change = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes data of its own and returns it in the newer shape; pure."""

VERBS = ("rename", "move", "default", "drop")
"""What a move does; each is a key of the mapping, with a path such as `/clips/*/take` as its value."""


class Upcast(NamedTuple):
    """One step. `digest` tells one step from another: the moves, or the file that the function stands in."""

    older: str
    newer: str
    change: Change
    digest: str


class Upcasts:
    """The known steps, by the shape they start from."""

    def __init__(self) -> None:
        self._steps: dict[str, Upcast] = {}

    def add(self, step: Upcast) -> None:
        """Add a step to the next number. Raises ArtifactError CF-A035 for another step or a second one."""
        kind, number = numbered(step.older)
        if numbered(step.newer) != (kind, number + 1):
            what = f"an upcast leads from `{step.older}` to `{kind}@{number + 1}`, not to `{step.newer}`"
            raise ArtifactError(Fault("CF-A035", what, hint="one step for each number; steps are chained"))
        present = self._steps.setdefault(step.older, step)
        if present.digest != step.digest:
            what = f"two upcasts lead from `{step.older}` to `{step.newer}`, and they differ"
            raise ArtifactError(Fault("CF-A035", what, hint="a shape has one way to the next"))

    def chain(self, held: str, wanted: str) -> tuple[Upcast, ...] | None:
        """Return the steps from one shape to a newer one of the same type; None when one is missing."""
        found: list[Upcast] = []
        while held != wanted:
            step = self._steps.get(held)
            if step is None or numbered(held) >= numbered(wanted):
                return None
            found.append(step)
            held = step.newer
        return tuple(found)

    def leading_to(self, wanted: str) -> Iterator[tuple[str, str]]:
        """Yield each shape that can be brought to `wanted`, and the digest of the way, nearest first."""
        for held in sorted(self._steps, key=numbered, reverse=True):
            chain = self.chain(held, wanted)
            if chain:
                yield held, digest_of([step.digest for step in chain])


def numbered(schema: str) -> tuple[str, int]:
    """Return a schema's type and number: `sheet@12` as (`sheet`, 12)."""
    kind, _, number = schema.partition("@")
    return kind, int(number)


def upcast_by(older: str, newer: str, function: Change) -> Upcast:
    """Return a step that a function takes."""
    code = getattr(function, "__code__", None)
    file = Path(code.co_filename) if code else Path()
    written = digest_of_file(file) if file.is_file() else ""
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return Upcast(older, newer, function, digest_of([older, newer, name, written]))


def upcast_by_moves(newer: str, moves: Iterable[Mapping[str, Any]]) -> Upcast:
    """Return the step to `newer` that moves describe, in their order."""
    kind, number = numbered(newer)
    listed = [dict(move) for move in moves]

    def change(data: dict[str, Any]) -> dict[str, Any]:
        for move in listed:
            _carry_out(move, data)
        return data

    older = f"{kind}@{number - 1}"
    return Upcast(older, newer, change, digest_of([older, newer, listed]))


def brought_up(chain: Iterable[Upcast], data: Mapping[str, Any]) -> dict[str, Any]:
    """Take every step on a copy of `data`. Raises ArtifactError CF-A036 when a step fails on it."""
    found: dict[str, Any] = json.loads(canonical_json(data))
    for step in chain:
        try:
            found = step.change(found)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            what = f"the upcast from `{step.older}` to `{step.newer}` fails: {error!r}"
            hint = "the file is untouched; the upcast must be mended by whoever ships the shape"
            raise ArtifactError(Fault("CF-A036", what, hint=hint)) from error
    return found


def _carry_out(move: Mapping[str, Any], data: dict[str, Any]) -> None:
    """Do one move. What is not there is not moved; a default fills only what is absent."""
    verb = next(verb for verb in VERBS if verb in move)
    *above, name = _steps(move[verb])
    for parent in _parents(data, above):
        if verb == "default":
            parent.setdefault(name, json.loads(canonical_json(move["value"])))
        elif name in parent:
            value = parent.pop(name)
            if verb == "rename":
                _put(parent, [move["to"]], value)
            elif verb == "move":
                _put(data, _steps(move["to"]), value)


def _steps(path: str) -> list[str]:
    return path.strip("/").split("/")


def _parents(data: dict[str, Any], above: list[str]) -> Iterator[dict[str, Any]]:
    found: list[Any] = [data]
    for step in above:
        found = [inner for outer in found for inner in _below(outer, step)]
    return (one for one in found if isinstance(one, dict))


def _below(outer: Any, step: str) -> list[Any]:
    if step == "*":
        return list(outer) if isinstance(outer, list) else []
    return [outer[step]] if isinstance(outer, dict) and step in outer else []


def _put(data: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a value where nothing is. Raises ValueError when something is there, or no object on the way."""
    *above, name = path
    for step in above:
        data = data.setdefault(step, {})
        if not isinstance(data, dict):
            raise ValueError(f"`{step}` is no object")
    if name in data:
        raise ValueError(f"`{name}` is there already")
    data[name] = value
