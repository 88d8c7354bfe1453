"""What "the same tree" means: digests and lineage, not times, costs or run ids.

Two projects whose lines are equal hold the same: a resumed run is compared with an unbroken one by it.
"""

from __future__ import annotations

from cine_forge.kernel.artifacts.records.derivation import Derivation
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.hashing import canonical_json


def tree_digest(store: Store) -> list[str]:
    """Return one line for each visible version and each derivation, sorted. Reads every envelope."""
    refs = (
        ref
        for kind in store.types()
        for entity in store.entities(kind)
        for ref in store.versions(kind, entity)
    )
    made = (_derivation_line(derivation) for derivation in store.derivations())
    return sorted([*(_version_line(store.load(ref)) for ref in refs), *made])


def _version_line(envelope: Envelope) -> str:
    ref = envelope.parsed_ref
    lineage = [[edge.ref, edge.digest, edge.role] for edge in envelope.lineage]
    return canonical_json(["version", ref.type, ref.entity, ref.version, envelope.digest, lineage])


def _derivation_line(derivation: Derivation) -> str:
    bounds = [
        [[bound.name, bound.ref, bound.digest] for bound in side]
        for side in (derivation.inputs, derivation.outputs)
    ]
    unit = derivation.unit
    return canonical_json(["derivation", unit.stage, unit.entity, derivation.sequence, *bounds])
