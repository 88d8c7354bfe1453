"""The kit: every fault that can strike a vendor, each in a trial of its own.

Authors run it by `cine-forge providers test NAME`; our own vendors run it in `tests/conformance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cine_forge.generation.conformance.case import Case, WoundClock
from cine_forge.generation.conformance.fault import FAULTS, Fault
from cine_forge.generation.conformance.trial import Verdict, try_fault
from cine_forge.kernel.ground import errors
from cine_forge.kernel.ground.errors import UsageError, nearest


def faults_for(case: Case) -> tuple[Fault, ...]:
    """Return the faults that can strike this vendor, in the order of a generation."""
    places = case.manner(WoundClock()).places
    able = case.capabilities.cancel
    barred = {
        *(() if able else ("cancel",)),
        *(() if case.refers else ("upload",)),
        *(() if case.is_findable else ("list",)),
    }
    known = {*places, "list"} - barred
    return tuple(fault for fault in FAULTS.values() if fault.place in known)


def try_all(case: Case, faults: Iterable[Fault], folder: Path) -> Iterator[Verdict]:
    """Try each fault in a folder of its own below `folder`."""
    for fault in faults:
        yield try_fault(case, fault, folder / fault.name)


def chosen(case: Case, names: Iterable[str]) -> tuple[Fault, ...]:
    """Return the faults of these names that can strike this vendor, or all of them when none is named.

    Raises UsageError CF-G089 for a name that is no fault of this vendor's.
    """
    known = {fault.name: fault for fault in faults_for(case)}
    wanted = tuple(names) or tuple(known)
    for name in wanted:
        if name not in known:
            what = f"no fault `{name}` can strike `{case.name}`"
            raise UsageError(
                errors.Fault("CF-G089", what, hint=nearest(name, known) or "leave `--fault` out for all")
            )
    return tuple(known[name] for name in wanted)
