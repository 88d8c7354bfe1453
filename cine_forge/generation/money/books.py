"""The books: every receipt in short, summed by whatever is asked, for whoever reports what was spent.

They only read. Of what somebody threw away they are told by the ids of receipts: who rejects is not known
here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cine_forge.generation.money.entry import Entry
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import HOLDING, State


@dataclass(frozen=True)
class Sum:
    """What some receipts came to, in micro-USD.

    `lost` is that part of `spent` which bought nothing that is used: failures and what was thrown away.
    `estimated` and `charged` are of settled receipts that had an estimate, so that the two may be compared.
    """

    receipts: int = 0
    open: int = 0
    spent: int = 0
    reserved: int = 0
    failed: int = 0
    rejected: int = 0
    estimated: int = 0
    charged: int = 0

    @property
    def lost(self) -> int:
        """Return what was spent on failures and on what was thrown away."""
        return self.failed + self.rejected

    @property
    def ratio(self) -> float | None:
        """Return what was charged for each dollar that was expected, or None when nothing was."""
        return round(self.charged / self.estimated, 4) if self.estimated else None


@dataclass(frozen=True)
class Books:
    """Every receipt of a project in short, ordered by id; `rejected` are the ids of what was thrown away."""

    entries: tuple[Entry, ...] = ()
    rejected: Collection[str] = frozenset()

    def total(self) -> Sum:
        """Return what everything came to."""
        return _sum(self.entries, self.rejected)

    def by(self, name_of: Callable[[Entry], str]) -> Mapping[str, Sum]:
        """Return the sum of each name, the dearest first."""
        groups: dict[str, list[Entry]] = {}
        for entry in self.entries:
            groups.setdefault(name_of(entry), []).append(entry)
        sums = ((name, _sum(found, self.rejected)) for name, found in groups.items())
        return dict(sorted(sums, key=lambda one: (-one[1].spent - one[1].reserved, one[0])))

    def open(self) -> tuple[Entry, ...]:
        """Return what still holds money or work, the dearest first."""
        found = (entry for entry in self.entries if entry.state in HOLDING)
        return tuple(sorted(found, key=lambda one: (-one.held, one.id)))

    def worst(self, most: int = 5) -> tuple[Entry, ...]:
        """Return the settled receipts whose estimate was furthest off in money, worst first."""
        off = [entry for entry in self.entries if _is_compared(entry) and entry.spent != entry.estimated]
        return tuple(sorted(off, key=lambda one: (-abs(one.spent - one.estimated), one.id))[:most])


def open_books(project: Path, rejected: Collection[str] = frozenset()) -> Books:
    """Read the books of a project; writes nothing, and one that never generated has empty ones."""
    ledger = Ledger(project / "ledger.sqlite")
    try:
        return Books(ledger.entries(), rejected)
    finally:
        ledger.close()


def tries(entry: Entry) -> str:
    """Say the how-manieth try a receipt is: a later attempt, or a round of one that was opened again."""
    return "first try" if entry.attempt == entry.round == 1 else f"try {entry.attempt + entry.round - 1}"


def _sum(entries: Iterable[Entry], rejected: Collection[str]) -> Sum:
    found = list(entries)
    compared = [entry for entry in found if _is_compared(entry)]
    failed = [entry for entry in found if entry.state is State.FAILED]
    thrown = [entry for entry in found if entry.state is State.SETTLED and entry.id in rejected]
    return Sum(
        receipts=len(found),
        open=sum(entry.state in HOLDING for entry in found),
        spent=sum(entry.spent for entry in found),
        reserved=sum(entry.held for entry in found),
        failed=sum(entry.spent for entry in failed),
        rejected=sum(entry.spent for entry in thrown),
        estimated=sum(entry.estimated for entry in compared),
        charged=sum(entry.spent for entry in compared),
    )


def _is_compared(entry: Entry) -> bool:
    return entry.state is State.SETTLED and entry.estimated > 0
