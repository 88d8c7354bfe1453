"""Entries: receipts in short, for sums over many of them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cine_forge.generation.money.receipt import ENDED, HOLDING, Receipt, State

Scope = Literal["project", "run_id", "stage", "owner"]
"""What a sum is of: all of it, one run, one stage, or one owner: whose take it is, else the entity."""


class Entry(NamedTuple):
    """A receipt in short. `owner` is whose take it is, else the entity; money is micro-USD."""

    id: str
    state: State
    run_id: str
    stage: str
    entity: str
    owner: str
    provider: str
    model: str
    action: str
    attempt: int
    round: int
    estimated: int
    held: int
    spent: int


def entry_of(receipt: Receipt) -> Entry:
    """Return a receipt in short: what it holds while it is open, what it cost once it ended."""
    return Entry(
        id=receipt.id,
        state=receipt.state,
        run_id=receipt.run_id,
        stage=receipt.stage,
        entity=receipt.entity,
        owner=receipt.owner,
        provider=receipt.provider,
        model=receipt.model,
        action=receipt.action,
        attempt=receipt.attempt,
        round=receipt.round,
        estimated=receipt.est_cost_micro_usd,
        held=receipt.set_aside if receipt.state in HOLDING else 0,
        spent=(receipt.cost_micro_usd or 0) if receipt.state in ENDED else 0,
    )


def scopes_of(entry: Entry) -> tuple[tuple[Scope, str], ...]:
    """Return every sum that a receipt belongs to."""
    return ("project", ""), ("run_id", entry.run_id), ("stage", entry.stage), ("owner", entry.owner)
