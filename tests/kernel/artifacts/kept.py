"""Builders for tests of the store: a registry of two shapes, a still clock, small units of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from cine_forge.kernel.artifacts.records.derivation import Bound, UnitKey
from cine_forge.kernel.artifacts.records.envelope import Draft, MediaDraft
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store.storage import FileStorage, Storage
from cine_forge.kernel.artifacts.store.store import Store, UnitWork

SCHEMAS = {"note": "note@1", "list": "list@1"}


class Note(BaseModel):
    """The smallest shape: a text."""

    model_config = ConfigDict(extra="forbid")

    text: str
    weight: float | None = None


class Items(BaseModel):
    """A list of texts."""

    items: tuple[str, ...]


def registry() -> SchemaRegistry:
    found = SchemaRegistry()
    found.register_model("note@1", Note)
    found.register_model("list@1", Items)
    return found


def clock() -> datetime:
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def at_home(project: Path, mode: Literal["write", "read"]) -> Storage:
    return FileStorage(project)


storage_of: Callable[[Path, Literal["write", "read"]], Storage] = at_home
"""Where stores are opened; `tests/scale` opens them elsewhere."""


def open_store(project: Path, *, write: bool = True) -> Store:
    storage = storage_of(project, "write" if write else "read")
    return Store.open(project, registry=registry(), clock=clock, write=write, storage=storage)


def draft(entity: str, text: str, **more: Any) -> Draft:
    said = {"intent": "to be read", "rationale": "as asked", **more}
    return Draft(output="note", entity=entity, data={"text": text}, **said)


def media(path: Path, content: bytes = b"picture", name: str = "board.png") -> MediaDraft:
    path.write_bytes(content)
    return MediaDraft(path=path, name=name, media_type="image/png", width=4, height=3)


def work(*drafts: Draft, made_from: tuple[Bound, ...] = (), stage: str = "write", **more: Any) -> UnitWork:
    facts: Mapping[str, Any] = {
        "fingerprint": "f" * 64,
        "components": {"param:x": "1"},
        "module": "writer_v1",
        "module_version": "1",
        "run_id": "run-1",
        "schema_of": SCHEMAS,
        **more,
    }
    return UnitWork(
        unit=UnitKey(stage=stage, entity=drafts[0].entity), inputs=made_from, drafts=drafts, **facts
    )


def keep(store: Store, entity: str, text: str, *made_from: Ref, **more: Any) -> Ref:
    """Commit one note and return the ref that the derivation names."""
    inputs = tuple(bound(store, ref) for ref in made_from)
    return Ref.parse(store.commit(work(draft(entity, text), made_from=inputs, **more)).outputs[0].ref)


def bound(store: Store, ref: Ref) -> Bound:
    return Bound(name=ref.entity, ref=str(ref), digest=store.load(ref).digest)
