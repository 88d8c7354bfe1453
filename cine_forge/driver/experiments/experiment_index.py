"""The index of an experiment, `experiment_index/1`: each arm's run, and each pair of arms compared."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from cine_forge.driver.experiments.experiment import Arm, Experiment
from cine_forge.driver.history.comparison import compare_runs
from cine_forge.driver.history.page import write_page
from cine_forge.driver.history.run_report import report_of
from cine_forge.driver.runs import find_run, run_heads
from cine_forge.driver.wiring import open_store
from cine_forge.kernel.ground.files import replace_atomically

INDEX_FILE = "index.json"


def index_of(folder: Path, experiment: Experiment, statuses: Mapping[str, int], base: str) -> dict[str, Any]:
    """Return the index over the newest run of each arm; an arm that never ran has no run id."""
    arms = [_arm(folder, arm, statuses.get(arm.name)) for arm in experiment.arms]
    ran = [arm["arm"] for arm in arms if arm["run_id"]]
    return {
        "schema": "experiment_index/1",
        "experiment": experiment.written.experiment,
        "description": experiment.written.description,
        "recipe": experiment.written.recipe,
        "base": base,
        "arms": arms,
        "pairs": [_pair(folder, first, second) for first, second in combinations(ran, 2)],
    }


def write_index(folder: Path, index: Mapping[str, Any], project: Path) -> None:
    """Write the index as JSON, CSV (a row for each arm) and a page, and a report into each arm's folder."""
    text = json.dumps(index, indent=1, ensure_ascii=False) + "\n"
    replace_atomically(folder / INDEX_FILE, text.encode())
    replace_atomically(folder / "index.csv", _csv(index).encode())
    for arm in index["arms"]:
        if arm["run_id"]:
            own = folder / arm["arm"]
            write_page(own / "report.html", "run_report.html.j2", _report(own), project=own)
    write_page(folder / "index.html", "experiment.html.j2", index, project=folder)


def read_index(folder: Path) -> dict[str, Any] | None:
    """Return the index of an experiment's folder, None when there is none that can be read."""
    try:
        read: dict[str, Any] = json.loads((folder / INDEX_FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return read if read.get("schema") == "experiment_index/1" else None


def _arm(folder: Path, arm: Arm, exit_status: int | None) -> dict[str, Any]:
    own = folder / arm.name
    row: dict[str, Any] = {"arm": arm.name, "params": dict(arm.params), "exit_status": exit_status}
    if not run_heads(own):
        return {**row, "run_id": None, "status": "pending"}
    report = _report(own)
    statuses = report["totals"]["statuses"]
    return {
        **row,
        "run_id": report["run_id"],
        "status": report["status"],
        "statuses": statuses,
        "run": statuses.get("done", 0),
        "reused": statuses.get("reused", 0),
        "failed": statuses.get("failed", 0),
        "cost_usd": report["cost_usd"],
        "active_seconds": report["active_seconds"],
        "outputs": [
            {key: output[key] for key in ("type", "entity", "label", "ref", "digest", "how", "media")}
            for output in report["outputs"]
        ],
    }


def _pair(folder: Path, first: str, second: str) -> dict[str, Any]:
    sides = [(folder / name, find_run(folder / name)) for name in (first, second)]
    found = compare_runs(sides[0], sides[1])
    unequal = [row for row in found["outputs"] if row["verdict"] != "equal"]
    return {
        "first": first,
        "second": second,
        "made_from": found["made_from"],
        "totals": found["totals"],
        "outputs": [{key: row[key] for key in ("type", "entity", "verdict")} for row in unequal],
    }


def _report(own: Path) -> dict[str, Any]:
    with open_store(own) as store:
        return report_of(own, find_run(own), store)


def _csv(index: Mapping[str, Any]) -> str:
    params = list(dict.fromkeys(name for arm in index["arms"] for name in arm["params"]))
    told = ["status", "run_id", "run", "reused", "failed", "cost_usd", "active_seconds"]
    against = {
        pair["second"]: pair["totals"]["outputs"] for pair in index["pairs"] if _with_first(pair, index)
    }
    compared = ["equal", "different", "first", "second"]
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["arm", *params, *told, *(f"outputs_{name}" for name in compared)])
    for arm in index["arms"]:
        values = [json.dumps(arm["params"][name]) if name in arm["params"] else "" for name in params]
        counts = against.get(arm["arm"], {})
        rows.writerow(
            [
                arm["arm"],
                *values,
                *(arm.get(name, "") for name in told),
                *(counts.get(name, "") for name in compared),
            ]
        )
    return out.getvalue()


def _with_first(pair: Mapping[str, Any], index: Mapping[str, Any]) -> bool:
    return bool(pair["first"] == index["arms"][0]["arm"])
