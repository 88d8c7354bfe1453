"""How long each suite took: `python -m tests.contracts.minutes REPORT.xml` reads a JUnit report.

The table it prints is the one of `docs/ci.md`. Times are summed over tests, so with two workers the clock on
the wall shows about half. It ends with status 1 when the sum passes the budget.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

BUDGET_MINUTES = 32


def seconds_by_suite(report: Path) -> dict[str, tuple[int, float]]:
    """Return the number of tests and their seconds for each folder of `tests/`, slowest first."""
    counts: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        suite = suite_of(case.get("classname", ""))
        counts[suite] += 1
        seconds[suite] += float(case.get("time", "0"))
    return {name: (counts[name], seconds[name]) for name in sorted(seconds, key=lambda name: -seconds[name])}


def suite_of(class_name: str) -> str:
    """Return `tests/kernel/planning` for `tests.kernel.planning.test_plan.TestClass`."""
    parts = class_name.split(".")
    folders = parts[: next((at for at, part in enumerate(parts) if part.startswith("test_")), len(parts))]
    return "/".join(folders) or "tests"


def table(suites: dict[str, tuple[int, float]]) -> str:
    """Return the table of suites with their tests and minutes."""
    rows = [f"| `{name}` | {count} | {seconds / 60:.1f} |" for name, (count, seconds) in suites.items()]
    count = sum(tests for tests, _ in suites.values())
    minutes = sum(seconds for _, seconds in suites.values()) / 60
    return "\n".join(
        ["| suite | tests | minutes |", "|---|---:|---:|", *rows, f"| **sum** | {count} | {minutes:.1f} |"]
    )


def main(arguments: list[str]) -> int:
    """Print the table; status 1 when the budget is passed."""
    if len(arguments) != 1:
        print("usage: python -m tests.contracts.minutes REPORT.xml", file=sys.stderr)
        return 2
    suites = seconds_by_suite(Path(arguments[0]))
    print(table(suites))
    total = sum(seconds for _, seconds in suites.values()) / 60
    if total > BUDGET_MINUTES:
        print(f"the suites take {total:.1f} minutes; the budget is {BUDGET_MINUTES}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
