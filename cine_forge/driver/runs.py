"""Runs of a project: their folders, which one a command resumes, and how a killed one is seen.

Whoever carries out a run holds the lock in the run's own folder; a run whose state says `running` while
nobody holds it was killed: it is interrupted. Readers only look. What a run did is told by `story.py`.
"""

from __future__ import annotations

import json
import secrets
import shlex
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from cine_forge.driver.request import Request
from cine_forge.driver.terminal.stopped import CAPPED, HELD, Stopped
from cine_forge.kernel.ground.errors import Fault, LockedError, ProjectError, UsageError, listed, nearest
from cine_forge.kernel.ground.files import check_own, is_device
from cine_forge.kernel.ground.lock import Holder, ProjectLock
from cine_forge.kernel.running.events import last_seq
from cine_forge.kernel.running.state import RunState
from cine_forge.kernel.running.state_file import EVENTS_FILE, STATE_FILE, state_of

RESUMABLE = frozenset({"waiting", "paused", "resumable", "interrupted", "running", "pending"})
"""Statuses of a run that a command goes on with by itself."""

ON_DEMAND = RESUMABLE | {"failed"}
"""Statuses of a run that goes on when it is named."""

RUN_STATUS = {
    0: "done",
    1: "failed",
    4: "paused",
    5: "waiting",
    6: "resumable",
    7: "failed",
    130: "interrupted",
}
"""How a run stands after a command that ended with this exit status."""

_FILES = (
    STATE_FILE,
    f".{STATE_FILE}.next",
    EVENTS_FILE,
    "receipts.jsonl",
    "plan.json",
    "recipe.yaml",
    "snapshot.json",
    "run.lock",
)
_HEAD_BYTES = 1 << 16
_STAGES = b'"stages":{'


class RunFolder(NamedTuple):
    """One run's folder. `resumed` says that it existed before this command.

    `changed` tells, in sentences, what the run is made from otherwise than in its part before.
    """

    path: Path
    resumed: bool
    changed: tuple[str, ...] = ()

    @property
    def run_id(self) -> str:
        """Return the run's id, the name of its folder."""
        return self.path.name

    def hold(self, holder: Holder) -> ProjectLock:
        """Make the folder and say, until the lock is released, that somebody carries out this run."""
        lock = _lock(self.path)
        lock.try_acquire(holder)
        return lock


