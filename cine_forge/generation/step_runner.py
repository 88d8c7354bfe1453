"""The step runner: how a still, a clip and a text are made of orders.

It works without the registry (which only wraps it) and knows neither money nor providers: each order
goes to the carrier that was injected, so a step can never open a second door. Slots are named and typed
here; an unknown one is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cine_forge.generation.order import NOWHERE, Carrier, Order
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.prices import MICRO_USD
from cine_forge.generation.receipt import Receipt, State

_STEP_SLOTS = frozenset({"attempt", "take_owner", "origin"})


@dataclass(frozen=True)
class StepResult:
    """What a step came to: the ten fields of seed 000. `cost_usd` is US dollars, for display.

    `take_index` counts from 1 within the take owner; 0 where no take is made.
    """

    shot_id: str
    success: bool
    final_state: str
    output_path: str | None
    cost_usd: float
    error: str | None
    take_index: int
    gate_verdict: Any
    model: str = ""
    pipeline: str = ""


class StepRunner:
    """Makes stills, clips and texts through one carrier. Constructing it has no side effect."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def execute_keyframe(self, **slots: Any) -> StepResult:
        """Make a still. Slots are the fields of the image payload, with `attempt`, `take_owner`, `origin`."""
        return self._execute("image_t2i", slots)

    def execute_video(self, **slots: Any) -> StepResult:
        """Make a clip. Slots are the fields of the video payload, with `attempt`, `take_owner`, `origin`.

        That the end frame exists is checked once, by dispatch, before anything is reserved.
        """
        return self._execute("video_i2v", slots)

    def execute_text(self, **slots: Any) -> StepResult:
        """Ask a language model. Slots are the fields of the text payload, with `attempt`, `origin`."""
        return self._execute("text_author", slots)

    def _execute(self, modality: str, slots: Mapping[str, Any]) -> StepResult:
        fields = {name: value for name, value in slots.items() if name not in _STEP_SLOTS}
        order = Order(
            payload=read_payload({**fields, "modality": modality}),
            attempt=slots.get("attempt", 1),
            take_owner=slots.get("take_owner"),
            origin=slots.get("origin", NOWHERE),
        )
        return step_result(self._carrier.carry(order))


def step_result(receipt: Receipt) -> StepResult:
    """Return the receipt as the result of a step. Only a settled one is a success."""
    return StepResult(
        shot_id=str(receipt.request["entity"]),
        success=receipt.state is State.SETTLED,
        final_state=receipt.state.value,
        output_path=receipt.output.path if receipt.output else None,
        cost_usd=(receipt.cost_micro_usd or 0) / MICRO_USD,
        error=receipt.error,
        take_index=receipt.take or 0,
        gate_verdict=None,
        model=receipt.model,
        pipeline=receipt.provider,
    )
