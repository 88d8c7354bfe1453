"""Supply: whether everything that a tree of blocks reads is there when it is read, known before a run.

Names come from what a unit is given and from what was captured before. A block that may be passed over
supplies only itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cine_forge.kernel.ground.errors import Fault, listed, nearest
from cine_forge.kernel.stages.steps.block import Block, ChatStep
from cine_forge.kernel.stages.steps.material import ENTITY, names_in
from cine_forge.kernel.stages.steps.naming import walk


@dataclass
class _Stock:
    """The names at hand at one place of the tree, and the faults found so far."""

    names: dict[str, None]
    faults: list[Fault] = field(default_factory=list)

    def want(self, name: str, path: str, who: str) -> None:
        if name in self.names:
            return
        hint = nearest(name, self.names) or f"there are {listed(list(self.names))}"
        self.faults.append(Fault("CF-M026", f"{who} `{name}`, which is not there before it", path, hint))


def unsupplied(tree: Block, given: Iterable[str]) -> tuple[Fault, ...]:
    """Return every CF-M026 of a named tree. `given` are the names of a unit's inputs, params and facts."""
    stock = _Stock(dict.fromkeys((*given, ENTITY)))
    _check_block(tree, tree.name, stock)
    return tuple(stock.faults)


def keys_of(block: Block, *, sure: bool = False) -> tuple[str, ...]:
    """Return the keys captured in a named tree, in order; with `sure`, only those there whatever happens."""
    return tuple(
        placed.capture_key
        for placed in walk(block)
        if placed.capture_key is not None and (placed.sure or not sure)
    )


def _check_block(block: Block, path: str, stock: _Stock) -> None:
    for name in block.io.requires:
        stock.want(name, path, "the block requires")
    before = dict(stock.names)
    for node in block.nodes:
        here = f"{path}/{node.name}"
        if isinstance(node, Block):
            _check_block(node, here, stock)
        elif isinstance(node, ChatStep):
            for name in _read_by(node):
                stock.want(name, here, "the prompt reads")
        if node.capture_key is not None and not isinstance(node, Block):
            stock.names[node.capture_key] = None
    stock.faults += _broken_promises(block, path)
    if block.when is not None:
        stock.names = before
    elif block.capture_key is not None:
        stock.names[block.capture_key] = None


def _read_by(step: ChatStep) -> Iterator[str]:
    for text in (step.system, step.prompt):
        if isinstance(text, str):
            yield from names_in(text)


def _broken_promises(block: Block, path: str) -> Iterator[Fault]:
    sure, found = keys_of(block, sure=True), keys_of(block)
    for name in block.io.provides:
        if name not in sure:
            hint = nearest(name, found) or f"it captures {listed(list(found)) or 'nothing'}"
            yield Fault("CF-M026", f"the block provides `{name}`, which it does not capture", path, hint)
    if block.io.captures and set(block.io.captures) != set(found):
        what = f"the block says that it captures {listed(sorted(block.io.captures))}"
        yield Fault("CF-M026", what, path, f"it captures {listed(sorted(found)) or 'nothing'}")