def run_heads(project: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return every readable run's id and state without its stages, the one that began first at the top."""
    check_own(project, folders=("runs",))
    folders = [path for path in (project / "runs").glob("*") if path.is_dir()]
    heads = [(path.name, head) for path in folders if (head := _head(path))]
    return sorted(heads, key=lambda run: (run[1].get("started_at") or "", run[0]))


def check_run(run: Path) -> None:
    """Refuse a link or a FIFO in the place of a run's own things. Raises ArtifactError CF-A011."""
    check_own(run.parent.parent, folders=("runs", f"runs/{run.name}"))
    check_own(run, files=_FILES, folders=("scratch", "transcripts", "logs"))


def standing(run: Path) -> RunState:
    """Return the state of a run, saying `interrupted` of what nobody carries out any more.

    Raises ProjectError CF-U220 when nothing is told of the run.
    """
    check_run(run)
    state = state_of(run)
    if state.status in ("running", "pending") and not carried_out(run):
        state.interrupt()
    return state


def run_rows(project: Path) -> list[dict[str, Any]]:
    """Return a row of `runs/1` for every run, the one that began first at the top."""
    return [_row(run_id, standing(project / "runs" / run_id)) for run_id, _ in run_heads(project)]


def carried_out(run: Path) -> bool:
    """Say whether somebody carries out the run of this folder now; leaves no trace."""
    lock = _lock(run)
    try:
        if lock.path.is_file():
            lock.probe()
    except LockedError:
        return True
    return False


def choose_run(project: Path, recipe_id: str, request: Request, now: datetime) -> RunFolder:
    """Return the run to resume, or a new one. Raises UsageError CF-U044 or CF-U045 for an unusable id.

    By itself a command goes on with the newest run of its recipe that is not at its end; one that failed
    goes on when it is named.
    """
    if request.run_id is not None:
        path = project / "runs" / usable_id(request.run_id, "--run-id")
        state = _head(path)
        _refuse_ended(request.run_id, state, recipe_id)
        return RunFolder(path, state is not None)
    if not request.new_run:
        for run_id, state in reversed(run_heads(project)):
            if state.get("recipe_id") == recipe_id and state.get("status") in RESUMABLE:
                return RunFolder(project / "runs" / run_id, True)
    return RunFolder(project / "runs" / new_run_id(now), False)


def usable_id(name: str, option: str) -> str:
    """Return a name that can be a folder's. Raises UsageError CF-U045 for any other."""
    plain = name.replace("-", "").replace("_", "").replace(".", "")
    odd = name[:1] in (".", "-") or name.endswith(".") or is_device(name)
    if not plain.isalnum() or not plain.isascii() or len(name) > 120 or odd:
        what = f"`{name}` cannot be an id: it becomes a folder's name"
        raise UsageError(Fault("CF-U045", what, option, "use letters, digits, - and _"))
    return name


def new_run_id(now: datetime) -> str:
    """Return an id that sorts by time and is not given twice."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def find_run(project: Path, name: str = "") -> Path:
    """Return the folder of the run of this id, of the one that begins so, or of the newest without a name.

    Raises UsageError CF-U046 when there is none, or more than one.
    """
    ids = [run_id for run_id, _ in run_heads(project)]
    found = [name] if name in ids else [run_id for run_id in ids if run_id.startswith(name)]
    if found and (len(found) == 1 or not name):
        return project / "runs" / found[-1]
    hint = f"runs are {listed(ids[::-1])}" if ids else "`cine-forge run` makes one"
    what = f"`{name}` is the beginning of {len(found)} runs" if found else f"there is no run `{name}`"
    if not ids:
        what = f"`{project}` has no run yet"
    raise UsageError(
        Fault("CF-U046", what, hint="; ".join(filter(None, (nearest(name, ids) if name else "", hint))))
    )


def next_commands(
    project: Path, run_id: str, status: str, *, stopped: Iterable[Stopped] = ()
) -> tuple[str, ...]:
    """Return what a person calls next, now that a run stands so.

    What is held for a person at a provider is looked at there; a cap of the run is raised to what it needs.
    """
    said = " ".join(one.said for one in stopped)
    where = f" --project {shlex.quote(str(project))}"
    go_on = f"cine-forge runs retry {run_id}{where}"
    match status:
        case "waiting":
            look = ["providers recover"] if HELD in said else []
            look += ["review list"] if not look or "review approve" in said else []
            return *(f"cine-forge {one}{where}" for one in look), go_on
        case "failed":
            return f"cine-forge runs show {run_id}{where}", go_on
        case "paused" if CAPPED in said and "`--budget`" in said:
            enough = _enough_usd(project / "runs" / run_id)
            return (f"{go_on} --budget {enough}" if enough else go_on,)
        case "interrupted" | "paused" | "resumable":
            return (go_on,)
        case "done":
            return (f"cine-forge runs report {run_id} --html report.html{where}",)
    return (f"cine-forge status{where}",)


def labels_of(run: Path) -> dict[tuple[str, str], str]:
    """Return what people call the entities, from the newest plan; without one, nothing."""
    try:
        plan = json.loads((run / "plan.json").read_bytes())
        return {(unit["stage"], unit["entity"]): unit["label"] for unit in plan["units"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _enough_usd(run: Path) -> int | None:
    """Return whole USD with which a run could end: what it spent, and what its plan expects of the rest."""
    state = state_of(run)
    ended = {
        (stage, entity)
        for stage, told in state.stages.items()
        for entity, unit in told.units.items()
        if unit.status in ("done", "reused", "skipped")
    }
    try:
        units = json.loads((run / "plan.json").read_bytes())["units"]
        left = sum(one["est_cost_usd"] for one in units if (one["stage"], one["entity"]) not in ended)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return max(1, ceil(round(state.total_cost_usd + float(left), 6)))


def _row(run_id: str, state: RunState) -> dict[str, Any]:
    statuses = [unit.status for stage in state.stages.values() for unit in stage.units.values()]
    counts = {status: statuses.count(status) for status in sorted(set(statuses))}
    return {
        "run_id": run_id,
        "recipe_id": state.recipe_id,
        "status": state.status,
        "units": counts,
        "run": counts.get("done", 0),
        "reused": counts.get("reused", 0),
        "failed": counts.get("failed", 0),
        "cost_usd": state.total_cost_usd,
        "started_at": state.started_at,
        "finished_at": state.finished_at,
        "elapsed_seconds": _elapsed_s(state.started_at, state.finished_at),
    }


def _elapsed_s(began: str | None, ended: str | None) -> float | None:
    if began is None or ended is None:
        return None
    return round((datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds(), 3)


def _lock(run: Path) -> ProjectLock:
    return ProjectLock(run / "run.lock")


def _head(run: Path) -> dict[str, Any] | None:
    """Read a run's state up to its stages, which may be thousands; None when nothing is told of the run."""
    check_run(run)
    try:
        with (run / STATE_FILE).open("rb") as stream:
            text = stream.read(_HEAD_BYTES)
            if _STAGES not in text:
                text += stream.read()
        head, stages, _ = text.partition(_STAGES)
        read = json.loads(head + stages + b"}}" if stages else head)
        if "status" in read and read.get("seq", 0) >= last_seq(run / EVENTS_FILE):
            return dict(read)
    except (OSError, ValueError, TypeError, AttributeError):
        pass
    try:
        return state_of(run).to_json()
    except ProjectError:
        return None


def _refuse_ended(run_id: str, state: Mapping[str, Any] | None, recipe_id: str) -> None:
    if state is None or (state.get("recipe_id") == recipe_id and state.get("status") in ON_DEMAND):
        return
    what = f"the run `{run_id}` of `{state.get('recipe_id')}` has ended ({state.get('status')})"
    if state.get("recipe_id") != recipe_id:
        what = f"the run `{run_id}` is one of `{state.get('recipe_id')}`, not of `{recipe_id}`"
    raise UsageError(Fault("CF-U044", what, "--run-id", "choose another id, or leave it out"))
