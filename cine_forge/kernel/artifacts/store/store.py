"""The store: the one door to what a project keeps.

Running commits units here, commands read, edit and state here. A version that was acknowledged is durable,
whole and never replaced; what is not committed is never seen. Callers know refs, not paths. What upkeep
alone needs is imported when it is asked for.

    open       recover what a killed writer left, or read beside a living one
    read       current, candidates, load, versions, entities, derivations, statements, locks
    keep       commit (a unit), announce (its own commit), edit (a person), state (a decision)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cine_forge.kernel.artifacts.index.decisions import Decisions
from cine_forge.kernel.artifacts.index.index import Index, Row
from cine_forge.kernel.artifacts.index.known import known_row, lineage_faults, revised
from cine_forge.kernel.artifacts.keeping.blobs import FileBlobs
from cine_forge.kernel.artifacts.keeping.layout import envelope_name
from cine_forge.kernel.artifacts.keeping.seal import check_media, damaged, whole_file
from cine_forge.kernel.artifacts.lineage.lineage import Lineage
from cine_forge.kernel.artifacts.records.derivation import Bound, Derivation, UnitKey
from cine_forge.kernel.artifacts.records.edition import naming_program
from cine_forge.kernel.artifacts.records.envelope import (
    Draft,
    Edge,
    Envelope,
    MediaDraft,
    MediaFile,
    content_digest,
)
from cine_forge.kernel.artifacts.records.held import Held
from cine_forge.kernel.artifacts.records.incoming import Staged
from cine_forge.kernel.artifacts.records.judgement import Judgement, refuse_machine
from cine_forge.kernel.artifacts.records.lock import Lock, refuse_hard, refuse_unexplained
from cine_forge.kernel.artifacts.records.refs import Ref, type_of_schema
from cine_forge.kernel.artifacts.records.statements import (
    STATEMENT_SCHEMA,
    STATEMENT_TYPE,
    Statement,
    check_kind,
)
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.store.edit import Edit
from cine_forge.kernel.artifacts.store.opening import index_for_reading
from cine_forge.kernel.artifacts.store.publish import Choice, Offer, Publisher
from cine_forge.kernel.artifacts.store.recovery import read_envelope
from cine_forge.kernel.artifacts.store.storage import FileStorage, Storage
from cine_forge.kernel.artifacts.store.turn import WriteTurn, display_time
from cine_forge.kernel.artifacts.store.work import UnitWork, edges_of, faults_of
from cine_forge.kernel.ground.errors import (
    ArtifactError,
    Fault,
    IntegrityError,
    StageError,
    listed,
)
from cine_forge.kernel.ground.files import make_folder, replace_atomically
from cine_forge.kernel.ground.hashing import canonical_json

if TYPE_CHECKING:
    from cine_forge.kernel.artifacts.keeping.removal import Removal, Removed
    from cine_forge.kernel.artifacts.store.disuse import Kept

__all__ = ["Held", "Store", "UnitWork"]

_HISTORY = ("revision_of", "variant_of")


class Store:
    """The artifacts, derivations and statements of one project. Use `open`; safe for several threads."""

    def __init__(
        self,
        storage: Storage,
        index: Index,
        *,
        registry: SchemaRegistry,
        clock: Callable[[], datetime],
        turn: WriteTurn | None,
    ) -> None:
        self.project = storage.project
        self.registry = registry
        self.lineage = Lineage(index)
        self._decisions = Decisions(index)
        self._storage = storage
        self._blobs = storage.blobs
        self._index = index
        self._clock = clock
        self._turn = turn

    @classmethod
    def open(
        cls,
        project: Path,
        *,
        registry: SchemaRegistry,
        clock: Callable[[], datetime],
        write: bool,
        storage: Storage | None = None,
    ) -> Store:
        """Open a project's store; `write` makes what is missing and sets leftovers of a kill aside.

        Without `storage` everything lies in the project's folder.
        """
        storage = storage or FileStorage(project)
        if STATEMENT_SCHEMA not in registry:
            registry.register_model(STATEMENT_SCHEMA, Statement)
        if not write:
            index = index_for_reading(storage)
            return cls(storage, index, registry=registry, clock=clock, turn=None)
        turn = WriteTurn(storage, clock)
        return cls(storage, turn.index, registry=registry, clock=clock, turn=turn)

    @property
    def is_here(self) -> bool:
        """Tell whether all media are files of the project's folder, not to be brought first."""
        return isinstance(self._blobs, FileBlobs)

    def close(self) -> None:
        """Make the index durable and let go of it."""
        if self._turn is None:
            self._index.close()
        else:
            self._turn.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def current(self, artifact_type: str, entity: str) -> Held | None:
        """Return the current version: what the newest pin names, else the newest that is no candidate."""
        row = self._index.current(artifact_type, entity)
        return self._held(row) if row else None

    def currents(self, types: Collection[str] | None = None) -> tuple[Held, ...]:
        """Return the current version of everything, or of some types, by type and entity, in one query."""
        return tuple(self._held(row) for row in self._index.heads(types))

    def candidates(self, artifact_type: str, entity: str) -> tuple[Ref, ...]:
        """Return the versions above the current one that wait to be accepted, in number order.

        One that was rejected waits no longer; it can still be accepted.
        """
        return self._decisions.candidates(artifact_type, entity)

    def all_candidates(self) -> tuple[Ref, ...]:
        """Return every candidate that waits to be accepted, by type, entity and number."""
        return self._decisions.all_candidates()

    def locks(self) -> Mapping[tuple[str, str], Lock]:
        """Return the locks that stand, by type and entity, in one query."""
        return self._decisions.locks()

    def load(self, ref: Ref, *, verify_media: bool = False) -> Envelope:
        """Read one version, whatever is current, and check it; media by size, or by sha-256 on request.

        Who means to read a media file asks for its `media_path`. Raises ArtifactError CF-A003 when there is
        no such version, IntegrityError CF-A020 when a byte of it differs from what was kept, CF-A021 when a
        file of it is gone, CF-A038 when a newer program kept it in a form that is not known here.
        """
        row = self._visible(ref)
        name = envelope_name(ref)
        with naming_program(self.project, str(ref)):
            envelope = read_envelope(self._blobs, name)
        media = tuple((file.name, file.sha256) for file in envelope.media)
        digest = content_digest(envelope.schema_name, envelope.data, media)
        if envelope.ref != str(ref) or not digest == envelope.digest == row.digest:
            raise IntegrityError(damaged(self._blobs.where(name), f"it is not what was kept as `{ref}`"))
        faults = [fault for file in envelope.media for fault in check_media(self._blobs, file, deep=False)]
        if faults:
            raise IntegrityError(*faults)
        for file in envelope.media if verify_media else ():
            whole_file(self._blobs, file)
        return envelope

    def versions(self, artifact_type: str, entity: str) -> tuple[Ref, ...]:
        """Return every visible version, candidates too, in number order."""
        return tuple(row.ref for row in self._index.versions(artifact_type, entity))

    def entities(self, artifact_type: str) -> tuple[str, ...]:
        """Return the entities of a type in alphabetical order."""
        return self._index.entities(artifact_type)

    def types(self) -> tuple[str, ...]:
        """Return the types that have artifacts, in alphabetical order."""
        return self._index.types()

    def media_path(self, ref: Ref, name: str) -> Path:
        """Return where a media file of a version lies, after its bytes were checked.

        Raises ArtifactError CF-A003 for an unknown version, CF-A012 when it has no such file, IntegrityError
        as `load` does.
        """
        media = self.load(ref).media
        for file in media:
            if file.name == name:
                return whole_file(self._blobs, file)
        hint = f"it has {listed([file.name for file in media])}" if media else "it has no media"
        raise ArtifactError(Fault("CF-A012", f"`{ref}` has no media file `{name}`", hint=hint))

    def place(self, ref: Ref) -> str:
        """Return where the record of a version lies, relative to the project."""
        return envelope_name(ref)

    def newest_derivation(self, unit: UnitKey) -> Derivation | None:
        """Return the newest record that this unit finished."""
        return self._index.newest_derivation(unit)

    def newest_derivations(self, stages: Collection[str] | None = None) -> dict[UnitKey, Derivation]:
        """Return the newest record of every unit, or of the units of some stages, in one query."""
        return {found.unit: found for found in self._index.newest_derivations(stages)}

    def revision(self) -> int:
        """Return a number that grows when anything was kept, by whatever process; this object's own count."""
        return self._index.revision()

    def stamp(self) -> tuple[int, ...]:
        """Return counts that two openings of one project share as long as nothing is kept in between."""
        return self._index.stamp()

    def derivations(self) -> Iterator[Derivation]:
        """Yield every derivation, in the order they were committed."""
        return self._index.derivations()

    def derivation_of(self, ref: Ref) -> Derivation | None:
        """Return the newest derivation that has `ref` among its outputs; None for an own commit."""
        return self._index.derivation_of(ref)

    def maker_of(self, artifact_type: str, entity: str) -> UnitKey | None:
        """Return the unit that made the current version; None for an own commit."""
        return self._index.maker_of(artifact_type, entity)

    def statements(self, artifact_type: str, entity: str) -> tuple[Statement, ...]:
        """Return the decisions about all versions of an artifact, newest last."""
        return self._index.statements(artifact_type, entity)

    def commit(self, work: UnitWork) -> Derivation:
        """Keep a unit's results and the record that it finished: all of it, or nothing.

        Content equal to the current version makes no new version. A result over a version that a person
        made or locked is kept as a candidate. Raises StageError with every fault of every draft.
        """
        faults = (*work.faults(self.registry), *lineage_faults(self._index, work.inputs, work.drafts))
        if faults:
            raise StageError(*faults)
        facts = {**self._facts(work.run_id), "producing_module": work.module, "fingerprint": work.fingerprint}
        with self._keeping(draft.media for draft in work.drafts) as (publisher, media):
            choices = []
            for draft, staged in zip(work.drafts, media, strict=True):
                edges = (*work.edges, *revised(self._index, draft.revises))
                offer = Offer(_plain(draft), work.schema_of[draft.output], tuple(staged), edges, True, facts)
                choices.append(publisher.choose(offer))
            derivation = self._derivation(work, choices)
            self._index.record(publisher.publish_unit(choices, derivation), [derivation])
        return derivation

    def announce(
        self,
        draft: Draft,
        schema: str,
        *,
        inputs: tuple[Bound, ...] = (),
        module: str | None = None,
        run_id: str | None = None,
    ) -> Ref:
        """Keep one artifact now, visible without a derivation; it outlives a failing unit.

        Without a `module` it is a person's or a command's, and CF-A013 keeps it from what is hard-locked.
        Raises ArtifactError with every fault.
        """
        where = f"announced `{draft.output}` entity `{draft.entity}`"
        faults = (
            *faults_of(draft, schema, self.registry, where=where),
            *lineage_faults(self._index, inputs, (draft,)),
        )
        if faults:
            raise ArtifactError(*faults)
        facts = {**self._facts(run_id), "producing_module": module, "own_commit": True}
        with self._keeping([draft.media]) as (publisher, media):
            if module is None:
                first = Ref(type_of_schema(schema), draft.entity, 1)
                refuse_hard(self._decisions.lock(first), first)
            edges = (*edges_of(inputs), *revised(self._index, draft.revises))
            offer = Offer(_plain(draft), schema, tuple(media[0]), edges, module is not None, facts)
            return self._keep_alone(publisher, offer)

    def edit(
        self,
        ref: Ref,
        data: Mapping[str, Any] | None,
        *,
        by: str,
        note: str = "",
        media: tuple[MediaDraft, ...] = (),
    ) -> Ref:
        """Keep a person's change of `ref` as the next version; what is not given comes along.

        The new version stands on the same inputs as the edited one. Content equal to the current version
        makes none: the current one is returned. Raises ArtifactError with every fault of the data, CF-A013
        when it is hard-locked, CF-A041 when it is soft-locked and `note` says nothing, CF-A040 and CF-A042
        as `Edit.draft`.
        """
        old = self.load(ref)
        draft = Edit(by, note, data, media).draft(old, self._again)
        faults = faults_of(draft, old.schema_name, self.registry, where=f"edit of `{ref}`")
        if faults:
            raise ArtifactError(*faults)
        inputs = (edge for edge in self.lineage.inputs_of(ref) if edge.role not in _HISTORY)
        edges = (*inputs, Edge(ref=str(ref), digest=old.digest, role="revision_of"))
        facts = {**self._facts(None), "own_commit": True, "by": by}
        with self._keeping([draft.media]) as (publisher, staged):
            refuse_unexplained(self._decisions.lock(ref), ref, note)
            offer = Offer(_plain(draft), old.schema_name, tuple(staged[0]), edges, False, facts)
            return self._keep_alone(publisher, offer)

    def state(
        self, kind: str, ref: Ref, *, by: str, note: str = "", values: Mapping[str, Any] | None = None
    ) -> Ref:
        """Record a decision about one version and return the statement's ref.

        A `confirm` or `revise` is bound to what the version stands on at this moment. Raises ArtifactError
        CF-A003 for an unknown version, CF-A013 for accepting or pinning under a hard lock, CF-A014 for an
        unknown kind, CF-A019 for accepting what is no candidate or older than the current version.
        """
        check_kind(kind)
        row = self._visible(ref)
        with self._keeping([()]) as (publisher, _):
            self._decisions.check(kind, row)
            bound = {"inputs": self.lineage.inputs_digest(ref)} if kind in ("confirm", "revise") else {}
            said = {"kind": kind, "by": by, "note": note, "values": {**(values or {}), **bound}}
            return self._say(publisher, row, said)

    def judge(self, ref: Ref, judgement: Judgement) -> Ref:
        """Record what a machine found about a stale version. Raises ArtifactError CF-A003, CF-A060."""
        row = self._visible(ref)
        with self._keeping([()]) as (publisher, _):
            saw_all = self.lineage.inputs_digest(ref) == judgement.inputs
            refuse_machine(self._decisions.lock(ref), self.lineage.judgement(ref), ref, saw_all=saw_all)
            return self._say(publisher, row, judgement.facts())

    def rebuild_index(self) -> int:
        """Make the index again; return how many records of finished units were first put right by it."""
        from cine_forge.kernel.artifacts.store.mending import remake_index

        with self._keeping([()]):
            return remake_index(self._blobs, self._index)

    def unused(self, kept: Kept) -> tuple[Removed, ...]:
        """Return the versions that nothing refers to, by type, entity and number."""
        from cine_forge.kernel.artifacts.store.disuse import unused

        return unused(self._blobs, self._index, kept)

    def throw_away(self, kept: Kept) -> Removal | None:
        """Set aside what nothing refers to and return the record of it; None when there is nothing."""
        from cine_forge.kernel.artifacts.store.disuse import throw_away

        with self._keeping([()]):
            return throw_away(self._blobs, self._index, kept, display_time(self._clock))

    def dump_index(self) -> list[str]:
        """Return the whole index as sorted lines; a rebuilt index gives equal ones."""
        return self._index.dump()

    def export_graph(self) -> Path:
        """Write the lineage of all current versions to `graph/dependency_graph.json` and return its path."""
        place = self.project / "graph" / "dependency_graph.json"
        make_folder(place.parent)
        text = json.dumps(self.lineage.graph(), indent=1, ensure_ascii=False)
        replace_atomically(place, text.encode())
        return place

    def _keeping(
        self, media: Iterable[tuple[MediaDraft, ...]]
    ) -> AbstractContextManager[tuple[Publisher, list[list[Staged]]]]:
        """Take the writer's turn for one commit. Raises ArtifactError CF-A015 when there is none."""
        if self._turn is None:
            raise ArtifactError(Fault("CF-A015", "the store is open for reading only", str(self.project)))
        return self._turn.taken(media)

    def _keep_alone(self, publisher: Publisher, offer: Offer) -> Ref:
        choice = publisher.choose(offer)
        self._index.record(publisher.publish_alone(choice), [])
        return choice.ref

    def _say(self, publisher: Publisher, row: Row, said: Mapping[str, Any]) -> Ref:
        entity = f"{row.ref.type}/{row.ref.entity}"
        number = self._index.last_version(STATEMENT_TYPE, entity) + 1
        about = {"ref": str(row.ref), "digest": row.digest, "number": number}
        statement = Statement.model_validate({**said, **about})
        edges = (Edge(ref=str(row.ref), digest=row.digest, role="input_to"),)
        facts = {**self._facts(None), "own_commit": True, "by": statement.by}
        offer = Offer(_plain(statement.draft()), STATEMENT_SCHEMA, (), edges, False, facts)
        return self._keep_alone(publisher, offer)

    def _derivation(self, work: UnitWork, choices: list[Choice]) -> Derivation:
        outputs = (
            Bound(name=choice.offer.draft.output, ref=str(choice.ref), digest=choice.digest)
            for choice in choices
        )
        return work.derivation(
            tuple(outputs),
            sequence=self._index.last_sequence(work.unit) + 1,
            ordinal=self._index.last_ordinal() + 1,
            created_at=display_time(self._clock),
        )

    def _facts(self, run_id: str | None) -> dict[str, Any]:
        return {"run_id": run_id, "created_at": display_time(self._clock)}

    def _held(self, row: Row) -> Held:
        return Held(row.ref, row.digest, row.schema_name, row.source, row.candidate, self.load)

    def _visible(self, ref: Ref) -> Row:
        return known_row(self._index, ref)

    def _again(self, file: MediaFile) -> MediaDraft:
        facts = file.model_dump(include=MediaDraft.model_fields.keys() - {"path", "sha256"})
        return MediaDraft.model_validate({**facts, "path": whole_file(self._blobs, file)})


def _plain(draft: Draft) -> Draft:
    """Return the draft with its data as JSON reads it back, so that its digest is the digest of the file."""
    return draft.model_copy(update={"data": json.loads(canonical_json(draft.data))})
