"""Material: what the prompts and actions of a block may read, and how a prompt is filled with it.

A name in a prompt is `${draft}` (captured before), `${params.topic}`, `${inputs.notes}`, `${facts.x}` or
`${entity}`; further dots lead into data. Text goes in as it is, everything else as JSON. What is put in
is never read again, so a model's answer cannot bring placeholders along.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cine_forge.kernel.ground.errors import Fault, StageError, listed, nearest
from cine_forge.kernel.stages.contract import Given, Input
from cine_forge.kernel.stages.steps.conversation import Message, last_answer

GIVEN = ("inputs", "params", "facts")
ENTITY = "entity"

_MARK = re.compile(r"\$\$\{|\$\{([^{}]*)\}")


def _unheard(message: str, **values: Any) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Material:
    """What a unit was given: inputs by name, params, project facts, its entity and its seed."""

    inputs: Mapping[str, Input] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    entity: str = ""
    seed: int = 0
    log: Callable[..., None] = _unheard


@dataclass(frozen=True)
class StepContext:
    """A step's view: the material, what was said and captured so far, and the step's own path.

    `captured` is the step's own copy; what it does to it changes nothing.
    """

    path: str
    material: Material
    messages: tuple[Message, ...]
    captured: Mapping[str, Any]

    @property
    def last_response(self) -> str | None:
        """Return the model's last answer, or None."""
        return last_answer(self.messages)

    def read(self, name: str) -> Any:
        """Return what a name stands for, as in a prompt. Raises StageError CF-S042 when there is nothing."""
        root, _, rest = name.partition(".")
        value: Any = self._roots().get(root, _ABSENT)
        for step in _steps(root, rest):
            value = _below(value, step)
        if value is _ABSENT:
            known = sorted([*self.captured, ENTITY, *(f"{table}.…" for table in GIVEN)])
            hint = nearest(name, known) or f"there are {listed(known)}"
            raise StageError(Fault("CF-S042", f"there is nothing called `{name}`", self.path, hint))
        return _plain(value)

    def fill(self, text: str) -> str:
        """Return a prompt with every `${name}` replaced; `$${` stands for a plain `${`."""
        return _MARK.sub(lambda found: "${" if found[1] is None else _shown(self.read(found[1])), text)

    def _roots(self) -> dict[str, Any]:
        given = {name: getattr(self.material, name) for name in (*GIVEN, ENTITY)}
        return {**self.captured, **given}


def names_in(text: str) -> Iterator[str]:
    """Yield the names that a prompt reads, cut to what can be known before a run."""
    for found in _MARK.finditer(text):
        if found[1] is not None:
            yield known_part(found[1])


def known_part(name: str) -> str:
    """Return the part of a name that says which value is meant: `inputs.notes.text` is `inputs.notes`."""
    root, _, rest = name.partition(".")
    return ".".join([root, *_steps(root, rest)[:1]]) if root in GIVEN else root


_ABSENT = object()


def _steps(root: str, rest: str) -> list[str]:
    """Return the way below a root; the names of facts have dots of their own."""
    if not rest:
        return []
    return [rest] if root == "facts" else rest.split(".")


def _below(value: Any, step: str) -> Any:
    if isinstance(value, Given):
        value = value.data
    if isinstance(value, Mapping):
        return value.get(step, _ABSENT)
    if isinstance(value, list | tuple) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return _ABSENT


def _plain(value: Any) -> Any:
    if isinstance(value, Given):
        return dict(value.data)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
