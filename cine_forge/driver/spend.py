"""Spend: who would make a unit's result, and for how much, before anything is asked of anyone.

The forecast reads the same routes, profiles and prices that dispatch uses. A unit whose payload is
already frozen is priced by that payload; before that, by its shot's length and the delivery's size. What
asks a language model is priced by what it reads and by the number of calls that it can make: those of a
prompt module's blocks, or `calls` of a manifest's `resources`. Other kinds are priced once their payload is
frozen; that nobody could perform one is said before. Where the project's settled receipts of the
same model and action cost more than was expected of them, the forecast is raised as the reservation will be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from cine_forge.generation.action import action_of
from cine_forge.generation.liveness import check_carried
from cine_forge.generation.money.history import History
from cine_forge.generation.money.prices import estimate
from cine_forge.generation.part import parts_of
from cine_forge.generation.payloads import (
    AnyPayload,
    ChatMessage,
    ImagePayload,
    Modality,
    TextPayload,
    VideoPayload,
    read_payload,
)
from cine_forge.generation.profiles import Profile, find_profile
from cine_forge.generation.routing import Route, Routes
from cine_forge.kernel.ground.hashing import canonical_json
from cine_forge.kernel.planning.policy import Asked, Estimate
from cine_forge.kernel.stages.contract import Given
from cine_forge.staging.blocking import Blocking
from cine_forge.staging.grammar import Tier

_DRAWN = frozenset({Modality.IMAGE_T2I, Modality.VIDEO_I2V, Modality.TEXT_AUTHOR})
"""What the embedded providers always do; of everything else is asked whether any adapter does it."""


class Forecast:
    """The plan's answer about providers and prices; `calls` counts those that a stage's unit may make."""

    def __init__(
        self,
        routes: Routes,
        profiles: Mapping[str, Profile],
        facts: Mapping[str, Any],
        calls: Callable[[str], int],
        *,
        history: Callable[[str, str], History],
    ) -> None:
        self._routes = routes
        self._profiles = profiles
        self._facts = facts
        self._calls = calls
        self._history = cache(history)

    def route(self, asked: Asked) -> Mapping[str, str]:
        """Return provider, model and reason for a unit that generates, else nothing."""
        payload = self._payload(asked)
        route = self._choose(parts_of(payload)[0]) if payload else None
        return {"provider": route.provider, "model": route.model, "reason": route.reason} if route else {}

    def estimate(self, asked: Asked) -> Estimate | None:
        """Return the price of a unit that spends; a stage that only prepares spends nothing.

        Its reason says how such estimates turned out in this project so far, where any did.
        """
        payload = self._payload(asked)
        if payload is None or not asked.resources.get("spends", True):
            return None
        calls = self._calls(asked.stage) * int(asked.resources.get("calls", 1))
        parts = [self._priced(part, calls) for part in parts_of(payload)]
        return Estimate(
            parts[0].provider,
            sum(part.micro_usd for part in parts),
            sum(part.seconds for part in parts),
            parts[0].reason,
        )

    def _priced(self, payload: AnyPayload, calls: int) -> Estimate:
        route = self._choose(payload)
        priced = estimate(find_profile(self._profiles, route.model), payload)
        action = action_of(payload)
        history = self._history(route.model, action)
        told = f"{route.model} {action} {history}" if history.ratio is not None else ""
        return Estimate(
            route.provider, history.raised(priced.micro_usd) * calls, priced.seconds * calls, told
        )

    def _choose(self, payload: AnyPayload) -> Route:
        return self._routes.choose(payload)

    def _payload(self, asked: Asked) -> AnyPayload | None:
        modality = asked.resources.get("modality")
        if modality is None:
            return None
        if modality not in _DRAWN:
            check_carried(str(modality), self._routes.folders)
        frozen = asked.inputs.get("payloads")
        if isinstance(frozen, tuple) and frozen:
            return read_payload(frozen[0].data["payload"])
        if modality == Modality.TEXT_AUTHOR:
            return _text(asked)
        if modality == Modality.VIDEO_I2V:
            return self._clip(asked)
        return self._still(asked) if modality == Modality.IMAGE_T2I else None

    def _still(self, asked: Asked) -> ImagePayload:
        tier = Tier(asked.resources.get("tier", Tier.FINISH))
        scale = 2 if tier is Tier.PENCIL else 1
        width, height = self._facts["delivery.width"] // scale, self._facts["delivery.height"] // scale
        return ImagePayload(entity=asked.entity, prompt="", tier=tier, width=width, height=height, seed=0)

    def _clip(self, asked: Asked) -> VideoPayload | None:
        shot = asked.inputs.get("shot")
        if not isinstance(shot, Given):
            return None
        fps = self._facts["delivery.fps"]
        frames = max(1, round(Fraction(str(shot.data["duration_s"])) * Fraction(fps)))
        return VideoPayload(
            entity=asked.entity,
            prompt="",
            width=self._facts["delivery.width"],
            height=self._facts["delivery.height"],
            fps=fps,
            frames=frames,
            seed=0,
            blocking=Blocking.model_validate(shot.data["blocking"]),
        )


def _text(asked: Asked) -> TextPayload:
    """Return a call about as long as the unit's; a param `max_tokens` caps its answer."""
    cap = asked.params.get("max_tokens")
    return TextPayload(
        entity=asked.entity,
        step="",
        messages=(ChatMessage(role="user", text=_read_of(asked.inputs)),),
        max_tokens=cap if isinstance(cap, int) else None,
        seed=0,
    )


def _read_of(inputs: Mapping[str, Any]) -> str:
    """Return a text about as long as what a model is given to read: all of the unit's inputs."""
    given = [one for held in inputs.values() for one in (held if isinstance(held, tuple) else (held,))]
    return "".join(canonical_json(one.data) for one in given if isinstance(one, Given))
