"""The contract: what the author of a module sees.

`main.py` of a module offers `run_module(inputs, params, context) -> StageResult`. Inputs are plain data
with media by path; the context is a protocol of messages, so that a module works the same in this
process, in a child process and on another machine. A module reads nothing else and keeps nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from cine_forge.kernel.artifacts.keeping.kept_file import checked_file
from cine_forge.kernel.artifacts.records.envelope import Draft, MediaFile
from cine_forge.kernel.stages.question import Authored, Question


@dataclass(frozen=True)
class Given:
    """An input artifact. `media` paths are relative to the project; `open_media` is the way to read them."""

    ref: str
    digest: str
    entity: str
    data: Mapping[str, Any]
    media: tuple[MediaFile, ...] = ()
    root: Path = field(default=Path(), compare=False)

    def open_media(self, name: str) -> Path:
        """Return the absolute path of the media file called `name`, after its bytes were checked.

        Raises KeyError when there is none, IntegrityError CF-A020 or CF-A021 when it is not what was kept.
        """
        for file in self.media:
            if file.name == name:
                return checked_file(self.root / file.path, sha256=file.sha256, size=file.bytes)
        raise KeyError(name)


Input = Given | tuple[Given, ...] | None
"""An input by name: one artifact (`entities: one`), several (`all`), or None (optional, not there)."""


class Parked(BaseException):
    """Control flow, not an error: a dispatched generation still runs elsewhere.

    The executor keeps the unit aside without a thread and calls the module again, from its start, when
    the receipt is terminal; `dispatch` then returns at once. A module never catches this.
    """

    def __init__(self, receipt: str) -> None:
        super().__init__(receipt)
        self.receipt = receipt


class Context(Protocol):
    """What a module may ask of its surroundings. All values are plain data."""

    run_id: str
    stage_id: str
    entity: str
    seed: int
    role: str | None

    @property
    def facts(self) -> Mapping[str, Any]:
        """The project facts that the manifest lists under `facts`, by their dotted names, read-only."""

    @property
    def decisions(self) -> tuple[Mapping[str, Any], ...]:
        """Statements bound to the artifacts of this unit's gate, newest last; empty without a gate."""

    def history(self, artifact_type: str, entity: str) -> Given | None:
        """Return the current version of something this unit made before, or None.

        History lets a module keep the ids it allotted; it is no input and makes nothing stale.
        """

    def dispatch(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a generation request through the one door and return its result as plain data.

        Raises Parked while it runs elsewhere; raises StageError or BudgetError when it is refused.
        """

    def author(self, question: Question) -> Authored:
        """Ask for data that fits a schema: of a language model, through `dispatch`, or of nobody.

        See `kernel/stages/steps/author.py` for what is raised and when the deterministic answer is taken.
        """

    def announce(self, draft: Draft) -> str:
        """Keep an artifact now, before the unit ends, and return its ref. It outlives a failure."""

    def progress(self, done: int, total: int) -> None:
        """Tell how far the unit is; an event, never a file."""

    def log(self, message: str, **values: Any) -> None:
        """Write an event that a person may read in the run's log."""

    def scratch(self) -> Path:
        """Return an empty folder of this unit's own, removed after the unit ended."""


class StageResult(NamedTuple):
    """What a module returns: artifacts to keep, what it cost, what a person should know.

    `waiting` is the sentence of a gate that needs a person; the unit then keeps nothing.
    """

    outputs: tuple[Draft, ...] = ()
    cost_micro_usd: int = 0
    warnings: tuple[str, ...] = ()
    waiting: str | None = None
