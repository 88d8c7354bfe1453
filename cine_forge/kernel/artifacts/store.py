"""The store: the one door to what a project keeps.

Running commits units here, commands read, edit and state here. A version that was acknowledged is durable,
whole and never replaced; what is not committed is never seen. Callers know refs, not paths.

    open       recover what a killed writer left, or read beside a living one
    read       current, load, versions, entities, derivations, statements
    keep       commit (a unit), announce (its own commit), edit (a person), state (a decision)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.derivation import Bound, Derivation, UnitKey
from cine_forge.kernel.artifacts.edition import naming_program
from cine_forge.kernel.artifacts.envelope import Draft, Edge, Envelope, MediaDraft, MediaFile, content_digest
from cine_forge.kernel.artifacts.incoming import Staged
from cine_forge.kernel.artifacts.index import Index, Row
from cine_forge.kernel.artifacts.layout import envelope_name
from cine_forge.kernel.artifacts.lineage import Lineage
from cine_forge.kernel.artifacts.opening import index_for_reading
from cine_forge.kernel.artifacts.publish import Choice, Offer, Publisher
from cine_forge.kernel.artifacts.recovery import read_envelope, rebuild
from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.artifacts.schemas import SchemaRegistry
from cine_forge.kernel.artifacts.seal import check_media, damaged, whole_file
from cine_forge.kernel.artifacts.statements import (
    STATEMENT_SCHEMA,
    STATEMENT_TYPE,
    Statement,
    check_kind,
    lock_of,
)
from cine_forge.kernel.artifacts.storage import FileStorage, Storage
from cine_forge.kernel.artifacts.turn import WriteTurn, display_time
from cine_forge.kernel.artifacts.work import UnitWork, edges_of, faults_of
from cine_forge.kernel.ground.errors import (
    ArtifactError,
    Fault,
    IntegrityError,
    StageError,
    listed,
    nearest,
)
from cine_forge.kernel.ground.files import make_folder, replace_atomically
from cine_forge.kernel.ground.hashing import canonical_json

__all__ = ["Held", "Store", "UnitWork"]


@dataclass(frozen=True)
class Held:
    """A version as the index knows it; `envelope()` reads and checks the file."""

    ref: Ref
    digest: str
    schema_name: str
    source: str
    candidate: bool
    _load: Callable[[Ref], Envelope] = field(compare=False, repr=False)

    def envelope(self) -> Envelope:
        """Read the version. Raises IntegrityError as `Store.load` does."""
        return self._load(self.ref)


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
        """Return the versions above the current one that wait to be accepted, in number order."""
        current = self._index.current(artifact_type, entity)
        above = current.ref.version if current else 0
        rows = self._index.versions(artifact_type, entity)
        return tuple(row.ref for row in rows if row.ref.version > above and self._index.waits(row))

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
        faults = (*work.faults(self.registry), *self._lineage_faults(work.inputs, work.drafts))
        if faults:
            raise StageError(*faults)
        facts = {**self._facts(work.run_id), "producing_module": work.module, "fingerprint": work.fingerprint}
        with self._keeping(draft.media for draft in work.drafts) as (publisher, media):
            choices = []
            for draft, staged in zip(work.drafts, media, strict=True):
                edges = (*work.edges, *self._revised(draft.revises))
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

        Without a `module` it is a person's or a command's. Raises ArtifactError with every fault.
        """
        where = f"announced `{draft.output}` entity `{draft.entity}`"
        faults = (
            *faults_of(draft, schema, self.registry, where=where),
            *self._lineage_faults(inputs, (draft,)),
        )
        if faults:
            raise ArtifactError(*faults)
        facts = {**self._facts(run_id), "producing_module": module, "own_commit": True}
        with self._keeping([draft.media]) as (publisher, media):
            edges = (*edges_of(inputs), *self._revised(draft.revises))
            offer = Offer(_plain(draft), schema, tuple(media[0]), edges, module is not None, facts)
            return self._keep_alone(publisher, offer)

    def edit(self, ref: Ref, data: Mapping[str, Any], *, by: str, note: str = "") -> Ref:
        """Keep a person's change of `ref` as the next version; its media come along.

        The new version stands on the same inputs as the edited one. Raises ArtifactError with every fault,
        CF-A013 when the artifact is hard-locked.
        """
        old = self.load(ref)
        self._refuse_hard_lock(ref)
        draft = Draft(
            output=ref.type,
            entity=ref.entity,
            data=dict(data),
            media=tuple(self._again(file) for file in old.media),
            intent=old.intent,
            rationale=note or f"edited by {by}",
            source="human",
        )
        faults = faults_of(draft, old.schema_name, self.registry, where=f"edit of `{ref}`")
        if faults:
            raise ArtifactError(*faults)
        inputs = tuple(
            edge for edge in self.lineage.inputs_of(ref) if edge.role not in ("revision_of", "variant_of")
        )
        edges = (*inputs, Edge(ref=str(ref), digest=old.digest, role="revision_of"))
        facts = {**self._facts(None), "own_commit": True, "by": by}
        with self._keeping([draft.media]) as (publisher, media):
            return self._keep_alone(
                publisher, Offer(_plain(draft), old.schema_name, tuple(media[0]), edges, False, facts)
            )

    def state(
        self, kind: str, ref: Ref, *, by: str, note: str = "", values: Mapping[str, Any] | None = None
    ) -> Ref:
        """Record a decision about one version and return the statement's ref.

        A `confirm` or `revise` is bound to what the version stands on at this moment. Raises ArtifactError
        CF-A003 for an unknown version, CF-A013 for accepting over a hard lock, CF-A014 for an unknown kind,
        CF-A019 for accepting what is no candidate or older than the current version.
        """
        check_kind(kind)
        row = self._visible(ref)
        if kind == "accept":
            self._check_acceptable(row)
        entity = f"{ref.type}/{ref.entity}"
        with self._keeping([()]) as (publisher, _):
            bound = {"inputs": self.lineage.inputs_digest(ref)} if kind in ("confirm", "revise") else {}
            statement = Statement.model_validate(
                {
                    "kind": kind,
                    "ref": str(ref),
                    "digest": row.digest,
                    "by": by,
                    "note": note,
                    "values": {**(values or {}), **bound},
                    "number": self._index.last_version(STATEMENT_TYPE, entity) + 1,
                }
            )
            edges = (Edge(ref=str(ref), digest=row.digest, role="input_to"),)
            facts = {**self._facts(None), "own_commit": True, "by": by}
            offer = Offer(_plain(statement.draft()), STATEMENT_SCHEMA, (), edges, False, facts)
            return self._keep_alone(publisher, offer)

    def rebuild_index(self) -> None:
        """Make the index again from the files. Damaged files are left out; `verify` names them."""
        with self._keeping([()]):
            rebuild(self._blobs, self._index)

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

    def _derivation(self, work: UnitWork, choices: list[Choice]) -> Derivation:
        outputs = (
            Bound(name=choice.offer.draft.output, ref=str(choice.ref), digest=choice.digest)
            for choice in choices
        )
        return Derivation(
            unit=work.unit,
            sequence=self._index.last_sequence(work.unit) + 1,
            fingerprint=work.fingerprint,
            components=dict(work.components),
            module=work.module,
            module_version=work.module_version,
            inputs=work.inputs,
            outputs=tuple(outputs),
            cost_micro_usd=work.cost_micro_usd,
            warnings=work.warnings,
            seconds=work.seconds,
            run_id=work.run_id,
            created_at=display_time(self._clock),
            ordinal=self._index.last_ordinal() + 1,
        )

    def _facts(self, run_id: str | None) -> dict[str, Any]:
        return {"run_id": run_id, "created_at": display_time(self._clock)}

    def _held(self, row: Row) -> Held:
        return Held(row.ref, row.digest, row.schema_name, row.source, row.candidate, self.load)

    def _visible(self, ref: Ref) -> Row:
        row = self._index.row(ref)
        if row is None:
            raise ArtifactError(self._unknown(ref))
        return row

    def _unknown(self, ref: Ref) -> Fault:
        kept = [str(known) for known in self.versions(ref.type, ref.entity)]
        near = nearest(ref.entity, self.entities(ref.type)) or nearest(ref.type, self.types())
        return Fault("CF-A003", f"there is no `{ref}`", hint=f"kept are {listed(kept)}" if kept else near)

    def _lineage_faults(self, inputs: tuple[Bound, ...], drafts: tuple[Draft, ...]) -> Iterator[Fault]:
        """Yield what is wrong with the refs that would become lineage: each must be kept, as it is named."""
        named = [(bound.ref, bound.digest) for bound in inputs]
        named += [(draft.revises, "") for draft in drafts if draft.revises]
        for text, digest in named:
            try:
                row = self._visible(Ref.parse(text))
            except ArtifactError as error:
                yield from error.faults
                continue
            if digest and digest != row.digest:
                hint = f"kept is {row.digest}, named was {digest}"
                yield Fault("CF-A025", f"the input `{text}` is not what is kept", hint=hint)

    def _revised(self, revises: str | None) -> tuple[Edge, ...]:
        if revises is None:
            return ()
        return (Edge(ref=revises, digest=self._visible(Ref.parse(revises)).digest, role="revision_of"),)

    def _again(self, file: MediaFile) -> MediaDraft:
        facts = file.model_dump(include=MediaDraft.model_fields.keys() - {"path"})
        return MediaDraft.model_validate({**facts, "path": whole_file(self._blobs, file)})

    def _refuse_hard_lock(self, ref: Ref) -> None:
        if lock_of(self.statements(ref.type, ref.entity)) == "hard":
            what = f"`{ref.type}/{ref.entity}` is hard-locked"
            raise ArtifactError(Fault("CF-A013", what, hint="cine-forge artifacts unlock " + str(ref)))

    def _check_acceptable(self, row: Row) -> None:
        self._refuse_hard_lock(row.ref)
        if row.ref not in self.candidates(row.ref.type, row.ref.entity):
            what = f"`{row.ref}` is no candidate above the current version"
            raise ArtifactError(Fault("CF-A019", what, hint="to go back to a version, pin it"))


def _plain(draft: Draft) -> Draft:
    """Return the draft with its data as JSON reads it back, so that its digest is the digest of the file."""
    return draft.model_copy(update={"data": json.loads(canonical_json(draft.data))})
