"""A sweep: one action, harmed at every call that changes something, and begun again after each harm.

Whoever wants to know whether a thing survives says how it begins, what it does, what would be wrong, and what
it shall have kept in the end (a `Subject`). The sweep finds out whether any point in between breaks that.
"""

from __future__ import annotations

import errno
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

from cine_forge.kernel.ground.errors import CineForgeError
from tests.faults.call import Call
from tests.faults.watch import GO, KILL, Ending, Say, watch

_GROWS = frozenset(
    {"write", "pwrite64", "writev", "pwritev", "sendfile", "copy_file_range", "open", "openat", "creat",
     "mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat", "rename", "renameat", "renameat2",
     "fallocate"}
)  # fmt: skip
_SYNCS = frozenset({"fsync", "fdatasync"})
_CODES = re.compile(r"(CF-[A-Z][0-9]{3} ?)+")


class Subject(Protocol):
    """What is swept. All of it works on the folder it is given."""

    def begin(self, folder: Path) -> None:
        """Make what is there before the action."""

    def act(self, folder: Path, say: Say) -> object:
        """Do it; after a harm do what is left of it. `say` acknowledges one line at a time."""

    def faults(self, folder: Path, said: Sequence[str]) -> Sequence[str]:
        """Return what is wrong after a harm, given what was acknowledged before it."""

    def tree(self, folder: Path) -> list[str]:
        """Return what is kept, so that two folders which hold the same give equal lines."""


@dataclass(frozen=True)
class Harm:
    """What happens at a point: the child is killed, or the call fails, once or `lasting` from then on."""

    name: str
    answer: int
    calls: frozenset[str] | None = None
    lasting: bool = False

    def fits(self, call: Call) -> bool:
        """Tell whether a call can be harmed so."""
        return self.calls is None or call.name in self.calls


KILLED = Harm("kill", KILL)
FAILED = Harm("EIO once", errno.EIO, _GROWS | _SYNCS)
FAILING = Harm("EIO from then on", errno.EIO, _GROWS | _SYNCS, lasting=True)
FULL = Harm("ENOSPC from then on", errno.ENOSPC, _GROWS, lasting=True)
FULL_FOR_A_MOMENT = Harm("ENOSPC once", errno.ENOSPC, _GROWS)


@dataclass(frozen=True)
class Finding:
    """Something that is wrong after a harm in front of the `point`-th call."""

    point: int
    call: str
    what: str


@dataclass
class Report:
    """What a sweep met: how many points, at which calls, and what was wrong."""

    points: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def sweep(subject: Subject, room: Path, harm: Harm = KILLED, *, first: int = 1, every: int = 1) -> Report:
    """Harm `subject` at every point, or each `every`-th from the `first`; `room` is an empty folder.

    The folder of a point that was found wrong is left there for looking at.
    """
    begun, whole = room / "begun", room / "whole"
    begun.mkdir(parents=True)
    subject.begin(begun)
    shutil.copytree(begun, whole)
    ending = watch(lambda say: subject.act(whole, say), lambda _call: GO, under=whole)
    assert not ending.error, ending.error
    unbroken, report = subject.tree(whole), Report()
    for point in count(first, every):
        folder = shutil.copytree(begun, room / f"point{point}")
        met, ending = _harmed(subject, folder, harm, point)
        if met is None:
            shutil.rmtree(folder)
            return report
        report.points += 1
        report.calls[met.name] += 1
        wrong = _wrong(subject, folder, ending, unbroken)
        report.findings += [Finding(point, f"{met.name} {met.path}", what) for what in wrong]
        if not wrong:
            shutil.rmtree(folder)
    raise AssertionError("a sweep ends when no call is left to harm")


def _harmed(subject: Subject, folder: Path, harm: Harm, point: int) -> tuple[Call | None, Ending]:
    """Act with the harm at a point; the harmed call is None when the action ended before."""
    seen, met = 0, None

    def decide(call: Call) -> int:
        nonlocal seen, met
        if not harm.fits(call):
            return GO
        seen += 1
        if seen < point or (seen > point and not harm.lasting) or call.path.startswith("pipe:"):
            return GO
        if met is None:
            met = call
            assert call.path
        return harm.answer

    ending = watch(lambda say: subject.act(folder, say), decide, under=folder)
    return met, ending


def _wrong(subject: Subject, folder: Path, ending: Ending, unbroken: list[str]) -> list[str]:
    """Look at a harmed folder, go on with it, and say what is not as it shall be."""
    if ending.error and not _CODES.fullmatch(ending.error):
        return [f"an error without a code: {ending.error}"]
    wrong = list(subject.faults(folder, ending.said))
    again: list[str] = []
    try:
        subject.act(folder, again.append)
    except CineForgeError as error:
        return [*wrong, f"it does not go on: {error}"]
    wrong += subject.faults(folder, (*ending.said, *again))
    if subject.tree(folder) != unbroken:
        wrong.append("what is kept in the end differs from an unbroken action's")
    return wrong
