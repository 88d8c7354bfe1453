"""A stand for tests of runs: a small recipe of cheap modules in a project of its own, by the real commands.

`echo_v1` repeats; `dice_v1` keeps its seed; `frail_v1` fails while a file `broken` lies beside its code, and
says that a picture of it would cost something; `kept` in its folder's `module.yaml` is its version.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.cli.main import main
from cine_forge.driver.history.story import RunStory, read_story

RECIPE = """recipe_id: stand
params:
  text: hello
stages:
  - id: first
    module: echo_v1
    params: {text: "${text}"}
  - id: roll
    module: dice_v1
  - id: last
    module: frail_v1
    needs: [first]
"""

_MANIFEST = """module_id: {id}
stage: test
description: For tests.
version: 1
inputs:
  before: {{schema: echo@1, entities: all, optional: true}}
outputs:
  echo: {{schema: echo@1, entities: one}}
determinism: {determinism}
{more}"""

_MAIN = """from pathlib import Path
from cine_forge import Draft, StageResult
from cine_forge.kernel.ground.errors import Fault, StageError

def run_module(inputs, params, context):
    if (Path(__file__).parent / "README.broken").exists():
        raise StageError(Fault("CF-S999", "the lamp is out", "last", "change the lamp"))
    data = {"text": str(TEXT), "heard": []}
    return StageResult(outputs=(Draft(output="echo", entity=f"{context.entity}/{context.stage_id}",
        data=data, intent="Test.", rationale="Test."),))
"""


@dataclass(frozen=True)
class Told:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """Return stdout as JSON."""
        return json.loads(self.out)


def told_by(words: Iterable[str], project: Path) -> Told:
    """Call `cine-forge` in a project, and return what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main([*words, "--project", str(project)])
    return Told(status, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Stand:
    """A folder with `recipe.yaml`, `modules/` and `project/`."""

    root: Path

    @property
    def project(self) -> Path:
        """Return the project's folder."""
        return self.root / "project"

    @property
    def recipe(self) -> Path:
        """Return the recipe's file."""
        return self.root / "recipe.yaml"

    def cli(self, *words: str) -> Told:
        """Call `cine-forge` in the project."""
        return told_by(words, self.project)

    def run(self, *options: str, status: int = 0) -> str:
        """Run the recipe and return the run's id."""
        modules = ("--modules", str(self.root / "modules"))
        told = self.cli("run", str(self.recipe), *modules, "--quiet", "--json", *options)
        assert told.status == status, told.err
        return str(told.json()["run_id"])

    def plan(self, *options: str) -> dict[str, Any]:
        """Return the dry run's plan."""
        told = self.cli("plan", str(self.recipe), "--modules", str(self.root / "modules"), "--json", *options)
        assert told.status == 0, told.err
        plan: dict[str, Any] = told.json()
        return plan

    def folder(self, run_id: str) -> Path:
        """Return a run's folder."""
        return self.project / "runs" / run_id

    def story(self, run_id: str) -> RunStory:
        """Return what a run did."""
        return read_story(self.folder(run_id))

    def statuses(self, run_id: str) -> dict[str, str]:
        """Return the status of each stage's one unit."""
        return {unit.stage: unit.status for unit in self.story(run_id).units}

    def said(self, stage: str) -> str:
        """Return the text of a stage's newest echo."""
        versions = sorted((self.project / "artifacts" / "echo").glob(f"project-{stage}-*/v*.json"))
        return str(json.loads(versions[-1].read_text())["data"]["text"])

    def break_last(self, *, broken: bool = True) -> None:
        """Make the last stage fail, or mend it; that is no part of its code."""
        path = self.root / "modules" / "test" / "frail_v1" / "README.broken"
        path.touch() if broken else path.unlink()

    def edit_module(self, name: str, old: str, new: str) -> None:
        """Edit a module's code."""
        path = self.root / "modules" / "test" / name / "main.py"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))


def new_stand(root: Path, *, seed: int | None = None) -> Stand:
    """Make a stand; with a seed its project has a project file, and what the last stage makes has a price."""
    stand = Stand(root)
    modality = "facts: [project.seed]\nresources: {modality: image_t2i, spends: true}\n" if seed else ""
    _module(root, "dice_v1", "seeded", "", "context.seed")
    _module(root, "frail_v1", "pure", modality, "'last'")
    stand.recipe.write_text(RECIPE)
    if seed is not None:
        script = stand.project / "scripts" / "script.md"
        script.parent.mkdir(parents=True)
        script.write_text("**INT. ROOM - DAY**\n\nNothing.\n")
        text = f"title: Stand\nscript: scripts/script.md\nseed: {seed}\n"
        (stand.project / "project.yaml").write_text(text)
    return stand


def _module(root: Path, name: str, determinism: str, more: str, text: str) -> None:
    folder = root / "modules" / "test" / name
    folder.mkdir(parents=True)
    manifest = _MANIFEST.format(id=name, determinism=determinism, more=more)
    if name == "dice_v1":
        manifest = manifest.replace("  before: {schema: echo@1, entities: all, optional: true}\n", "")
        manifest = manifest.replace("inputs:\n", "")
    (folder / "module.yaml").write_text(manifest)
    (folder / "main.py").write_text(_MAIN.replace("TEXT", text))
