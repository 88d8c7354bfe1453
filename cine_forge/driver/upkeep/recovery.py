"""What is left open at providers: taken up by a command of its own, and by every run at its start.

`providers recover` needs no run and no recipe: routes and profiles say how a provider is reached, and the
receipts say what was asked. A run takes up at once, and for a bounded time, what its own plan does not touch.
Neither buys anything. A project that was copied takes up nothing: what is open is its original's.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cine_forge.driver.places import Places
from cine_forge.driver.upkeep.identity import original_of, read_identity
from cine_forge.driver.wiring import utc_now
from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.ground.lock import Holder, ProjectLock

if TYPE_CHECKING:
    from pathlib import Path

    from cine_forge.driver.listening import Listeners
    from cine_forge.driver.money.market import Market
    from cine_forge.generation.dispatch.recovery import Recovered, Standing
    from cine_forge.generation.dispatch.surroundings import Tell
    from cine_forge.generation.money.receipt import Receipt
    from cine_forge.kernel.planning.plan import Plan

_AT_START_S = 20.0
"""Nothing more is asked at the start of a run after so many seconds."""


class _Patience(NamedTuple):
    """How long to wait for what stands so, after how many seconds to begin nothing more, and whom to tell."""

    waits_s: Mapping[Standing, float]
    most_s: float = float("inf")
    tell: Tell = lambda event, fields: None


def recover_in(folder: Path, *, wait_s: float) -> tuple[Recovered, ...]:
    """Take up all that is open, and say what became of it; writes nothing where nothing is.

    A lost submit is sought until its provider's grace is over; what still runs is asked for `wait_s` seconds.
    Raises LockedError CF-U030 while a run goes on, and StageError CF-G031 in a copy.
    """
    if not _left_open(folder):
        return ()
    if (original := original_of(folder)) is not None:
        hint = f"`cine-forge project adopt --project {folder}` makes this a project of its own"
        raise StageError(Fault("CF-G031", f"what is open here is of {original}", str(folder), hint))
    from cine_forge.driver.money.market import Market

    lock = ProjectLock(folder / "run.lock")
    lock.try_acquire(Holder.here(command="cine-forge providers recover", since=utc_now().isoformat()))
    with lock:
        places = Places.here(os.environ)
        market = Market.of_files(
            places.providers(folder), places.models(folder), None, adapters=places.adapters(folder)
        )
        patience = _Patience({"sought": float("inf"), "running": wait_s})
        return _recovered(folder, market, _left_open(folder), patience)


def recover_at_start(folder: Path, market: Market, plan: Plan, listeners: Listeners) -> None:
    """Take up, once and at most for some seconds, what is open and no unit of the plan asks for itself.

    What ended is told as it is by dispatch, what did not as a warning with the command for it.
    """
    if original_of(folder) is not None:
        return
    own = {(one.unit.stage, one.unit.entity) for one in plan.units if one.action in ("run", "may_run")}
    left = tuple(one for one in _left_open(folder) if (one.stage, one.entity) not in own)
    if not left:
        return
    patience = _Patience({}, _AT_START_S, listeners.tell_left)
    for one in _recovered(folder, market, left, patience):
        if one.standing not in ("settled", "failed", "free"):
            message = f"left open by an earlier run: `{one.receipt.id}` {one.text}; `{one.command}`"
            listeners.tell("warning", message=message)


def _left_open(folder: Path) -> tuple[Receipt, ...]:
    if not (folder / "ledger.sqlite").exists():
        return ()
    from cine_forge.generation.money.account import read_account

    return read_account(folder).unsettled


def _recovered(
    folder: Path, market: Market, left: Iterable[Receipt], patience: _Patience
) -> tuple[Recovered, ...]:
    from cine_forge.generation.desk import open_desk
    from cine_forge.generation.dispatch.surroundings import Surroundings

    claimed = read_identity(folder)
    around = Surroundings(
        clock=utc_now,
        receipts_log=lambda run_id: folder / "runs" / run_id / "receipts.jsonl",
        tell=patience.tell,
        own_mark=claimed.own_mark if claimed else "",
        environment=os.environ,
    )
    desk = open_desk(folder, market.routes, market.profiles, around)
    try:
        return desk.recovery.recover(tuple(left), patience.waits_s, most_s=patience.most_s)
    finally:
        desk.close()
