"""Refs: the text that points to one version of one artifact, `type/entity@v3`.

An entity id is opaque here. It may hold `/` and `:`; a type may not. The folder an entity gets on disk
is a slug for people plus a short hash of the true id, so that no id can leave its place, and no two ids
meet on a disk that knows no small and capital letters, or that composes accents.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cine_forge.kernel.ground.errors import ArtifactError, Fault
from cine_forge.kernel.ground.files import is_device
from cine_forge.kernel.ground.hashing import digest_of_bytes

_TYPE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_REF = re.compile(r"(?P<type>[a-z][a-z0-9_]{0,63})/(?P<entity>.+)@v(?P<version>[1-9][0-9]{0,8})", re.DOTALL)
_STAGE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_STAGE_LENGTH = 64
_UNSAFE = re.compile(r"[^a-z0-9_-]+")
_SLUG_LENGTH = 60
_ENTITY_LENGTH = 1000


class Ref(NamedTuple):
    """One version of one artifact. Versions count from 1."""

    type: str
    entity: str
    version: int

    def __str__(self) -> str:
        return f"{self.type}/{self.entity}@v{self.version}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Read `type/entity@v3`. Raises ArtifactError CF-A001 when it is no ref, CF-A004 for its entity."""
        found = _REF.fullmatch(text)
        if not found or is_device(found["type"]):
            raise ArtifactError(
                Fault("CF-A001", f"`{text}` is not a ref", hint="a ref reads `type/entity@v3`")
            )
        return cls(found["type"], check_entity(found["entity"]), int(found["version"]))


def check_type(name: str) -> str:
    """Return `name` when it can be an artifact type. Raises ArtifactError CF-A002."""
    if not is_type(name):
        raise ArtifactError(
            Fault("CF-A002", f"`{name}` cannot be an artifact type", hint="use a-z, 0-9 and _")
        )
    return name


def is_type(name: str) -> bool:
    """Tell whether a name can be an artifact type: it is a folder's name on any disk."""
    return bool(_TYPE.fullmatch(name)) and not is_device(name)


def check_entity(entity: str) -> str:
    """Return `entity` when it can be one: text that UTF-8 can hold. Raises ArtifactError CF-A004."""
    if not entity or len(entity) > _ENTITY_LENGTH or any("\ud800" <= sign <= "\udfff" for sign in entity):
        shown = ascii(entity[:60])
        hint = f"an entity id is 1 to {_ENTITY_LENGTH} characters of valid text"
        raise ArtifactError(Fault("CF-A004", f"{shown} cannot be an entity", hint=hint))
    return entity


def type_of_schema(schema: str) -> str:
    """Return the artifact type of a schema name: `sheet@1` is kept as type `sheet`."""
    return schema.partition("@")[0]


def stage_folder(stage: str) -> str:
    """Return the folder name of a stage: its id, or slug and hash where a disk could not hold that."""
    plain = len(stage) <= _STAGE_LENGTH and _STAGE.fullmatch(stage) and not is_device(stage)
    return stage if plain else entity_folder(stage)


def entity_folder(entity: str) -> str:
    """Return the folder name of an entity: a readable slug and 16 hex digits of its sha-256."""
    slug = _UNSAFE.sub("-", entity.lower()).strip("-")[:_SLUG_LENGTH] or "entity"
    return f"{slug}-{digest_of_bytes(entity.encode('utf-8', 'surrogatepass'))[:16]}"
