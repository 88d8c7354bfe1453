"""A studio: a carrier that makes small files at once, and remembers every order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cine_forge.generation.action import action_of
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.dispatch.output import output_name
from cine_forge.generation.money.receipt import Output, Receipt, State
from cine_forge.kernel.ground.hashing import digest_of_file
from tests.generation.support import draft, png

PRICE = 400_000


class Studio:
    """Settles every order for 0.40 USD, but those of which `failing` says why not."""

    def __init__(self, folder: Path, failing: Callable[[Order], str | None] = lambda order: None) -> None:
        self.folder = folder
        self.orders: list[Order] = []
        self._failing = failing

    def carry(self, order: Order) -> Receipt:
        """Make a picture for the order, whatever it asks for."""
        self.orders.append(order)
        order.tell(State.SUBMITTED)
        error = self._failing(order)
        state = State.FAILED if error else State.SETTLED
        order.tell(state)
        told = {"state": state, "error": error, "cost_micro_usd": PRICE, "attempt": order.attempt}
        known = {"id": order.receipt_id, "modality": order.payload.modality, "take": len(self.orders)}
        request = {"request": order.payload.model_dump(mode="json"), "action": action_of(order.payload).value}
        output = None if error else self._made(order)
        return draft(1, PRICE).model_copy(update={**told, **known, **request, "output": output})

    def _made(self, order: Order) -> Output:
        path = Path("receipts", order.receipt_id, output_name(order.payload))
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png(64, 36))
        size = file.stat().st_size
        return Output(path=str(path), sha256=digest_of_file(file), bytes=size, media_type="image/png")
