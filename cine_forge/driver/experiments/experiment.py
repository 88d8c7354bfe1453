"""The experiment: a recipe tried with several sets of params, one arm each, as its YAML file says.

`vary` gives values for params and means every combination of them; `arms` names each set. Which params a
recipe has is found out when the arms are planned. What arms do to a project is `arm.py`'s affair: nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cine_forge.driver.places import Places
from cine_forge.driver.request import Request
from cine_forge.kernel.ground.errors import Fault, ProjectError, UsageError, listed, nearest
from cine_forge.kernel.ground.files import is_device, is_file
from cine_forge.kernel.ground.form import Form
from cine_forge.kernel.ground.source import Source, load_source, validate_model

MOST_ARMS = 64
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.=-]{0,62}[A-Za-z0-9_=-])?")
_UNNAMED = re.compile(r"[^A-Za-z0-9_.=-]+")
_COMMAND = "docs/runs.md shows an experiment's keys"

Name = Annotated[str, Form(r"[a-z0-9][a-z0-9_-]{0,63}", "small letters, digits, `_` and `-`")]
Names = Annotated[tuple[str, ...], Field(strict=False)]


class Written(BaseModel):
    """The whole file. Selections are those of a run's command; `approve` says who passes gates in arms."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    experiment: Name
    description: str = ""
    recipe: str = Field(min_length=1)
    vary: dict[str, list[Any]] = {}
    arms: dict[str, dict[str, Any]] = {}
    params: dict[str, Any] = Field({}, description="params of every arm")
    only: Names = ()
    end_at: Names = ()
    include: Names = ()
    exclude: Names = ()
    approve: Literal["auto", "ask"] | None = None
    provider: str | None = None


@dataclass(frozen=True)
class Arm:
    """One set of params by name."""

    name: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Experiment:
    """What the file says, with its arms written out in the order of the file."""

    written: Written
    arms: tuple[Arm, ...]

    def request(self, arm: Arm, project: Path) -> Request:
        """Return the request that one arm makes of a project."""
        said = self.written
        return Request(
            recipe=said.recipe,
            project=project,
            given=arm.params,
            only=said.only,
            end_at=said.end_at,
            include=said.include,
            exclude=said.exclude,
            approve=said.approve,
            provider=said.provider,
            quiet=True,
        )


def load_experiment(path_or_name: str, places: Places, project: Path) -> Experiment:
    """Read an experiment by path, or by name in `configs/experiments` of project, working folder and bundle.

    Raises UsageError CF-U062 when there is none, ProjectErrors CF-U063 with every fault of the file.
    """
    source = load_source(_found(path_or_name, places.experiments(project)))
    written = validate_model(source, Written, family=ProjectError, code="CF-U063", command=_COMMAND)
    arms = _arms(written, source)
    return Experiment(written, arms)


def _found(name: str, folders: Sequence[Path]) -> Path:
    if is_file(Path(name)):
        return Path(name)
    for folder in folders:
        for candidate in (folder / name, folder / f"{name}.yaml"):
            if is_file(candidate):
                return candidate
    known = sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})
    hint = nearest(name, known) or (f"there are {listed(known)}" if known else "write one: docs/runs.md")
    raise UsageError(Fault("CF-U062", f"there is no experiment `{name}`", hint=hint))


def _arms(written: Written, source: Source) -> tuple[Arm, ...]:
    faults = []
    if bool(written.vary) == bool(written.arms):
        what = "an experiment has either `vary` or `arms`"
        faults.append(source.fault("CF-U063", what, "experiment", hint=_COMMAND))
    for name, values in written.vary.items():
        if not values:
            faults.append(source.fault("CF-U063", f"`{name}` is given no value", "vary", name))
    for name in written.arms:
        if not _NAME.fullmatch(name) or is_device(name):
            what = f"`{name}` cannot name an arm: it becomes a folder's name"
            faults.append(
                source.fault("CF-U063", what, "arms", name, hint="use letters, digits, `_` and `-`")
            )
    sets = written.arms or _combined(written.vary)
    if len(sets) > MOST_ARMS:
        what = f"{len(sets)} arms are too many; at most {MOST_ARMS}"
        faults.append(source.fault("CF-U063", what, "vary", hint="vary fewer params, or fewer values"))
    if faults:
        raise ProjectError(*faults)
    return tuple(Arm(name, {**written.params, **params}) for name, params in sets.items())


def _combined(vary: Mapping[str, list[Any]]) -> dict[str, dict[str, Any]]:
    """Return every combination under a name made of it; two that would be called the same are numbered."""
    found: dict[str, dict[str, Any]] = {}
    for values in product(*vary.values()):
        params = dict(zip(vary, values, strict=True))
        name = ",".join(f"{key}={_short(value)}" for key, value in params.items()).replace(",", "_")
        name = _UNNAMED.sub("-", name).strip("-.=")[:56].rstrip(".") or "arm"
        name = f"arm-{name}" if is_device(name) else name
        free = name if name not in found else f"{name}-{len(found) + 1}"
        found[free] = params
    return found


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
