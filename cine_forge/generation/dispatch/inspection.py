"""The inspection: everything that can be wrong with an order, found before any money is set aside.

It reads the payload, the model's profile, the provider's declaration and the references' files, and
returns all faults at once. Nothing is shortened, dropped or rounded to make an order fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path

from cine_forge.generation.action import action_of, references_of, slots_of
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.length import length_s
from cine_forge.generation.payload_kinds.several_shots import PassPayload, ReferencesPayload
from cine_forge.generation.payload_kinds.sound import SoundPayload
from cine_forge.generation.payloads import (
    AnyPayload,
    ImagePayload,
    PrevizPayload,
    Reference,
    TextPayload,
    VideoPayload,
)
from cine_forge.generation.profiles import Profile
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.kernel.ground.errors import Fault, listed
from cine_forge.kernel.ground.hashing import digest_of_file

_FROZEN = "what was frozen for another model is frozen anew by `--start-from payload_dispatch`"
_OTHER_LENGTHS = "divide or trim the shot, or send such lengths elsewhere: `longer_than_s` in providers.yaml"


def inspect(order: Order, profile: Profile, capabilities: Capabilities, project: Path) -> tuple[Fault, ...]:
    """Return every fault: CF-G020 references, and those of what does not fit the model."""
    payload = order.payload
    found = (*_references(payload, project), *unfit(payload, profile, capabilities))
    where = f"{order.origin.stage}/{payload.entity}" if order.origin.stage else payload.entity
    return tuple(Fault(fault.code, fault.what, where, fault.hint) for fault in found)


def unfit(payload: AnyPayload, profile: Profile, capabilities: Capabilities) -> tuple[Fault, ...]:
    """Return what does not fit a model, without a look at any file: CF-G021 prompt, CF-G022 size, CF-G023
    action, CF-G024 slots, CF-G025 duration, CF-G026 nothing to draw, CF-G106 length of an answer."""
    return (
        *_prompt(payload, profile, capabilities),
        *_size(payload, profile),
        *_action(payload, profile, capabilities),
        *_slots(payload, profile, capabilities),
        *_rehearsal(payload, profile),
        *_duration(payload, profile, capabilities),
        *_drawing(payload, profile),
        *_answer(payload, profile),
    )


def _references(payload: AnyPayload, project: Path) -> Iterator[Fault]:
    for reference in references_of(payload):
        problem = _problem(reference, project)
        if problem:
            what = f"reference `{reference.path}` ({reference.role} of {reference.entity}) {problem}"
            yield Fault("CF-G020", what, hint="make it again, then let the payload be frozen anew")


def _problem(reference: Reference, project: Path) -> str | None:
    path = project / reference.path
    if not path.resolve().is_relative_to(project.resolve()):
        return "lies outside the project"
    if not path.is_file():
        return "is not there"
    digest = digest_of_file(path)
    if digest != reference.sha256:
        return f"has other bytes: found sha-256 {digest[:12]}, expected {reference.sha256[:12]}"
    return None


def _prompt(payload: AnyPayload, profile: Profile, capabilities: Capabilities) -> Iterator[Fault]:
    for who, limit in ((profile.model, profile.prompt), (capabilities.name, capabilities.prompt)):
        if limit is None:
            continue
        for name, prompt in _prompts(payload):
            length, most = limit.length_of(prompt), limit.most_for(name)
            if length > most:
                what = f"the {name} has {length} {limit.unit}; `{who}` takes at most {most}"
                yield Fault("CF-G021", what, hint="shorten it; nothing is cut silently")


def _prompts(payload: AnyPayload) -> Iterator[tuple[str, str]]:
    """Yield every text that a model reads, and what it is called."""
    yield "prompt", payload.prompt
    yield "negative_prompt", getattr(payload, "negative_prompt", None) or ""
    for stretch in (*getattr(payload, "shots", ()), *getattr(payload, "segments", ())):
        yield f"prompt of {stretch.entity}", stretch.prompt


def _size(payload: AnyPayload, profile: Profile) -> Iterator[Fault]:
    sides = (getattr(payload, "width", 0), getattr(payload, "height", 0))
    if 0 in sides:
        return
    sizes, found = profile.sizes, f"{sides[0]}×{sides[1]}"
    if min(sides) < sizes.least or max(sides) > sizes.most:
        yield Fault(
            "CF-G022", f"size {found}: `{profile.model}` makes {sizes.least} to {sizes.most} pixels a side"
        )
    if any(side % sizes.multiple_of for side in sides):
        yield Fault(
            "CF-G022", f"size {found}: `{profile.model}` needs sides divisible by {sizes.multiple_of}"
        )
    ratio = Fraction(*sides)
    if sizes.aspect_ratios and ratio not in {
        Fraction(text.replace(":", "/")) for text in sizes.aspect_ratios
    }:
        names = listed(sizes.aspect_ratios)
        what = f"aspect {ratio.numerator}:{ratio.denominator}: `{profile.model}` makes {names}"
        yield Fault("CF-G022", what, hint="deliver in one of these, or choose another model")


def _action(payload: AnyPayload, profile: Profile, capabilities: Capabilities) -> Iterator[Fault]:
    action = action_of(payload)
    known: tuple[tuple[str, Iterable[str]], ...] = (
        (f"model `{profile.model}`", profile.actions),
        (f"provider `{capabilities.name}`", capabilities.actions),
    )
    if profile.modality != payload.modality:
        yield Fault("CF-G023", f"model `{profile.model}` makes {profile.modality}, not {payload.modality}")
    for who, actions in known:
        if action not in actions:
            yield Fault(
                "CF-G023", f"{who} cannot do `{action}`", hint=f"it does {listed([str(a) for a in actions])}"
            )
    shape = profile.shapes.get(action)
    if shape and getattr(payload, "negative_prompt", None) and "negative_prompt" not in shape.fields:
        what = f"model `{profile.model}` takes no negative prompt for `{action}`"
        yield Fault("CF-G023", what, hint="say it in the prompt; nothing is left out silently")
    taken = shape.fields if shape else {}
    hints = getattr(payload, "hints", None)
    for name in () if hints is None else hints.model_dump(exclude_none=True):
        if name not in taken:
            what = f"model `{profile.model}` takes no hint `{name}` for `{action}`"
            yield Fault("CF-G023", what, hint="leave it out, or name it in the model's `shapes`")


def _slots(payload: AnyPayload, profile: Profile, capabilities: Capabilities) -> Iterator[Fault]:
    filled = {name: len(held) for name, held in slots_of(payload).items()}
    taken = profile.actions.get(action_of(payload))
    for who, most in ((profile.model, taken), (capabilities.name, capabilities.reference_slots)):
        yield from _too_many(who, filled, filled if most is None else most)
    for slots in (*profile.exclusive, *capabilities.exclusive):
        together = [name for name in slots if name in filled]
        if len(together) > 1:
            what = f"{listed(together)} cannot be filled together for `{profile.model}`"
            yield Fault("CF-G024", what, hint=_FROZEN)


def _rehearsal(payload: AnyPayload, profile: Profile) -> Iterator[Fault]:
    """A request that brings its own answers goes to nobody who would make up others."""
    rehearsed = isinstance(payload, TextPayload) and payload.answer_sheet is not None
    if rehearsed and "answers" not in profile.actions.get(action_of(payload), {}):
        what = f"the request brings its own answers, and `{profile.model}` does not read them out"
        yield Fault("CF-G024", what, hint="leave `answers` out of the stage's config, or use `scripted`")


def _too_many(who: str, filled: Mapping[str, int], most: Mapping[str, int]) -> Iterator[Fault]:
    for name, count in filled.items():
        if count > most.get(name, 0):
            what = f"{count} references in `{name}`; `{who}` takes at most {most.get(name, 0)}"
            yield Fault("CF-G024", what, hint=_FROZEN)


def _duration(payload: AnyPayload, profile: Profile, capabilities: Capabilities) -> Iterator[Fault]:
    seconds = float(length_s(payload))
    for who, durations in ((profile.model, profile.durations), (capabilities.name, capabilities.durations)):
        if seconds and durations and durations.billed_s(seconds) is None:
            made = listed([f"{only:g} s" for only in durations.only_s])
            made = made or f"{durations.least_s:g} to {durations.most_s:g} s"
            kind = "sound" if isinstance(payload, SoundPayload) else "clip"
            what = f"a {kind} of {seconds:.3f} s: `{who}` makes {made}"
            yield Fault("CF-G025", what, hint=_OTHER_LENGTHS)


def _drawing(payload: AnyPayload, profile: Profile) -> Iterator[Fault]:
    drawn = isinstance(payload, ImagePayload | PrevizPayload | VideoPayload | ReferencesPayload | PassPayload)
    if not (profile.draws_blocking and drawn) or getattr(payload, "blocking", None) is not None:
        return
    subject = payload.subject if isinstance(payload, ImagePayload) else None
    if subject is None or (subject.look is None) == (subject.set is None):
        what = f"`{profile.model}` draws a blocking, a look or a set, and the payload has none"
        yield Fault("CF-G026", what, hint="give it `blocking`, or a `subject` with a look or a set")


def _answer(payload: AnyPayload, profile: Profile) -> Iterator[Fault]:
    """An answer that may be longer than the model's longest would be cut, or dearer than was set aside."""
    most = profile.most_output_tokens
    if isinstance(payload, TextPayload) and most is not None and (payload.max_tokens or 0) > most:
        asked = f"`{payload.step}` asks for up to {payload.max_tokens:,} tokens"
        what = f"{asked}; `{profile.model}` answers with at most {most:,}"
        hint = f"lower its `max_tokens`, or mend `most_output_tokens` in configs/models/{profile.model}.yaml"
        yield Fault("CF-G106", what, hint=hint)
