"""Script breakdown: a script becomes scenes, assets, their sets and the ledger of mentions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cine_forge import Context, Draft, Given, Input, MediaDraft, StageResult
from cine_forge.film.breakdown.breakdown import Breakdown, History, break_down
from cine_forge.film.breakdown.page import pages_told
from cine_forge.film.breakdown.remembering import remember
from cine_forge.film.looks import design
from cine_forge.film.schemas.casting import Casting
from cine_forge.film.schemas.record import Record
from cine_forge.film.screenplay.original import original_of
from cine_forge.film.screenplay.reading import read_source
from cine_forge.film.screenplay.source_text import open_source


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Break down the script of one episode; ids, numbers and looks of an earlier run are kept."""
    source = open_source(Path(params["script"]))
    document = read_source(source)
    history = _history(context, _casting(inputs))
    done = break_down(document, source, episode=context.entity, history=history, designer=design)
    original = original_of(source, Path(params["script"]))
    return StageResult(tuple(_drafts(done, original, context)), warnings=done.ledger.warnings)


def _casting(inputs: Mapping[str, Input]) -> Casting:
    """Read what people ruled about who is who."""
    given = inputs.get("casting")
    return Casting.model_validate(given.data) if isinstance(given, Given) else Casting()


def _history(context: Context, casting: Casting) -> History:
    """Read what earlier runs made of this episode; it is history and no input."""

    def look_up(kind: str, entity: str) -> Mapping[str, Any] | None:
        given = context.history(kind, entity)
        return given.data if given else None

    return remember(look_up, context.entity, casting)


def _drafts(done: Breakdown, original: MediaDraft, context: Context) -> Iterator[Draft]:
    episode = context.entity
    told = "The source is never altered"
    yield _draft("script", episode, done.script, "Keep the script as it came", told, media=(original,))
    for scene in done.scenes:
        known = context.history("scene", scene.id)
        why = f"Heading `{scene.heading}`, {len(scene.cast)} people, {scene.eighths}/8 of a page"
        intent = f"Say what scene {scene.number} needs"
        yield _draft("scenes", scene.id, scene, intent, why, revises=known.ref if known else None)
    yield _draft("scene_set", episode, done.scene_set, "Order the scenes", "Script order; ids are kept")
    for asset in done.assets:
        why = f"Introduced as: {asset.description}" if asset.description else "Named, not described"
        intent = f"Keep {asset.name} the same in every picture"
        yield _draft("assets", asset.id, asset, intent, why, confidence=0.9 if asset.description else 0.7)
    yield _draft("asset_set", episode, done.asset_set, "List the people and places", "In order of appearance")
    told = f"{len(done.ledger.mentions)} mentions with their lines"
    yield _draft("ledger", episode, done.ledger, "Find every mention in the script", told, confidence=0.9)
    days = len({strip.day for strip in done.stripboard.strips})
    told = f"{pages_told(done.stripboard.eighths)} pages, {days} story days"
    yield _draft("stripboard", episode, done.stripboard, "Lay the scenes out as strips", told, confidence=0.8)
    told = f"{len(done.continuity.jumps)} jumps to look at"
    yield _draft(
        "continuity", episode, done.continuity, "Follow wardrobe and props by day", told, confidence=0.6
    )
    for tags in done.tags:
        told = f"{len(tags.tags)} items that a person tagged"
        yield _draft("tags", tags.scene, tags, "Keep what is tagged in the source", told)


def _draft(output: str, entity: str, data: Record, intent: str, rationale: str, **more: Any) -> Draft:
    return Draft(
        output=output,
        entity=entity,
        data=data.model_dump(mode="json"),
        intent=intent,
        rationale=rationale,
        **more,
    )
