"""Generation: carries each frozen request through dispatch and keeps the clip as a take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Draft, Given, Input, StageResult
from cine_forge.film.requests.clips import kept_form
from cine_forge.film.requests.fitting import fit_clip
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.schemas.take import FrozenPayload
from cine_forge.film.takes.takes import buy_take, make_take, take_draft
from cine_forge.media.probe import probe_clip


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Buy the clip of every frozen payload of one shot and keep each as a take."""
    given, payloads = inputs["shot"], inputs["payloads"]
    assert isinstance(given, Given) and isinstance(payloads, tuple)
    shot = Shot.model_validate(given.data)
    folder = context.scratch()
    drafts: list[Draft] = []
    cost = 0
    for number, payload in enumerate(payloads, start=1):
        frozen = FrozenPayload.model_validate(payload.data)
        bought = buy_take(context.dispatch, frozen)
        heard = probe_clip(bought.path).has_audio
        fitted = fit_clip(bought, kept_form(frozen), folder)
        take = make_take(shot, frozen, fitted, has_audio=heard, folder=folder)
        drafts.append(take_draft(take, "takes", shot.label))
        cost += bought.cost_micro_usd
        context.progress(number, len(payloads))
    return StageResult(tuple(drafts), cost_micro_usd=cost)
