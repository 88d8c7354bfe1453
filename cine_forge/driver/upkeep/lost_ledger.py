"""A lost ledger, made again from its receipts because a person asked for it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cine_forge.driver.money.ledger_text import money
from cine_forge.driver.wiring import utc_now
from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.generation.money.receipt import HOLDING, Receipt
from cine_forge.generation.money.salvage import salvage
from cine_forge.kernel.ground.lock import Holder, ProjectLock


class Restored(NamedTuple):
    """Which receipts the ledger did not know, and its sums with them in micro-USD."""

    receipts: tuple[Receipt, ...]
    totals: Totals

    def lines(self) -> tuple[str, ...]:
        """Return what a person is told, and what they call next."""
        if not self.receipts:
            return ("the ledger knows every receipt",)
        spent, reserved = money(self.totals.spent), money(self.totals.reserved)
        told = f"restored receipts: {len(self.receipts)}; {spent} spent, {reserved} set aside in all"
        is_open = any(one.state in HOLDING for one in self.receipts)
        return (told, "next: cine-forge providers recover" if is_open else "next: cine-forge run")


def restore_in(folder: Path) -> Restored:
    """Make the ledger again. Raises LockedError CF-U030 while a run goes on, IntegrityError as `salvage`."""
    if not (folder / "receipts").is_dir():
        return Restored((), Totals(0, 0))
    lock = ProjectLock(folder / "run.lock")
    lock.try_acquire(Holder.here(command="cine-forge providers restore", since=utc_now().isoformat()))
    with lock:
        restored = salvage(folder)
        ledger = Ledger(folder / "ledger.sqlite")
        try:
            return Restored(restored, ledger.totals())
        finally:
            ledger.close()
