"""Breakdown sheet: one scene becomes the record that its sheet and its strip are printed from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Draft, Given, Input, StageResult
from cine_forge.film.breakdown.completed import completed
from cine_forge.film.breakdown.sheet import sheet_of
from cine_forge.film.schemas.addition import BreakdownAdditions
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.breakdown_sheet import BreakdownSheet, SceneTags
from cine_forge.film.schemas.scene import Scene


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Break one scene down; no other scene is read."""
    given, cast, tags = inputs["scene"], inputs["cast"], inputs.get("tags")
    assert isinstance(given, Given) and isinstance(cast, tuple)
    scene = Scene.model_validate(given.data)
    people = [Asset.model_validate(one.data) for one in cast]
    tagged = SceneTags.model_validate(tags.data) if isinstance(tags, Given) else None
    sheet, added = sheet_of(scene, people, tagged), inputs.get("additions")
    if isinstance(added, Given):
        sheet = completed(sheet, BreakdownAdditions.model_validate(added.data))
    return StageResult((_draft(sheet),))


def _draft(sheet: BreakdownSheet) -> Draft:
    sure = [item.confidence for item in sheet.items]
    kinds = len({item.category for item in sheet.items})
    return Draft(
        output="sheet",
        entity=sheet.scene,
        data=sheet.model_dump(mode="json"),
        intent=f"Say what every department needs for scene {sheet.number}",
        rationale=f"{len(sheet.people)} people, {len(sheet.items)} things of {kinds} categories",
        confidence=round(sum(sure) / len(sure), 2) if sure else 1.0,
    )
