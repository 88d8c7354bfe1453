"""What a copied project inherits at providers: the open receipts of its original, which it may leave to it.

Adoption calls it. No money moves here: what was open is no longer counted, and nobody is asked anything.
"""

from __future__ import annotations

from pathlib import Path

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import State, write_receipt


def leave_receipts(project: Path, at: str) -> tuple[str, ...]:
    """Leave what is open to the original, and return the ids of all that was left to it by now.

    `at` is the time to show. A project that never generated has no ledger and gets none.
    """
    path = project / "ledger.sqlite"
    if not path.is_file():
        return ()
    ledger = Ledger(path)
    try:
        ledger.disown(at)
        foreign = ledger.receipts({State.FOREIGN})
    finally:
        ledger.close()
    for receipt in foreign:
        write_receipt(project, receipt)
    return tuple(receipt.id for receipt in foreign)
