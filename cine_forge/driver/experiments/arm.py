"""An arm of an experiment as a project of its own, so that no arm changes what is current in the project.

An arm's folder, `experiments/<name>/<arm>/`, begins with everything the project keeps: versions and
derivations are hard-linked (they are never written again), files that people edit are copied. Receipts and
ledger stay with the project: nothing remote is attached twice, and what an arm makes beyond, the arm pays.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from cine_forge.driver.storage import written_urls
from cine_forge.driver.upkeep.identity import IDENTITY_FILE
from cine_forge.driver.wiring import open_store
from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.ground.hashing import digest_of, digest_of_file

FOLDER = "experiments"
_LINKED = ("derivations", "artifacts", "removals")
"""In this order: a version is there before the derivation that makes it visible."""
_MADE = ("runs", "receipts", "incoming", "quarantine", "graph", "commit.journal", IDENTITY_FILE)
_LEFT = frozenset({*_LINKED, FOLDER, *_MADE})
_LEFT_ENDINGS = (".sqlite", ".sqlite-wal", ".sqlite-shm", ".lock", ".tmp")


def make_arm(project: Path, arm: Path) -> None:
    """Make an arm's folder, whole or not at all; one that is there stays as it is.

    Raises ProjectError CF-A055 for a project that keeps its artifacts elsewhere.
    """
    if arm.is_dir():
        return
    if written_urls(project):
        what = "arms begin as links to the files of a project, and this one keeps its artifacts at a URL"
        raise ProjectError(Fault("CF-A055", what, str(project), "try them in a project without `store`"))
    unfinished = arm.with_name(f".{arm.name}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name in _LINKED:
        if (project / name).is_dir():
            shutil.copytree(project / name, unfinished / name, copy_function=_linked, symlinks=True)
    for path in _edited(project):
        target = unfinished / path.relative_to(project)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    unfinished.rename(arm)


def base_of(project: Path) -> str:
    """Return a digest of what arms of a project begin with: what is current, and the files people edit."""
    with open_store(project) as store:
        current = [[str(held.ref), held.digest] for held in store.currents()]
    edited = [[path.relative_to(project).as_posix(), digest_of_file(path)] for path in _edited(project)]
    return digest_of({"current": current, "edited": edited})


def _edited(project: Path) -> Iterator[Path]:
    """Yield the files of a project that people write, in the order of their paths; links are left out."""
    if not project.is_dir():
        return
    for top in sorted(project.iterdir()):
        if top.name in _LEFT or top.name.endswith(_LEFT_ENDINGS) or top.name.startswith("."):
            continue
        found = sorted(top.rglob("*")) if top.is_dir() else [top]
        yield from (path for path in found if path.is_file() and not path.is_symlink())


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
