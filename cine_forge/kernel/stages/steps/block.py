"""Blocks: what an author writes when a result comes from asking a language model.

`ChatStep` is one call, `ActionStep` is Python between calls, `Block` holds them in order. All are frozen
values: building a tree asks nobody anything. Names may be left out; `naming.py` gives every node its path,
`compilation.py` checks the tree as a whole, `runner.py` carries it out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cine_forge.kernel.stages.steps.chat import ChatParams
from cine_forge.kernel.stages.steps.conversation import MergeMode
from cine_forge.kernel.stages.steps.material import StepContext

Text = str | Callable[[StepContext], str]
"""A prompt: text with `${name}` in it, or a function that returns text, which is then taken as it is."""

Condition = Callable[[StepContext], bool]

PatchField = Literal["prompt", "system", "temperature", "max_tokens"]


@dataclass(frozen=True)
class StageIO:
    """What a block says about itself, checked before anything runs.

    `requires` are names that must be there before it: a capture key, `inputs.x`, `params.x`, `facts.x`.
    `provides` are keys that are sure to be captured once it ended; `captures`, when given, are all its keys.
    """

    requires: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChatStep:
    """One call of a language model. The answer joins the conversation, and is kept under `capture_key`.

    `system`, when given, is said before the prompt; `meta` is plain data for policies and people.
    """

    prompt: Text
    name: str = field(default="", kw_only=True)
    system: Text | None = field(default=None, kw_only=True)
    capture_key: str | None = field(default=None, kw_only=True)
    params: ChatParams = field(default=ChatParams(), kw_only=True)
    meta: Mapping[str, Any] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class ActionStep:
    """Python between calls: gets a `StepContext` of its own, and what it returns may be captured.

    It says nothing: the conversation is the same before and after.
    """

    act: Callable[[StepContext], Any]
    name: str = field(default="", kw_only=True)
    capture_key: str | None = field(default=None, kw_only=True)
    meta: Mapping[str, Any] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class Block:
    """Nodes that are carried out in order in a copy of the conversation; `merge` says what comes back.

    `capture_key` keeps the block's last answer. With `when`, the block is passed over unless it says yes;
    nothing after it may then rely on what it captures.
    """

    nodes: Sequence[Node]
    name: str = field(default="", kw_only=True)
    merge: MergeMode = field(default="all_messages", kw_only=True)
    capture_key: str | None = field(default=None, kw_only=True)
    io: StageIO = field(default=StageIO(), kw_only=True)
    when: Condition | None = field(default=None, kw_only=True)
    meta: Mapping[str, Any] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", tuple(self.nodes))

    def responds(self) -> bool:
        """Say whether it is sure that this block's conversation has an answer of its own in the end."""
        return any(isinstance(node, ChatStep) or _answers(node) for node in self.nodes)


Node = ChatStep | ActionStep | Block


def _answers(node: Node) -> bool:
    return isinstance(node, Block) and node.when is None and node.merge != "none" and node.responds()


def kind_of(node: Node) -> str:
    """Return `chat`, `action` or `block`."""
    return {ChatStep: "chat", ActionStep: "action", Block: "block"}[type(node)]
