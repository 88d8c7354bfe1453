"""The cut: the chosen takes in script order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Given, Input, StageResult
from cine_forge.film.schemas.scene import EntitySet, Scene
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.schemas.take import Selection, Take
from cine_forge.film.takes.cut import CutFormat, KeptTake, Rushes, build_cut, cut_draft, warnings_of


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Order the chosen takes of one episode."""
    cut = build_cut(_rushes(inputs), _format(context.facts))
    return StageResult((cut_draft(cut, context.entity),), warnings=warnings_of(cut))


def _rushes(inputs: Mapping[str, Input]) -> Rushes:
    scene_set = inputs["scene_set"]
    assert isinstance(scene_set, Given)
    return Rushes(
        scene_set=EntitySet.model_validate(scene_set.data),
        scenes=[Scene.model_validate(scene.data) for scene in _all(inputs, "scenes")],
        shots=[Shot.model_validate(shot.data) for shot in _all(inputs, "shots")],
        selections=[Selection.model_validate(chosen.data) for chosen in _all(inputs, "selections")],
        takes=[KeptTake(Take.model_validate(take.data), take.media) for take in _all(inputs, "takes")],
    )


def _all(inputs: Mapping[str, Input], name: str) -> tuple[Given, ...]:
    given = inputs[name]
    assert isinstance(given, tuple)
    return given


def _format(facts: Mapping[str, Any]) -> CutFormat:
    return CutFormat(
        title=str(facts["project.title"]),
        width=int(facts["delivery.width"]),
        height=int(facts["delivery.height"]),
        fps=str(facts["delivery.fps"]),
        start_timecode=str(facts["delivery.start_timecode"]),
    )
