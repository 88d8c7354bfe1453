"""What stopped: the units of a run that did not end well, those together of which the same is to be said.

A pause by a cap stops every shot that is left, each with its own figures; a person needs one sentence of it,
the names of the shots, and what to do.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

KINDS = ("failed", "interrupted", "paused", "resumable", "waiting", "blocked")
"""The statuses of a unit that did not end well or waits, the gravest first."""
HELD = "CF-G030"
CAPPED = "CF-G010"
_MOST_NAMES = 12
_MOST_KINDS = 12


class Stopped(NamedTuple):
    """One unit. `said` is its error or what it waits for, as it was told."""

    status: str
    stage: str
    entity: str
    label: str
    said: str

    @property
    def plain(self) -> str:
        """Return what was said without the unit's own name in it."""
        return self.said.replace(f"{self.stage}/{self.entity}: ", "").replace(f"{self.entity}: ", "")

    @property
    def alike(self) -> tuple[str, str]:
        """Return what units have in common that are told together: the stage, the words, no figures."""
        return self.stage, re.sub(r"\d+(\.\d+)?", "0", self.plain)


def stopped_lines(found: Iterable[Stopped]) -> Iterator[tuple[str, str]]:
    """Yield (status, line) for each thing to be said, the gravest first; what follows from it is one line."""
    units = list(found)
    for kind in KINDS[:-1]:
        groups: dict[tuple[str, str], list[Stopped]] = {}
        for unit in units:
            if unit.status == kind:
                groups.setdefault(unit.alike, []).append(unit)
        for group in list(groups.values())[:_MOST_KINDS]:
            first, *more = group[0].plain.splitlines() or [""]
            yield kind, f"{kind}: {group[0].stage} {_names(group)}: {first}"
            yield from ((kind, textwrap.indent(line.strip(), "    ")) for line in more if line.strip())
        if len(groups) > _MOST_KINDS:
            yield kind, f"{kind}: and {len(groups) - _MOST_KINDS} more; `cine-forge runs show` tells of them"
    blocked = [unit for unit in units if unit.status == "blocked"]
    if blocked:
        stages = dict.fromkeys(unit.stage for unit in blocked)
        parts = [[unit for unit in blocked if unit.stage == stage] for stage in stages]
        told = "; ".join(f"{part[0].stage} {_names(part)}" for part in parts)
        yield "blocked", f"blocked: {told}: what they need did not come"


def _names(group: list[Stopped]) -> str:
    names = list(dict.fromkeys(unit.label or unit.entity for unit in group))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
