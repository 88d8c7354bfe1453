"""Conventions: what our recipes mean when they speak of the blocks of a prompt module.

- A selector is a path, or an ending of one that only one node has.
- An override of a block is for its step of `role: primary`, else for its only step that asks a model; a
  step with `meta={"fixed": True}` may not be overridden.
- What nothing captures is taken from the last node of the outermost block that ends with an answer.

The kernel asks these while it compiles a tree; each answer is kept with the result and told in the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cine_forge.kernel.ground.errors import Fault, RecipeError, listed
from cine_forge.kernel.stages.steps.block import ChatStep, Node
from cine_forge.kernel.stages.steps.naming import Placed
from cine_forge.kernel.stages.steps.policy import BlockPolicies, Chosen
from cine_forge.kernel.stages.steps.registry import ending_in, near_ending

PRIMARY = "primary"


class EndingSelectors:
    """A short name is the ending of one path."""

    def resolve(self, selector: str, available: tuple[str, ...]) -> Chosen:
        """Return the path meant. Raises RecipeError CF-R040 (none) or CF-R045 (several)."""
        found = ending_in(selector, available, "/")
        if len(found) == 1:
            whole = found[0] == selector
            return Chosen(found, "it is the whole path" if whole else f"only `{found[0]}` ends in it")
        if found:
            what = f"`{selector}` may be {listed(found)}"
            raise RecipeError(Fault("CF-R045", what, hint="write more of the path"))
        hint = near_ending(selector, available, "/") or f"paths are {listed(available)}"
        raise RecipeError(Fault("CF-R040", f"no node has a path like `{selector}`", hint=hint))


class PrimaryTargets:
    """An override of a block is for the step that its author calls primary, or for its only one."""

    def targets(self, selected: Placed, below: tuple[Placed, ...], override: Mapping[str, Any]) -> Chosen:
        """Return one step. Raises RecipeError CF-R042: none may be overridden, or it is not clear which."""
        steps = [one for one in (selected, *below) if isinstance(one.node, ChatStep)]
        free = [one.path for one in steps if not one.node.meta.get("fixed")]
        primary = [one.path for one in steps if one.path in free and one.node.meta.get("role") == PRIMARY]
        if len(primary) == 1:
            return Chosen((primary[0],), "it is the block's primary step")
        if len(free) == 1:
            return Chosen((free[0],), "it is the only step that may be overridden there")
        if free:
            what = f"the override of `{selected.path}` may be for {listed(primary or free)}"
            raise RecipeError(Fault("CF-R042", what, hint="name the step"))
        why = "all its steps are fixed by their author" if steps else "nothing in it asks a model"
        raise RecipeError(Fault("CF-R042", f"`{selected.path}` cannot be overridden: {why}"))


class LastAnswer:
    """What nothing captures is the last answer of the outermost block."""

    def choose(self, key: str, candidates: tuple[Placed, ...]) -> Chosen:
        """Return the last candidate of the highest level. Raises RecipeError CF-R043 when there is none."""
        if not candidates:
            hint = f'write `capture_key="{key}"` at a step'
            raise RecipeError(
                Fault("CF-R043", f"no node is sure to end with an answer for `{key}`", hint=hint)
            )
        level = min(one.path.count("/") for one in candidates)
        last = [one.path for one in candidates if one.path.count("/") == level][-1]
        return Chosen((last,), "it is the last that ends with an answer")

    def attach(self, node: Node, key: str) -> Node:
        """Return the node with that capture key."""
        return replace(node, capture_key=key)


def block_policies() -> BlockPolicies:
    """Return our conventions."""
    return BlockPolicies(EndingSelectors(), PrimaryTargets(), LastAnswer())
