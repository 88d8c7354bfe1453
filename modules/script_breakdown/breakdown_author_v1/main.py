"""The breakdown's author: asks what the reading of a scene has missed, and believes only the text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cine_forge import Authored, Context, Draft, Given, Input, Question, StageResult
from cine_forge.film.breakdown.additions import NOTHING, PERSON, Check, answer_schema, material
from cine_forge.film.breakdown.category import Category
from cine_forge.film.schemas.addition import BreakdownAdditions
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import Scene
from cine_forge.kernel.stages.steps.template import render
from cine_forge.kernel.stages.steps.transcript import transcript_of_answers

_PROMPTS = Path(__file__).parent / "prompts"


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Ask about one scene; without a language model nothing is added."""
    scene, assets = _scene(inputs), _assets(inputs)
    answer = context.author(_question(scene, assets, params["max_tokens"]))
    check = Check(scene, assets)
    additions = check.additions(answer.data, answer.source)
    spent = answer.cost.micro_usd if answer.cost else 0
    drafts = (_kept(additions, answer), _transcript(answer, context))
    return StageResult(drafts, cost_micro_usd=spent, warnings=check.warnings())


def _question(scene: Scene, assets: list[Asset], max_tokens: int) -> Question:
    return Question(
        "scene",
        prompt=render(_PROMPTS, "scene.j2", {"material": material(scene, assets)}),
        schema=answer_schema(scene),
        system=render(_PROMPTS, "system.j2", {"categories": [*Category, PERSON]}),
        otherwise=NOTHING,
        temperature=0.0,
        max_tokens=max_tokens,
    )


def _kept(additions: BreakdownAdditions, answer: Authored) -> Draft:
    count = len(additions.mentions) + len(additions.aliases)
    told = "Nobody was asked" if answer.source == "code" else f"{count} stood up to the text"
    return Draft(
        output="additions",
        entity=additions.scene,
        data=additions.model_dump(mode="json"),
        intent="Find what the breakdown of the scene has missed",
        rationale=f"{told}, {additions.dropped} were dropped",
        confidence=0.5 if answer.source == "ai" else 1.0,
        source=answer.source,
        cost=answer.cost,
    )


def _transcript(answer: Authored, context: Context) -> Draft:
    return Draft(
        output="transcript",
        entity=f"{context.entity}/{context.stage_id}",
        data=transcript_of_answers([answer]),
        intent="Show what was asked and what was answered.",
        rationale="Written down as it was said.",
    )


def _scene(inputs: Mapping[str, Input]) -> Scene:
    given = inputs["scene"]
    assert isinstance(given, Given)
    return Scene.model_validate(given.data)


def _assets(inputs: Mapping[str, Input]) -> list[Asset]:
    found = inputs.get("assets")
    return [Asset.model_validate(given.data) for given in found] if isinstance(found, tuple) else []
