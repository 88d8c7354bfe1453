"""Disuse: which versions nothing refers to any more.

In use is whatever is current or the newest of its artifact, whatever a person made or decided about, what
waits to be accepted, what was paid for, what the newest record of a unit names, and everything that any of
these was made from. What else counts, runs or receipts, the caller says.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from cine_forge.kernel.artifacts.index.index import Index, Row
from cine_forge.kernel.artifacts.keeping.blobs import Blob, Blobs
from cine_forge.kernel.artifacts.keeping.layout import (
    envelope_beside,
    envelope_name,
    version_at,
    version_folder,
)
from cine_forge.kernel.artifacts.keeping.removal import (
    Removal,
    Removed,
    read_removal,
    removal_name,
    removal_names,
)
from cine_forge.kernel.artifacts.keeping.seal import sealed
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import KINDS, STATEMENT_TYPE
from cine_forge.kernel.artifacts.store.recovery import read_envelope, rebuild
from cine_forge.kernel.ground.errors import IntegrityError


class Kept(NamedTuple):
    """What is in use for reasons that the store does not know: versions, and names of their files."""

    refs: Collection[Ref] = ()
    names: Collection[str] = ()


def unused(blobs: Blobs, index: Index, kept: Kept) -> tuple[Removed, ...]:
    """Return what nothing refers to, by type, entity and number."""
    rows = list(_rows(index))
    used = _used(index, rows, kept)
    found = [_removed(blobs, row) for row in rows if row.ref not in used]
    return tuple(one for one in found if one is not None)


def throw_away(blobs: Blobs, index: Index, kept: Kept, at: str) -> Removal | None:
    """Write down what nothing refers to, then set its files aside; None when there is nothing.

    `at` is for people. Needs the write lock; whoever is killed in it leaves what a later call finishes.
    """
    earlier = [read_removal(blobs, name) for name in removal_names(blobs)]
    for removal in earlier:
        for one in removal.versions:
            if not blobs.exists(one.files[0]):
                _set_aside(blobs, one)
    versions = unused(blobs, index, kept)
    if not versions:
        return None
    removal = Removal(number=len(earlier) + 1, versions=versions, created_at=at)
    name = removal_name(removal.number)
    blobs.publish([Blob(name, sealed(removal.model_dump(mode="json")))])
    for one in versions:
        _set_aside(blobs, one)
    rebuild(blobs, index)
    return removal


def _set_aside(blobs: Blobs, removed: Removed) -> None:
    """Set the record aside first: a version without one is seen by nobody."""
    for name in removed.files:
        if blobs.exists(name):
            blobs.set_aside(name)


def _rows(index: Index) -> Iterator[Row]:
    for kind in index.types():
        for entity in index.entities(kind):
            yield from index.versions(kind, entity)


def _used(index: Index, rows: list[Row], kept: Kept) -> set[Ref]:
    beside = {envelope_beside(name) for name in kept.names}
    newest = {(row.ref.type, row.ref.entity): row.ref for row in rows}
    roots = {row.ref for row in rows if _stays(row) or envelope_name(row.ref) in beside}
    roots |= {row.ref for row in rows if row.candidate and index.waits(row)}
    roots |= {*newest.values(), *(row.ref for row in index.heads()), *kept.refs}
    roots |= {Ref.parse(statement.ref) for statement in index.stated(KINDS)}
    for derivation in index.newest_derivations():
        roots |= {Ref.parse(bound.ref) for bound in (*derivation.inputs, *derivation.outputs)}
    for derivation in index.derivations():
        if derivation.cost_micro_usd:
            roots |= {Ref.parse(bound.ref) for bound in derivation.outputs}
    return _with_inputs(index, roots)


def _stays(row: Row) -> bool:
    return row.ref.type == STATEMENT_TYPE or row.source in ("human", "hybrid")


def _with_inputs(index: Index, roots: Iterable[Ref]) -> set[Ref]:
    found = set(roots)
    queue = deque(found)
    while queue:
        for link in index.inputs(queue.popleft()):
            if link.made_from not in found:
                found.add(link.made_from)
                queue.append(link.made_from)
    return found


def _removed(blobs: Blobs, row: Row) -> Removed | None:
    """Return a version with its files; None when it was paid for."""
    name = envelope_name(row.ref)
    try:
        envelope = read_envelope(blobs, name)
    except IntegrityError:
        beside = [file for file in _files_of(blobs, row.ref) if file != name]
        files = (name, *beside)
    else:
        if envelope.cost is not None and envelope.cost.micro_usd:
            return None
        files = (name, *(file.path for file in envelope.media))
    sizes = [blobs.size(file) or 0 for file in files]
    return Removed(ref=str(row.ref), digest=row.digest, files=files, bytes=sum(sizes))


def _files_of(blobs: Blobs, ref: Ref) -> Iterator[str]:
    """Yield the names that lie beside the record of a version, which cannot say them itself."""
    own = (version_folder(ref), ref.version)
    return (name for name in blobs.everything(own[0]) if version_at(name) == own)
