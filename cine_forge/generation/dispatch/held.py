"""What is held: a submit of which nobody can tell whether it arrived, until a person says what they found.

No money moves and nobody is asked: the person looked at the vendor's own list or bill. What was charged
counts as a failed attempt with its estimate, and another run makes another attempt; what was not is as good
as never sent, and the same attempt may be made again.
"""

from __future__ import annotations

from pathlib import Path

from cine_forge.generation.money.ledger import Ledger
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


def close_held(project: Path, receipt_id: str, *, charged: bool, by: str, at: str) -> Receipt:
    """End a held receipt as a person found it, and return it. `at` is the time to show.

    Raises UsageError CF-G034 when no receipt of that id is held. The caller holds the project's lock.
    """
    ledger = Ledger(project / "ledger.sqlite")
    try:
        held = {one.id: one for one in ledger.receipts(_HELD)}
        if receipt_id not in held:
            known = f"held are {listed(sorted(held))}" if held else "nothing is held"
            what = f"no receipt `{receipt_id}` is held"
            raise UsageError(Fault("CF-G034", what, hint=nearest(receipt_id, held) or known))
        with holding(project, receipt_id):
            ended = _ended(ledger, held[receipt_id], charged=charged, by=by, at=at)
            write_receipt(project, ended)
            _log(project, ledger, ended)
            return ended
    finally:
        ledger.close()


def _ended(ledger: Ledger, receipt: Receipt, *, charged: bool, by: str, at: str) -> Receipt:
    if receipt.state is State.SUBMITTING:
        receipt = ledger.advance(receipt, State.SUBMIT_UNKNOWN, at)
    told = f"`{by}` found that it was {'' if charged else 'not '}charged"
    if not charged:
        return ledger.advance(receipt, State.REFUSED, at, error=told)
    cost = receipt.est_cost_micro_usd
    return ledger.advance(receipt, State.FAILED, at, error=told, cost_micro_usd=cost)


def _log(project: Path, ledger: Ledger, receipt: Receipt) -> None:
    log = project / "runs" / receipt.run_id / "receipts.jsonl"
    if not is_logged(log, receipt):
        log_receipt(log, receipt)
    ledger.mark_logged(receipt)
