"""Several drivers on one project: one works, the others say who; and a person decides beside a run."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.verify.verify import verify
from tests.driver.stand import Stand, new_stand

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 120
_PROJECT = "title: Stand\nscript: scripts/s.md\nseed: 7\nusers:\n  - {id: eve, name: Eve}\n"
_BLOCK = """
    import os
    here, go = {folder!r} + "/here", {folder!r} + "/go"
    os.write(os.open(here, os.O_WRONLY), b".")
    os.read(os.open(go, os.O_RDONLY), 1)
    data = """


class Held:
    """A stand whose last stage tells that it began, and ends when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.stand: Stand = new_stand(folder)
        self.stand.edit_module("frail_v1", "    data = ", _BLOCK.format(folder=str(folder)).lstrip("\n"))
        manifest = folder / "modules" / "test" / "frail_v1" / "module.yaml"
        manifest.write_text(manifest.read_text().replace("determinism: pure", "determinism: seeded"))
        for name in ("here", "go"):
            os.mkfifo(folder / name)
        (self.stand.project / "scripts").mkdir(parents=True)
        (self.stand.project / "scripts" / "s.md").write_text("**INT. ROOM - DAY**\n\nNothing.\n")
        (self.stand.project / "project.yaml").write_text(_PROJECT)
        self._started: list[subprocess.Popen[str]] = []
        self._here = os.open(folder / "here", os.O_RDWR)
        self._go = os.open(folder / "go", os.O_RDWR)

    def driver(self) -> subprocess.Popen[str]:
        """Start the driver."""
        words = ["--recipe", str(self.stand.recipe), "--modules", str(self.stand.root / "modules")]
        command = [sys.executable, "-m", "cine_forge.driver", *words, "--project", str(self.stand.project)]
        driver = subprocess.Popen(
            [*command, "--quiet"], cwd=ROOT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        self._started.append(driver)
        return driver

    def wait_for_the_last_stage(self) -> None:
        """Return when a driver is in the last stage."""
        assert select.select([self._here], [], [], _PATIENCE_S)[0], "no driver came to the last stage"
        os.read(self._here, 1)

    def told_by(self, driver: subprocess.Popen[str]) -> str:
        """Return what a refused driver said, and of the one that holds the project nothing."""
        holder = json.loads((self.stand.project / "run.lock").read_text())["pid"]
        return "" if driver.pid == holder else driver.communicate(timeout=_PATIENCE_S)[1]

    def end(self) -> None:
        """Leave no driver behind."""
        for driver in self._started:
            driver.kill()
            driver.wait()

    def let_go(self) -> None:
        """Let the last stage end."""
        os.write(self._go, b".")


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    found = Held(tmp_path)
    yield found
    found.end()


@pytest.mark.row("A44")
def test_of_four_drivers_at_once_one_works_and_the_others_say_who(held: Held) -> None:
    drivers = [held.driver() for _ in range(4)]
    held.wait_for_the_last_stage()
    told = {driver.pid: held.told_by(driver) for driver in drivers}
    (works,) = [driver for driver in drivers if driver.returncode is None]
    held.let_go()
    assert works.wait(_PATIENCE_S) == 0
    assert sorted(driver.returncode for driver in drivers) == [0, 3, 3, 3]
    assert all(f"process {works.pid}" in said for pid, said in told.items() if pid != works.pid)
    assert verify(held.stand.project) == ()


@pytest.mark.row("A44")
def test_a_person_edits_and_decides_while_a_run_goes_on_and_nothing_of_either_is_lost(held: Held) -> None:
    driver = held.driver()
    held.wait_for_the_last_stage()
    ref = "echo/project/first@v1"
    assert held.stand.cli("artifacts", "lock", ref, "--as", "eve").status == 0
    assert held.stand.cli("artifacts", "verify").status == 0
    held.let_go()
    assert driver.wait(_PATIENCE_S) == 0
    assert verify(held.stand.project) == ()
    kept = {
        path.parent.name.rpartition("-")[0] for path in held.stand.project.glob("artifacts/echo/*/v0001.json")
    }
    assert kept == {"project-first", "project-roll", "project-last"}
    assert list(held.stand.project.glob("artifacts/statement/*/v0001.json"))


@pytest.mark.row("A44")
def test_a_killed_driver_holds_nothing_and_the_next_one_ends_the_run(held: Held) -> None:
    first = held.driver()
    held.wait_for_the_last_stage()
    first.send_signal(signal.SIGKILL)
    first.communicate()
    second = held.driver()
    held.wait_for_the_last_stage()
    held.let_go()
    assert second.wait(_PATIENCE_S) == 0
    assert len(list((held.stand.project / "runs").iterdir())) == 1
    assert verify(held.stand.project) == ()
