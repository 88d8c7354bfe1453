"""Names and paths: every node of a tree gets one path, the same each time the tree is built.

A node without a name is called after its kind and place, `step_02` or `block_02`, counted among all nodes
of its block: naming one step does not rename the others. Whatever is wrong with the shape of a tree is
found here, all at once, before anybody is asked anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cine_forge.kernel.ground.errors import Fault, ModuleError
from cine_forge.kernel.ground.hashing import canonical_json
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep, Node
from cine_forge.kernel.stages.steps.conversation import MERGE_MODES

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_NAME_FORM = "small letters and digits with `_`, `-` and `.`"
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN_KEYS = frozenset({"inputs", "params", "facts", "entity"})


@dataclass(frozen=True)
class Placed:
    """A node with its path, `root/block/step_01`. `sure` is false below a block that may be passed over."""

    path: str
    node: Node
    sure: bool = True

    @property
    def capture_key(self) -> str | None:
        """Return the key that the node captures under, or None."""
        return self.node.capture_key


def named(block: Any, name: str) -> Block:
    """Return the tree with every name written out; its root is called `name`.

    Raises ModuleError with every fault: CF-M021 (not a tree of blocks and steps), CF-M022 (names), CF-M023
    (capture keys), CF-M024 (the root has another name).
    """
    if not isinstance(block, Block):
        raise ModuleError(Fault("CF-M020", f"a block is wanted, found {type(block).__name__}", name))
    faults: list[Fault] = []
    if block.name not in ("", name):
        what = f"the block calls itself `{block.name}`; its place is called `{name}`"
        faults.append(Fault("CF-M024", what, name, "leave its name out, or use that one"))
    tree = _named_block(replace(block, name=name), name, faults)
    faults += _shared_keys(tree)
    if faults:
        raise ModuleError(*faults)
    return tree


def walk(block: Block, path: str = "", *, sure: bool = True) -> Iterator[Placed]:
    """Yield the block and every node below it, in the order they are carried out."""
    here = f"{path}/{block.name}" if path else block.name
    sure = sure and block.when is None
    yield Placed(here, block, sure)
    for node in block.nodes:
        if isinstance(node, Block):
            yield from walk(node, here, sure=sure)
        else:
            yield Placed(f"{here}/{node.name}", node, sure)


def at(block: Block, path: str) -> Node:
    """Return the node at a path of a named tree. Raises KeyError."""
    return {placed.path: placed.node for placed in walk(block)}[path]


def put(block: Block, path: str, node: Node | None) -> Block:
    """Return the tree with the node at `path` replaced, or left out. The root cannot be left out."""
    if path == block.name:
        return node if isinstance(node, Block) else block
    inner = path.removeprefix(f"{block.name}/")
    first = inner.partition("/")[0]
    nodes: list[Node] = []
    for child in block.nodes:
        if child.name != first:
            nodes.append(child)
        elif isinstance(child, Block) and inner != first:
            nodes.append(put(child, inner, node))
        elif node is not None:
            nodes.append(node)
    return replace(block, nodes=nodes)


def _named_block(block: Block, path: str, faults: list[Fault]) -> Block:
    faults += _misshapen(block, path)
    nodes: list[Node] = []
    taken: set[str] = set()
    for number, node in enumerate(block.nodes, 1):
        if not isinstance(node, Node):
            what = f"node {number} is {type(node).__name__}, not a step or a block"
            faults.append(Fault("CF-M021", what, path, "use ChatStep, ActionStep or Block"))
            continue
        name = node.name or f"{'block' if isinstance(node, Block) else 'step'}_{number:02}"
        if name in taken:
            what = f"two nodes of `{path}` are called `{name}`"
            faults.append(Fault("CF-M022", what, f"{path}/{name}", "rename one, or leave its name out"))
        taken.add(name)
        nodes.append(_named_node(node, name, f"{path}/{name}", faults))
    return replace(block, nodes=nodes)


def _named_node(node: Node, name: str, path: str, faults: list[Fault]) -> Node:
    if isinstance(node, Block):
        return _named_block(replace(node, name=name), path, faults)
    faults += _misshapen(node, path)
    return replace(node, name=name)


def _misshapen(node: Node, path: str) -> Iterator[Fault]:
    if not (isinstance(node.name, str) and (node.name == "" or _NAME.fullmatch(node.name))):
        yield Fault("CF-M022", f"`{node.name}` cannot be a name", path, f"use {_NAME_FORM}")
    key = node.capture_key
    if key is not None and (not isinstance(key, str) or not _KEY.fullmatch(key) or key in _TAKEN_KEYS):
        taken = f"`{key}` cannot be a capture key"
        yield Fault("CF-M023", taken, path, "use small letters, digits and `_`, and no name of what is given")
    if isinstance(node, Block):
        yield from _misshapen_block(node, path)
    elif isinstance(node, ActionStep) and not callable(node.act):
        yield Fault("CF-M021", f"`act` is {type(node.act).__name__}, not a function", path)
    elif isinstance(node, ChatStep):
        yield from _misshapen_texts(node, path)
    try:
        canonical_json(dict(node.meta))
    except (TypeError, ValueError):
        yield Fault("CF-M021", "`meta` is not a mapping of plain data", path, "use texts, numbers and lists")


def _misshapen_block(block: Block, path: str) -> Iterator[Fault]:
    if not block.nodes:
        yield Fault("CF-M021", "the block holds nothing", path, "give it a step, or leave it out")
    if block.merge not in MERGE_MODES:
        modes = ", ".join(f"`{mode}`" for mode in MERGE_MODES)
        yield Fault("CF-M021", f"there is no merge mode `{block.merge}`", path, f"use one of {modes}")
    if block.when is not None and not callable(block.when):
        yield Fault("CF-M021", f"`when` is {type(block.when).__name__}, not a function", path)
    if block.capture_key is not None and not block.responds():
        what = f"the block is to capture `{block.capture_key}`, and no model is sure to answer in it"
        yield Fault("CF-M023", what, path, "capture at a step, or add a ChatStep")


def _misshapen_texts(step: ChatStep, path: str) -> Iterator[Fault]:
    for field, text in (("prompt", step.prompt), ("system", step.system)):
        if text is None and field == "system":
            continue
        if not (callable(text) or (isinstance(text, str) and text.strip())):
            yield Fault("CF-M021", f"`{field}` is neither text nor a function", path, "write what to ask")


def _shared_keys(tree: Block) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for placed in walk(tree):
        key = placed.capture_key
        if key is None:
            continue
        if key in first:
            what = f"`{first[key]}` and `{placed.path}` both capture `{key}`"
            yield Fault("CF-M023", what, placed.path, "give each a key of its own")
        first.setdefault(key, placed.path)
