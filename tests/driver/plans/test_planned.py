"""A command plans once, in a few queries, and imports only what its recipe uses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cine_forge.driver.__main__ import main
from cine_forge.driver.plans.planned import Planned, carried_on, plan_request
from cine_forge.driver.request import Request
from cine_forge.kernel.artifacts.index.sql_index import SqlIndex
from tests.kernel.workshop import Workshop, chain

ROOT = Path(__file__).resolve().parents[3]
NEVER = {"networkx", "numpy", "PIL", "av", "rich", "httpx", "jinja2", "opentimelineio"}
ROOMS = {"generation", "previz", "procedural", "media", "exchange", "wire", "review"}
LIGHT_FILM = {"film", "film.paths", "film.policies", "film.schemas", "film.schemas.registry"}


def imported(*words: str) -> set[str]:
    """Return what a command of the driver imports in an interpreter of its own."""
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cine_forge.driver", *words],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {line.rpartition("|")[2].strip() for line in told.stderr.splitlines() if "|" in line}


@pytest.mark.parametrize("more", [["--dry-run"], ["--quiet"]])
def test_a_recipe_without_film_and_generation_imports_neither(tmp_path: Path, more: list[str]) -> None:
    names = imported("--recipe", "test-echo", "--project", str(tmp_path / "p"), *more)
    ours = {name.removeprefix("cine_forge.") for name in names if name.startswith("cine_forge.")}
    assert "kernel.planning.compilation" in ours
    assert not {name for name in names if name.split(".")[0] in NEVER}
    assert not {name for name in ours if name.split(".")[0] in ROOMS}
    assert {name for name in ours if name.split(".")[0] == "film"} <= LIGHT_FILM


def test_a_dry_run_imports_nothing_that_runs_units(tmp_path: Path) -> None:
    names = imported("--recipe", "test-echo", "--project", str(tmp_path / "p"), "--dry-run")
    assert not names & {"cine_forge.kernel.running.execute", "cine_forge.driver.run"}


def queries(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many questions a plan puts to the index."""
    asked: list[str] = []
    answer = SqlIndex._all

    def counting(index: SqlIndex, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        asked.append(query)
        return answer(index, query, values)

    with monkeypatch.context() as patch:
        patch.setattr(SqlIndex, "_all", counting)
        assert set(workshop.actions().values()) == {"reuse"}
    return len(asked)


def test_a_plan_asks_as_many_questions_for_many_stages_as_for_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for name, size in (("few", 2), ("many", 20)):
        workshop = Workshop(tmp_path / name)
        chain(workshop, *(f"m{number}" for number in range(size)))
        workshop.run()
        found.append(queries(workshop, monkeypatch))
    assert found[0] == found[1] < 10


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[Planned]:
    """Return a plan of four echoes that nobody has made yet."""
    made = plan_request(Request(recipe="test-echo", project=tmp_path / "p"))
    with closing(made.wired.store):
        yield made


def test_a_plan_is_carried_on_when_nothing_was_kept_since(planned: Planned) -> None:
    ready = carried_on(planned)
    with closing(ready.wired.store):
        assert ready.compilation is planned.compilation
        assert ready.wired.store is not planned.wired.store


@pytest.mark.row("A44")
def test_a_plan_is_made_anew_when_another_run_came_between(
    planned: Planned, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--recipe", "test-echo", "--project", str(planned.wired.folder), "--quiet"]) == 0
    ready = carried_on(planned)
    with closing(ready.wired.store):
        assert {unit.action for unit in planned.plan.units} == {"run"}
        assert {unit.action for unit in ready.plan.units} == {"reuse"}
