"""Verifying: is everything on disk what was kept, is nothing missing, and is nothing else there.

It reads files and trusts no index. Every fault names the file and what repairs it; nothing is written.
A commit that is on its way in another process may show as a file without a derivation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cine_forge.kernel.artifacts.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.envelope import Envelope, content_digest
from cine_forge.kernel.artifacts.index import SqliteIndex
from cine_forge.kernel.artifacts.journal import Journal
from cine_forge.kernel.artifacts.layout import Layout
from cine_forge.kernel.artifacts.opening import index_for_reading
from cine_forge.kernel.artifacts.recovery import envelope_beside, read_derivation, read_envelope, rebuild
from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.artifacts.seal import check_media, damaged, gone
from cine_forge.kernel.ground.errors import Fault, IntegrityError

_OPEN_HINT = "the next command that writes sets it aside in `quarantine/`"


@dataclass
class _Found:
    """What a walk through the project has met so far."""

    envelopes: dict[Ref, Envelope] = field(default_factory=dict)
    derivations: list[Derivation] = field(default_factory=list)
    known: set[Path] = field(default_factory=set)
    damaged: set[Path] = field(default_factory=set)


def verify(project: Path, *, media: bool = True) -> tuple[Fault, ...]:
    """Return every fault of the project's artifacts; `media` hashes media files too, else by size.

    Finds flipped bits, truncation, swapped, missing and stray files (CF-A020, CF-A021, CF-A024), and an
    index that differs from the files (CF-A022).
    """
    layout, found = Layout(project), _Found()
    faults = [*_envelope_faults(layout, found, media), *_derivation_faults(layout, found)]
    faults += _visibility_faults(layout, found)
    faults += _gap_faults(layout, found)
    faults += _stray_faults(layout, found)
    if not faults:
        faults += _index_faults(layout)
    return tuple(faults)


def _envelope_faults(layout: Layout, found: _Found, deep: bool) -> Iterator[Fault]:
    for path in layout.envelopes():
        found.known.add(path)
        try:
            envelope = read_envelope(path)
        except IntegrityError as error:
            found.damaged.add(path)
            yield from error.faults
            continue
        ref = envelope.parsed_ref
        found.envelopes[ref] = envelope
        if layout.envelope(ref) != path:
            yield damaged(path, f"it holds `{ref}`, which belongs elsewhere")
        pairs = tuple((file.name, file.sha256) for file in envelope.media)
        if content_digest(envelope.schema_name, envelope.data, pairs) != envelope.digest:
            yield damaged(path, "its data does not have the digest it was kept with")
        for file in envelope.media:
            found.known.add(layout.project / file.path)
            yield from check_media(layout.project, file, deep=deep)


def _derivation_faults(layout: Layout, found: _Found) -> Iterator[Fault]:
    for path in layout.derivation_files():
        found.known.add(path)
        try:
            derivation = read_derivation(path)
        except IntegrityError as error:
            found.damaged.add(path)
            yield from error.faults
            continue
        found.derivations.append(derivation)
        if layout.derivation(derivation.unit, derivation.sequence) != path:
            yield damaged(path, f"it is the record of `{derivation.unit}`, which belongs elsewhere")


def _visibility_faults(layout: Layout, found: _Found) -> Iterator[Fault]:
    """Every output a derivation names is there; every version there is named, or its own commit."""
    named = {ref for ref, envelope in found.envelopes.items() if envelope.own_commit}
    for derivation in found.derivations:
        for output in derivation.outputs:
            ref = Ref.parse(output.ref)
            named.add(ref)
            path = layout.envelope(ref)
            if ref in found.envelopes and found.envelopes[ref].digest != output.digest:
                yield damaged(path, f"it is not what `{derivation.unit}` made")
            elif ref not in found.envelopes and path not in found.damaged:
                yield gone(path)
    if not any(path.is_relative_to(layout.derivations) for path in found.damaged):
        for ref in sorted(set(found.envelopes) - named):
            yield Fault("CF-A024", f"no derivation has `{ref}`", str(layout.envelope(ref)), _OPEN_HINT)


def _gap_faults(layout: Layout, found: _Found) -> Iterator[Fault]:
    """Versions and sequences count from 1 without a gap."""
    highest: dict[tuple[str, str], int] = {}
    for ref in found.envelopes:
        highest[ref.type, ref.entity] = max(ref.version, highest.get((ref.type, ref.entity), 0))
    named = {Ref.parse(output.ref) for record in found.derivations for output in record.outputs}
    for (kind, entity), last in sorted(highest.items()):
        for ref in (Ref(kind, entity, number) for number in range(1, last)):
            path = layout.envelope(ref)
            if ref not in found.envelopes and ref not in named and path not in found.damaged:
                yield gone(path)
    yield from _sequence_faults(layout, found)


def _sequence_faults(layout: Layout, found: _Found) -> Iterator[Fault]:
    records = {(record.unit.stage, record.unit.entity, record.sequence) for record in found.derivations}
    for stage, entity, sequence in sorted(records):
        path = layout.derivation(UnitKey(stage=stage, entity=entity), max(sequence - 1, 1))
        if sequence > 1 and (stage, entity, sequence - 1) not in records and path not in found.damaged:
            yield gone(path)


def _stray_faults(layout: Layout, found: _Found) -> Iterator[Fault]:
    for path in layout.every_file():
        if path not in found.known and envelope_beside(path) not in found.damaged:
            yield Fault("CF-A024", "nothing that was kept refers to this file", str(path), _OPEN_HINT)


def _index_faults(layout: Layout) -> Iterator[Fault]:
    if not layout.index.exists():
        return
    index, fresh = index_for_reading(layout, Journal(layout.journal)), SqliteIndex(None)
    rebuild(layout, fresh)
    if index.dump() != fresh.dump():
        what = "the index differs from the files"
        yield Fault("CF-A022", what, str(layout.index), "cine-forge artifacts rebuild")
    index.close()
    fresh.close()
