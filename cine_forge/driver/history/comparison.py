"""Two runs beside each other, `runs_compare/1`: what each was made from, what it did, what came out.

Runs may be of one project or of two (the arms of an experiment); outputs are paired by type and entity and
compared by content digest, so equal means equal to the last byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cine_forge.driver.history.run_report import report_of
from cine_forge.driver.plans.difference import differences, modules_since
from cine_forge.driver.plans.snapshot_record import read_snapshot
from cine_forge.driver.wiring import open_store
from cine_forge.kernel.ground.errors import ProjectError

Place = tuple[Path, Path]
"""A project's folder and the folder of one of its runs."""


def compare_runs(first: Place, second: Place) -> dict[str, Any]:
    """Return the comparison. Raises ProjectError CF-U061 when one of them has no events."""
    sides = [_report(project, run) for project, run in (first, second)]
    return compare_reports(sides[0], sides[1]) | _made_from(first[1], second[1])


def compare_reports(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return what two reports differ in."""
    outputs = _outputs(one, other)
    verdicts = [row["verdict"] for row in outputs]
    return {
        "schema": "runs_compare/1",
        "runs": [_side(one), _side(other)],
        "stages": _stages(one, other),
        "units": _units(one, other),
        "outputs": outputs,
        "totals": {
            "cost_usd": round(other["cost_usd"] - one["cost_usd"], 6),
            "seconds": round(other["active_seconds"] - one["active_seconds"], 3),
            "outputs": {name: verdicts.count(name) for name in ("equal", "different", "first", "second")},
        },
    }


def _report(project: Path, run: Path) -> dict[str, Any]:
    with open_store(project) as store:
        return report_of(project, run, store)


def _made_from(first: Path, second: Path) -> dict[str, Any]:
    """Return the differences of the snapshots; `made_from` is None when one of the runs has none."""
    try:
        before, after = read_snapshot(first), read_snapshot(second)
    except ProjectError:
        return {"made_from": None, "modules": None}
    modules = [
        {"module": m.module, "status": m.status, "first": m.before, "second": m.after, "files": m.files}
        for m in modules_since(before, after)
    ]
    return {"made_from": [one.to_json() for one in differences(before, after)], "modules": modules}


def _side(report: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("run_id", "recipe_id", "project", "status", "started_at", "active_seconds", "cost_usd", "totals")
    return {name: report[name] for name in kept}


def _stages(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for name, (left, right) in _paired(one["stages"], other["stages"], ("stage",)).items():
        kept = ("status", "module", "units", "statuses", "cost_usd", "busy_seconds")
        sides = [{key: side[key] for key in kept} if side else None for side in (left, right)]
        rows.append({"stage": name[0], "first": sides[0], "second": sides[1], "same": _alike(*sides)})
    return rows


def _alike(left: dict[str, Any] | None, right: dict[str, Any] | None) -> bool:
    """Say whether a stage did the same in both runs, however long it took."""
    told = [{**side, "busy_seconds": 0} if side else None for side in (left, right)]
    return told[0] == told[1]


def _units(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the units that ended differently or are in one run only."""
    rows = []
    for (stage, entity), (left, right) in _paired(one["units"], other["units"], ("stage", "entity")).items():
        ends = [side["status"] if side else None for side in (left, right)]
        if ends[0] != ends[1]:
            label = (right or left or {}).get("label", entity)
            rows.append(
                {"stage": stage, "entity": entity, "label": label, "first": ends[0], "second": ends[1]}
            )
    return rows


def _outputs(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for (kind, entity), (left, right) in _paired(
        one["outputs"], other["outputs"], ("type", "entity")
    ).items():
        row: dict[str, Any] = {"type": kind, "entity": entity, "verdict": _verdict(left, right)}
        for name, side in (("first", left), ("second", right)):
            row[name] = {key: side[key] for key in ("ref", "digest", "how", "media")} if side else None
        rows.append(row)
    return rows


def _verdict(left: Mapping[str, Any] | None, right: Mapping[str, Any] | None) -> str:
    if left is None or right is None:
        return "second" if left is None else "first"
    return "equal" if left["digest"] is not None and left["digest"] == right["digest"] else "different"


def _paired(
    left: list[dict[str, Any]], right: list[dict[str, Any]], names: tuple[str, ...]
) -> dict[tuple[str, ...], tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Pair two lists of rows by the values under `names`, in the order of the first, then of the second."""
    ones = {tuple(row[name] for name in names): row for row in left}
    others = {tuple(row[name] for name in names): row for row in right}
    return {key: (ones.get(key), others.get(key)) for key in {**ones, **others}}
