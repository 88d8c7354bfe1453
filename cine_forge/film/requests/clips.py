"""Video requests: how a shot and its finished board become a typed payload, and how it is frozen.

Called by the payload_dispatch module and, for a further attempt, by the review. The payload carries the
blocking, the typed lines and every reference by path and digest; nothing is spent here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cine_forge.film.requests.agreement import Agreement, in_form_of
from cine_forge.film.requests.prompts import Brief, build_prompt
from cine_forge.film.requests.purchase import Offer
from cine_forge.film.schemas.shot import Shot, ShotLine
from cine_forge.film.schemas.take import DEFAULT_BUILDER, FrozenPayload
from cine_forge.film.shots.timing import frame_count
from cine_forge.generation.payloads import Reference, SpokenLine, VideoPayload
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.staging.grammar import DayTime, Place

_LOUD = frozenset({"street", "water", "vehicle"})


@dataclass(frozen=True)
class ClipFormat:
    """The delivery's size in pixels and rate as a fraction (`24`, `30000/1001`); `sound` wants it heard."""

    width: int
    height: int
    fps: str
    sound: bool = True


@dataclass(frozen=True)
class ClipReferences:
    """What a clip must look like: its board, the start frame, and the sheets of who and where."""

    board: Reference
    sheets: Sequence[Reference] = ()


def clip_payload(
    shot: Shot, references: ClipReferences, *, model: str, seed: int, form: ClipFormat
) -> VideoPayload:
    """Ask for the clip of a shot."""
    return VideoPayload(
        entity=shot.id,
        prompt=build_prompt(Brief(shot=shot), model, "video_i2v"),
        width=form.width,
        height=form.height,
        fps=form.fps,
        frames=frame_count(shot.duration_s, form.fps),
        seed=seed,
        start_frame=references.board,
        reference_images=tuple(references.sheets),
        generate_audio=form.sound,
        lines=tuple(_spoken(line) for line in shot.lines),
        ambience=ambience_of(shot),
        blocking=shot.blocking,
    )


def _spoken(line: ShotLine) -> SpokenLine:
    voice = line.character or line.name
    return SpokenLine(voice=voice, text=line.text, start_s=line.start_s, length_s=line.length_s)


def next_wish(frozen: FrozenPayload, shot: Shot, *, attempt: int, fix: str) -> tuple[VideoPayload, Brief]:
    """Return what the film wishes of a further attempt: a new seed and a note of what to correct.

    It is the whole wish again, whatever was conceded before: another model may take more.
    """
    before = VideoPayload.model_validate(frozen.wish or frozen.payload)
    brief = Brief(shot=shot, fix=fix)
    changes = {
        "prompt": build_prompt(brief, frozen.prompt_model, "video_i2v"),
        "seed": seed_of(before.seed, "attempt", attempt),
    }
    return before.model_copy(update=changes), brief


def freeze(
    shot: Shot, agreed: Agreement[VideoPayload], offer: Offer, attempt: int, *, model: str = DEFAULT_BUILDER
) -> FrozenPayload:
    """Freeze a routed and priced payload; `model` is the one whose builder wrote the prompt."""
    return FrozenPayload(
        shot=shot.id,
        attempt=attempt,
        provider=offer.provider,
        model=offer.model,
        est_cost_micro_usd=offer.est_cost_micro_usd,
        routing_reason=offer.routing_reason,
        receipt=offer.receipt,
        payload=agreed.payload.model_dump(mode="json"),
        wish=agreed.wish.model_dump(mode="json") if agreed.conceded else None,
        conceded=agreed.conceded,
        prompt_model=model,
    )


def kept_form(frozen: FrozenPayload) -> VideoPayload:
    """Return a frozen payload in the size and the length in which the film keeps its clip."""
    payload = VideoPayload.model_validate(frozen.payload)
    return in_form_of(payload, VideoPayload.model_validate(frozen.wish)) if frozen.wish else payload


def payload_draft(frozen: FrozenPayload, output: str, why: str) -> Draft:
    """Offer a frozen payload to be kept; its entity is the shot's attempt."""
    return Draft(
        output=output,
        entity=attempt_entity(frozen.shot, frozen.attempt),
        data=frozen.model_dump(mode="json"),
        intent=f"Ask `{frozen.provider}` for attempt {frozen.attempt}",
        rationale="; ".join([why, *(str(one) for one in frozen.conceded), *_images(frozen)]),
    )


def _images(frozen: FrozenPayload) -> Iterator[str]:
    """Yield which file each image is that a prompt may name, in the order in which a vendor gets them."""
    payload = VideoPayload.model_validate(frozen.payload)
    for number, one in enumerate(payload.reference_images, start=1):
        yield f"@Image{number} is `{one.path}` ({one.role} of {one.entity})"


def attempt_entity(shot: str, attempt: int) -> str:
    """Return the entity of an attempt: `<shot>/attempt:1`."""
    return f"{shot}/attempt:{attempt}"


def ambience_of(shot: Shot) -> str:
    """Return the word for the sound of the place: its weather, a quiet night, else its kind of set."""
    if shot.place is Place.INT:
        return shot.blocking.set.kind
    if shot.blocking.weather:
        return shot.blocking.weather
    quiet = shot.daytime is DayTime.NIGHT and shot.blocking.set.kind not in _LOUD
    return "night" if quiet else shot.blocking.set.kind
