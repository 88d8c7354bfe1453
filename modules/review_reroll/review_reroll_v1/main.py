"""Review and reroll: judges the takes of a shot, makes a further attempt on failure, chooses one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cine_forge import Context, Given, Input, StageResult
from cine_forge.film.paths import clip_among, clip_file
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.schemas.take import FrozenPayload, Take
from cine_forge.film.takes.qc import Thresholds
from cine_forge.film.takes.review import Candidate, Ports, Rules, review
from cine_forge.media.probe import probe_clip


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Review one shot."""
    given, takes, payloads = inputs["shot"], inputs["takes"], inputs["payloads"]
    assert isinstance(given, Given) and isinstance(takes, tuple) and isinstance(payloads, tuple)
    shot = Shot.model_validate(given.data)
    ports = Ports(context.dispatch, context.announce, probe_clip, context.scratch())
    result = review(
        shot,
        _candidates(shot, takes, payloads),
        ports,
        rules=_rules(params),
        decisions=context.decisions,
    )
    return StageResult(result.drafts, cost_micro_usd=result.cost_micro_usd, warnings=result.warnings)


def _candidates(shot: Shot, takes: tuple[Given, ...], payloads: tuple[Given, ...]) -> list[Candidate]:
    frozen = [FrozenPayload.model_validate(payload.data) for payload in payloads]
    by_attempt = {payload.attempt: payload for payload in frozen}
    found = [(Take.model_validate(take.data), take) for take in takes]
    return [
        Candidate(take, _clip(given, shot.label, take.number), by_attempt[take.attempt])
        for take, given in found
    ]


def _clip(take: Given, label: str, number: int) -> Path:
    """Return where a take's clip lies."""
    name = clip_among((file.name for file in take.media), label, number)
    return take.open_media(name or clip_file(label, number))


def _rules(params: Mapping[str, Any]) -> Rules:
    thresholds = Thresholds(
        min_audio_rms_db=float(params["min_audio_rms_db"]),
        min_mean_luma=float(params["min_mean_luma"]),
        max_frame_difference=params["max_frame_difference"],
        max_seconds_difference=float(params["max_seconds_difference"]),
    )
    return Rules(params["max_attempts"], thresholds)
