"""The report of a run as data, `run_report/1`: what was asked, what was done and why, what came of it.

`runs show` prints it, `runs report` writes it as JSON or as a page, `runs compare` sets two beside each
other. What the run did comes from its events, what it was made from out of its snapshot, and what it made
from the store; a run without a snapshot, or whose results are gone, is reported all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cine_forge.driver.history.story import RunStory, StageStory, UnitStory, counted, read_story
from cine_forge.driver.plans.snapshot_record import Snapshot, read_snapshot
from cine_forge.driver.runs import next_commands
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import ArtifactError, ProjectError
from cine_forge.kernel.running.events import Event

_ENDED = ("failed", "paused", "resumable", "blocked", "interrupted")


def report_of(project: Path, run: Path, store: Store) -> dict[str, Any]:
    """Return the report. Raises ProjectError CF-U061 when the run has no events."""
    story = read_story(run)
    outputs = list(_outputs(story, store))
    return {
        **_head(project, story),
        "made_from": _made_from(run),
        "stages": [_stage_json(stage) for stage in story.stages],
        "units": [_unit_json(unit) for unit in story.units],
        "decisions": [_event_json(event) for event in story.decisions],
        "defaults": [_event_json(event) for event in story.defaults],
        "budget": [_event_json(event) for event in story.budget],
        "warnings": _warnings(story),
        "errors": _errors(story),
        "waiting": [
            {"unit": u.name, "label": u.label, "text": u.why} for u in story.units if u.status == "waiting"
        ],
        "outputs": outputs,
        "lineage": _lineage(outputs),
    }


def _head(project: Path, story: RunStory) -> dict[str, Any]:
    state = story.state
    units = story.units
    return {
        "schema": "run_report/1",
        "run_id": story.run_id,
        "recipe_id": state.recipe_id,
        "project": project.resolve().name,
        "status": state.status,
        "plan_id": story.plan_id,
        "started_at": state.started_at,
        "finished_at": state.finished_at,
        "active_seconds": story.active_s,
        "cost_usd": state.total_cost_usd,
        "params": state.params,
        "provider_override": state.provider_override,
        "totals": {"units": len(units), "statuses": counted(units)},
        "parts": [vars(part) for part in story.parts],
        "next": list(next_commands(project, story.run_id, state.status, stopped=story.stopped)),
    }


def _made_from(run: Path) -> dict[str, Any] | None:
    """Return the snapshot without its long lists, None when there is none."""
    try:
        snapshot = read_snapshot(run)
    except ProjectError:
        return None
    return {
        "product_version": snapshot.product_version,
        "recipe": snapshot.recipe_place,
        "params": snapshot.params,
        "settings": snapshot.facts,
        "project_seed": snapshot.project_seed,
        "command": snapshot.asked.model_dump(mode="json", exclude_defaults=True),
        "modules": [_module_json(name, snapshot) for name in snapshot.modules],
        "prices": {model: profile["price"] for model, profile in snapshot.profiles.items()},
    }


def _module_json(name: str, snapshot: Snapshot) -> dict[str, Any]:
    record = snapshot.modules[name]
    files = len(record.code) + len(record.uses)
    return {
        "module": name,
        "version": record.version,
        "determinism": record.determinism,
        "place": record.place,
        "files": files,
    }


def _stage_json(stage: StageStory) -> dict[str, Any]:
    bars = [bar for unit in stage.units for bar in unit.bars]
    return {
        "stage": stage.id,
        "module": stage.state.module,
        "status": stage.state.status,
        "units": len(stage.units),
        "statuses": stage.counts,
        "cost_usd": stage.state.cost_usd,
        "busy_seconds": stage.busy_s,
        "start_s": min((bar.start_s for bar in bars), default=None),
        "end_s": max((bar.end_s for bar in bars), default=None),
        "reasons": stage.why,
    }


def _unit_json(unit: UnitStory) -> dict[str, Any]:
    return {
        "stage": unit.stage,
        "entity": unit.entity,
        "label": unit.label,
        "status": unit.status,
        "action": unit.state.action,
        "reasons": unit.state.reasons,
        "why": unit.why,
        "cost_usd": unit.state.cost_usd,
        "seconds": unit.seconds,
        "bars": [vars(bar) for bar in unit.bars],
        "artifact_refs": unit.refs,
        "made": unit.made,
        "error": unit.state.error,
        "warnings": unit.warnings,
    }


def _event_json(event: Event) -> dict[str, Any]:
    return {"stage": event.stage, "entity": event.entity, "ts": event.ts, **event.fields}


def _warnings(story: RunStory) -> list[dict[str, Any]]:
    own = [{"unit": None, "text": text} for text in story.warnings]
    return [*own, *({"unit": unit.name, "text": text} for unit in story.units for text in unit.warnings)]


def _errors(story: RunStory) -> list[dict[str, Any]]:
    """Return every unit that did not end well, with its sentences: what, and what to do."""
    found = []
    for unit in story.units:
        if unit.status not in _ENDED:
            continue
        what, _, hint = (unit.state.error or unit.why or "stopped while it worked").partition("\n")
        found.append({"unit": unit.name, "label": unit.label, "status": unit.status, "text": what})
        found[-1]["hint"] = "\n".join(line.strip() for line in hint.splitlines())
    return sorted(found, key=lambda one: _ENDED.index(str(one["status"])))


def _outputs(story: RunStory, store: Store) -> Iterator[dict[str, Any]]:
    """Yield the newest ref of each artifact that the run made or reused, in the order of its units."""
    for unit in story.units:
        newest: dict[tuple[str, str], Ref] = {}
        for text in unit.refs:
            ref = Ref.parse(text)
            newest[(ref.type, ref.entity)] = ref
        for ref in newest.values():
            how = "made" if str(ref) in unit.made else "reused" if unit.status == "reused" else "unchanged"
            named = {"ref": str(ref), "type": ref.type, "entity": ref.entity, "label": unit.label}
            yield {**named, "unit": unit.name, "how": how, **_kept(ref, store)}


def _kept(ref: Ref, store: Store) -> dict[str, Any]:
    try:
        envelope = store.load(ref)
    except ArtifactError as error:
        return {"digest": None, "media": [], "inputs": [], "gone": error.faults[0].what}
    return {
        "digest": envelope.digest,
        "path": store.place(ref),
        "media": _media(envelope),
        "inputs": sorted({Ref.parse(edge.ref).type for edge in envelope.lineage}),
    }


def _media(envelope: Envelope) -> list[dict[str, Any]]:
    return [file.model_dump(mode="json", exclude_none=True) for file in envelope.media]


def _lineage(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return which types were made from which, and how many artifacts of each there are."""
    types: dict[str, dict[str, Any]] = {}
    for output in outputs:
        row = types.setdefault(output["type"], {"type": output["type"], "artifacts": 0, "from": []})
        row["artifacts"] += 1
        row["from"] = sorted({*row["from"], *output["inputs"]})
    return list(types.values())
