"""A studio for tests of the whole spine: small projects, the real driver in a process of its own."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.driver.wiring import Wired, wire_project
from tests.spine.warm import run

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "projects" / "sample"

SMALL = {"aspect": "16:9", "width": 192, "height": 108, "fps": "24"}
TALL = {"aspect": "9:16", "width": 108, "height": 192, "fps": "25"}

SHORT = """# THE KEY

**INT. KITCHEN - DAY**

ANN MORO (34), short red hair, blue shirt, turns a brass KEY over on the table.

ANN
It was under the stone all along.

BEN (50), grey beard, black coat, does not sit down.

BEN
Then you know who put it there.

**EXT. GARDEN - NIGHT**

Ann kneels by a stone with a LANTERN. Nobody else is there.

**INT. KITCHEN - NIGHT**

Ben sets the key on the shelf.

BEN
Keep it. I never came back for it.

ANN
Nobody does.
"""


@dataclass(frozen=True)
class Film:
    """A project folder and the driver for it."""

    folder: Path

    def command(self, recipe: str = "ep001.yaml") -> list[str]:
        """Return the driver's command for this project."""
        driver = [sys.executable, "-m", "cine_forge.driver", "--recipe", recipe]
        return [*driver, "--project", str(self.folder)]

    def drive(self, *options: str, status: int = 0) -> str:
        """Run the driver; its exit status must be `status`. Returns stdout."""
        done = run([*self.command(), "--quiet", *options])
        assert done.returncode == status, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def plan(self, *options: str) -> dict[str, dict[str, Any]]:
        """Return the dry run's units by `stage/entity`, in execution order."""
        plan = json.loads(self.drive("--dry-run", "--json", *options))
        return {f"{unit['stage']}/{unit['entity']}": unit for unit in plan["units"]}

    def run(self, *options: str, status: int = 0) -> dict[str, str]:
        """Run for real; return each unit's status by `stage/entity`."""
        summary = json.loads(self.drive("--json", *options, status=status))
        path = self.folder / "runs" / summary["run_id"] / "run_state.json"
        stages = json.loads(path.read_text())["stages"]
        return {
            f"{stage}/{entity}": unit["status"]
            for stage, found in stages.items()
            for entity, unit in found["units"].items()
        }

    def wired(self) -> Wired:
        """Return the project as the commands see it, reading only."""
        return wire_project(self.folder)

    def data(self, artifact_type: str, entity: str = "ep001") -> dict[str, Any]:
        """Return the data of a current artifact."""
        held = self.wired().store.current(artifact_type, entity)
        assert held is not None, f"no {artifact_type}/{entity}"
        return held.envelope().data

    def media(self, artifact_type: str, part: str, entity: str = "ep001") -> Path:
        """Return the path of the first media file whose name holds `part`."""
        held = self.wired().store.current(artifact_type, entity)
        assert held is not None
        return next(self.folder / file.path for file in held.envelope().media if part in file.name)

    def currents(self, *types: str) -> dict[str, str]:
        """Return `type/entity` to content digest of the current versions of these types."""
        store = self.wired().store
        return {f"{held.ref.type}/{held.ref.entity}": f"{held.ref} {held.digest}"
                for held in store.currents() if held.ref.type in types}  # fmt: skip

    def script(self) -> Path:
        """Return the path of the script."""
        return next((self.folder / "scripts").iterdir())

    def edit(self, old: str, new: str) -> None:
        """Replace `old`, which stands once in the script."""
        text = self.script().read_text()
        assert text.count(old) == 1
        self.script().write_text(text.replace(old, new))

    def copy(self, folder: Path) -> Film:
        """Return a copy of the whole project."""
        shutil.copytree(self.folder, folder)
        return Film(folder)


def new_film(folder: Path, script: str = SHORT, delivery: dict[str, Any] = SMALL) -> Film:
    """Make a project with a script of its own."""
    (folder / "scripts").mkdir(parents=True)
    (folder / "scripts" / "ep_001.md").write_text(script)
    lines = [f"  {name}: {json.dumps(value)}" for name, value in delivery.items()]
    text = ["title: Test", "script: scripts/ep_001.md", "episode: ep001", "seed: 7", "delivery:", *lines,
            "users:", "  - {id: ida, name: Ida}"]  # fmt: skip
    (folder / "project.yaml").write_text("\n".join(text) + "\n")
    return Film(folder)


def sample_film(folder: Path, delivery: dict[str, Any] = SMALL) -> Film:
    """Make a project of the committed sample's script at another delivery."""
    return new_film(folder, (SAMPLE / "scripts" / "ep_001.md").read_text(), delivery)


def units_of(stage: str, units: Iterable[str]) -> list[str]:
    """Return the units of a stage, or of a group of stages."""
    return [unit for unit in units if unit.partition("/")[0] == stage or unit.startswith(f"{stage}.")]
