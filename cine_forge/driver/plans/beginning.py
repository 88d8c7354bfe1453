"""The beginning of a run, or of another part of it: what it is made from is written into its folder.

`plan.json`, `recipe.yaml` and `snapshot.json` say what the newest part of the run stands on; what an earlier
part stood on is kept beside them under its number (`snapshot.1.json`). A file that would not change is not
written. The driver calls this once, under the lock, before anything is told or done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cine_forge.driver.plans.recipe_text import commented, recipe_text
from cine_forge.driver.plans.snapshot import SNAPSHOT_FILE, content_of
from cine_forge.driver.runs import RunFolder
from cine_forge.driver.wiring import Wired
from cine_forge.kernel.ground.errors import ProjectError
from cine_forge.kernel.ground.files import replace_atomically
from cine_forge.kernel.ground.json_line import json_line
from cine_forge.kernel.planning.plan import Plan

if TYPE_CHECKING:
    from cine_forge.driver.plans.snapshot_record import Snapshot

RECIPE_FILE = "recipe.yaml"
PLAN_FILE = "plan.json"


def capped_as_before(wired: Wired, run: RunFolder) -> Wired:
    """Return what a command stands on with the cap of the run's part before, when it names none itself.

    A run that a command capped stays capped: only another `--budget` raises it.
    """
    request = wired.request
    before = _readable(run.path) if run.resumed and request.budget_usd is None else None
    if before is None or before.asked.budget_micro_usd is None:
        return wired
    return wired._replace(request=request._replace(budget_usd=before.asked.budget_micro_usd / 1_000_000))


def begin_run(run: RunFolder, wired: Wired, plan: Plan) -> RunFolder:
    """Write what the run is made from; return the run with what changed since its last part.

    What the command asks for may differ from part to part and is no change. A snapshot of before that
    cannot be read is kept aside like any other.
    """
    before = _readable(run.path) if run.resumed else None
    content = content_of(wired, plan)
    texts = {
        RECIPE_FILE: _as_run(wired, content).encode(),
        SNAPSHOT_FILE: json_line(content) + b"\n",
        PLAN_FILE: json_line(plan.to_json()) + b"\n",
    }
    _replace(run.path, texts)
    return run._replace(changed=_changes(before, content)) if before else run


def _as_run(wired: Wired, content: Mapping[str, Any]) -> str:
    """Return the recipe as run: in its author's own words where nothing had to be filled in."""
    head, source = _head(content), wired.loaded.source
    if content["asked"]["params"] or "${" in source.text:
        return recipe_text(wired.loaded.recipe, head=head)
    return "\n".join([*commented(head), source.text])


def _changes(before: Snapshot, content: Mapping[str, Any]) -> tuple[str, ...]:
    from cine_forge.driver.plans.difference import differences
    from cine_forge.driver.plans.snapshot_record import Snapshot

    after = Snapshot.model_validate(content)
    return tuple(one.text for one in differences(before, after) if one.kind != "command")


def _head(content: Mapping[str, Any]) -> list[str]:
    params = content["asked"]["params"]
    given = json.dumps(params, ensure_ascii=False) if params else "none"
    recipe, place = content["recipe_id"], content["recipe_place"]
    return [f"Recipe `{recipe}` as run, from {place}: placeholders are resolved.", f"Params given: {given}"]


def _replace(folder: Path, texts: Mapping[str, bytes]) -> None:
    """Write the files that change, each one's content of before under the number of the part that ends."""
    number = 1 + sum(1 for _ in folder.glob(f"{Path(SNAPSHOT_FILE).stem}.*.json"))
    for name, text in texts.items():
        path = folder / name
        held = path.read_bytes() if path.is_file() else None
        if held == text:
            continue
        if held is not None:
            replace_atomically(path.with_suffix(f".{number}{path.suffix}"), held)
        replace_atomically(path, text)


def _readable(run: Path) -> Snapshot | None:
    from cine_forge.driver.plans.snapshot_record import read_snapshot

    try:
        return read_snapshot(run)
    except ProjectError:
        return None
