"""Removals: what was thrown away on purpose, written down before any file is moved.

A record is kept for good, so that verifying can tell what was thrown away from what was lost. The files
themselves go to `quarantine/`; no number is used again, since the newest version of an artifact always stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field, ValidationError

from cine_forge.kernel.artifacts.keeping.blobs import Blobs
from cine_forge.kernel.artifacts.keeping.seal import damaged, unsealed
from cine_forge.kernel.artifacts.records.envelope import Frozen
from cine_forge.kernel.ground.errors import IntegrityError

REMOVALS = "removals"
REMOVAL_VERSION = 1

_RECORD = re.compile(rf"^{REMOVALS}/r[0-9]{{4,}}\.json$")


class Removed(Frozen):
    """One version that was thrown away, with the names that its files had; `bytes` is their sum."""

    ref: str
    digest: str
    files: tuple[str, ...]
    bytes: int = Field(ge=0)


class Removal(Frozen):
    """What one command threw away. `number` counts from 1 within the project."""

    removal_version: int = REMOVAL_VERSION
    number: int = Field(ge=1)
    versions: tuple[Removed, ...]
    created_at: str


def removal_name(number: int) -> str:
    """Return the name of a record."""
    return f"{REMOVALS}/r{number:04d}.json"


def removal_names(blobs: Blobs) -> Iterator[str]:
    """Yield the records there are, in the order of their names."""
    return (name for name in blobs.everything(REMOVALS) if _RECORD.match(name))


def read_removal(blobs: Blobs, name: str) -> Removal:
    """Read one record. Raises IntegrityError CF-A020 when it is damaged or lies in the wrong place."""
    where = blobs.where(name)
    try:
        removal = Removal.model_validate(unsealed(blobs.read(name), where))
    except (ValidationError, ValueError, OSError) as error:
        raise IntegrityError(damaged(where, f"it is no record of this store: {error}")) from None
    if removal_name(removal.number) != name:
        raise IntegrityError(damaged(where, f"it is record {removal.number}, which belongs elsewhere"))
    return removal
