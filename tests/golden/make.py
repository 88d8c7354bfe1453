"""Makes the golden project of this version: `python -m tests.golden.make v1`, from the repository's root.

A small film that has seen everything a project can see: scenes, boards, takes, a cut, a person's edit, a
candidate over it, a lock, a confirm, a circle, receipts that are settled. What is derived (the index, locks,
logs) is left out, so that opening it makes it again. A golden project is made once for a version and never
again; every later version must open, verify and finish it.
"""

from __future__ import annotations

import io
import json
import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from cine_forge.driver.wiring import wire_project
from cine_forge.kernel.artifacts.records.edition import PROGRAM
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.artifacts.store.tree import tree_digest
from cine_forge.kernel.ground.hashing import digest_of
from tests.spine import warm

GOLDEN = Path(__file__).parent
ARCHIVE = "project.tar.xz"
EXPECTED = "expected.json"

SCRIPT = """Title: Golden

INT. KITCHEN - DAY

Ann lifts a red kettle.

ANN
It is cold.

INT. KITCHEN - NIGHT

Ann waits at the window.

ANN
Come in.

INT. KITCHEN - DAWN

Ann sits down.

ANN
We are home.
"""
RECIPE = "golden"

_LEFT_OUT = ("index.sqlite", "run.lock", "write.lock", "commit.journal", "identity.json", "incoming", "logs")
_SMALL = (("width: 1280", "width: 128"), ("height: 720", "height: 72"))


def main(name: str) -> None:
    """Make `tests/golden/<name>/`; refuses to make one again."""
    place = GOLDEN / name
    place.mkdir()
    with tempfile.TemporaryDirectory() as ground:
        project = Path(ground) / "golden"
        make(project)
        (place / EXPECTED).write_text(json.dumps(facts(project), indent=1, sort_keys=True) + "\n")
        (place / ARCHIVE).write_bytes(packed(project))


def make(project: Path) -> None:
    """Make the project and live through its history."""
    script = project.parent / "golden.fountain"
    script.write_text(SCRIPT)
    command("init", str(script), "--project", str(project))
    settings = project / "project.yaml"
    text = settings.read_text()
    for before, after in _SMALL:
        text = text.replace(before, after)
    settings.write_text(text)
    write_recipe(project)
    run(project)
    ann, place = Ref("asset", "character:ann", 1), Ref("asset", "location:kitchen", 1)
    with wire_project(project, write=True).store as store:
        edited = store.load(ann).data | {"description": "A person's words: she wears a green scarf."}
        store.edit(ann, edited, by="director", note="as we cast her")
        ledger = Ref("mention_ledger", "ep001", 1)
        told = store.load(ledger).data
        store.edit(ledger, told | {"mentions": told["mentions"][1:]}, by="director", note="one too many")
        store.state("lock", place, by="director", note="the kitchen stays as it is")
        take = Ref("take", store.entities("take")[0], 1)
        store.state("circle", take, by="director", note="the best one")
    run(project, "--start-from", "script_breakdown", "--end-at", "script_breakdown")
    run(project)
    with wire_project(project, write=True).store as store:
        cut = store.current("cut", store.entities("cut")[0])
        store.state("confirm", cut.ref, by="director", note="seen and liked")


def write_recipe(project: Path) -> None:
    """Write the recipe of an episode as it is today, up to the cut, into the project: it is golden too."""
    text = (GOLDEN.parent.parent / "configs" / "recipes" / "ep001.yaml").read_text()
    stages = text.partition("  - id: delivery")[0].replace("recipe_id: ep001", f"recipe_id: {RECIPE}")
    (project / "recipes").mkdir()
    (project / "recipes" / f"{RECIPE}.yaml").write_text(stages)


def run(project: Path, *more: str) -> None:
    command("run", RECIPE, "--project", str(project), "--approve", "auto", "--new-run", *more)


def command(*words: str) -> str:
    """Run one command as a person would."""
    done = warm.run([sys.executable, "-m", "cine_forge.cli", *words])
    assert done.returncode == 0, done.stderr
    return done.stdout


def facts(project: Path) -> dict[str, Any]:
    """Return what every later version must find again."""
    with wire_project(project).store as store:
        currents = {f"{held.ref.type}/{held.ref.entity}": held for held in store.currents()}
        return {
            "program": PROGRAM,
            "tree": digest_of(tree_digest(store)),
            "currents": {name: [str(held.ref), held.digest] for name, held in sorted(currents.items())},
            "decisions": decisions(store),
            "receipts": receipts(project),
        }


def decisions(store: Store) -> dict[str, list[str]]:
    """Return the kinds of the decisions about each artifact, oldest first."""
    said = {
        f"{held.ref.type}/{held.ref.entity}": [
            one.kind for one in store.statements(held.ref.type, held.ref.entity)
        ]
        for held in store.currents()
    }
    return {name: kinds for name, kinds in sorted(said.items()) if kinds}


def receipts(project: Path) -> dict[str, list[Any]]:
    """Return each receipt's state and cost in micro-USD, by id."""
    folder = project / "receipts"
    found = (json.loads(path.read_text()) for path in sorted(folder.glob("*/receipt.json")))
    return {one["id"]: [one["state"], one["cost_micro_usd"]] for one in found}


def packed(project: Path) -> bytes:
    """Return the project as an archive that is the same for the same files."""
    with sqlite3.connect(project / "ledger.sqlite") as ledger:
        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:xz", format=tarfile.PAX_FORMAT, preset=9) as archive:
        for path in sorted(project.rglob("*")):
            name = path.relative_to(project)
            if path.is_file() and not any(left in part for part in name.parts for left in _LEFT_OUT):
                entry = tarfile.TarInfo(name.as_posix())
                entry.size, entry.mode = path.stat().st_size, path.stat().st_mode & 0o777
                archive.addfile(entry, io.BytesIO(path.read_bytes()))
    return stream.getvalue()


if __name__ == "__main__":
    main(sys.argv[1])
