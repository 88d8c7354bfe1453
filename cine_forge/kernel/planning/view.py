"""What planning may see of the project: current artifacts, newest derivations, statements.

`StoreView` reads the store. Planning adds what it foresees on top, in memory; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from cine_forge.kernel.artifacts.records.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.records.edition import naming_program
from cine_forge.kernel.artifacts.records.envelope import Draft, Envelope, content_digest
from cine_forge.kernel.artifacts.records.lock import Lock
from cine_forge.kernel.artifacts.records.refs import Ref, type_of_schema
from cine_forge.kernel.artifacts.records.statements import Statement
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store.store import Held, Store
from cine_forge.kernel.ground.hashing import digest_of_file
from cine_forge.kernel.stages.contract import Given

_MOST_NAMED = 10_000
"""So many stages a query can name; of more, the records of all stages are read."""


@dataclass(frozen=True)
class Seen:
    """An artifact as planning sees it. `given` loads its data; a foreseen one has version 0 in its ref.

    `given_as` loads it as a reader of another schema sees it; without one it is read as it is.
    """

    type: str
    entity: str
    ref: str
    digest: str
    given: Callable[[], Given] = field(compare=False, repr=False)
    schema: str = field(default="", compare=False)
    given_as: Callable[[str], Given] | None = field(default=None, compare=False, repr=False)

    def read_as(self, schema: str) -> Given:
        """Return it as a reader of `schema` sees it: an older shape is brought up.

        Raises ArtifactError CF-A035 to CF-A037 when it cannot be read so.
        """
        return self.given() if self.given_as is None or schema == self.schema else self.given_as(schema)

    @property
    def data(self) -> Mapping[str, Any]:
        """Return the artifact's data."""
        return self.given().data


class View(Protocol):
    """The project as planning reads it. Between two calls of `refresh` its answers stay the same."""

    def gather(self, stages: Collection[str], types: Collection[str]) -> None:
        """Read at once what a plan over these stages and artifact types will ask one by one."""

    def refresh(self) -> bool:
        """Answer from now on with what is kept by now; say whether anything was kept since."""

    def current(self, artifact_type: str, entity: str) -> Seen | None:
        """Return the current version, or None."""

    def current_of(self, ref: str) -> Seen | None:
        """Return the current version of what `ref` is a version of, or None."""

    def at(self, ref: str) -> Seen | None:
        """Return one version by ref, or None when it is gone."""

    def has(self, ref: str) -> bool:
        """Say whether a version is kept, without reading it."""

    def newest_derivation(self, unit: UnitKey) -> Derivation | None:
        """Return the newest record that this unit finished, or None."""

    def decisions(self, artifact_type: str, entity: str) -> tuple[Mapping[str, Any], ...]:
        """Return the statements about an entity's artifact as plain data, newest last."""

    def hard_lock(self, artifact_type: str, entity: str) -> Lock | None:
        """Return the hard lock that stands on an artifact, or None."""

    def confirmation(self, artifact_type: str, entity: str) -> Statement | None:
        """Return the statement that what is current is right although it is stale, or None."""

    def types(self) -> tuple[str, ...]:
        """Return the artifact types that are kept, in alphabetical order."""

    def entities(self, artifact_type: str) -> tuple[str, ...]:
        """Return the entities that have an artifact of a type, in alphabetical order."""

    def health(self, ref: str) -> str:
        """Return the health of a version: valid, stale, needs_revision or confirmed_valid."""


@dataclass
class _Known:
    """What was read since the last refresh; of `stages` and `types` that is all there is."""

    revision: int = -1
    stamp: tuple[int, ...] = ()
    stages: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    newest: dict[UnitKey, Derivation | None] = field(default_factory=dict)
    currents: dict[tuple[str, str], Seen | None] = field(default_factory=dict)
    locks: Mapping[tuple[str, str], Lock] | None = None
    confirmed: frozenset[str] | None = None


