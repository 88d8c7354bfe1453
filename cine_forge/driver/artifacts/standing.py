"""How a project stands: what it keeps by health, what is stale first, and what waits for a person."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.driver.kept import open_store
from cine_forge.kernel.artifacts.lineage.lineage import Health, Tally

_MOST_TOLD = 8
_MOST_LISTED = 1_000
_MOST_STEPS = 8


@dataclass(frozen=True)
class ProjectStanding:
    """Counts of all that is current, the first stale artifacts, the candidates that nobody has accepted."""

    tally: Tally
    candidates: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return what `status --json` adds to the run's state; of what is stale the first thousand."""
        health = {str(name): count for name, count in self.tally.health.items()}
        return {
            "kept": {"artifacts": sum(health.values()), "health": health},
            "stale": [f"{one.ref}  because {path_text(one.cause)}" for one in self.tally.first],
            "candidates": list(self.candidates),
        }

    def lines(self) -> Iterator[str]:
        """Yield it for a person: how much of what, then a few of each."""
        health = self.tally.health
        found = sum(health.values())
        if not found:
            return
        told = ", ".join(f"{count} {_WORDS[name]}" for name, count in health.items() if count)
        yield f"{found} artifacts: {told}"
        bad = health[Health.STALE] + health[Health.NEEDS_REVISION]
        if bad:
            yield f"{bad} artifacts are stale: `cine-forge stale` says why"
        for one in self.tally.first[:_MOST_TOLD]:
            yield f"  {one.ref}  because {path_text(one.cause)}"
        if self.candidates:
            yield f"{len(self.candidates)} candidates wait: `cine-forge artifacts accept REF` takes one"
        yield from (f"  {ref}" for ref in self.candidates[:_MOST_TOLD])


_WORDS = {
    Health.VALID: "valid",
    Health.STALE: "stale",
    Health.NEEDS_REVISION: "in need of revision",
    Health.CONFIRMED_VALID: "stale but confirmed",
}


def standing_of(folder: Path, *, whole: bool = False) -> ProjectStanding:
    """Read how a project stands; with `whole` the first thousand of what is stale, else a few.

    The garbage collector is at rest meanwhile: of a large project much is read and nothing dropped.
    """
    gc.disable()
    try:
        with open_store(folder) as store:
            tally = store.lineage.tally(_MOST_LISTED if whole else _MOST_TOLD)
            return ProjectStanding(tally, tuple(map(str, store.all_candidates())))
    finally:
        gc.enable()


def path_text(cause: tuple[str, ...]) -> str:
    """Return a cause path on one line; of a very long one its beginning and its end."""
    if len(cause) > _MOST_STEPS:
        left_out = len(cause) - _MOST_STEPS + 1
        cause = (*cause[: _MOST_STEPS - 3], f"… {left_out} more …", *cause[-2:])
    return " → ".join(cause)
