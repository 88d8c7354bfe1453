"""Witness: which tests run which line, and how long each takes; a pytest plugin and what reads its record.

Loaded by `pytest -p tests.mutants.witness` under coverage. Each test is a context of its own, its fixtures
included; what runs while files are imported has no test, and counts for every test of the run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

_SECONDS: dict[str, float] = {}


@dataclass(frozen=True)
class Witnesses:
    """The record of one whole run. Seconds are those of the clock on the wall."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]

    def of(self, file: str, line: int, most_seconds: float) -> list[str]:
        """Return the tests that run a line, as many as fit into `most_seconds` and one.

        Those of the file's own test file come first, and quick ones before slow ones.
        """
        own = f"/test_{Path(file).name}::"
        tests = [test for test in self.lines.get(file, {}).get(line, ()) if test in self.seconds]
        chosen, spent = [], 0.0
        for test in sorted(
            tests or self.seconds, key=lambda test: (own not in test, self.seconds[test], test)
        ):
            if chosen and spent + self.seconds[test] > most_seconds:
                break
            chosen.append(test)
            spent += self.seconds[test]
        return chosen


def read(record: Path, seconds: Path, tree: Path) -> Witnesses:
    """Read what a run under coverage left."""
    data = CoverageData(str(record))
    data.read()
    lines = {}
    for file in data.measured_files():
        by_line = data.contexts_by_lineno(file)
        lines[Path(file).relative_to(tree).as_posix()] = {
            line: [test for test in tests if test] for line, tests in by_line.items()
        }
    return Witnesses(json.loads(seconds.read_text()), lines)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Name the test that runs from here on."""
    measuring = Coverage.current()
    if measuring is not None:
        measuring.switch_context(item.nodeid)
    yield
    if measuring is not None:
        measuring.switch_context("")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up set-up, call and tear-down of the tests that passed."""
    if report.passed:
        _SECONDS[report.nodeid] = _SECONDS.get(report.nodeid, 0.0) + report.duration
    else:
        _SECONDS.pop(report.nodeid, None)


def pytest_sessionfinish() -> None:
    """Keep the seconds where the caller asked for them."""
    if place := os.environ.get("CINE_FORGE_WITNESS"):
        Path(place).write_text(json.dumps(_SECONDS))
