"""The registry of block kinds: named builders from which an author composes a larger block.

A kind has an id (`dialogue.ask`), a builder that reads its own settings, and what it says about itself.
Ids are looked up whole or by an ending that only one of them has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cine_forge.kernel.ground.config import ConfigNamespace
from cine_forge.kernel.ground.errors import Fault, ModuleError, listed, nearest
from cine_forge.kernel.stages.steps.block import Block, StageIO
from cine_forge.kernel.stages.steps.naming import named

Build = Callable[[ConfigNamespace], Block]


@dataclass(frozen=True)
class BlockKind:
    """A kind of block. `build` returns a block without a name, or with the one it is used under."""

    id: str
    build: Build
    doc: str = ""
    io: StageIO = field(default=StageIO())
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Use:
    """One use of a kind: its own name is where its settings stand and what its path says."""

    kind: str
    name: str = ""


class BlockRegistry:
    """Kinds by id."""

    def __init__(self, *kinds: BlockKind) -> None:
        self._kinds: dict[str, BlockKind] = {}
        for kind in kinds:
            if kind.id in self._kinds:
                hint = "give each kind an id of its own"
                raise ModuleError(Fault("CF-M025", f"two kinds of block are called `{kind.id}`", hint=hint))
            self._kinds[kind.id] = kind

    def resolve(self, name: str) -> BlockKind:
        """Return the kind of that id or ending. Raises ModuleError CF-M025 (none, or several)."""
        found = ending_in(name, self._kinds, ".")
        if len(found) == 1:
            return self._kinds[found[0]]
        if found:
            what = f"`{name}` may be {listed(found)}"
            raise ModuleError(Fault("CF-M025", what, hint="write more of its id"))
        hint = near_ending(name, self._kinds, ".") or f"there are {listed(sorted(self._kinds))}"
        raise ModuleError(Fault("CF-M025", f"there is no kind of block `{name}`", hint=hint))

    def describe(self) -> tuple[Mapping[str, Any], ...]:
        """Return each kind as plain data, by id: doc, io, tags."""
        return tuple(
            {"id": kind.id, "doc": kind.doc, "io": vars(kind.io), "tags": list(kind.tags)}
            for _, kind in sorted(self._kinds.items())
        )

    def compose(self, uses: Iterable[Use], config: ConfigNamespace) -> Block:
        """Return one block of several kinds, each built with the settings below its name.

        Raises ModuleError: CF-M020 (a builder returned something else), CF-M022 (a name used twice),
        CF-M024 (a block calls itself otherwise), CF-M025.
        """
        return Block([self._built(use, config) for use in uses])

    def _built(self, use: Use, config: ConfigNamespace) -> Block:
        kind = self.resolve(use.kind)
        name = use.name or kind.id.rpartition(".")[2]
        block = named(kind.build(config.nested(name)), name)
        return replace(block, io=kind.io) if block.io == StageIO() else block


def ending_in(name: str, known: Iterable[str], separator: str) -> tuple[str, ...]:
    """Return the known ids that are `name`, or else all that end in it after a separator, sorted."""
    ids = sorted(known)
    return (name,) if name in ids else tuple(id for id in ids if id.endswith(f"{separator}{name}"))


def near_ending(name: str, known: Iterable[str], separator: str) -> str:
    """Say ``did you mean `x`?`` for the id that is closest as a whole or by its last part."""
    ids = sorted(known)
    last = {id.rpartition(separator)[2]: id for id in ids}
    return nearest(name, [*ids, *last])
