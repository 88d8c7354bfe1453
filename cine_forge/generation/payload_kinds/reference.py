"""References: files of the project that a generator must follow, each in a role and bound by its digest.

Every payload refers to files in this way and no other; whether one is there and is what it was, the
inspection finds out before any money is set aside.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

from cine_forge.kernel.ground.files import stays_inside

Role = Literal[
    "identity", "expression", "set", "pose", "board", "end_frame", "answers",
    "wardrobe", "prop", "light", "frame", "clip", "sound", "subject",
]  # fmt: skip


class Frozen(BaseModel):
    """A frozen model that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reference(Frozen):
    """A file that the generator must follow. `path` is relative to the project; `sha256` binds it."""

    entity: str
    role: Role
    path: str
    sha256: str

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, path: str) -> str:
        """Refuse a path that leads out of the project: what lies there is nobody else's to see."""
        if not stays_inside(path):
            raise ValueError("the path leaves the project")
        return path
