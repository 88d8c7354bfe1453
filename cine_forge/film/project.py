"""The project file, `project.yaml`: what a film is made from, what is delivered, and who decides.

Wiring loads it before anything is planned and hands its facts to planning; `cine-forge init` writes the
first one. Every fault is located and all are found in one pass. What a run does with the values is not
known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from math import ceil, floor
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cine_forge.film.paths import PROJECT_FILE
from cine_forge.kernel.ground.errors import Fault, ProjectError, listed
from cine_forge.kernel.ground.files import file_within, is_file
from cine_forge.kernel.ground.source import Source, load_source, validate_model

_COMMAND = "`cine-forge errors CF-U101` shows every key of project.yaml"
_TIMECODE_RATES = tuple(
    Fraction(rate)
    for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60")
)
"""The rates of SMPTE ST 12-1 timecode and their doubles, as editing programs know them."""
_DROP_FRAME_RATES = (Fraction(30000, 1001), Fraction(60000, 1001))
_ASPECT_SLACK = Fraction(1, 100)


class Part(BaseModel):
    """A frozen part of the project file that refuses unknown keys and coerces nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class DeliverySpec(Part):
    """What is delivered. Sizes are pixels; `fps` is a fraction as text (`24`, `30000/1001`).

    `start_timecode` is `HH:MM:SS:FF`, with `;` before the frames for drop-frame. `loudness` names a profile.
    """

    aspect: str = Field("16:9", pattern=r"^[1-9]\d{0,3}(\.\d{1,3})?:[1-9]\d{0,3}$")
    width: int = Field(1280, ge=64, le=8192)
    height: int = Field(720, ge=64, le=8192)
    fps: str = Field("24", pattern=r"^[1-9]\d{0,5}(/[1-9]\d{0,4})?$")
    start_timecode: str = Field("01:00:00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d[:;]\d\d\d?$")
    language: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    loudness: Literal["ebu_r128", "atsc_a85", "web", "none"] = "ebu_r128"

    @property
    def rate(self) -> Fraction:
        """Return the frames per second."""
        return Fraction(self.fps)


class Episode(Part):
    """One episode of the series. `script` is relative to the project folder."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    script: str = Field(min_length=1)


class User(Part):
    """A person who decides. `id` is what `--as` and every decision name."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")
    name: str = Field(min_length=1)
    role: str = Field("director", pattern=r"^[a-z][a-z0-9_ ]{0,63}$")


Usd = Annotated[float | int, Field(ge=0, allow_inf_nan=False)]
"""An amount of US dollars."""


class BudgetSpec(Part):
    """What may be spent and reserved at most, in USD; what is not written is not capped.

    `run` caps each run, `stage` each stage by its id over all runs, `shot` each shot with all its boards and
    takes.
    """

    project: Usd | None = None
    run: Usd | None = None
    stage: dict[str, Usd] = {}
    shot: Usd | None = None


class RecipeOverrides(Part):
    """What a project changes in one recipe: its params, and params of its stages."""

    params: dict[str, Any] = {}
    stages: dict[str, dict[str, Any]] = {}


class Project(Part):
    """The whole of `project.yaml`. `script` is the script of `episode`, the one that is worked on now.

    `store` and `index` are URLs of where artifacts and their index lie when that is not the project's folder.
    `budget_usd` is the same as `run` of `budget`: the cap of each run.
    """

    title: str = Field(min_length=1)
    script: str = Field(min_length=1)
    recipe: str = "ep001.yaml"
    episode: str = "ep001"
    episodes: tuple[Episode, ...] = Field((), strict=False)
    delivery: DeliverySpec = DeliverySpec()
    users: tuple[User, ...] = Field((), strict=False)
    seed: int = Field(0, ge=0, lt=2**63)
    budget_usd: Usd | None = None
    budget: BudgetSpec = BudgetSpec()
    store: str | None = None
    index: str | None = None
    overrides: dict[str, RecipeOverrides] = {}

    def facts(self) -> dict[str, Any]:
        """Return what a manifest may list under `facts`, by dotted names, and `${…}` may name in a recipe."""
        own = {name: getattr(self, name) for name in ("title", "script", "episode", "seed")}
        return _under("project", own) | _under("delivery", self.delivery.model_dump())

    def defaulted(self) -> frozenset[str]:
        """Return the names of the facts that nobody wrote."""
        own = {f"project.{name}" for name in ("title", "script", "episode", "seed") if not self._wrote(name)}
        fields = type(self.delivery).model_fields.keys()
        written = self.delivery.model_fields_set if self._wrote("delivery") else set()
        return frozenset(own | {f"delivery.{name}" for name in fields - written})

    def _wrote(self, name: str) -> bool:
        return name in self.model_fields_set

    def budget_micro_usd(self) -> int | None:
        """Return the cap of each run in micro-USD, rounded down; None is no cap."""
        usd = self.budget_usd if self.budget.run is None else self.budget.run
        return None if usd is None else micro_usd_of(usd)

    def caps_every_run(self) -> bool:
        """Return whether somebody wrote how much a run may cost, `null` included."""
        return self._wrote("budget_usd") or "run" in self.budget.model_fields_set


