"""The agreed plan: `--plan ID` runs only what a person looked at before.

An id may be cut short, as long as it says enough. When the plan is another one by now, and the agreed plan
is that of a run, it is told what changed; a dry run writes nothing, so its plan cannot be compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cine_forge.kernel.ground.errors import Fault, UsageError
from cine_forge.kernel.ground.files import check_own
from cine_forge.kernel.planning.plan import Plan

LEAST_SIGNS = 6
_MOST_UNITS = 6


def refuse_other_plan(agreed: str | None, plan: Plan, project: Path) -> None:
    """Raise UsageError CF-U043 when the plan is not the agreed one, CF-U048 for one too short."""
    if agreed is None or agreed == plan.plan_id:
        return
    if len(agreed) < LEAST_SIGNS:
        what = f"`{agreed}` is too short to name a plan; at least {LEAST_SIGNS} signs are needed"
        raise UsageError(Fault("CF-U048", what, "--plan", "`--dry-run` prints the id"))
    if plan.plan_id.startswith(agreed):
        return
    what = f"the plan is now `{plan.plan_id}`, not `{agreed}`"
    before = _plan_of_a_run(project, agreed)
    told = [] if before is None else list(_unequal_units(before, plan.to_json()))
    if before is None:
        told = ["that plan is in no run of this project, so what changed cannot be told"]
    elif not told:
        told = ["the same units would do the same, with other content: a file, a param or code changed"]
    more = [f"and {len(told) - _MOST_UNITS} more units"] if len(told) > _MOST_UNITS else []
    hint = "\n    ".join([*told[:_MOST_UNITS], *more, "look at it again with --dry-run"])
    raise UsageError(Fault("CF-U043", what, "--plan", hint))


def _plan_of_a_run(project: Path, agreed: str) -> dict[str, Any] | None:
    """Return the newest plan of that id that a run of the project kept."""
    start = f'{{"schema":"plan/1","plan_id":"{agreed}'.encode()
    check_own(project, folders=("runs",))
    for path in sorted((project / "runs").glob("*/plan*.json"), reverse=True):
        check_own(path.parent, files=(path.name,))
        with path.open("rb") as stream:
            if stream.read(len(start)) == start:
                read: dict[str, Any] = json.loads(start + stream.read())
                return read
    return None


def _unequal_units(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    old, new = _by_name(before), _by_name(after)
    for name in {**old, **new}:
        was, becomes = old.get(name, {}).get("action"), new.get(name, {}).get("action")
        if was is None or becomes is None:
            yield f"{name} is {'new' if was is None else 'gone'}"
        elif was != becomes:
            reasons = "; ".join(reason["text"] for reason in new[name]["reasons"])
            yield f"{name}: {was} → {becomes}, {reasons}"


def _by_name(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"{unit['stage']}/{unit['entity']}": unit for unit in plan["units"]}
