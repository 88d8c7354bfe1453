"""Orders: a payload with all that dispatch must know to buy it once.

The runners hand orders to a `Carrier` and know nothing of money; dispatch is the only carrier. The
receipt's id follows from payload and attempt, and for a fallback from its provider too, so the same order
always meets the same receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.generation.part import parts_of
from cine_forge.generation.payloads import AnyPayload, payload_digest, read_payload
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.ground.hashing import digest_of

RECEIPT_PREFIX = "rc-"
_ID_DIGITS = 16


@dataclass(frozen=True)
class Origin:
    """Who asks: the run, stage and entity that receipts and events name."""

    run_id: str = ""
    stage: str = ""
    entity: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str]) -> Origin:
        """Take the three known keys of plain data."""
        return cls(data.get("run_id", ""), data.get("stage", ""), data.get("entity", ""))


StatusListener = Callable[[str], None]
"""Hears the word of each state that a receipt comes to. It must not raise."""

NOWHERE = Origin()
"""The origin of an order that no run asked for."""


@dataclass(frozen=True)
class TakenOver:
    """What makes an order a fallback: its provider, the receipt it takes over from, and why."""

    provider: str
    receipt: str
    because: str


@dataclass(frozen=True)
class Order:
    """One attempt at one payload. `take_owner` is whose takes are numbered, absent for stills."""

    payload: AnyPayload
    attempt: int = 1
    take_owner: str | None = None
    origin: Origin = field(default=NOWHERE, compare=False)
    on_status: StatusListener | None = field(default=None, compare=False, repr=False)
    taken_over: TakenOver | None = None

    def __post_init__(self) -> None:
        if isinstance(self.attempt, bool) or not isinstance(self.attempt, int) or self.attempt < 1:
            what = f"`attempt` must be a whole number from 1, found `{self.attempt}`"
            raise StageError(Fault("CF-G004", what, f"payload {self.payload.modality}"))

    @cached_property
    def digest(self) -> str:
        """Return the payload's digest."""
        return payload_digest(self.payload)

    @cached_property
    def receipt_id(self) -> str:
        """Return `rc-` and 16 hex digits that follow from payload, attempt and a fallback's provider."""
        by = [self.taken_over.provider] if self.taken_over else []
        return RECEIPT_PREFIX + digest_of([self.digest, self.attempt, *by])[:_ID_DIGITS]

    def parts(self) -> tuple[Order, ...]:
        """Return an order for each purchase that the payload stands for: mostly itself."""
        return tuple(replace(self, payload=payload) for payload in parts_of(self.payload))

    def tell(self, state: State) -> None:
        """Say to whoever listens that the receipt came to a state."""
        if self.on_status is not None:
            self.on_status(state.value)

    def slots(self) -> Mapping[str, Any]:
        """Return the order as the slots that a runner takes."""
        fields = {name: getattr(self.payload, name) for name in type(self.payload).model_fields}
        return {**fields, "attempt": self.attempt, "take_owner": self.take_owner, "origin": self.origin}


def order_of(receipt: Receipt) -> Order:
    """Return the order again that a receipt was made for, from its frozen request.

    Raises StageError CF-G004 when today's payloads do not take it.
    """
    origin = Origin(receipt.run_id, receipt.stage, receipt.entity)
    order = Order(read_payload(receipt.request), receipt.attempt, receipt.take_owner, origin)
    if receipt.fallback_of is None:
        return order
    return replace(order, taken_over=TakenOver(receipt.provider, receipt.fallback_of, receipt.routing_reason))


class NotYet(BaseException):
    """Control flow, not an error: nothing was sent, and the order is to be carried again when it is ready.

    The desk answers with its receipt as one that waits. A runner never catches this.
    """

    def __init__(self, receipt_id: str) -> None:
        super().__init__(receipt_id)
        self.receipt_id = receipt_id


class Carrier(Protocol):
    """The one who carries an order to a provider, exactly once, and brings its receipt."""

    def carry(self, order: Order) -> Receipt:
        """Return the receipt as far as it got: settled, failed, refused, or still `submitted`.

        Raises NotYet for what has to wait before it is sent.
        """
