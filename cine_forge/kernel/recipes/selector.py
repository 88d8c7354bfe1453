"""Selectors: how a recipe or a command names stages.

Stage ids may hold dots, so `a.b` may be a stage, a group's member, or output `b` of stage `a`. A full id
always wins; then a group (all stages below `a.`); then the longest stage id with an output name behind it.
On the command line a stage's id also means the stages below it: `cut` is `cut` with `cut.late`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from cine_forge.kernel.ground.errors import Fault, RecipeError, listed, nearest

_OUTPUT = re.compile(r"[A-Za-z0-9_-]+")


def split_need(entry: str, stage_ids: Collection[str]) -> tuple[str, str | None]:
    """Return the stage and the output (None for all of them) that `entry` names.

    Raises RecipeError CF-R004 when no stage id begins it.
    """
    if entry in stage_ids:
        return entry, None
    stage, dot, output = entry.rpartition(".")
    if dot and stage in stage_ids and _OUTPUT.fullmatch(output):
        return stage, output
    raise RecipeError(_unmatched("CF-R004", entry, stage_ids))


def expand_need(entry: str, stage_ids: Collection[str]) -> tuple[str, ...]:
    """Return the entries that `entry` stands for: itself, or each member when it names a group.

    Raises RecipeError CF-R004 when it names nothing.
    """
    members = () if entry in stage_ids else _members(entry, stage_ids)
    if members:
        return members
    split_need(entry, stage_ids)
    return (entry,)


def expand_selector(selector: str, stage_ids: Collection[str]) -> tuple[str, ...]:
    """Return the stages that a command's selector names, in file order.

    Raises RecipeError CF-R010 with the nearest name when there is none, CF-R013 when it could be several.
    """
    return SuffixSelectors().stages(selector, stage_ids).names


class Chosen(NamedTuple):
    """What a selector names, and why that."""

    names: tuple[str, ...]
    why: str


class SuffixSelectors:
    """The convention for short names: a whole id with all below it, else a group, else the end of one id."""

    def stages(self, selector: str, stage_ids: Collection[str]) -> Chosen:
        """Return the stages meant, in file order. Raises RecipeError CF-R010 or CF-R013."""
        members = _members(selector, stage_ids)
        if selector in stage_ids:
            below = f" and the {len(members)} below it" if members else ""
            return Chosen((selector, *members), f"the stage of that id{below}")
        if members:
            return Chosen(members, f"the group of that name, {len(members)} stages")
        ends = _ending(selector, stage_ids, ".")
        if not ends:
            raise RecipeError(_unmatched("CF-R010", selector, stage_ids))
        return _only("stage", selector, ends)

    def module(self, name: str, module_ids: Collection[str]) -> Chosen | None:
        """Return the module meant, None when there is none. Raises RecipeError CF-R013."""
        if name in module_ids:
            return Chosen((name,), "the module of that id")
        ends = _ending(name, sorted(module_ids), "_")
        return _only("module", name, ends) if ends else None


def _ending(name: str, ids: Collection[str], sign: str) -> tuple[str, ...]:
    return tuple(one for one in ids if one.endswith(sign + name)) if name else ()


def _only(kind: str, name: str, found: tuple[str, ...]) -> Chosen:
    if len(found) > 1:
        what = f"`{name}` may be any of the {kind}s {listed(found)}"
        raise RecipeError(Fault("CF-R013", what, hint="write the whole id"))
    return Chosen(found, f"the only {kind} whose id ends so")


def _members(group: str, stage_ids: Collection[str]) -> tuple[str, ...]:
    return tuple(stage for stage in stage_ids if stage.startswith(f"{group}."))


def _unmatched(code: str, name: str, stage_ids: Collection[str]) -> Fault:
    groups = {stage[: dot.start()] for stage in stage_ids for dot in re.finditer(r"\.", stage)}
    close = nearest(name, [*stage_ids, *sorted(groups)])
    known = f"the stages are {listed(list(stage_ids))}" if stage_ids else "the recipe has no stages"
    return Fault(code, f"no stage is called `{name}`", hint="; ".join(filter(None, (close, known))))
