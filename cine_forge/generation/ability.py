"""Ability: what one model at its provider can take of a request, and the request as it takes it.

A profile says which slots may stand together and how many pictures each holds, whether the model makes
sound, and its lengths and sizes. What a request has beyond that is left out here, or brought to the nearest
that the model makes, and told as a concession with its reason. Called by the desk before a request is frozen
or bought, and by the forecast of a plan. What no leaving out would mend (a clip that is too long, a shape
that is not made) stays as it is, and the inspection refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from itertools import product
from math import ceil, gcd, lcm
from typing import Any, NamedTuple

from cine_forge.generation.action import action_of, slots_of
from cine_forge.generation.dispatch.inspection import unfit
from cine_forge.generation.length import length_s
from cine_forge.generation.payload_kinds.concession import Concession
from cine_forge.generation.payloads import AnyPayload, ImagePayload, VideoPayload
from cine_forge.generation.profiles import Profile, PromptLimit, Sizes, find_profile
from cine_forge.generation.providers.capabilities import Capabilities, read_capabilities
from cine_forge.generation.routing import Routes
from cine_forge.kernel.ground.errors import Fault

_NEAR = Fraction(2, 100)
"""Shapes as near as this are one to a vendor: its results are fitted to the film's own size."""
_MOST_TURNS = 4
_SLOT_WORDS = {
    "start_frame": "a start frame",
    "end_frame": "an end frame",
    "reference_images": "reference pictures",
    "scene_ref": "a picture of the scene",
    "pose_ref": "a picture of the pose",
    "identity_refs": "pictures of people and places",
    "expression_refs": "pictures of expressions",
}

Asked = ImagePayload | VideoPayload


class Taken(NamedTuple):
    """A request as it is taken, and what was conceded for it."""

    payload: AnyPayload
    conceded: tuple[Concession, ...] = ()


@dataclass(frozen=True)
class Ability:
    """One model and the provider that serves it."""

    profile: Profile
    capabilities: Capabilities

    @property
    def prompts(self) -> tuple[PromptLimit, ...]:
        """Return how long a prompt may be: by the model, and by the provider where it has a word in that."""
        return tuple(limit for limit in (self.profile.prompt, self.capabilities.prompt) if limit)

    def take(self, payload: AnyPayload) -> Taken:
        """Return a still or a clip as this model takes it; what it takes as it is comes back unchanged.

        Pictures that are weighed first are kept first. Other kinds of request are not changed.
        """
        if not isinstance(payload, ImagePayload | VideoPayload):
            return Taken(payload)
        told: list[Concession] = []
        asked: Asked = payload
        for step in (self._pictures, self._sound, self._length, self._size):
            changes, found = step(asked)
            asked = asked.model_copy(update=changes)
            told += found
        return Taken(asked, tuple(told))

    def unfit(self, payload: AnyPayload) -> tuple[Fault, ...]:
        """Return what of a request this model would be refused for, without a look at any file."""
        return unfit(payload, self.profile, self.capabilities)

    def _pictures(self, payload: Asked) -> tuple[Mapping[str, Any], list[Concession]]:
        filled = {name: len(held) for name, held in slots_of(payload).items()}
        for counts in product(*(range(most, -1, -1) for most in filled.values())):
            kept = dict(zip(filled, counts, strict=True))
            changes = dict(_emptied(payload, kept, filled))
            if self._allows(payload.model_copy(update=changes), kept):
                left = [name for name in filled if kept[name] < filled[name]]
                return changes, [self._unseen(payload, name, kept) for name in left]
        return {}, []

    def _allows(self, payload: Asked, kept: Mapping[str, int]) -> bool:
        action = action_of(payload)
        if action not in self.profile.actions or action not in self.capabilities.actions:
            return False
        limits = (self.profile.actions[action], self.capabilities.reference_slots)
        filled = {name: count for name, count in kept.items() if count}
        if any(count > most.get(name, 0) for most in limits for name, count in filled.items()):
            return False
        return all(len(filled.keys() & slots) <= 1 for slots in self._exclusive())

    def _exclusive(self) -> Iterator[frozenset[str]]:
        yield from (frozenset(slots) for slots in (*self.profile.exclusive, *self.capabilities.exclusive))

    def _unseen(self, payload: Asked, slot: str, kept: Mapping[str, int]) -> Concession:
        """Return what is said of a slot that is not, or not wholly, filled."""
        held, name, count = slots_of(payload)[slot], _SLOT_WORDS[slot], kept[slot]
        detail = f"{len(held) - count} left out: " + ", ".join(one.entity for one in held[count:])
        if count:
            what, why = f"with fewer {name}", f"`{self.profile.model}` takes at most {count}"
            return Concession(part=slot, what=what, why=f"{why} with what else it is given", detail=detail)
        other = next((one for one, many in kept.items() if many and self._either(one, slot)), None)
        why = f"`{self.profile.model}` takes none"
        if other:
            why = f"`{self.profile.model}` takes either them or {_SLOT_WORDS[other]}"
        elif self._ever(slot):
            why = f"`{self.profile.model}` takes none beside {self._beside(kept)}"
        return Concession(part=slot, what=f"without {name}", why=why, detail=detail)

    def _either(self, one: str, other: str) -> bool:
        return any({one, other} <= slots for slots in self._exclusive())

    def _ever(self, slot: str) -> bool:
        return any(slots.get(slot) for slots in self.profile.actions.values())

    @staticmethod
    def _beside(kept: Mapping[str, int]) -> str:
        return " and ".join(_SLOT_WORDS[name] for name, count in kept.items() if count) or "what is asked"

    def _sound(self, payload: Asked) -> tuple[Mapping[str, Any], list[Concession]]:
        if isinstance(payload, ImagePayload) or not payload.generate_audio or self.profile.sound:
            return {}, []
        why = f"`{self.profile.model}` makes none"
        return {"generate_audio": False}, [Concession(part="generate_audio", what="without sound", why=why)]

    def _length(self, payload: Asked) -> tuple[Mapping[str, Any], list[Concession]]:
        """Ask for the shortest that is made where a clip is shorter; slots of lengths are for adapters."""
        if isinstance(payload, ImagePayload):
            return {}, []
        found = (self.profile.durations, self.capabilities.durations)
        least = max((one.least_s for one in found if one and not one.only_s), default=0.0)
        seconds = length_s(payload)
        if seconds >= Fraction(least):
            return {}, []
        why = f"`{self.profile.model}` makes none under {least:g} s"
        told = f"{float(seconds):.3g} s"
        what = "longer than the shot, and then cut to it"
        frames = ceil(Fraction(least) * Fraction(payload.fps))
        return {"frames": frames}, [Concession(part="frames", what=what, why=why, detail=told)]

    def _size(self, payload: Asked) -> tuple[Mapping[str, Any], list[Concession]]:
        sizes, asked = self.profile.sizes, (payload.width, payload.height)
        made = nearest_size(*asked, sizes)
        if made is None or made == asked:
            return {}, []
        why = f"`{self.profile.model}` makes {_made(sizes)}"
        told = f"{made[0]}×{made[1]} in place of {asked[0]}×{asked[1]}"
        what = "at another size, and then brought to the film's"
        changes = {"width": made[0], "height": made[1]}
        return changes, [Concession(part="size", what=what, why=why, detail=told)]


