"""What is held in a project: a person says what they found about a submit that nobody can tell of."""

from __future__ import annotations

from pathlib import Path

from cine_forge.driver.artifacts.decide import person_of
from cine_forge.driver.wiring import utc_now
from cine_forge.film.project import load_project
from cine_forge.generation.dispatch.held import Finding, close_held
from cine_forge.generation.money.receipt import Receipt
from cine_forge.kernel.ground.lock import Holder, ProjectLock


def close_held_in(
    folder: Path, receipt: str, *, charged: bool, by: str | None, cost_micro_usd: int | None = None
) -> Receipt:
    """End a held receipt. `cost_micro_usd` is what the vendor's bill says, where it does.

    Raises LockedError CF-U030 while a run goes on, UsageError CF-G034 or CF-U051.
    """
    person = person_of(load_project(folder), by)
    lock = ProjectLock(folder / "run.lock")
    lock.try_acquire(Holder.here(command="cine-forge providers close", since=utc_now().isoformat()))
    with lock:
        at = utc_now().isoformat(timespec="milliseconds")
        return close_held(folder, receipt, Finding(charged, person, at, cost_micro_usd))
