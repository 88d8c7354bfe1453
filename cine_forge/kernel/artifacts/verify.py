"""Verifying: is everything on disk what was kept, is nothing missing, and is nothing else there.

It reads files and trusts no index. Every fault names the file and what repairs it; nothing is written.
A commit that is on its way in another process may show as a file without a derivation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cine_forge.kernel.artifacts.blobs import Blobs
from cine_forge.kernel.artifacts.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.envelope import Envelope, content_digest
from cine_forge.kernel.artifacts.layout import (
    derivation_files,
    derivation_name,
    envelope_beside,
    envelope_name,
    envelopes,
    every_file,
    is_derivation,
)
from cine_forge.kernel.artifacts.opening import index_that_is_kept
from cine_forge.kernel.artifacts.recovery import read_derivation, read_envelope, rebuild
from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.artifacts.seal import check_media, damaged, gone
from cine_forge.kernel.artifacts.sql_index import SqlIndex
from cine_forge.kernel.artifacts.sqlite_file import SqliteFile
from cine_forge.kernel.artifacts.storage import FileStorage, Storage
from cine_forge.kernel.ground.errors import Fault, IntegrityError

_OPEN_HINT = "the next command that writes sets it aside in `quarantine/`"


@dataclass
class _Found:
    """What a walk through the project has met so far."""

    envelopes: dict[Ref, Envelope] = field(default_factory=dict)
    derivations: list[Derivation] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)


def verify(project: Path, *, media: bool = True, storage: Storage | None = None) -> tuple[Fault, ...]:
    """Return every fault of the project's artifacts; `media` hashes media files too, else by size.

    Finds flipped bits, truncation, swapped, missing and stray files (CF-A020, CF-A021, CF-A024), and an
    index that differs from the files (CF-A022).
    """
    storage, found = storage or FileStorage(project), _Found()
    blobs = storage.blobs
    faults = [*_envelope_faults(blobs, found, media), *_derivation_faults(blobs, found)]
    faults += _visibility_faults(blobs, found)
    faults += _gap_faults(blobs, found)
    faults += _stray_faults(blobs, found)
    if not faults:
        faults += _index_faults(storage)
    return tuple(faults)


def _envelope_faults(blobs: Blobs, found: _Found, deep: bool) -> Iterator[Fault]:
    for name in envelopes(blobs):
        found.known.add(name)
        try:
            envelope = read_envelope(blobs, name)
        except IntegrityError as error:
            found.damaged.add(name)
            yield from error.faults
            continue
        ref = envelope.parsed_ref
        found.envelopes[ref] = envelope
        if envelope_name(ref) != name:
            yield damaged(blobs.where(name), f"it holds `{ref}`, which belongs elsewhere")
        pairs = tuple((file.name, file.sha256) for file in envelope.media)
        if content_digest(envelope.schema_name, envelope.data, pairs) != envelope.digest:
            yield damaged(blobs.where(name), "its data does not have the digest it was kept with")
        for file in envelope.media:
            found.known.add(file.path)
            yield from check_media(blobs, file, deep=deep)


def _derivation_faults(blobs: Blobs, found: _Found) -> Iterator[Fault]:
    for name in derivation_files(blobs):
        found.known.add(name)
        try:
            derivation = read_derivation(blobs, name)
        except IntegrityError as error:
            found.damaged.add(name)
            yield from error.faults
            continue
        found.derivations.append(derivation)
        if derivation_name(derivation.unit, derivation.sequence) != name:
            yield damaged(
                blobs.where(name), f"it is the record of `{derivation.unit}`, which belongs elsewhere"
            )


def _visibility_faults(blobs: Blobs, found: _Found) -> Iterator[Fault]:
    """Every output a derivation names is there; every version there is named, or its own commit."""
    named = {ref for ref, envelope in found.envelopes.items() if envelope.own_commit}
    for derivation in found.derivations:
        for output in derivation.outputs:
            ref = Ref.parse(output.ref)
            named.add(ref)
            name = envelope_name(ref)
            if ref in found.envelopes and found.envelopes[ref].digest != output.digest:
                yield damaged(blobs.where(name), f"it is not what `{derivation.unit}` made")
            elif ref not in found.envelopes and name not in found.damaged:
                yield gone(blobs.where(name))
    if not any(is_derivation(name) for name in found.damaged):
        for ref in sorted(set(found.envelopes) - named):
            yield Fault("CF-A024", f"no derivation has `{ref}`", blobs.where(envelope_name(ref)), _OPEN_HINT)


def _gap_faults(blobs: Blobs, found: _Found) -> Iterator[Fault]:
    """Versions and sequences count from 1 without a gap."""
    highest: dict[tuple[str, str], int] = {}
    for ref in found.envelopes:
        highest[ref.type, ref.entity] = max(ref.version, highest.get((ref.type, ref.entity), 0))
    named = {Ref.parse(output.ref) for record in found.derivations for output in record.outputs}
    for (kind, entity), last in sorted(highest.items()):
        for ref in (Ref(kind, entity, number) for number in range(1, last)):
            name = envelope_name(ref)
            if ref not in found.envelopes and ref not in named and name not in found.damaged:
                yield gone(blobs.where(name))
    yield from _sequence_faults(blobs, found)


def _sequence_faults(blobs: Blobs, found: _Found) -> Iterator[Fault]:
    records = {(record.unit.stage, record.unit.entity, record.sequence) for record in found.derivations}
    for stage, entity, sequence in sorted(records):
        name = derivation_name(UnitKey(stage=stage, entity=entity), max(sequence - 1, 1))
        if sequence > 1 and (stage, entity, sequence - 1) not in records and name not in found.damaged:
            yield gone(blobs.where(name))


def _stray_faults(blobs: Blobs, found: _Found) -> Iterator[Fault]:
    for name in every_file(blobs):
        if name not in found.known and envelope_beside(name) not in found.damaged:
            yield Fault("CF-A024", "nothing that was kept refers to this file", blobs.where(name), _OPEN_HINT)


def _index_faults(storage: Storage) -> Iterator[Fault]:
    index, fresh = index_that_is_kept(storage), SqlIndex(SqliteFile(None))
    if index is None:
        return
    rebuild(storage.blobs, fresh)
    if index.dump() != fresh.dump():
        what = "the index differs from the files"
        yield Fault("CF-A022", what, storage.blobs.where("index.sqlite"), "cine-forge artifacts rebuild")
    index.close()
    fresh.close()