def agreed(payload: AnyPayload, asked: Callable[[AnyPayload], Ability]) -> Taken:
    """Return a request as whoever carries it takes it.

    What is left out can change who is asked: then that one is asked too, until nothing is left to concede.
    """
    told: list[Concession] = []
    for _ in range(_MOST_TURNS):
        taken = asked(payload).take(payload)
        told += taken.conceded
        if taken.payload == payload:
            break
        payload = taken.payload
    return Taken(payload, tuple(told))


def able(routes: Routes, profiles: Mapping[str, Profile]) -> Callable[[AnyPayload], Ability]:
    """Return who says, of a request, what the one who would carry it takes."""
    declared = cache(partial(read_capabilities, folders=routes.folders))

    def find(payload: AnyPayload) -> Ability:
        route = routes.choose(payload)
        return Ability(find_profile(profiles, route.model), declared(route.provider))

    return find


def nearest_size(width: int, height: int, sizes: Sizes) -> tuple[int, int] | None:
    """Return the size that is made nearest to the wanted one, in its shape; None when that is not made."""
    ratio = Fraction(width, height)
    known = [Fraction(text.replace(":", "/")) for text in sizes.aspect_ratios]
    shape = min(known, key=lambda one: abs(one / ratio - 1)) if known else ratio
    if abs(shape / ratio - 1) > _NEAR:
        return None
    across, down = shape.as_integer_ratio()
    step = lcm(*(sizes.multiple_of // gcd(side, sizes.multiple_of) for side in (across, down)))
    least = ceil(Fraction(sizes.least, min(across, down) * step))
    most = sizes.most // (max(across, down) * step)
    if least > most:
        return None
    times = min(max(round(Fraction(width, across * step)), least), most) * step
    return across * times, down * times


def _emptied(
    payload: Asked, kept: Mapping[str, int], filled: Mapping[str, int]
) -> Iterator[tuple[str, tuple[Any, ...] | None]]:
    """Yield the slots that hold fewer pictures than they did."""
    for name, count in kept.items():
        if count < filled[name]:
            held = getattr(payload, name)
            yield name, held[:count] if isinstance(held, tuple) else None


def _made(sizes: Sizes) -> str:
    """Return which sizes are made, as a person says it."""
    shapes = f" in {', '.join(sizes.aspect_ratios)}" if sizes.aspect_ratios else ""
    steps = f" in steps of {sizes.multiple_of}" if sizes.multiple_of > 1 else ""
    return f"sides of {sizes.least} to {sizes.most} pixels{steps}{shapes}"
