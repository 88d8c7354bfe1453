"""SIGKILL at any moment: the next command goes on, and ends with the tree of an unbroken run."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.store.tree import tree_digest
from cine_forge.kernel.artifacts.verify.verify import verify
from tests.spine.studio import Film, new_film, sample_film
from tests.spine.warm import run, start

_KILLS = 20
_BOARDS = ("--end-at", "storyboard")


def told(film: Film) -> int:
    """Return how many lines of events there are."""
    return sum(path.read_bytes().count(b"\n") for path in film.folder.glob("runs/*/pipeline_events.jsonl"))


def kill_after(film: Film, events: int, *options: str) -> bool:
    """Run until so many events were told, then SIGKILL; False when the run ended before."""
    driver = start([*film.command(), "--quiet", *options])
    while not driver.ended() and told(film) < events:
        time.sleep(0.01)
    if not driver.ended():
        driver.kill()
    return driver.wait() == -signal.SIGKILL


def compare_broken_with_unbroken(broken: Film, unbroken: Film) -> int:
    """Kill `broken` at moments spread over the unbroken run; return how many times it was killed."""
    total = told(unbroken)
    kills = sum(kill_after(broken, 2 + total * at // _KILLS) for at in range(_KILLS))
    broken.run()
    assert tree_digest(broken.wired().store) == tree_digest(unbroken.wired().store)
    assert verify(broken.folder) == ()
    return kills


@pytest.mark.row("H1")
def test_a_film_killed_at_twenty_moments_ends_as_the_unbroken_one(finished: Film, tmp_path: Path) -> None:
    broken = new_film(tmp_path / "broken")
    assert compare_broken_with_unbroken(broken, finished) >= _KILLS - 2


@pytest.mark.sweep
@pytest.mark.row("H1")
def test_the_sample_killed_at_twenty_moments_ends_as_the_unbroken_one(tmp_path: Path) -> None:
    broken, unbroken = sample_film(tmp_path / "broken"), sample_film(tmp_path / "unbroken")
    unbroken.run()
    assert compare_broken_with_unbroken(broken, unbroken) >= _KILLS - 2


@pytest.mark.row("A36")
def test_a_killed_run_is_seen_as_interrupted_and_the_same_run_goes_on(tmp_path: Path) -> None:
    film = new_film(tmp_path / "film")
    assert kill_after(film, 20, *_BOARDS)
    command = [sys.executable, "-m", "cine_forge.cli", "status", "--project", str(film.folder)]
    shown = run(command).stdout
    assert "interrupted" in shown.splitlines()[0]
    film.run(*_BOARDS)
    assert len(list((film.folder / "runs").iterdir())) == 1


@pytest.mark.row("A44")
def test_a_second_driver_on_the_project_names_who_holds_it(tmp_path: Path) -> None:
    film = new_film(tmp_path / "film")
    first = start([*film.command(), "--quiet"])
    try:
        while not (film.folder / "run.lock").is_file() or told(film) == 0:
            time.sleep(0.01)
        second = run(film.command())
    finally:
        first.kill()
    assert second.returncode == 3
    assert f"process {first.pid}" in second.stderr
