"""Set artifacts: the ordered entities that a stage fans out over.

Any schema whose type ends with `_set` is one. Its data holds `members` (id, label, parent) in order and
`retired`, the ids that were allotted once and are never used again. Planning reads nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cine_forge.kernel.artifacts.records.refs import type_of_schema
from cine_forge.kernel.ground.errors import ArtifactError, Fault

SET_SUFFIX = "_set"


class SetMember(BaseModel):
    """One entity of a set, in its place. `label` is for people; `parent` is the entity it belongs to."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    id: str = Field(min_length=1)
    label: str = ""
    parent: str | None = None


class _SetData(BaseModel):
    model_config = ConfigDict(defer_build=True)

    members: tuple[SetMember, ...]
    retired: tuple[str, ...] = ()


def is_set(schema: str) -> bool:
    """Tell whether a schema's artifacts are sets."""
    return type_of_schema(schema).endswith(SET_SUFFIX)


def members_of(data: Mapping[str, Any]) -> tuple[SetMember, ...]:
    """Return the members in order. Raises ArtifactError CF-A034 for no set, a twice used or a retired id."""
    try:
        found = _SetData.model_validate(data)
    except ValidationError as error:
        raise ArtifactError(*(_shape(detail) for detail in error.errors())) from None
    counts = Counter(member.id for member in found.members)
    faults = [_bad(name, "is listed more than once") for name, times in counts.items() if times > 1]
    faults += [
        _bad(name, "was retired and may not be used again") for name in counts if name in found.retired
    ]
    if faults:
        raise ArtifactError(*faults)
    return found.members


def retired_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids that a set used once and will never use again."""
    return _SetData.model_validate(data).retired


def _shape(detail: Mapping[str, Any]) -> Fault:
    where = "/" + "/".join(str(part) for part in detail["loc"])
    return Fault("CF-A034", f"this is no set: {detail['msg']}", where, "a set holds `members` and `retired`")


def _bad(name: str, what: str) -> Fault:
    return Fault("CF-A034", f"the entity `{name}` {what}", hint="allot a new id; ids are never used again")
