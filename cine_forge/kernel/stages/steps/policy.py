"""Block policies: the conventions of an application, asked while a tree of blocks is compiled.

The kernel knows paths and kinds; what a short name means, which step an override is for and which block
gives a result its text is not its business. Each question is a protocol; each answer becomes a decision
that is kept with the result and told in the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from cine_forge.kernel.ground.errors import Fault, RecipeError, listed, nearest
from cine_forge.kernel.stages.steps.block import Node
from cine_forge.kernel.stages.steps.naming import Placed


@dataclass(frozen=True)
class Chosen:
    """An answer: paths, and the sentence that says why."""

    paths: tuple[str, ...]
    reason: str


class SelectorResolver(Protocol):
    """Knows what a person means by a short name."""

    def resolve(self, selector: str, available: tuple[str, ...]) -> Chosen:
        """Return the paths meant. Raises RecipeError when there is none, or it is not clear which."""


class OverrideTargetPolicy(Protocol):
    """Knows which steps an override of a node is for."""

    def targets(self, selected: Placed, below: tuple[Placed, ...], override: Mapping[str, Any]) -> Chosen:
        """Return the paths of the chat steps to patch, among `selected` and the nodes `below` it.

        Raises RecipeError when none may be patched, or it is not clear which.
        """


class CapturePolicy(Protocol):
    """Knows which node gives a result that nothing captures yet."""

    def choose(self, key: str, candidates: tuple[Placed, ...]) -> Chosen:
        """Return the one path whose answer becomes `key`. `candidates` are those with an answer for sure.

        Raises RecipeError when none fits, or it is not clear which.
        """

    def attach(self, node: Node, key: str) -> Node:
        """Return the node with the capture attached."""


class ExactSelectors:
    """The kernel's own answer: a selector is a whole path."""

    def resolve(self, selector: str, available: tuple[str, ...]) -> Chosen:
        """Return that path. Raises RecipeError CF-R040 when there is none."""
        if selector in available:
            return Chosen((selector,), "it is the whole path")
        hint = nearest(selector, available) or f"paths are {listed(available)}"
        raise RecipeError(Fault("CF-R040", f"no node has the path `{selector}`", hint=hint))


class ExactTargets:
    """The kernel's own answer: an override is for the step that is named."""

    def targets(self, selected: Placed, below: tuple[Placed, ...], override: Mapping[str, Any]) -> Chosen:
        """Return the selected path."""
        return Chosen((selected.path,), "it is the node that is named")


class ExactCapture:
    """The kernel's own answer: only what is named is captured."""

    def choose(self, key: str, candidates: tuple[Placed, ...]) -> Chosen:
        """Return the one candidate. Raises RecipeError CF-R043 when there are none or several."""
        if len(candidates) == 1:
            return Chosen((candidates[0].path,), "it is the node that is named")
        hint = f"there are {listed([one.path for one in candidates])}" if candidates else ""
        raise RecipeError(Fault("CF-R043", f"nothing says which node is captured as `{key}`", hint=hint))

    def attach(self, node: Node, key: str) -> Node:
        """Return the node with that capture key."""
        return replace(node, capture_key=key)


@dataclass(frozen=True)
class BlockPolicies:
    """All answers. Without an application's, paths are written out whole and nothing is guessed."""

    selectors: SelectorResolver = field(default_factory=ExactSelectors)
    overrides: OverrideTargetPolicy = field(default_factory=ExactTargets)
    capture: CapturePolicy = field(default_factory=ExactCapture)


@dataclass(frozen=True)
class BlockDecision:
    """What a policy decided: `policy` is selection, override or capture; `asked` is what it was asked."""

    policy: str
    asked: str
    chosen: tuple[str, ...]
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**vars(self), "chosen": list(self.chosen), "values": dict(self.values)}