class StoreView:
    """A view over the store. Envelopes are immutable, so each is read once per view."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._given: dict[str, Given] = {}
        self._schemas: dict[str, str] = {}
        self._known = _Known()

    def gather(self, stages: Collection[str], types: Collection[str]) -> None:
        self.refresh()
        if self._known.stages.issuperset(stages) and self._known.types.issuperset(types):
            return
        stamp = self._store.stamp()
        named = stages if len(stages) <= _MOST_NAMED else None
        self._known = _Known(
            self._known.revision,
            stamp,
            frozenset(stages),
            frozenset(types),
            dict(self._store.newest_derivations(named)),
            {(held.ref.type, held.ref.entity): self._seen(held) for held in self._store.currents(types)},
        )

    def carry_on(self, store: Store) -> bool:
        """Go on over another opening of the project; False, and no change, when it holds other things."""
        revision = store.revision()
        if store.stamp() != self._known.stamp:
            return False
        self._store, self._known.revision = store, revision
        return True

    def refresh(self) -> bool:
        revision = self._store.revision()
        if revision == self._known.revision:
            return False
        self._known = _Known(revision)
        return True

    def current(self, artifact_type: str, entity: str) -> Seen | None:
        known, key = self._known, (artifact_type, entity)
        if key not in known.currents and artifact_type not in known.types:
            held = self._store.current(artifact_type, entity)
            known.currents[key] = self._seen(held) if held else None
        return known.currents.get(key)

    def current_of(self, ref: str) -> Seen | None:
        artifact_type, _, entity = ref.rpartition("@v")[0].partition("/")
        return self.current(artifact_type, entity)

    def at(self, ref: str) -> Seen | None:
        if not self.has(ref):
            return None
        given = self.load(ref)
        return Seen(
            Ref.parse(ref).type,
            given.entity,
            ref,
            given.digest,
            lambda: given,
            "",
            partial(self.load_as, ref),
        )

    def has(self, ref: str) -> bool:
        current = self.current_of(ref)
        if current is not None and current.ref == ref:
            return True
        parsed = Ref.parse(ref)
        return parsed in self._store.versions(parsed.type, parsed.entity)

    def newest_derivation(self, unit: UnitKey) -> Derivation | None:
        known = self._known
        if unit not in known.newest and unit.stage not in known.stages:
            known.newest[unit] = self._store.newest_derivation(unit)
        return known.newest.get(unit)

    def decisions(self, artifact_type: str, entity: str) -> tuple[Mapping[str, Any], ...]:
        return tuple(found.model_dump(mode="json") for found in self._store.statements(artifact_type, entity))

    def hard_lock(self, artifact_type: str, entity: str) -> Lock | None:
        if self._known.locks is None:
            self._known.locks = self._store.locks()
        lock = self._known.locks.get((artifact_type, entity))
        return lock if lock and lock.hard else None

    def confirmation(self, artifact_type: str, entity: str) -> Statement | None:
        if self._known.confirmed is None:
            self._known.confirmed = self._store.lineage.ever_confirmed()
        seen = self.current(artifact_type, entity) if self._known.confirmed else None
        if seen is None or seen.ref not in self._known.confirmed:
            return None
        said = self._store.lineage.judgement(Ref.parse(seen.ref))
        return said if said and said.kind == "confirm" else None

    def types(self) -> tuple[str, ...]:
        return self._store.types()

    def entities(self, artifact_type: str) -> tuple[str, ...]:
        return self._store.entities(artifact_type)

    def health(self, ref: str) -> str:
        return str(self._store.lineage.health(Ref.parse(ref)))

    def load(self, ref: str) -> Given:
        """Return one version as a module sees it."""
        if ref not in self._given:
            envelope = self._store.load(Ref.parse(ref))
            self._schemas[ref] = envelope.schema_name
            self._given[ref] = given_of(envelope, self._store.project)
        return self._given[ref]

    def load_as(self, ref: str, schema: str) -> Given:
        """Return one version as a reader of `schema` sees it."""
        given = self.load(ref)
        return read_as(self._store, given, self._schemas[ref], schema)

    def _seen(self, held: Held) -> Seen:
        ref = str(held.ref)
        load, load_as = partial(self.load, ref), partial(self.load_as, ref)
        return Seen(held.ref.type, held.ref.entity, ref, held.digest, load, held.schema_name, load_as)


def given_of(envelope: Envelope, root: Path) -> Given:
    """Return an envelope as the input that a module receives; `root` is the project folder."""
    entity = envelope.parsed_ref.entity
    return Given(envelope.ref, envelope.digest, entity, envelope.data, envelope.media, root)


def read_as(store: Store, given: Given, held: str, schema: str) -> Given:
    """Return what was kept as `held` as a reader of `schema` sees it; its digest stays.

    Raises ArtifactError CF-A035 to CF-A037 when it cannot be read so.
    """
    with naming_program(store.project, given.ref):
        return replace(given, data=store.registry.read_as(held, schema, given.data))


def foreseen(
    draft: Draft, schema: str, schemas: SchemaRegistry | None = None, *, kept: Seen | None = None
) -> Seen:
    """Return a draft as if it were kept; its version is 0 until it really is, and its media cannot be read.

    When it has the very content of the `kept` version it is that one, and no file need be read.
    """
    artifact_type = type_of_schema(schema)
    media = tuple((file.name, digest_of_file(file.path)) for file in draft.media)
    digest = content_digest(schema, draft.data, media)
    same = kept is not None and kept.digest == digest
    ref = kept.ref if kept and same else f"{artifact_type}/{draft.entity}@v0"
    given = Given(ref, digest, draft.entity, draft.data)

    def given_as(wanted: str) -> Given:
        return given if schemas is None else replace(given, data=schemas.read_as(schema, wanted, draft.data))

    return Seen(artifact_type, draft.entity, ref, digest, lambda: given, schema, given_as)
