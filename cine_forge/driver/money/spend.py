"""Spend: who would make a unit's result, for how much and without what, before anything is asked of anyone.

The forecast reads the same routes, profiles and prices that dispatch uses, and takes a request as the model
that would carry it takes it. A unit whose payload is already frozen is priced by that payload; before that,
by what it is expected to ask for. What asks a language model is priced by what it reads and by the number
of calls that it can make: those of a prompt module's blocks, or `calls` of a manifest's `resources`. Other
kinds are priced once their payload is frozen; that nobody could perform one is said before. Where the
project's settled receipts of the same model and action cost more than was expected of them, the forecast is
raised as the reservation will be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from cine_forge.driver.money.expected import Expected, expected
from cine_forge.film.requests.prompts import write_prompt
from cine_forge.generation.ability import able, agreed
from cine_forge.generation.action import action_of
from cine_forge.generation.liveness import check_carried
from cine_forge.generation.money.history import History
from cine_forge.generation.money.prices import estimate
from cine_forge.generation.part import parts_of
from cine_forge.generation.payloads import AnyPayload, Concession, ImagePayload, Modality, VideoPayload
from cine_forge.generation.profiles import Profile, find_profile
from cine_forge.generation.routing import Route, Routes
from cine_forge.kernel.ground.errors import StageError
from cine_forge.kernel.planning.policy import Asked, Estimate, Ruling
from cine_forge.kernel.planning.record import Record

_DRAWN = frozenset({Modality.IMAGE_T2I, Modality.VIDEO_I2V, Modality.TEXT_AUTHOR})
"""What the embedded providers always do; of everything else is asked whether any adapter does it."""


class Request(NamedTuple):
    """A payload as the model takes it that would carry it, what was conceded, and what it is about."""

    payload: AnyPayload
    conceded: tuple[Concession, ...]
    about: str


@dataclass
class Forecast:
    """The plan's answer about providers and prices; `calls` counts those that a stage's unit may make.

    `record` hears what is not asked for, and of what would be refused.
    """

    routes: Routes
    profiles: Mapping[str, Profile]
    facts: Mapping[str, Any]
    calls: Callable[[str], int]
    history: Callable[[str, str], History] = field(kw_only=True)
    record: Record = field(default_factory=Record, kw_only=True)

    def __post_init__(self) -> None:
        self._history = cache(self.history)
        self._able = able(self.routes, self.profiles)
        self._unfit: set[str] = set()
        self._seen: tuple[Asked, Request | None] | None = None

    def route(self, asked: Asked) -> Mapping[str, str]:
        """Return provider, model and reason for a unit that generates, else nothing."""
        request = self._request(asked)
        route = self._choose(parts_of(request.payload)[0]) if request else None
        return {"provider": route.provider, "model": route.model, "reason": route.reason} if route else {}

    def estimate(self, asked: Asked) -> Estimate | None:
        """Return the price of a unit that spends; a stage that only prepares spends nothing.

        Its reason says how such estimates turned out in this project so far, where any did.
        """
        request = self._request(asked)
        if request is None:
            return None
        self._note(asked, request)
        if not asked.resources.get("spends", True):
            return None
        calls = self.calls(asked.stage) * int(asked.resources.get("calls", 1))
        parts = [self._priced(part, calls) for part in parts_of(request.payload)]
        return Estimate(
            parts[0].provider,
            sum(part.micro_usd for part in parts),
            sum(part.seconds for part in parts),
            parts[0].reason,
        )

    def _priced(self, payload: AnyPayload, calls: int) -> Estimate:
        route = self._choose(payload)
        priced = estimate(find_profile(self.profiles, route.model), payload)
        action = action_of(payload)
        history = self._history(route.model, action)
        told = f"{route.model} {action} {history}" if history.ratio is not None else ""
        return Estimate(
            route.provider, history.raised(priced.micro_usd) * calls, priced.seconds * calls, told
        )

    def _choose(self, payload: AnyPayload) -> Route:
        return self.routes.choose(payload)

    def _request(self, asked: Asked) -> Request | None:
        """Return a unit's request as it would be asked; route and estimate look at the same one in turn."""
        if self._seen is None or self._seen[0] is not asked:
            self._seen = (asked, self._expect(asked))
        return self._seen[1]

    def _expect(self, asked: Asked) -> Request | None:
        modality = asked.resources.get("modality")
        if modality is None:
            return None
        if modality not in _DRAWN:
            check_carried(str(modality), self.routes.folders)
        try:
            found = expected(asked, self.facts)
            return self._as_taken(found) if found else None
        except StageError as error:
            if asked.inputs.get("payloads"):
                raise
            for fault in error.faults:  # the unit will meet it, and here nothing is spent yet
                self.record.warn(fault)
            return None

    def _as_taken(self, found: Expected) -> Request:
        """Return an expected request as the model takes it that would carry it."""
        if found.brief is None:
            return Request(found.payload, found.conceded, found.payload.entity)
        payload, conceded = agreed(found.payload, self._able)
        ability = self._able(payload)
        reader, limits = ability.profile.model, ability.prompts
        prompt = write_prompt(found.brief, found.builder, payload.modality, limits=limits, reader=reader)
        told = found.brief.shot.label if found.brief.shot else payload.entity
        asked = payload.model_copy(update={"prompt": prompt.text})
        return Request(asked, (*conceded, *prompt.conceded), told)

    def _note(self, asked: Asked, request: Request) -> None:
        """Note what the model is not asked for, once for each stage that asks.

        A stage that carries frozen requests asks what they say; until they are, those are asked elsewhere.
        """
        frozen = asked.inputs.get("payloads") and asked.resources.get("spends", True)
        if "payloads" in asked.inputs and not frozen:
            return
        self._forewarn(asked, request)
        route = self._choose(parts_of(request.payload)[0])
        question = f"what `{asked.stage}` asks of {route.provider} {route.model}"
        for one in request.conceded:
            self.record.decide(Ruling("concession", question, one.what, one.why))

    def _forewarn(self, asked: Asked, request: Request) -> None:
        """Warn of what the model would refuse of a still or a clip, once of each thing that is wrong."""
        payload = request.payload
        if not (isinstance(payload, ImagePayload | VideoPayload) and payload.prompt):
            return
        for fault in self._able(payload).unfit(payload):
            if fault.what not in self._unfit:
                self._unfit.add(fault.what)
                self.record.warn(fault._replace(where=f"{asked.stage}/{request.about}"))
