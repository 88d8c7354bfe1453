"""A trial: a recipe with its modules, run by the real command in this process, as a subject of the kit.

An author of modules puts a module under faults with it: see docs/faults.md.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cine_forge.cli.main import main
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.artifacts.store.tree import tree_digest
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import CineForgeError, Fault, StageError
from tests.faults.watch import Say

_CODE = re.compile(r"CF-[A-Z][0-9]{3}")


@dataclass(frozen=True)
class Trial:
    """A recipe and a folder of modules; `project` is copied as what is there before.

    Where a stage fails, one with an optional input may run without it, and again later. `current_only` then
    compares what is current in the end and what it was made from, without what came before.
    """

    recipe: Path
    modules: Path
    project: Path | None = None
    current_only: bool = False

    def begin(self, folder: Path) -> None:
        """Make the project's folder."""
        if self.project is None:
            folder.mkdir(exist_ok=True)
        else:
            shutil.copytree(self.project, folder, dirs_exist_ok=True)

    def act(self, folder: Path, _say: Say) -> None:
        """Run the recipe to its end. Raises StageError with the codes that the command told."""
        out, err = io.StringIO(), io.StringIO()
        words = ["run", str(self.recipe), "--modules", str(self.modules), "--project", str(folder)]
        with redirect_stdout(out), redirect_stderr(err):
            status = main([*words, "--quiet"])
        if status:
            told = err.getvalue() + out.getvalue()
            codes = _CODE.findall(told)
            raise StageError(*(Fault(code, told) for code in codes)) if codes else RuntimeError(told)

    def faults(self, folder: Path, _said: Sequence[str]) -> list[str]:
        """Return what of the told events is not kept, and what `verify` finds once a writer was there."""
        _opened(folder, write=True).close()
        wrong = [f"{fault.code} {fault.what} {fault.where}" for fault in verify(folder)]
        with _opened(folder, write=False) as store:
            for ref in _told(folder):
                try:
                    store.load(ref, verify_media=True)
                except CineForgeError as error:
                    wrong.append(f"{ref} was told as saved: {error}")
        return wrong

    def tree(self, folder: Path) -> list[str]:
        """Return the versions and derivations that are visible, or what is current."""
        with _opened(folder, write=False) as store:
            return _currents(store) if self.current_only else tree_digest(store)


def _opened(folder: Path, *, write: bool) -> Store:
    return Store.open(folder, registry=SchemaRegistry(), clock=lambda: datetime.now(UTC), write=write)


def _currents(store: Store) -> list[str]:
    held = [(one.ref, one.envelope()) for one in store.currents()]
    return [
        f"{ref.type}/{ref.entity} {kept.digest} {sorted(edge.digest for edge in kept.lineage)}"
        for ref, kept in held
    ]


def _told(folder: Path) -> Iterator[Ref]:
    """Yield the versions of which an event, on a whole line, says that they were saved."""
    for path in folder.glob("runs/*/pipeline_events.jsonl"):
        for line in path.read_bytes().split(b"\n")[:-1]:
            event = json.loads(line)
            if event["event"] == "artifact_saved":
                yield Ref.parse(event["ref"])
