"""The ledger of test minutes is read from the report and held against its budget."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.minutes import BUDGET_MINUTES, ROOT, kept_minutes, main, seconds_by_suite, suite_of

REPORT = """<testsuites><testsuite>
<testcase classname="tests.kernel.test_a" name="x" time="{slow}"/>
<testcase classname="tests.kernel.test_b" name="y" time="1.5"/>
<testcase classname="tests.film.test_c" name="z" time="2"/>
</testsuite></testsuites>"""


def report(folder: Path, slow: float) -> Path:
    path = folder / "tests.xml"
    path.write_text(REPORT.format(slow=slow))
    return path


def test_times_are_summed_by_folder(tmp_path: Path) -> None:
    assert seconds_by_suite(report(tmp_path, 4)) == {"tests/kernel": (2, 5.5), "tests/film": (1, 2.0)}


def test_of_several_runs_each_test_counts_with_its_least_time(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    runs = (report(tmp_path, 4), report(tmp_path / "again", 3))
    assert seconds_by_suite(*runs) == {"tests/kernel": (2, 4.5), "tests/film": (1, 2.0)}


@pytest.mark.parametrize(("slow", "status"), [(60, 0), (60 * 40, 1)])
def test_a_suite_over_the_budget_fails(tmp_path: Path, slow: float, status: int) -> None:
    assert main([str(report(tmp_path, slow))]) == status


@pytest.mark.parametrize(("slow", "status"), [(60, 0), (60 * 40, 1)])
def test_no_page_is_written_over_the_budget_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow: float, status: int
) -> None:
    page = tmp_path / "ci.md"
    page.write_text("<!-- minutes: begin -->\n<!-- minutes: end -->")
    monkeypatch.setattr("tests.contracts.minutes.PAGE", page)
    assert main([str(report(tmp_path, slow)), "write"]) == status
    assert "| `tests/kernel` | 2 |" in page.read_text()


def test_a_class_belongs_to_the_folder_of_its_file() -> None:
    assert suite_of("tests.kernel.planning.test_plan.TestOrder") == "tests/kernel/planning"


def test_the_page_gives_every_suite_its_minutes_within_the_budget() -> None:
    folders = {file.parent.relative_to(ROOT).as_posix() for file in (ROOT / "tests").rglob("test_*.py")}
    kept = kept_minutes()
    assert folders == kept.keys(), (
        "run `make test`, then `python -m tests.contracts.minutes .reports/tests.xml write`"
    )
    assert sum(kept.values()) <= BUDGET_MINUTES
