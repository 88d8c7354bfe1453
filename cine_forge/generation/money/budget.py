"""The budget: under which caps a purchase must fit. Wiring makes it of the project's file and the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cine_forge.generation.money.entry import Scope
from cine_forge.generation.money.ledger import Cap
from cine_forge.generation.money.receipt import Receipt


@dataclass(frozen=True)
class Budget:
    """Caps in micro-USD; what is None or not named is not capped.

    `stages` are by id. `kinds` cap each owner of a kind by itself: `shot` is the kind of `ep001/shot:k3f2`.
    """

    project: int | None = None
    run: int | None = None
    stages: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)

    def caps(self, receipt: Receipt) -> tuple[Cap, ...]:
        """Return the caps that hold for a receipt, the widest first."""
        stage, owner = receipt.stage, receipt.owner
        scopes: tuple[tuple[int | None, Scope, str], ...] = (
            (self.project, "project", ""),
            (self.run, "run_id", receipt.run_id),
            (self.stages.get(stage), "stage", stage),
            (self.kinds.get(_kind(owner)), "owner", owner),
        )
        return tuple(Cap(most, scope, value) for most, scope, value in scopes if most is not None)


NO_CAPS = Budget()
"""The budget of a command that nobody capped."""


def _kind(owner: str) -> str:
    return owner.rpartition("/")[2].partition(":")[0]
