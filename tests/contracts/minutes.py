"""How long each suite took: `python -m tests.contracts.minutes REPORT.xml... [write]` reads JUnit reports.

The table it prints is the one of `docs/ci.md`, where `write` puts it. Times are summed over tests, so with
two workers the clock on the wall shows about half. Of several reports of one tree each test counts with its
least time, since what else a machine does only adds. It ends with status 1 when the sum passes the budget.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "ci.md"
BUDGET_MINUTES = 34
"""32, and 2 for the kills of paid generations, of which CI owes 600."""


_TABLE = re.compile(r"(?<=<!-- minutes: begin -->\n).*?(?=<!-- minutes: end -->)", re.DOTALL)
_ROW = re.compile(r"^\| `(?P<suite>[\w/]+)` \| \d+ \| (?P<minutes>[\d.]+) \|$", re.MULTILINE)


def seconds_by_suite(*reports: Path) -> dict[str, tuple[int, float]]:
    """Return the number of tests and their least seconds for each folder of `tests/`, slowest first."""
    least: dict[tuple[str, str], float] = {}
    for case in (case for report in reports for case in ElementTree.parse(report).iter("testcase")):
        test, took = (case.get("classname", ""), case.get("name", "")), float(case.get("time", "0"))
        least[test] = min(took, least.get(test, took))
    counts: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for (class_name, _), took in least.items():
        counts[suite_of(class_name)] += 1
        seconds[suite_of(class_name)] += took
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


def kept_minutes() -> dict[str, float]:
    """Return the minutes of each suite as `docs/ci.md` says them."""
    found = _TABLE.search(PAGE.read_text(encoding="utf-8"))
    return {row["suite"]: float(row["minutes"]) for row in _ROW.finditer(found[0] if found else "")}


def main(arguments: list[str]) -> int:
    """Print the table, or write it to the page; status 1 when the budget is passed."""
    reports = [Path(word) for word in arguments if word != "write"]
    if not reports or "write" in arguments[:-1]:
        print("usage: python -m tests.contracts.minutes REPORT.xml... [write]", file=sys.stderr)
        return 2
    suites = seconds_by_suite(*reports)
    print(table(suites))
    if arguments[-1] == "write":
        text = _TABLE.sub(lambda _: f"{table(suites)}\n", PAGE.read_text(encoding="utf-8"))
        PAGE.write_text(text, encoding="utf-8")
    total = sum(seconds for _, seconds in suites.values()) / 60
    if total > BUDGET_MINUTES:
        print(f"the suites take {total:.1f} minutes; the budget is {BUDGET_MINUTES}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
