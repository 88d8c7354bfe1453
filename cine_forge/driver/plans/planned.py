"""A planned request: what the command stands on and what is to be done, before anything is written.

Planning only reads, so that whatever is wrong is said before a file is written. Under the project's lock the
plan is carried on to a store that is open for writing; it is made anew when something was kept in between.
"""

from __future__ import annotations

from typing import NamedTuple

from cine_forge.driver.places import Places
from cine_forge.driver.plans.agreed_plan import refuse_other_plan
from cine_forge.driver.request import Request
from cine_forge.driver.storage import storage_of
from cine_forge.driver.wiring import Wired, utc_now, wire
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.planning.compilation import Compilation, compile_plan
from cine_forge.kernel.planning.plan import Plan
from cine_forge.kernel.planning.unheld import refuse_unheld


class Planned(NamedTuple):
    """A request with its plan."""

    wired: Wired
    compilation: Compilation
    plan: Plan


def plan_request(request: Request, *, write: bool = False) -> Planned:
    """Plan a request. Raises CineForgeErrors, CF-U043 when the plan is not the agreed one, CF-P036."""
    wired = wire(request, Places.here(request.environment), write=write)
    compilation = compile_plan(wired.commission, wired.view)
    plan = compilation.plan()
    refuse_other_plan(request.plan_id, plan, wired.folder)
    refuse_unheld(compilation)
    return Planned(wired, compilation, plan)


def carried_on(planned: Planned) -> Planned:
    """Open what the project keeps for writing, and return the plan over it. Needs the project's lock."""
    wired = planned.wired
    storage = storage_of(wired.folder, write=True, urls=wired.request.store)
    store = Store.open(wired.folder, registry=wired.schemas, clock=utc_now, write=True, storage=storage)
    if wired.view.carry_on(store):
        return planned._replace(wired=wired._replace(store=store))
    store.close()
    return plan_request(wired.request, write=True)
