"""The account: what a project spent, has reserved and still has open, for whoever reports it.

It only reads; money moves through dispatch alone. A project that never generated has an empty account.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cine_forge.generation.money.history import History
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import HOLDING, Receipt


@dataclass(frozen=True)
class Account:
    """Sums in micro-USD; `receipts` counts all, `unsettled` are those that still hold money or work."""

    spent: int = 0
    reserved: int = 0
    receipts: int = 0
    unsettled: tuple[Receipt, ...] = ()


def read_account(project: Path) -> Account:
    """Read the account of a project; writes nothing when there is none."""
    path = project / "ledger.sqlite"
    if not path.is_file():
        return Account()
    ledger = Ledger(path)
    try:
        totals = ledger.totals()
        return Account(totals.spent, totals.reserved, ledger.count(), ledger.receipts(HOLDING))
    finally:
        ledger.close()


def read_history(project: Path, model: str, action: str) -> History:
    """Read what a project was charged for a model and action against what was expected; writes nothing."""
    ledger = Ledger(project / "ledger.sqlite")
    try:
        return ledger.history(model, action)
    finally:
        ledger.close()
