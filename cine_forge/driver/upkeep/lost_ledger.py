"""A lost ledger, made again from its receipts because a person asked for it."""

from __future__ import annotations

from pathlib import Path

from cine_forge.driver.money.ledger_text import money
from cine_forge.driver.wiring import utc_now
from cine_forge.generation.money.receipt import HOLDING
from cine_forge.generation.money.salvage import Salvaged, salvage
from cine_forge.kernel.ground.lock import Holder, ProjectLock


def restore_in(folder: Path) -> tuple[str, ...]:
    """Make the ledger again; return the lines that tell a person of it, and what they call next.

    Raises LockedError CF-U030 while a run goes on, IntegrityError as `salvage`.
    """
    if not (folder / "receipts").is_dir():
        return _lines(None)
    lock = ProjectLock(folder / "run.lock")
    lock.try_acquire(Holder.here(command="cine-forge providers restore", since=utc_now().isoformat()))
    with lock:
        return _lines(salvage(folder))


def _lines(found: Salvaged | None) -> tuple[str, ...]:
    if found is None or not found.receipts:
        return ("the ledger knows every receipt",)
    spent, reserved = money(found.totals.spent), money(found.totals.reserved)
    told = f"restored receipts: {len(found.receipts)}; {spent} spent, {reserved} set aside in all"
    is_open = any(one.state in HOLDING for one in found.receipts)
    return (told, "next: cine-forge providers recover" if is_open else "next: cine-forge run")
