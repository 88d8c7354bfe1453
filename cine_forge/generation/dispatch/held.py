"""What is held: a submit of which nobody can tell whether it arrived, until a person says what they found.

No money moves and nobody is asked: the person looked at the vendor's own list or bill. What was charged
counts as a failed attempt with what its bill says, else with all that was set aside for it, and the next
run makes another attempt; what was not is as good as never sent, and the same attempt may be made again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.prices import dollars
from cine_forge.generation.money.receipt import (
    Receipt,
    State,
    holding,
    is_logged,
    log_receipt,
    write_receipt,
)
from cine_forge.kernel.ground.errors import Fault, UsageError, listed, nearest

_HELD = frozenset({State.SUBMITTING, State.SUBMIT_UNKNOWN})


@dataclass(frozen=True)
class Finding:
    """What a person found at the vendor's, and who and when.

    `cost_micro_usd` is what its bill says; None when it does not tell, and then what was set aside counts.
    """

    charged: bool
    by: str
    at: str
    cost_micro_usd: int | None = None


def close_held(project: Path, receipt_id: str, found: Finding) -> Receipt:
    """End a held receipt as a person found it, and return it. The caller holds the project's lock.

    Raises UsageError CF-G034 when no receipt of that id is held, CF-G114 for an amount that cannot be.
    """
    _check_amount(found)
    ledger = Ledger(project / "ledger.sqlite")
    try:
        held = {one.id: one for one in ledger.receipts(_HELD)}
        if receipt_id not in held:
            known = f"held are {listed(sorted(held))}" if held else "nothing is held"
            what = f"no receipt `{receipt_id}` is held"
            raise UsageError(Fault("CF-G034", what, hint=nearest(receipt_id, held) or known))
        with holding(project, receipt_id):
            ended = _ended(ledger, held[receipt_id], found)
            write_receipt(project, ended)
            _log(project, ledger, ended)
            return ended
    finally:
        ledger.close()


def _check_amount(found: Finding) -> None:
    cost = found.cost_micro_usd
    if cost is None or (found.charged and cost > 0):
        return
    what = f"{dollars(cost)} charged" if found.charged else f"{dollars(cost)} of what was not charged"
    hint = "with `--charged` say what the bill says, more than nothing; with `--not-charged` say no amount"
    raise UsageError(Fault("CF-G114", f"{what} is no finding", hint=hint))


def _ended(ledger: Ledger, receipt: Receipt, found: Finding) -> Receipt:
    if not found.charged:
        told = f"`{found.by}` found that it was not charged, at {found.at}"
        return ledger.end_held(receipt.id, State.REFUSED, found.at, error=told)
    cost = receipt.set_aside if found.cost_micro_usd is None else found.cost_micro_usd
    told = f"`{found.by}` found that it was charged {dollars(cost)}, at {found.at}"
    return ledger.end_held(receipt.id, State.FAILED, found.at, error=told, cost_micro_usd=cost)


def _log(project: Path, ledger: Ledger, receipt: Receipt) -> None:
    log = project / "runs" / receipt.run_id / "receipts.jsonl"
    if not is_logged(log, receipt):
        log_receipt(log, receipt)
    ledger.mark_logged(receipt)
