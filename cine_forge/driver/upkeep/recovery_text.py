"""Recovered receipts, told to people and to scripts, and the exit status that says the most of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cine_forge.driver.money.ledger_text import money
from cine_forge.generation.dispatch.recovery import Recovered, Standing

RECOVERED_SCHEMA = "recovered/1"

_STATUS: dict[Standing, int] = {"stuck": 1, "running": 6, "sought": 6, "unasked": 6, "held": 5}
_ORDER = (1, 6, 5)


def recovered_status(found: Sequence[Recovered]) -> int:
    """Return 1, 6, 5 or 0, as runs do: the first that fits any of them."""
    statuses = {_STATUS.get(one.standing, 0) for one in found}
    return next((status for status in _ORDER if status in statuses), 0)


def recovered_json(found: Sequence[Recovered]) -> dict[str, Any]:
    """Return what `--json` prints. Costs are in USD: what was charged, else what stays set aside."""
    return {
        "schema": RECOVERED_SCHEMA,
        "receipts": [
            {
                "receipt": one.receipt.id,
                "provider": one.receipt.provider,
                "stage": one.receipt.stage,
                "entity": one.receipt.entity,
                "was": one.was.value,
                "is": one.standing,
                "cost_usd": _charged(one) / 1_000_000,
                "reserved_usd": _reserved(one) / 1_000_000,
                "code": one.fault.code if one.fault else None,
                "text": one.text,
                "next": one.command,
            }
            for one in found
        ],
    }


def recovered_lines(found: Sequence[Recovered]) -> Iterator[str]:
    """Yield three lines for each receipt: which it is, what it was and is, and what to call next."""
    for one in found:
        receipt = one.receipt
        yield f"{receipt.id}  {receipt.provider}  {receipt.entity}{_money(one)}"
        yield f"    was {one.was}, {one.text}"
        yield f"    next: {one.command}"
    if not found:
        yield "every generation is settled"


def _money(one: Recovered) -> str:
    charged, reserved = _charged(one), _reserved(one)
    if charged:
        return f"  cost {money(charged)}"
    return f"  {money(reserved)} set aside" if reserved else ""


def _charged(one: Recovered) -> int:
    ended = one.standing in ("settled", "failed")
    return (one.receipt.cost_micro_usd or 0) if ended else 0


def _reserved(one: Recovered) -> int:
    return one.receipt.est_cost_micro_usd if one.standing in _STATUS else 0
