"""Actions: what a payload asks a model to do, inferred from its shape in one table.

Every adapter is told the action by dispatch and infers nothing itself (seed 001, I9), so that two
providers can never read the same payload in two ways. The first row whose slots are all filled wins.
What is filled but not taken by that action is refused by the inspection, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from cine_forge.generation.payload_kinds.judging import JudgedClip, JudgedStill
from cine_forge.generation.payload_kinds.reference import Reference
from cine_forge.generation.payload_kinds.several_shots import MultiShotPayload, PassPayload, ReferencesPayload
from cine_forge.generation.payload_kinds.sound import LipsyncPayload, SoundKind, SoundPayload
from cine_forge.generation.payloads import AnyPayload, ImagePayload, PrevizPayload, TextPayload, VideoPayload


class Action(StrEnum):
    """The strings are a contract: profiles and provider declarations name them.

    A sound is one of three: speech (`t2s`), an effect (`t2a`), music (`t2m`); `ms2v` is several shots in one
    request, `v2v` a stretch of a clip made anew.
    """

    T2V = "t2v"
    I2V = "i2v"
    R2V = "r2v"
    F2V = "f2v"
    T2I = "t2i"
    I2I = "i2i"
    IS2I = "is2i"
    T2T = "t2t"
    T2S = "t2s"
    T2A = "t2a"
    T2M = "t2m"
    MS2V = "ms2v"
    V2V = "v2v"
    LIPSYNC = "lipsync"
    EVAL = "eval"


_VIDEO: tuple[tuple[frozenset[str], Action], ...] = (
    (frozenset({"start_frame", "end_frame"}), Action.F2V),
    (frozenset({"reference_images"}), Action.R2V),
    (frozenset({"start_frame"}), Action.I2V),
    (frozenset(), Action.T2V),
)
_SOUND: dict[SoundKind, Action] = {"speech": Action.T2S, "effect": Action.T2A, "music": Action.T2M}

_STILL_SLOTS = ("scene_ref", "pose_ref", "identity_refs", "expression_refs")
_SLOTS: dict[type, tuple[str, ...]] = {
    ImagePayload: _STILL_SLOTS,
    PrevizPayload: (*_STILL_SLOTS, "wardrobe_refs", "prop_refs", "light_ref", "frame_ref"),
    VideoPayload: ("start_frame", "end_frame", "reference_images"),
    TextPayload: ("answers",),
    SoundPayload: (),
    LipsyncPayload: ("clip", "sound"),
    ReferencesPayload: ("reference_images", "reference_clips", "reference_sounds"),
    MultiShotPayload: ("reference_images",),
    PassPayload: ("clip", "reference_images"),
    JudgedStill: ("subject", "references"),
    JudgedClip: ("subject", "references"),
}


def slots_of(payload: AnyPayload) -> dict[str, tuple[Reference, ...]]:
    """Return the filled reference slots by name, in the order of the model's fields.

    What the shots or segments of one request refer to counts in the request's own slot, each file once.
    """
    slots = {name: tuple(_held(payload, name)) for name in _SLOTS[type(payload)]}
    return {name: held for name, held in slots.items() if held}


def references_of(payload: AnyPayload) -> tuple[Reference, ...]:
    """Return every reference of the payload, slot by slot."""
    return tuple(reference for held in slots_of(payload).values() for reference in held)


def action_of(payload: AnyPayload) -> Action:
    """Return what the payload's shape asks for."""
    match payload:
        case TextPayload():
            return Action.T2T
        case ImagePayload() | PrevizPayload():
            pictures = len(references_of(payload))
            return Action.T2I if pictures == 0 else Action.I2I if pictures == 1 else Action.IS2I
        case VideoPayload():
            filled = slots_of(payload).keys()
            return next(action for slots, action in _VIDEO if slots <= filled)
        case SoundPayload():
            return _SOUND[payload.kind]
        case LipsyncPayload():
            return Action.LIPSYNC
        case ReferencesPayload():
            return Action.R2V
        case MultiShotPayload():
            return Action.MS2V
        case PassPayload():
            return Action.V2V
        case JudgedStill() | JudgedClip():
            return Action.EVAL


def _held(payload: AnyPayload, name: str) -> Iterator[Reference]:
    stretches = {MultiShotPayload: "shots", PassPayload: "segments"}.get(type(payload), "")
    seen: set[str] = set()
    for holder in (payload, *getattr(payload, stretches, ())):
        held = getattr(holder, name, None)
        for reference in (held,) if isinstance(held, Reference) else held or ():
            if holder is payload or reference.path not in seen:
                yield reference
            seen.add(reference.path)
