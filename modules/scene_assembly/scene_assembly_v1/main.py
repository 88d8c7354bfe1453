"""Scene assembly: a scene becomes shots, their set and their grouping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Draft, Given, Input, StageResult
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import EntitySet, Scene
from cine_forge.film.schemas.shot import SceneGrouping, Shot
from cine_forge.film.shots.shots import Assembly, Previous, Wishes, assemble


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Divide one scene into shots; ids and labels of an earlier run are kept."""
    given, assets = inputs["scene"], inputs["assets"]
    assert isinstance(given, Given) and isinstance(assets, tuple)
    scene = Scene.model_validate(given.data)
    wide, _, high = str(context.facts["delivery.aspect"]).partition(":")
    wishes = Wishes(float(wide) / float(high or 1), params["strategy"], params["min_batch_size"])
    known = [Asset.model_validate(asset.data) for asset in assets]
    assembly = assemble(scene, known, wishes=wishes, previous=_previous(context, scene.id))
    return StageResult(tuple(_drafts(assembly, scene)))


def _previous(context: Context, scene: str) -> Previous | None:
    """Read what earlier runs made of this scene; it is history and no input."""
    kept = context.history("shot_set", scene)
    if kept is None:
        return None
    known = EntitySet.model_validate(kept.data)
    grouping = context.history("scene_grouping", scene)
    living = (context.history("shot", member.id) for member in known.members)
    retired = (context.history("shot", shot) for shot in known.retired)
    return Previous(
        shots=tuple(Shot.model_validate(shot.data) for shot in living if shot),
        retired=known.retired,
        retired_labels=tuple(str(shot.data["label"]) for shot in retired if shot),
        strategy=SceneGrouping.model_validate(grouping.data).strategy if grouping else None,
    )


def _drafts(assembly: Assembly, scene: Scene) -> list[Draft]:
    strategy = assembly.grouping.strategy
    shots = [
        Draft(
            output="shots",
            entity=shot.id,
            data=shot.model_dump(mode="json"),
            intent=f"Film a part of scene {scene.number}",
            rationale=f"{shot.size.value} by the rules of `{strategy}`",
        )
        for shot in assembly.shots
    ]
    order = Draft(
        output="shot_set",
        entity=scene.id,
        data=assembly.shot_set.model_dump(mode="json"),
        intent=f"Order the shots of scene {scene.number}",
        rationale="Script order",
    )
    grouping = Draft(
        output="grouping",
        entity=scene.id,
        data=assembly.grouping.model_dump(mode="json"),
        intent="Say which shots are generated together",
        rationale=f"Strategy `{strategy}`",
    )
    return [*shots, order, grouping]
