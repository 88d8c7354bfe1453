"""Gaps: what lies in `receipts/` and the ledger does not know of, or knows less of.

Every state stands in the ledger before it stands in its readable copy, so a copy that is ahead means that the
ledger was lost, or replaced by an older one. Its sums are too low then, and what was paid would be paid for
again: dispatch looks here before it first buys, and the gap is a person's to close.
"""

from __future__ import annotations

from pathlib import Path

from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import HOLDING, Receipt, State, read_receipt
from cine_forge.kernel.ground.errors import Fault, IntegrityError

_COSTS = HOLDING | {State.SETTLED, State.FAILED}
_FINAL = frozenset({State.SETTLED, State.FAILED})


def check_no_gap(project: Path, ledger: Ledger) -> None:
    """Raise IntegrityError CF-G115 when the ledger lacks something that has or may have cost money."""
    final = {entry.id for entry in ledger.entries() if entry.state in _FINAL}
    folders = sorted((project / "receipts").glob("rc-*"))
    lost = [one.name for one in folders if one.name not in final and _is_ahead(one, ledger)]
    if lost:
        what = f"`ledger.sqlite` does not know what became of {len(lost)} receipts, such as `{lost[0]}`"
        hint = "nothing is bought: put the newest back, or make it again: cine-forge providers restore"
        raise IntegrityError(Fault("CF-G115", what, str(project / "receipts"), hint))


def _is_ahead(folder: Path, ledger: Ledger) -> bool:
    """Return whether a copy says more than the ledger, which is asked after it: meanwhile it may go on."""
    copy = read_receipt(folder / "receipt.json")
    if copy is None or copy.id != folder.name or not _costs(copy):
        return False
    known = ledger.find(copy.id)
    return known is None or len(known.passed) < len(copy.passed)


def _costs(copy: Receipt) -> bool:
    return copy.state in _COSTS and bool(copy.set_aside or copy.cost_micro_usd)
