"""Selectors: how a recipe or a command names stages.

Stage ids may hold dots, so `a.b` may be a stage, a group's member, or output `b` of stage `a`. A full id
always wins; then a group (all stages below `a.`); then the longest stage id with an output name behind it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

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
    """Return the stages that a command's selector names: one by its id, or a group, in file order.

    Raises RecipeError CF-R010 with the nearest name when there is none.
    """
    if selector in stage_ids:
        return (selector,)
    members = _members(selector, stage_ids)
    if not members:
        raise RecipeError(_unmatched("CF-R010", selector, stage_ids))
    return members


def _members(group: str, stage_ids: Collection[str]) -> tuple[str, ...]:
    return tuple(stage for stage in stage_ids if stage.startswith(f"{group}."))


def _unmatched(code: str, name: str, stage_ids: Collection[str]) -> Fault:
    groups = {stage[: dot.start()] for stage in stage_ids for dot in re.finditer(r"\.", stage)}
    close = nearest(name, [*stage_ids, *sorted(groups)])
    known = f"the stages are {listed(list(stage_ids))}" if stage_ids else "the recipe has no stages"
    return Fault(code, f"no stage is called `{name}`", hint="; ".join(filter(None, (close, known))))