def micro_usd_of(usd: float) -> int:
    """Return US dollars as they are written in micro-USD: `0.07` is 70,000, and no part of one is added."""
    return floor(Fraction(str(usd)) * 1_000_000)


def _under(group: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{group}.{name}": value for name, value in values.items()}


def load_project(folder: Path) -> Project:
    """Read `project.yaml` of a project folder.

    Raises ProjectError with every fault: CF-U201 to CF-U210 for the text, CF-U101 for a key or value,
    CF-U102 to CF-U108 and CF-G065 for values that do not go together. Scripts are checked to be there, not
    read.
    """
    path = folder / PROJECT_FILE
    source = load_source(path, command=f"`cine-forge init SCRIPT --project {folder}` writes it")
    project = validate_model(source, Project, family=ProjectError, code="CF-U101", command=_COMMAND)
    faults = (_delivery_faults(project, source), _series_faults(project, source, folder))
    if found := [*chain.from_iterable(faults), *_budget_faults(project, source)]:
        raise ProjectError(*found)
    return project


def _budget_faults(project: Project, source: Source) -> Iterator[Fault]:
    if None not in (project.budget_usd, project.budget.run):
        what = "`budget_usd` and `run` of `budget` are the same cap, and both are written"
        yield source.fault("CF-G065", what, "budget_usd", hint="keep `run` and delete `budget_usd`")


def _delivery_faults(project: Project, source: Source) -> Iterator[Fault]:
    spec = project.delivery
    across, down = (Fraction(side) for side in spec.aspect.split(":"))
    if abs(Fraction(spec.width, spec.height) / (across / down) - 1) > _ASPECT_SLACK:
        what = f"{spec.width} × {spec.height} pixels are not {spec.aspect}"
        fit = round(spec.width * down / across)
        hint = f"for {spec.aspect} a width of {spec.width} needs a height near {fit}"
        yield source.fault("CF-U102", what, "delivery", "aspect", hint=hint)
    for side in ("width", "height"):
        if getattr(spec, side) % 2:
            what = f"`delivery.{side}` is {getattr(spec, side)}; video needs an even number of pixels"
            yield source.fault("CF-U103", what, "delivery", side, hint=f"say {getattr(spec, side) + 1}")
    yield from _time_faults(spec, source)


def _time_faults(spec: DeliverySpec, source: Source) -> Iterator[Fault]:
    if spec.rate not in _TIMECODE_RATES:
        what = f"`{spec.fps}` is {float(spec.rate):g} frames a second, which timecode does not count"
        rates = listed([str(rate) for rate in _TIMECODE_RATES])
        yield source.fault("CF-U104", what, "delivery", "fps", hint=f"expected one of {rates}")
        return
    if int(spec.start_timecode[9:]) >= ceil(spec.rate):
        what = f"`{spec.start_timecode}` has no such frame at {spec.fps} frames a second"
        yield source.fault("CF-U105", what, "delivery", "start_timecode", hint="frames count from 00")
    if ";" in spec.start_timecode and spec.rate not in _DROP_FRAME_RATES:
        what = f"`;` means drop-frame, which {spec.fps} frames a second does not have"
        hint = "write `:` before the frames, or say fps `30000/1001`"
        yield source.fault("CF-U105", what, "delivery", "start_timecode", hint=hint)


def _series_faults(project: Project, source: Source, folder: Path) -> Iterator[Fault]:
    ids = [episode.id for episode in project.episodes]
    if ids and project.episode not in ids:
        what = f"`{project.episode}` is no episode of this project"
        yield source.fault("CF-U106", what, "episode", hint=f"episodes: {listed(ids)}")
    for kind, names in (("episodes", ids), ("users", [user.id for user in project.users])):
        for at, name in enumerate(names):
            if name in names[:at]:
                yield source.fault("CF-U107", f"`{name}` stands twice under `{kind}`", kind, at, "id")
    yield from _script_fault(project.script, source, folder, "script")
    for at, episode in enumerate(project.episodes):
        yield from _script_fault(episode.script, source, folder, "episodes", at, "script")
        if episode.id == project.episode and episode.script != project.script:
            what = f"`{project.script}` is not the script of `{episode.id}`"
            yield source.fault("CF-U106", what, "script", hint=f"its script is `{episode.script}`")


def _script_fault(script: str, source: Source, folder: Path, *at: str | int) -> Iterator[Fault]:
    path = PurePosixPath(script)
    if path.is_absolute() or ".." in path.parts or "\\" in script or "\0" in script:
        what = f"`{script}` leaves the project folder"
        yield source.fault(
            "CF-U108", what, *at, hint="copy the script into `scripts/` and name it from there"
        )
    elif is_file(folder / path) and file_within(folder, script) is None:
        what = f"`{script}` is a link that leaves the project folder"
        yield source.fault("CF-U108", what, *at, hint="copy the script into `scripts/`")
    elif not is_file(folder / path):
        what = f"there is no script `{script}` in the project"
        yield source.fault("CF-U108", what, *at, hint=f"`ls {folder / path.parent}` lists what is there")
