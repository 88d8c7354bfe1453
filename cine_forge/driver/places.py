"""Places: where recipes, modules and settings are looked for, in order.

A path given, then the project, then the working folder, then what is bundled with the package. Nothing
here is part of a fingerprint.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cine_forge.driver.installed import MODULES, PROVIDERS, installed
from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.ground.files import stays_inside

SAMPLE = Path("projects/sample")

_PACKAGE = Path(__file__).resolve().parent.parent


class Places(NamedTuple):
    """The folders of one command. `bundled` holds `modules/` and `configs/`.

    `given` are folders of others' providers that the person at the keyboard names; `packages` is where
    installed packages lie that may bring providers and modules.
    """

    working: Path
    bundled: Path
    given: tuple[Path, ...] = ()
    packages: tuple[str, ...] = ()

    @classmethod
    def here(cls, environment: Mapping[str, str]) -> Places:
        """Return the places of this process: bundled data of the wheel, or the checkout's own.

        `CINE_FORGE_PROVIDERS` of the environment names folders of providers, separated as in `PATH`.
        """
        inside = _PACKAGE / "_bundled"
        given = environment.get("CINE_FORGE_PROVIDERS", "").split(os.pathsep)
        bundled = inside if inside.is_dir() else _PACKAGE.parent
        return cls(Path.cwd(), bundled, tuple(Path(one) for one in given if one), tuple(sys.path))

    def recipes(self, project: Path | None) -> tuple[Path, ...]:
        """Return the folders in which a recipe's name is looked up."""
        own = (project / "recipes", project / "configs" / "recipes") if project else ()
        return _once(*own, self.working / "configs" / "recipes", self.bundled / "configs" / "recipes")

    def experiments(self, project: Path) -> tuple[Path, ...]:
        """Return the folders in which an experiment's name is looked up."""
        return _once(*(place / "configs" / "experiments" for place in (project, self.working, self.bundled)))

    def modules(self, given: tuple[Path, ...], project: Path) -> tuple[Path, ...]:
        """Return the folders in which modules are discovered."""
        places = (project / "modules", self.working / "modules", self.bundled / "modules")
        found = _once(*given, *places, *installed(MODULES, self.packages))
        return tuple(folder for folder in found if folder.is_dir())

    def adapters(self, project: Path) -> tuple[Path, ...]:
        """Return the folders of others' providers: those that are given, the project's, then of packages."""
        own = (*self.given, project / "providers", self.working / "providers")
        found = _once(*own, *installed(PROVIDERS, self.packages))
        return tuple(folder for folder in found if folder.is_dir())

    def models(self, project: Path) -> tuple[Path, ...]:
        """Return the folders of capability profiles; a provider of one's own brings its models along."""
        found = [place / "configs" / "models" for place in (project, self.working, self.bundled)]
        found += [one for folder in self.adapters(project) for one in sorted(folder.glob("*/models"))]
        return tuple(folder for folder in _once(*found) if folder.is_dir())

    def providers(self, project: Path) -> Path:
        """Return the strategy file that applies."""
        found = [place / "configs" / "providers.yaml" for place in (project, self.working, self.bundled)]
        return next((path for path in found if path.is_file()), found[-1])

    def revision_colours(self, project: Path) -> Path:
        """Return the list of revision colours that applies."""
        found = [
            place / "configs" / "revision_colours.yaml" for place in (project, self.working, self.bundled)
        ]
        return next((path for path in found if path.is_file()), found[-1])

    def sheet_colours(self, project: Path) -> Path:
        """Return the list of colours of strips and breakdown sheets that applies."""
        found = [place / "configs" / "sheet_colours.yaml" for place in (project, self.working, self.bundled)]
        return next((path for path in found if path.is_file()), found[-1])

    def project_of(self, recipe_project: str | None, recipe_id: str) -> Path:
        """Return the project a recipe belongs to when the command names none.

        Raises ProjectError CF-U065 when the recipe names a folder outside the working folder: who runs
        another's recipe says with `--project` where it may write.
        """
        if recipe_project and not stays_inside(recipe_project):
            what = f"the recipe `{recipe_id}` names the project `{recipe_project}`, outside this folder"
            raise ProjectError(Fault("CF-U065", what, hint=f"say it yourself: --project {recipe_project!r}"))
        return self.working / (recipe_project or f"projects/{recipe_id}")


def _once(*folders: Path) -> tuple[Path, ...]:
    return tuple({folder.resolve(): folder for folder in folders}.values())


def project_around(place: Path) -> Path:
    """Return the nearest folder at or above `place` that holds a project, else the sample project."""
    folders = (place, *place.parents)
    return next((folder for folder in folders if (folder / "project.yaml").is_file()), SAMPLE)
