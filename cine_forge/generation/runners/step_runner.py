"""The step runner: how stills, clips, sounds, texts and judgements are made of orders, one or several.

It works without the registry (which only wraps it) and knows neither money nor providers: each order
goes to the carrier that was injected, so a step can never open a second door. Slots are named and typed
here; an unknown one is refused. Several shots, takes and segments are small loops over single orders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cine_forge.generation.dispatch.order import NOWHERE, Carrier, Order, StatusListener
from cine_forge.generation.money.prices import MICRO_USD
from cine_forge.generation.money.receipt import ENDED, Receipt, State
from cine_forge.generation.payload_kinds.several_shots import MultiShotPayload, PassPayload
from cine_forge.generation.payloads import AnyPayload, Modality, read_payload
from cine_forge.generation.runners.cost_log import CostLog
from cine_forge.generation.runners.step_result import PassResult, SegmentResult
from cine_forge.generation.runners.step_result import StepResult as StepResult
from cine_forge.generation.verdict import GateFunction, GateVerdict, summed
from cine_forge.kernel.artifacts.keeping.kept_file import checked_file
from cine_forge.kernel.ground.errors import Fault, StageError

Gates = Sequence[GateFunction] | None

MOST_GATE_RETRIES = 3
_STEP_SLOTS = frozenset({"attempt", "take_owner", "origin"})


class StepRunner:
    """Makes things through one carrier. Constructing it has no side effect.

    `folder` is where the paths of outputs begin, for gates; `costs` is told what each step came to.
    """

    def __init__(self, carrier: Carrier, *, folder: Path = Path(), costs: CostLog | None = None) -> None:
        self._carrier = carrier
        self._folder = folder
        self.costs = costs or CostLog()

    def execute_keyframe(
        self,
        *,
        gates: Gates = None,
        max_gate_retries: int = MOST_GATE_RETRIES,
        inputs_snapshot: Mapping[str, Any] | None = None,
        **slots: Any,
    ) -> StepResult:
        """Make a still. Slots are the fields of the image payload, with `attempt`, `take_owner`, `origin`.

        A still that a gate fails is made again as a further attempt, with a receipt of its own, at most
        `max_gate_retries` times; what a gate then still says is in `gate_verdict`, and `success` is false.
        """
        retries = _checked_retries(max_gate_retries)
        order = _order(Modality.IMAGE_T2I, slots)
        result = self._step(order, gates, inputs_snapshot)
        for _ in range(retries):
            if result.gate_verdict is None or result.gate_verdict.passed:
                break
            order = replace(order, attempt=order.attempt + 1)
            result = self._step(order, gates, inputs_snapshot)
        return result

    def execute_video(
        self,
        *,
        gates: Gates = None,
        on_status: StatusListener | None = None,
        inputs_snapshot: Mapping[str, Any] | None = None,
        elements_payload: Mapping[str, Any] | None = None,
        **slots: Any,
    ) -> StepResult:
        """Make a clip. Slots are the fields of the video payload, with `attempt`, `take_owner`, `origin`.

        `on_status` hears each state that the receipt comes to; `elements_payload` is the hint `elements`.
        That the end frame exists is checked once, by dispatch, before anything is reserved.
        """
        if elements_payload is not None:
            slots["hints"] = {**_plain(slots.get("hints")), "elements": dict(elements_payload)}
        order = replace(_order(Modality.VIDEO_I2V, slots), on_status=on_status)
        return self._step(order, gates, inputs_snapshot)

    def execute_text(self, **slots: Any) -> StepResult:
        """Ask a language model. Slots are the fields of the text payload, with `attempt`, `origin`."""
        return self._step(_order(Modality.TEXT_AUTHOR, slots))

    def execute_sound(self, **slots: Any) -> StepResult:
        """Make speech, an effect or music. Slots are the fields of the sound payload."""
        return self._step(_order(Modality.AUDIO_T2A, slots))

    def execute_lipsync(self, *, gates: Gates = None, **slots: Any) -> StepResult:
        """Give a clip other lips. Slots are the fields of the lipsync payload."""
        return self._step(_order(Modality.LIPSYNC_POST, slots), gates)

    def execute_previz(
        self, *, gates: Gates = None, inputs_snapshot: Mapping[str, Any] | None = None, **slots: Any
    ) -> StepResult:
        """Make a previz still. Slots are the fields of the previz payload, eight of them for references."""
        return self._step(_order(Modality.IMAGE_PREVIZ, slots), gates, inputs_snapshot)

    def execute_wan_r2v(
        self,
        *,
        gates: Gates = None,
        on_status: StatusListener | None = None,
        inputs_snapshot: Mapping[str, Any] | None = None,
        **slots: Any,
    ) -> StepResult:
        """Make a clip from references alone. Slots are the fields of the references payload."""
        order = replace(_order(Modality.VIDEO_R2V, slots), on_status=on_status)
        return self._step(order, gates, inputs_snapshot)

    def execute_judgement(self, *, modality: str, **slots: Any) -> StepResult:
        """Ask a judge of stills or clips. Slots are the fields of its payload; the output is its scores."""
        return self._step(_order(Modality(modality), slots))

    def execute_multi_shot(self, *, gates: Gates = None, **slots: Any) -> PassResult:
        """Make several shots, one order after another has ended, as many as were asked for.

        With `native` they are one order, which is refused (StageError CF-G023) unless the model's profile
        says that it makes several shots at once; nothing is dropped or sent another way instead.
        """
        return self._parts(_order(Modality.R2V_MULTI, slots), gates)

    def execute_multi_shot_with_takes(
        self, *, takes: int, gates: Gates = None, **slots: Any
    ) -> tuple[PassResult, ...]:
        """Make several shots `takes` times, each time as a further attempt with receipts of its own."""
        if takes < 1:
            raise StageError(Fault("CF-G060", f"`takes` must be 1 or more, found `{takes}`"))
        first = _order(Modality.R2V_MULTI, slots)
        attempts = range(first.attempt, first.attempt + takes)
        return tuple(self._parts(replace(first, attempt=attempt), gates) for attempt in attempts)

    def execute_pass(self, *, gates: Gates = None, **slots: Any) -> PassResult:
        """Make segments of a clip anew, each as an order with a receipt of its own."""
        return self._parts(_order(Modality.VIDEO_PASS, slots), gates)

    def _parts(self, order: Order, gates: Gates) -> PassResult:
        """Carry one part after another. While one still runs elsewhere the next is not begun: it could wait
        for a slot that the first gives back only when it is carried again."""
        segments: list[SegmentResult] = []
        for name, part in zip(_segment_ids(order.payload), order.parts(), strict=True):
            segments.append(SegmentResult(len(segments) + 1, name, self._step(part, gates)))
            if segments[-1].step.final_state not in ENDED:
                break
        return PassResult(order.payload.entity, tuple(segments))

    def _step(
        self, order: Order, gates: Gates = None, inputs_snapshot: Mapping[str, Any] | None = None
    ) -> StepResult:
        receipt = self._carrier.carry(order)
        self.costs.note(receipt)
        result = step_result(receipt)
        if not (gates and result.success and receipt.output):
            return result
        facts = {
            "shot_id": result.shot_id,
            "modality": receipt.modality,
            "attempt": receipt.attempt,
            "take_index": result.take_index,
            "prompt": receipt.prompt,
            "inputs_snapshot": inputs_snapshot,
        }
        output = receipt.output
        path = self._folder / output.path
        checked_file(path, sha256=output.sha256, size=output.bytes)
        return _judged(result, summed([gate(path, dict(facts)) for gate in gates]))


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


def _judged(result: StepResult, verdict: GateVerdict | None) -> StepResult:
    if verdict is None or verdict.passed:
        return replace(result, gate_verdict=verdict)
    error = f"gate `{verdict.gate}`: {verdict.says}"
    return replace(result, gate_verdict=verdict, success=False, error=error)


def _order(modality: Modality, slots: Mapping[str, Any]) -> Order:
    fields = {name: value for name, value in slots.items() if name not in _STEP_SLOTS}
    return Order(
        payload=read_payload({**fields, "modality": modality.value}),
        attempt=slots.get("attempt", 1),
        take_owner=slots.get("take_owner"),
        origin=slots.get("origin", NOWHERE),
    )


def _plain(hints: Any) -> dict[str, Any]:
    if hints is None:
        return {}
    return dict(hints) if isinstance(hints, Mapping) else hints.model_dump(exclude_none=True)


def _segment_ids(payload: AnyPayload) -> list[str]:
    match payload:
        case PassPayload():
            return [segment.entity for segment in payload.segments]
        case MultiShotPayload(native=False):
            return [shot.entity for shot in payload.shots]
    return [payload.entity]


def _checked_retries(retries: Any) -> int:
    if isinstance(retries, bool) or not isinstance(retries, int) or retries < 0:
        what = f"`max_gate_retries` must be a whole number from 0, found `{retries}`"
        raise StageError(Fault("CF-G060", what))
    return retries
