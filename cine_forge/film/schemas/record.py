"""The ground of every film record: frozen, and refusing unknown keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """The data of one artifact type. Floats are seconds or metres as their names say."""

    model_config = ConfigDict(frozen=True, extra="forbid")
