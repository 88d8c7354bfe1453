"""What a project keeps, opened without its recipe and its modules: for commands that need neither.

It imports the store and no more, so that `status`, `stale` and `lineage` answer at once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from cine_forge.driver.storage import storage_of
from cine_forge.driver.upkeep.identity import IDENTITY_SCHEMA
from cine_forge.film.schemas.registry import register_film_schemas
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import ArtifactError, Fault, listed, nearest
from cine_forge.kernel.stages.kept import register_kernel_schemas

_ADOPTION = "cine_forge.driver.upkeep.adoption"


def utc_now() -> datetime:
    """Return the present, in UTC."""
    return datetime.now(UTC)


def open_store(folder: Path, *, write: bool = False) -> Store:
    """Open what a project keeps, whatever its recipe: to read, or to decide. Edits need modules' schemas."""
    storage = storage_of(folder, write=write)
    return Store.open(folder, registry=shared_schemas(), clock=utc_now, write=write, storage=storage)


def shared_schemas() -> SchemaRegistry:
    """Return the schemas that do not belong to one module; a model is imported when it is asked for."""
    schemas = SchemaRegistry()
    register_kernel_schemas(schemas)
    register_film_schemas(schemas)
    schemas.register_later(IDENTITY_SCHEMA, lambda: import_module(_ADOPTION).ProjectIdentity)
    return schemas


def find_ref(store: Store, text: str) -> Ref:
    """Return the version that `type/entity@v3` names, or what is current of `type/entity`.

    Raises ArtifactError CF-A003 when there is none, CF-A001 for a text that names neither.
    """
    if "@v" in text:
        ref = Ref.parse(text)
        kept = store.versions(ref.type, ref.entity)
        if ref in kept:
            return ref
        raise ArtifactError(_unknown(store, ref, text, [str(one) for one in kept]))
    ref = Ref.parse(f"{text}@v1")
    held = store.current(ref.type, ref.entity)
    if held is None:
        raise ArtifactError(_unknown(store, ref, text, []))
    return held.ref


def _unknown(store: Store, ref: Ref, text: str, kept: list[str]) -> Fault:
    near = nearest(ref.entity, store.entities(ref.type)) or nearest(ref.type, store.types())
    return Fault("CF-A003", f"there is no `{text}`", hint=f"kept are {listed(kept)}" if kept else near)
