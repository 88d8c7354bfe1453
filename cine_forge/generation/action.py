"""Actions: what a payload asks a model to do, inferred from its shape in one table.

Every adapter is told the action by dispatch and infers nothing itself (seed 001, I9), so that two
providers can never read the same payload in two ways. The first row whose slots are all filled wins.
What is filled but not taken by that action is refused by the inspection, never dropped.
"""

from __future__ import annotations

from enum import StrEnum

from cine_forge.generation.payloads import AnyPayload, ImagePayload, Reference, TextPayload


class Action(StrEnum):
    """The strings are a contract: profiles and provider declarations name them."""

    T2V = "t2v"
    I2V = "i2v"
    R2V = "r2v"
    F2V = "f2v"
    T2I = "t2i"
    I2I = "i2i"
    IS2I = "is2i"
    T2T = "t2t"


_VIDEO: tuple[tuple[frozenset[str], Action], ...] = (
    (frozenset({"start_frame", "end_frame"}), Action.F2V),
    (frozenset({"reference_images"}), Action.R2V),
    (frozenset({"start_frame"}), Action.I2V),
    (frozenset(), Action.T2V),
)
_IMAGE_SLOTS = ("scene_ref", "pose_ref", "identity_refs", "expression_refs")
_VIDEO_SLOTS = ("start_frame", "end_frame", "reference_images")
_TEXT_SLOTS = ("answers",)


def slots_of(payload: AnyPayload) -> dict[str, tuple[Reference, ...]]:
    """Return the filled reference slots by name, in the order of the model's fields."""
    names = _names_of(payload)
    slots: dict[str, tuple[Reference, ...]] = {}
    for name in names:
        held = getattr(payload, name)
        references = (held,) if isinstance(held, Reference) else tuple(held or ())
        if references:
            slots[name] = references
    return slots


def references_of(payload: AnyPayload) -> tuple[Reference, ...]:
    """Return every reference of the payload, slot by slot."""
    return tuple(reference for held in slots_of(payload).values() for reference in held)


def action_of(payload: AnyPayload) -> Action:
    """Return what the payload's shape asks for."""
    if isinstance(payload, TextPayload):
        return Action.T2T
    filled = slots_of(payload)
    if isinstance(payload, ImagePayload):
        pictures = sum(len(held) for held in filled.values())
        return Action.T2I if pictures == 0 else Action.I2I if pictures == 1 else Action.IS2I
    return next(action for slots, action in _VIDEO if slots <= filled.keys())


def _names_of(payload: AnyPayload) -> tuple[str, ...]:
    if isinstance(payload, TextPayload):
        return _TEXT_SLOTS
    return _IMAGE_SLOTS if isinstance(payload, ImagePayload) else _VIDEO_SLOTS
