"""Real processes and signals: what is stopped or killed is told as interrupted, loses nothing and goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cine_forge.driver.interruption import INTERRUPTED, Interruption
from cine_forge.driver.runs import run_rows
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import ResumableError
from cine_forge.kernel.running.events import read_events
from cine_forge.kernel.running.state import RunState
from cine_forge.kernel.running.state_file import EVENTS_FILE, STATE_FILE, state_of
from tests.spine.warm import run

ROOT = Path(__file__).parents[2]
RECIPE = """recipe_id: held
stages:
  - {id: quick, module: echo_v1, params: {text: quick}}
  - {id: slow, module: slow_v1}
  - {id: last, module: echo_v1, needs: [quick, slow]}
"""
MANIFEST = """module_id: slow_v1
stage: test
description: Works until somebody opens its door.
version: 1
outputs: {echo: {schema: echo@1}}
determinism: seeded
"""
MAIN = """import time
from pathlib import Path
from cine_forge import Draft, StageResult

def run_module(inputs, params, context):
    door = Path(__file__).parents[3] / "door"
    while not door.exists():
        time.sleep(0.02)
    data = {"text": "slow", "heard": []}
    return StageResult((Draft(output="echo", entity="slow", data=data, intent="t", rationale="t"),))
"""
WAIT_S = 60


@dataclass
class Held:
    """A recipe whose slow stage works until `open_door`, and the drivers that carry it out."""

    root: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def run_folder(self) -> Path:
        (found,) = (self.project / "runs").iterdir()
        return found

    def start(self) -> subprocess.Popen[str]:
        """Start a driver in a process group of its own."""
        words = ["--recipe", str(self.root / "r.yaml"), "--project", str(self.project), "--jobs", "2"]
        command = [sys.executable, "-m", "cine_forge.driver", *words, "--modules", str(self.root / "modules")]
        driver = subprocess.Popen(
            command,
            cwd=ROOT,
            text=True,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.started.append(driver)
        return driver

    def start_until_slow_works(self) -> subprocess.Popen[str]:
        """Start a driver and wait until the quick stage is done and the slow one works."""
        driver = self.start()
        until(lambda: {"quick": "done", "slow": "running"}.items() <= self.told(driver).items())
        return driver

    def told(self, driver: subprocess.Popen[str]) -> dict[str, str]:
        """Return how each stage's unit stands by the events of the driver, which must still work."""
        assert driver.poll() is None, driver.communicate()
        folders = list((self.project / "runs").glob(f"*/{EVENTS_FILE}"))
        return units(told_by_events(folders[0].parent)) if folders else {}

    def open_door(self) -> None:
        (self.root / "door").touch()

    def finish(self) -> None:
        """Open the door, run to the end and check that it was one run, and whole."""
        self.open_door()
        driver = self.start()
        out, err = driver.communicate(timeout=WAIT_S)
        assert driver.returncode == 0, out + err
        assert verify(self.project) == ()
        assert units(state_of(self.run_folder)) == {"quick": "reused", "slow": "done", "last": "done"}

    def cli(self, *words: str) -> str:
        """Call `cine-forge` in another process."""
        command = [sys.executable, "-m", "cine_forge.cli", *words, "--project", str(self.project)]
        done = run(command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def until(come_true: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    for _ in range(WAIT_S * 100):
        if come_true():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come true")


def told_by_events(run: Path) -> RunState:
    return RunState.replayed(run.name, read_events(run / EVENTS_FILE))


def units(state: RunState) -> dict[str, str]:
    return {
        name: unit.status
        for name, stage in state.stages.items()
        for unit in stage.units.values()
        if unit.status != "pending"
    }


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    folder = tmp_path / "modules" / "test" / "slow_v1"
    folder.mkdir(parents=True)
    (folder / "module.yaml").write_text(MANIFEST)
    (folder / "main.py").write_text(MAIN)
    (tmp_path / "r.yaml").write_text(RECIPE)
    (tmp_path / "project" / "scripts").mkdir(parents=True)
    (tmp_path / "project" / "scripts" / "script.md").write_text("**INT. ROOM - DAY**\n\nNothing.\n")
    (tmp_path / "project" / "project.yaml").write_text("title: Held\nscript: scripts/script.md\n")
    found = Held(tmp_path)
    yield found
    for driver in found.started:
        if driver.poll() is None:
            os.killpg(driver.pid, signal.SIGKILL)
            driver.communicate()


@pytest.mark.row("A36")
def test_ctrl_c_ends_a_run_although_a_unit_works_on_and_the_next_command_goes_on(held: Held) -> None:
    driver = held.start_until_slow_works()
    driver.send_signal(signal.SIGINT)
    _, err = driver.communicate(timeout=WAIT_S)
    assert (driver.returncode, "slow/project" in err) == (INTERRUPTED, True)
    state = json.loads((held.run_folder / STATE_FILE).read_text())
    assert (state["status"], state["seq"]) == ("interrupted", told_by_events(held.run_folder).seq)
    assert units(state_of(held.run_folder)) == {"quick": "done", "slow": "interrupted"}
    held.finish()


@pytest.mark.row("A36")
def test_a_second_ctrl_c_leaves_at_once_and_loses_nothing(held: Held) -> None:
    driver = held.start_until_slow_works()
    driver.send_signal(signal.SIGINT)
    assert driver.stderr is not None
    until(lambda: driver.stderr is not None and "again" in driver.stderr.readline())
    driver.send_signal(signal.SIGINT)
    driver.communicate(timeout=WAIT_S)
    assert driver.returncode == INTERRUPTED
    assert [row["status"] for row in run_rows(held.project)] == ["interrupted"]
    held.finish()


@pytest.mark.row("A36")
@pytest.mark.parametrize("file", ["as it was", "gone", "torn", "old"])
def test_a_killed_run_is_told_from_its_events_whatever_its_state_file_says(file: str, held: Held) -> None:
    driver = held.start_until_slow_works()
    os.killpg(driver.pid, signal.SIGKILL)
    driver.communicate()
    spoil(held.run_folder / STATE_FILE, file)
    assert [row["status"] for row in run_rows(held.project)] == ["interrupted"]
    assert "interrupted" in held.cli("status").splitlines()[0]
    held.finish()


def spoil(path: Path, file: str) -> None:
    match file:
        case "gone":
            path.unlink()
        case "torn":
            path.write_bytes(path.read_bytes()[:40])
        case "old":
            old = RunState(run_id=path.parent.name, status="done", seq=1)
            path.write_text(json.dumps(old.to_json()))


@pytest.mark.row("A44")
def test_people_decide_and_edit_while_a_run_goes_on(held: Held) -> None:
    driver = held.start_until_slow_works()
    (quick,) = (path for path in (held.project / "artifacts" / "echo").iterdir() if "quick" in path.name)
    ref = json.loads((quick / "v0001.json").read_text())["ref"]
    (held.root / "data.json").write_text(json.dumps({"text": "by hand", "heard": []}))
    assert "lock" in held.cli("artifacts", "lock", ref, "--as", "ida")
    said = ("--as", "ida", "--note", "it rhymes now")
    edited = held.cli("artifacts", "edit", ref, str(held.root / "data.json"), *said).strip()
    assert edited == ref.replace("@v1", "@v2")
    assert held.told(driver)["slow"] == "running"
    held.open_door()
    out, err = driver.communicate(timeout=WAIT_S)
    assert driver.returncode == 0, out + err
    (last,) = (held.project / "artifacts" / "echo").glob("*last*/v0001.json")
    assert "by hand" in json.loads(last.read_text())["data"]["heard"]
    assert verify(held.project) == ()


def test_the_first_ctrl_c_asks_and_the_way_it_was_heard_before_comes_back() -> None:
    before: Any = signal.getsignal(signal.SIGINT)
    with Interruption() as interruption:
        assert not interruption.asked()
        signal.raise_signal(signal.SIGINT)
        assert interruption.asked()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_pause_ends_as_soon_as_the_run_shall_stop() -> None:
    interruption = Interruption()
    interruption.pause(0.0)
    interruption._hear(signal.SIGINT, None)
    with pytest.raises(ResumableError, match=r"CF-G079(.|\n)*run again to go on"):
        interruption.pause(3600.0)
