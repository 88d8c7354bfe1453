"""The salvage: a ledger that was lost, or is an older one, made again from the copies of its receipts.

A person asks for it by `providers restore`. Every state stands in the ledger before it stands in its copy,
and a submit is sent only when the copy says so too: a copy is one step behind at most, and never behind what
may have been bought. Nobody is asked and nothing is bought.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.generation.money.receipt import ENDED, Receipt, read_receipt
from cine_forge.kernel.ground.errors import Fault, IntegrityError


class Salvaged(NamedTuple):
    """Which receipts the ledger did not know, and its sums with them."""

    receipts: tuple[Receipt, ...]
    totals: Totals


def salvage(project: Path) -> Salvaged:
    """Take in what the copies know and the ledger does not, and return it.

    The caller holds the project's lock. Raises IntegrityError CF-G118 for every copy that cannot be read,
    before anything is changed: what it stands for could be bought again; and CF-G012 for what is no ledger.
    """
    copies = _copies(project)
    ledger = Ledger(project / "ledger.sqlite")
    try:
        restored = tuple(copy for copy in copies if ledger.restore(copy))
        return Salvaged(restored, ledger.totals())
    finally:
        ledger.close()


def _copies(project: Path) -> list[Receipt]:
    paths = sorted((project / "receipts").glob("rc-*/receipt.json"))
    found = {path: read_receipt(path) for path in paths}
    hint = (
        "put the file back from a copy; what it stands for is bought again only if you move its folder away"
    )
    wrong = [path for path, copy in found.items() if copy is None or copy.id != path.parent.name]
    if wrong:
        raise IntegrityError(*(Fault("CF-G118", "it is no receipt", str(path), hint) for path in wrong))
    copies = [copy for copy in found.values() if copy is not None]
    return sorted(copies, key=lambda copy: copy.state not in ENDED)
