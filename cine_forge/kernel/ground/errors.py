"""What went wrong, said to the person who can mend it.

A `Fault` is one located sentence. A `CineForgeError` carries one or more of them, so a reader of
files can collect every fault before it refuses. The family (the subclass) says who must act and fixes
the exit status of the driver; the codes are explained in `docs/errors/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing that is wrong, where, what was expected and what to do next.

    `code` is `CF-<letter><3 digits>`; `where` is `file:line:column` or a stage and entity.
    """

    code: str
    what: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f"\n    {self.hint}" if self.hint else ""
        return f"{self.code} {place}{self.what}{hint}"


class CineForgeError(Exception):
    """The root of every error that is meant for a person. `exit_status` is the driver's.

    `transient` says that the same work may well succeed a little later, so that it is worth another try.
    """

    exit_status = 1

    def __init__(self, *faults: Fault, transient: bool = False) -> None:
        if not faults:
            raise ValueError("an error needs at least one fault")
        super().__init__(*faults)
        self.faults: tuple[Fault, ...] = faults
        self.transient = transient

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)

    def __reduce__(self) -> tuple[type[CineForgeError], tuple[Fault, ...], dict[str, bool]]:
        return type(self), self.faults, {"transient": self.transient}


class RecipeError(CineForgeError):
    """The writer of a recipe can mend it."""

    exit_status = 2


class ModuleError(CineForgeError):
    """The author of a module can mend it."""

    exit_status = 2


class ProjectError(CineForgeError):
    """The owner of the project can mend it: a missing file, a bad setting."""

    exit_status = 2


class UsageError(CineForgeError):
    """The caller of the command can mend it."""

    exit_status = 2


class StageError(CineForgeError):
    """A stage could not do its work."""


class LockedError(CineForgeError):
    """Another process holds the project."""

    exit_status = 3


class BudgetError(CineForgeError):
    """The spend cap does not allow this."""

    exit_status = 4


class HeldError(StageError):
    """Nobody can tell how it stands but a person, who must look and say so before it goes on."""

    exit_status = 5


class ResumableError(CineForgeError):
    """Nothing is wrong with the work: it goes on elsewhere, or must wait, and a later run takes it up."""

    exit_status = 6


class ArtifactError(CineForgeError):
    """An artifact is missing, refused or would be overwritten."""


class IntegrityError(ArtifactError):
    """What is on disk is not what was kept."""

    exit_status = 7


class InternalError(CineForgeError):
    """We must mend it."""


_LONGEST_NAME = 200


def nearest(name: str, known: Iterable[str]) -> str:
    """Say ``did you mean `x`?`` for the closest known name, or an empty string when none is close."""
    if len(name) > _LONGEST_NAME:  # nobody mistyped that, and comparing takes long
        return ""
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""


def listed(names: Sequence[str], most: int = 12) -> str:
    """Join names for a sentence, in backquotes, cut after `most`."""
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
