"""The settings of a door: who makes what, for how much, and through which adapters.

From them follows the receipt of an order as it would be prepared; nothing is asked and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cine_forge.generation.ability import Ability
from cine_forge.generation.action import action_of, references_of
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.money.prices import believed, charged_micro_usd, estimate
from cine_forge.generation.money.receipt import Passed, Receipt, State
from cine_forge.generation.payloads import AnyPayload
from cine_forge.generation.profiles import Profile, find_profile
from cine_forge.generation.providers.opening import Providers
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.generation.routing import Routes


@dataclass(frozen=True)
class Settings:
    """Routes, the profiles of models, and the providers of one project."""

    routes: Routes
    profiles: Mapping[str, Profile]
    providers: Providers

    def ability(self, provider: str, payload: AnyPayload) -> Ability:
        """Return what the model takes that a provider would carry a request with."""
        model = self.routes.taken_over(payload, provider, "").model
        return Ability(find_profile(self.profiles, model), self.providers.get(provider).capabilities)

    def slots(self, provider: str) -> int | None:
        """Return how many generations a provider makes at once, by the strategy file before its own word."""
        own = self.routes.strategy.slots.get(provider)
        return own if own is not None else self.providers.get(provider).capabilities.slots

    def told_cost(self, receipt: Receipt, payload: AnyPayload, outcome: PollOutcome) -> int | None:
        """Return what a provider charged as far as it says, in micro-USD: the sum, or what it counted.

        None where it says nothing that an amount can be.
        """
        told = believed(outcome.cost_micro_usd)
        if told is not None or outcome.usage is None:
            return told
        return charged_micro_usd(find_profile(self.profiles, receipt.model), payload, outcome.usage)

    def draft(self, order: Order, *, own_mark: str, at: str) -> Receipt:
        """Return the receipt of an order, routed and priced. `own_mark` ends the id that we choose."""
        over = order.taken_over
        if over is None:
            route = self.routes.choose(order.payload)
        else:
            route = self.routes.taken_over(order.payload, over.provider, over.because)
        profile = find_profile(self.profiles, route.model)
        forecast = estimate(profile, order.payload)
        return Receipt(
            id=order.receipt_id,
            payload_digest=order.digest,
            attempt=order.attempt,
            run_id=order.origin.run_id,
            stage=order.origin.stage,
            entity=order.origin.entity,
            take_owner=order.take_owner,
            modality=order.payload.modality,
            action=action_of(order.payload),
            provider=route.provider,
            model=route.model,
            endpoint=profile.endpoint,
            routing_reason=route.reason,
            request=order.payload.model_dump(mode="json"),
            prompt=order.payload.prompt,
            references=references_of(order.payload),
            tier=_tier_of(order.payload),
            shape=_shape_of(profile, order.payload),
            est_cost_micro_usd=forecast.micro_usd,
            est_seconds=forecast.seconds,
            own_id=order.receipt_id + own_mark,
            fallback_of=over.receipt if over else None,
            passed=(Passed(state=State.PREPARED, at=at),),
        )

    def profile(self, receipt: Receipt) -> Profile | None:
        """Return the profile by which a receipt is asked for; None for one that was sent when it was there.

        Raises ProjectError CF-G042 when nothing was sent yet and the profile is missing.
        """
        if receipt.state is State.RESERVED:
            return find_profile(self.profiles, receipt.model)
        return self.profiles.get(receipt.model)


def _tier_of(payload: AnyPayload) -> str | None:
    tier = getattr(getattr(payload, "hints", None) or payload, "tier", None)
    return None if tier is None else str(tier)


def _shape_of(profile: Profile, payload: AnyPayload) -> dict[str, Any]:
    shape = profile.shapes.get(action_of(payload))
    return shape.model_dump(mode="json", exclude_defaults=True) if shape else {}
