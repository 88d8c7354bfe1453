"""A purchase: what came back through the one door of generation, typed.

Boards, sheets, takes and rerolls all buy through `buy`; it sends plain data and reads plain data, and
never looks behind the door.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from cine_forge.generation.payloads import ImagePayload, VideoPayload
from cine_forge.kernel.ground.errors import Fault, StageError

Dispatch = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Purchase(BaseModel):
    """The settled result of one dispatch. `path` is absolute; money is integer micro-USD."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    receipt: str
    provider: str
    model: str
    cost_micro_usd: int = Field(ge=0)
    path: Path
    sha256: str
    take: int | None = None
    width: int | None = None
    height: int | None = None
    fps: str | None = None
    frames: int | None = None
    seconds: float | None = None
    inputs_snapshot: dict[str, Any] | None = None


class Offer(BaseModel):
    """What a prepared request would cost and where it would go."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    receipt: str
    provider: str
    model: str
    routing_reason: str
    est_cost_micro_usd: int = Field(ge=0)
    est_seconds: float = 0.0


def prepare(dispatch: Dispatch, payload: ImagePayload | VideoPayload, attempt: int = 1) -> Offer:
    """Route and price a payload; nothing is spent."""
    return Offer.model_validate(dispatch(_request("prepare", payload.model_dump(mode="json"), attempt)))


def buy(
    dispatch: Dispatch,
    payload: Mapping[str, Any],
    *,
    attempt: int = 1,
    take_owner: str | None = None,
    inputs_snapshot: Mapping[str, Any] | None = None,
) -> Purchase:
    """Send a payload (plain data) and return what was made; what was bought before is returned, not bought.

    With `take_owner` a take number of that shot is allotted; `inputs_snapshot` is what the door gives back
    with the result, as it went in. Raises StageError CF-F130 when the provider reports a failure.
    """
    request = _request("send", payload, attempt) | ({"take_owner": take_owner} if take_owner else {})
    answer = dispatch(request | ({"inputs_snapshot": inputs_snapshot} if inputs_snapshot else {}))
    result = answer.get("result", {})
    if not result.get("success"):
        why = result.get("error") or "no reason was given"
        what = f"generation of `{payload.get('entity')}` failed: {why}"
        raise StageError(Fault("CF-F130", what, str(answer.get("receipt", "")), _next(result)))
    told = result.get("metadata", {}).get("inputs_snapshot")
    return Purchase.model_validate({**answer, "inputs_snapshot": told})


def _next(result: Mapping[str, Any]) -> str:
    """Say what a person does: any run asks again for what was refused, and for what failed only when told."""
    told = result.get("metadata", {})
    states = {part.get("final_state") for part in (told, *told.get("segments", ()))}
    if "failed" in states:
        return "it is not asked for twice by itself: `cine-forge run --rebuy` makes another attempt"
    return "nothing was bought: mend the cause, then run again"


def _request(act: str, payload: Mapping[str, Any], attempt: int) -> dict[str, Any]:
    return {"act": act, "payload": dict(payload), "attempt": attempt}
