"""Takes: the only writer of takes. A take is a clip and its sidecar, kept for ever.

Called by the generation module for the first attempt and by the review for the further ones. The number
comes from the ledger, which allots it with the reservation; it is never counted here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.film.paths import CLIP_TYPES, clip_file, sidecar_file
from cine_forge.film.requests.assets import GENERATED, UNSEEN_CONFIDENCE, cost_of
from cine_forge.film.requests.purchase import Dispatch, Purchase, buy
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.schemas.take import FrozenPayload, Take
from cine_forge.generation.payloads import Reference, VideoPayload, payload_digest
from cine_forge.kernel.artifacts.records.envelope import Draft, MediaDraft


@dataclass(frozen=True)
class NewTake:
    """A take with where its clip and its sidecar lie now."""

    take: Take
    clip: Path
    sidecar: Path
    bought: Purchase

    @property
    def entity(self) -> str:
        """Return the entity: `<shot>/take:1`."""
        return take_entity(self.take.shot, self.take.number)


def take_entity(shot: str, number: int) -> str:
    """Return the entity of a take."""
    return f"{shot}/take:{number}"


def take_label(shot_label: str, number: int) -> str:
    """Return what a slate says: `4A take 1`."""
    return f"{shot_label} take {number}"


def buy_take(dispatch: Dispatch, frozen: FrozenPayload) -> Purchase:
    """Buy the clip of a frozen payload as a take of its shot, with a snapshot of what it was made from."""
    return buy(
        dispatch,
        frozen.payload,
        attempt=frozen.attempt,
        take_owner=frozen.shot,
        inputs_snapshot=snapshot_of(frozen),
    )


def snapshot_of(frozen: FrozenPayload) -> dict[str, Any]:
    """Return what a clip is made from: references by path and sha-256, prompts, and what was overridden.

    The names of the three parts are those of seed 000 (R4); what is looked up in the lineage is not repeated.
    """
    payload = VideoPayload.model_validate(frozen.payload)
    return {
        "refs": [{"path": one.path, "sha256": one.sha256} for one in _references(payload)],
        "prompts": {
            "prompt": payload.prompt,
            "negative_prompt": payload.negative_prompt,
            "builder": frozen.prompt_model,
        },
        "overrides": {
            "routing": frozen.routing_reason,
            "conceded": [one.model_dump(mode="json") for one in frozen.conceded],
        },
    }


def make_take(
    shot: Shot, frozen: FrozenPayload, bought: Purchase, *, has_audio: bool, folder: Path
) -> NewTake:
    """Make the take of a bought clip and write its sidecar into `folder`."""
    payload = VideoPayload.model_validate(frozen.payload)
    number = bought.take or frozen.attempt
    take = Take(
        shot=shot.id,
        label=take_label(shot.label, number),
        number=number,
        attempt=frozen.attempt,
        provider=bought.provider,
        model=bought.model,
        receipt=bought.receipt,
        seed=payload.seed,
        frames=bought.frames or payload.frames,
        fps=bought.fps or payload.fps,
        width=bought.width or payload.width,
        height=bought.height or payload.height,
        has_audio=has_audio,
        cost_micro_usd=bought.cost_micro_usd,
        inputs_snapshot=bought.inputs_snapshot,
    )
    sidecar = folder / sidecar_file(shot.label, number)
    sidecar.write_text(_sidecar(take, payload, bought), encoding="utf-8")
    return NewTake(take, bought.path, sidecar, bought)


def take_draft(new: NewTake, output: str, shot_label: str) -> Draft:
    """Offer a take to be kept: the clip and its sidecar."""
    take = new.take
    seconds = round(new.bought.seconds, 4) if new.bought.seconds else None
    ending = new.clip.suffix if new.clip.suffix in CLIP_TYPES else ".mp4"
    clip = MediaDraft(
        path=new.clip,
        name=clip_file(shot_label, take.number, ending),
        media_type=CLIP_TYPES[ending],
        width=take.width,
        height=take.height,
        fps=take.fps,
        seconds=seconds,
    )
    sidecar = MediaDraft(path=new.sidecar, name=new.sidecar.name, media_type="application/json")
    return Draft(
        output=output,
        entity=new.entity,
        data=take.model_dump(mode="json"),
        media=(clip, sidecar),
        intent=f"Film {shot_label}, take {take.number}",
        rationale=f"attempt {take.attempt} by {take.provider} `{take.model}`",
        confidence=UNSEEN_CONFIDENCE,
        source="ai",
        cost=cost_of(new.bought),
        digital_source_type=GENERATED,
    )


def _sidecar(take: Take, payload: VideoPayload, bought: Purchase) -> str:
    """Return the sidecar: what a person or an editor's program wants beside the clip. No dates."""
    content = {
        "schema": "take_sidecar/1",
        **take.model_dump(mode="json"),
        "sha256": bought.sha256,
        "payload_digest": payload_digest(payload),
        "prompt": payload.prompt,
        "references": [reference.sha256 for reference in _references(payload)],
    }
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _references(payload: VideoPayload) -> list[Reference]:
    frames = [frame for frame in (payload.start_frame, payload.end_frame) if frame]
    return [*frames, *payload.reference_images]
