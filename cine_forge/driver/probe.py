"""The probe: does another run hold the project? Asked of the bare command line, before anything is imported.

It stands on the standard library alone and guesses what a command means: where the words are wrong or the
recipe is not plain, it says nothing, and the lock itself is the check. Commands that only read never ask.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from cine_forge.driver.places import Places
from cine_forge.kernel.ground.lock import ProjectLock

FLAGS = frozenset(
    {"--new-run", "--dry-run", "--force", "--rebuy", "--strict", "--json", "--quiet", "--debug"}
)
"""Options of a run that take no value."""
_READING = frozenset({"--dry-run", "--help", "-h"})
_MOST_BYTES = 8 * 1024 * 1024
_TOP_LEVEL = re.compile(
    rb"""^(project|recipe_id):[ \t]*(["']?)([^\s"'#]+)\2[ \t]*(?:#.*)?\r?$""", re.MULTILINE
)


def refuse_when_held(words: Sequence[str], *, own: Path | None = None) -> None:
    """Raise LockedError CF-U030 when another process runs in the project that the words of a run mean.

    `words` are a run's options, its recipe as `--recipe R` or as the first plain word; `own` is the project
    that is meant where neither recipe nor project is named.
    """
    if _READING.isdisjoint(words):
        recipe, named = _meant(words)
        project = Path(named) if named else _project_of(recipe) if recipe else own
        path = project / "run.lock" if project else None
        if path and path.is_file():
            ProjectLock(path).probe()


def _meant(words: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the recipe and the project that are named; of an option that stands twice the last one."""
    named: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if not word.startswith("-"):
            named.setdefault("--recipe", word)
        elif word not in FLAGS:
            named[option] = value if equals else next(rest, "")
    return named.get("--recipe"), named.get("--project")


def _project_of(recipe: str) -> Path | None:
    """Return the project of a recipe whose file says it plainly."""
    places = Places.here({})
    names = (recipe, f"{recipe}.yaml", f"{recipe}.yml")
    files = [Path(recipe), *(folder / name for folder in places.recipes(None) for name in names)]
    path = next((path for path in files if path.is_file()), None)
    if path is None or path.stat().st_size > _MOST_BYTES:
        return None
    said = {name: value.decode(errors="replace") for name, _, value in _TOP_LEVEL.findall(path.read_bytes())}
    return places.project_of(said.get(b"project"), said[b"recipe_id"]) if b"recipe_id" in said else None
