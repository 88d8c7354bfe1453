"""The bars: what `make bench` holds the product to. A figure over its limit makes the bench fail."""

from __future__ import annotations

from dataclasses import dataclass

from bench.contest import Figures
from bench.spent import Spent

COLD_OVER_FLOOR = 3.0
NO_OP_CPU_S = 0.5
DRY_RUN_CPU_S = 0.5
PEAK_MB = 80.0
LARGE_PLAN_CPU_S = 3.0
HELP_CPU_S = 0.15
SCRIPT_CPU_S = 0.05
SAVE_GROWTH = 1.3
SAVE_OVER_FLOOR = 3.0
STALE_CPU_S = 0.5
VERIFY_CPU_S = 1.0
STATUS_CPU_S = 0.4


@dataclass(frozen=True)
class Bar:
    """A figure and the most it may be; `exact` when not less either, `least` when it may be more."""

    name: str
    figure: float
    limit: float
    unit: str
    exact: bool = False
    least: bool = False

    @property
    def is_met(self) -> bool:
        """Say whether the figure keeps to its limit."""
        if self.least:
            return self.figure >= self.limit
        return self.figure == self.limit if self.exact else self.figure <= self.limit

    @property
    def sign(self) -> str:
        """Return how the figure is held against the limit."""
        return "≥" if self.least else "=" if self.exact else "≤"

    def __str__(self) -> str:
        word = "ok  " if self.is_met else "MISS"
        limit = f"{self.sign} {self.shown(self.limit)}"
        return f"{word} {self.name:<52} {self.shown(self.figure):>9}   limit {limit}"

    def shown(self, value: float) -> str:
        """Return a value with its unit, with as many digits as its unit bears."""
        if self.unit == "share":
            return f"{100 * value:.1f} %"
        digits = {"s": 2, "×": 2, "MB": 0, "MB/s": 2, "F1": 3}.get(self.unit, 0)
        return f"{value:.{digits}f} {self.unit}"


def bars_of(figures: Figures, own: str, floor: str) -> list[Bar]:
    """Return the bars of one workload."""
    cold, no_op, dry_run, change = (
        _made(figures.of(own, act)) for act in ("cold", "no-op", "dry run", "change")
    )
    name, due = figures.workload.name, len(figures.workload.due)
    return [
        Bar(f"{name}: cold, times the floor", figures.wall_over(own, floor), COLD_OVER_FLOOR, "×"),
        Bar(f"{name}: no-op, CPU", no_op.cpu_s, NO_OP_CPU_S, "s"),
        Bar(f"{name}: dry run, CPU", dry_run.cpu_s, DRY_RUN_CPU_S, "s"),
        Bar(f"{name}: cold, peak memory", cold.peak_mb, PEAK_MB, "MB"),
        Bar(f"{name}: units run by a cold run", cold.performed, len(figures.workload.needs), "units", True),
        Bar(f"{name}: units run by a no-op", no_op.performed, 0, "units", True),
        Bar(f"{name}: units run by one changed input", change.performed, due, "units", True),
    ]


def _made(spent: Spent | None) -> Spent:
    assert spent is not None, "the product does every act"
    return spent
