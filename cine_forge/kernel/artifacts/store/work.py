"""A unit's work: everything that one commit keeps, and whether it may be kept at all.

Running hands one to the store when a module has returned. All faults are found before a byte is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from cine_forge.kernel.artifacts.keeping.layout import check_media_name
from cine_forge.kernel.artifacts.records.derivation import Bound, Derivation, UnitKey
from cine_forge.kernel.artifacts.records.envelope import Draft, Edge, MediaDraft
from cine_forge.kernel.artifacts.records.refs import check_entity, type_of_schema
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.ground.errors import ArtifactError, Fault, listed, nearest
from cine_forge.kernel.ground.files import check_plain_file


class UnitWork(NamedTuple):
    """What a unit was made of and what it offers. `schema_of` maps each output name to its schema."""

    unit: UnitKey
    fingerprint: str
    components: Mapping[str, str]
    module: str
    module_version: str
    run_id: str
    inputs: tuple[Bound, ...]
    drafts: tuple[Draft, ...]
    schema_of: Mapping[str, str]
    cost_micro_usd: int = 0
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Return the inputs as lineage, each once, in the order they were bound."""
        return edges_of(self.inputs)

    def derivation(
        self, outputs: tuple[Bound, ...], *, sequence: int, ordinal: int, created_at: str
    ) -> Derivation:
        """Return the record that the unit finished and kept `outputs`."""
        return Derivation(
            unit=self.unit,
            sequence=sequence,
            fingerprint=self.fingerprint,
            components=dict(self.components),
            module=self.module,
            module_version=self.module_version,
            inputs=self.inputs,
            outputs=outputs,
            cost_micro_usd=self.cost_micro_usd,
            warnings=self.warnings,
            seconds=self.seconds,
            run_id=self.run_id,
            created_at=created_at,
            ordinal=ordinal,
        )

    def faults(self, registry: SchemaRegistry) -> tuple[Fault, ...]:
        """Return everything that forbids keeping the drafts, each located at the unit and output."""
        found = [fault for draft in self.drafts for fault in self._faults_of(draft, registry)]
        known = [draft for draft in self.drafts if draft.output in self.schema_of]
        subjects = Counter((type_of_schema(self.schema_of[draft.output]), draft.entity) for draft in known)
        for (kind, entity), times in subjects.items():
            if times > 1:
                what = f"`{kind}/{entity}` is offered {times} times in one result"
                found.append(Fault("CF-A016", what, str(self.unit), "a result keeps one version of each"))
        return tuple(found)

    def _faults_of(self, draft: Draft, registry: SchemaRegistry) -> tuple[Fault, ...]:
        where = f"{self.unit} output `{draft.output}` entity `{draft.entity}`"
        schema = self.schema_of.get(draft.output)
        if schema is None:
            hint = nearest(draft.output, self.schema_of) or f"declared are {listed(sorted(self.schema_of))}"
            return (Fault("CF-A017", f"the output `{draft.output}` is not declared", str(self.unit), hint),)
        return faults_of(draft, schema, registry, where=where)


def faults_of(draft: Draft, schema: str, registry: SchemaRegistry, *, where: str) -> tuple[Fault, ...]:
    """Return everything that forbids keeping one draft: what it says of itself, its id, its data."""
    missing = [
        Fault("CF-A018", f"the field `{name}` is missing", where, hint) for name, hint in _unsaid(draft)
    ]
    missing += _refused(lambda: check_entity(draft.entity), where)
    missing += [fault for file in draft.media for fault in _media_faults(file, draft, where)]
    if schema not in registry:
        return (*missing, registry.unknown(schema))
    data = [
        Fault(fault.code, fault.what, f"{where} at {fault.where}", fault.hint)
        for fault in registry.validate(schema, draft.data)
    ]
    return (*missing, *data)


def edges_of(inputs: tuple[Bound, ...]) -> tuple[Edge, ...]:
    """Return bound inputs as `derived_from` edges, each ref once."""
    once = {bound.ref: Edge(ref=bound.ref, digest=bound.digest) for bound in inputs}
    return tuple(once.values())


def _unsaid(draft: Draft) -> list[tuple[str, str]]:
    """Name what the envelope asks for and the draft does not say. Code may leave its confidence at 1."""
    unsaid = []
    if not draft.intent.strip():
        unsaid.append(("intent", "say what the artifact is for"))
    if not draft.rationale.strip():
        unsaid.append(("rationale", "say why it came out as it did"))
    if draft.source in ("ai", "hybrid") and "confidence" not in draft.model_fields_set:
        unsaid.append(("confidence", "say how sure the author is, 0 to 1"))
    return unsaid


def _media_faults(file: MediaDraft, draft: Draft, where: str) -> Iterator[Fault]:
    yield from _refused(lambda: check_media_name(file.name), where)
    yield from _refused(lambda: check_plain_file(file.path), where)
    if [other.name for other in draft.media].count(file.name) > 1:
        yield Fault("CF-A012", f"the media name `{file.name}` is given more than once", where)


def _refused(check: Callable[[], object], where: str) -> list[Fault]:
    """Return the faults a check raises, at `where` when they name no place of their own."""
    try:
        check()
    except ArtifactError as error:
        return [fault._replace(where=fault.where or where) for fault in error.faults]
    return []
