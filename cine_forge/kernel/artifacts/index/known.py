"""Known refs: what somebody names is held against what is kept, and answered with the nearest name.

The store asks before it reads or keeps anything. Only the index is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from cine_forge.kernel.artifacts.index.index import Index, Row
from cine_forge.kernel.artifacts.records.derivation import Bound
from cine_forge.kernel.artifacts.records.envelope import Draft, Edge
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError, Fault, listed, nearest


def known_row(index: Index, ref: Ref) -> Row:
    """Return what the index knows of a visible version. Raises ArtifactError CF-A003."""
    row = index.row(ref)
    if row is None:
        raise ArtifactError(_unknown(index, ref))
    return row


def revised(index: Index, revises: str | None) -> tuple[Edge, ...]:
    """Return the edge to what a draft says that it revises. Raises ArtifactError CF-A003."""
    if revises is None:
        return ()
    return (Edge(ref=revises, digest=known_row(index, Ref.parse(revises)).digest, role="revision_of"),)


def lineage_faults(index: Index, inputs: tuple[Bound, ...], drafts: tuple[Draft, ...]) -> Iterator[Fault]:
    """Yield what is wrong with the refs that would become lineage: each must be kept, as it is named."""
    named = [(bound.ref, bound.digest) for bound in inputs]
    named += [(draft.revises, "") for draft in drafts if draft.revises]
    for text, digest in named:
        try:
            row = known_row(index, Ref.parse(text))
        except ArtifactError as error:
            yield from error.faults
            continue
        if digest and digest != row.digest:
            hint = f"kept is {row.digest}, named was {digest}"
            yield Fault("CF-A025", f"the input `{text}` is not what is kept", hint=hint)


def _unknown(index: Index, ref: Ref) -> Fault:
    kept = [str(row.ref) for row in index.versions(ref.type, ref.entity)]
    near = nearest(ref.entity, index.entities(ref.type)) or nearest(ref.type, index.types())
    return Fault("CF-A003", f"there is no `{ref}`", hint=f"kept are {listed(kept)}" if kept else near)
