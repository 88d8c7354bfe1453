"""Pricing a draft: what would go stale if it were put in place of the project's script, and what that costs.

The plans are those of `stale --price`; only the bytes of the script are the draft's. The breakdown runs in
memory, as in every plan, and nothing in the project is written: a draft that is not a file under the
script's own name is put under that name in a folder of the system's own for as long as the planning takes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from cine_forge.driver.artifacts.refreshing import Refreshing, refreshing_of
from cine_forge.driver.drafts.drafts import newest_version, standing_version, version_of
from cine_forge.driver.kept import open_store
from cine_forge.driver.plans.replan import wire_as_before
from cine_forge.driver.wiring import Wired
from cine_forge.film.paths import PROJECT_FILE
from cine_forge.film.project import load_project
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import Fault, ProjectError, UsageError


def price_draft(old: str, new: str, *, folder: Path) -> Refreshing:
    """Price what refreshing would take once NEW is in place; OLD must be what the project stands on.

    Raises UsageError CF-F063 when it is not, ProjectError CF-F063 when no stage reads the script, and as
    planning does.
    """
    if not (folder / PROJECT_FILE).is_file():
        what = f"`--price` needs a project, and `{folder}` is none"
        raise UsageError(Fault("CF-F063", what, "--price", "say which with `--project DIR`"))
    stands = version_of(old, folder) or standing_version(Path(old), folder)
    if stands is None or stands != newest_version(folder):
        what = f"`{old}` is not the script that the project stands on, so nothing is kept to go stale"
        hint = "give `current` for OLD" if newest_version(folder) else "run the project once"
        raise UsageError(Fault("CF-F063", what, "--price", hint))
    with _in_place(new, folder) as path:
        return refreshing_of(_with_script(wire_as_before(folder), path))


@contextmanager
def _in_place(new: str, folder: Path) -> Iterator[Path]:
    """Give the draft as a file that is called as it will be: under the script's name, if the ending fits."""
    script = Path(load_project(folder).script)
    version = version_of(new, folder)
    if version is None and (Path(new).name == script.name or Path(new).suffix != script.suffix):
        yield Path(new)
        return
    with TemporaryDirectory() as place:
        if version is None:
            yield Path(shutil.copyfile(new, Path(place) / script.name))
        else:
            yield _kept(folder, version, Path(place))


def _kept(folder: Path, version: int, place: Path) -> Path:
    """Put the bytes of a kept version into a folder, under the name that they had; returns the file."""
    with open_store(folder) as store:
        ref = Ref("script", load_project(folder).episode, version)
        envelope = store.load(ref)
        path = place / Path(str(envelope.data["source"])).name
        if envelope.media:
            shutil.copyfile(store.media_path(ref, envelope.media[0].name), path)
        else:
            path.write_text(envelope.data["text"], encoding="utf-8", newline="")
    return path


def _with_script(wired: Wired, path: Path) -> Wired:
    """Return the same with `path` read wherever a stage reads the project's script."""
    assert wired.project is not None
    script = (wired.folder / wired.project.script).resolve()
    order = wired.commission
    briefs = {
        stage: replace(brief, params=brief.params.with_stand_in(name, path))
        for stage, brief in order.briefs.items()
        for name in brief.params.files
        if (wired.folder / str(brief.params.values[name])).resolve() == script
    }
    if not briefs:
        what = f"no stage of `{order.recipe_id}` reads `{wired.project.script}`"
        raise ProjectError(
            Fault("CF-F063", what, "--price", "give the recipe's script as `${project.script}`")
        )
    priced = order._replace(briefs={**order.briefs, **briefs})
    return wired._replace(commission=priced)
