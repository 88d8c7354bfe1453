"""Verifying: is everything on disk what was kept, is nothing missing, and is nothing else there.

It reads what is kept and trusts no index. Every fault belongs to a name, and so to one slice: all slices of
one number together find what the whole finds. Nothing is written. A commit that is on its way in another
process may show as a file without a derivation.

    examine    derivations -> envelopes -> media (two threads hash) -> what is missing -> what is too much
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cine_forge.kernel.artifacts.index.sqlite_file import is_sound
from cine_forge.kernel.artifacts.keeping.blobs import FileBlobs
from cine_forge.kernel.artifacts.keeping.layout import (
    DERIVATIONS,
    derivation_files,
    derivation_name,
    envelope_beside,
    envelope_name,
    envelopes,
    every_file,
    is_derivation,
    media_name,
)
from cine_forge.kernel.artifacts.keeping.removal import read_removal, removal_name, removal_names
from cine_forge.kernel.artifacts.keeping.seal import REPAIR, check_media, damaged, gone
from cine_forge.kernel.artifacts.records.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.records.envelope import Envelope, MediaFile, content_digest
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.opening import index_of_records, index_that_is_kept
from cine_forge.kernel.artifacts.store.recovery import read_derivation, read_envelope
from cine_forge.kernel.artifacts.store.storage import FileStorage, Storage
from cine_forge.kernel.artifacts.verify.slice import WHOLE, Slice
from cine_forge.kernel.ground.digest_memory import DigestMemory
from cine_forge.kernel.ground.errors import ArtifactError, Fault, IntegrityError
from cine_forge.kernel.ground.hashing import digest_of

INDEX = "index.sqlite"

_OPEN_HINT = "the next command that writes sets it aside in `quarantine/`"
_THREADS = 2
_MOST_WAITING = 64
_SMALL_BYTES = 1 << 16
"""What is hashed sooner than another thread takes it up."""


@dataclass(frozen=True)
class Finding:
    """A fault of what is kept under `name`, a path relative to the project."""

    name: str
    fault: Fault


@dataclass(frozen=True)
class Examination:
    """What was found, and how much was read: records, and media with their bytes."""

    findings: tuple[Finding, ...]
    records: int
    media: int
    media_bytes: int


def verify(
    project: Path, *, media: bool = True, storage: Storage | None = None, share: Slice = WHOLE
) -> tuple[Fault, ...]:
    """Return every fault of the project's artifacts; `media` hashes media files too, else by size.

    Finds flipped bits, truncation, swapped, missing and stray files (CF-A020, CF-A021, CF-A024), and an
    index that differs from the files (CF-A022).
    """
    found = examine(project, media=media, storage=storage, share=share)
    return tuple(finding.fault for finding in found.findings)


def examine(
    project: Path,
    *,
    media: bool = True,
    storage: Storage | None = None,
    share: Slice = WHOLE,
    memory: DigestMemory | None = None,
) -> Examination:
    """Examine a slice of a project; as `verify`, and tell how much was read.

    `memory` remembers the digests of files on this disk, so that a file with two names is read once.
    """
    storage = storage or FileStorage(project)
    walk = _Walk(storage, share)
    with ThreadPoolExecutor(_THREADS) as pool:
        hashing = _Hashing(storage, pool, memory or DigestMemory()) if media else None
        walk.read_removals()
        walk.read_records(hashing)
        if hashing is not None:
            walk.findings += hashing.rest()
    walk.miss()
    walk.find_strays()
    walk.compare_index()
    return Examination(tuple(walk.findings), walk.records, walk.media, walk.media_bytes)


class _Hashing:
    """Media on their way through the threads that hash; at most a few wait at a time."""

    def __init__(self, storage: Storage, pool: ThreadPoolExecutor, memory: DigestMemory) -> None:
        self._storage = storage
        self._pool = pool
        self._memory = memory
        self._waiting: deque[tuple[str, Future[tuple[Fault, ...]]]] = deque()

    def add(self, file: MediaFile) -> Iterator[Finding]:
        """Have a file hashed; yield what was found in it or in files added earlier."""
        if file.bytes <= _SMALL_BYTES and isinstance(self._storage.blobs, FileBlobs):
            yield from (Finding(file.path, fault) for fault in self._check(file))
            return
        self._waiting.append((file.path, self._pool.submit(self._check, file)))
        if len(self._waiting) > _MOST_WAITING:
            yield from self._next()

    def rest(self) -> Iterator[Finding]:
        """Yield what was found in the files that still wait."""
        while self._waiting:
            yield from self._next()

    def _next(self) -> Iterator[Finding]:
        name, done = self._waiting.popleft()
        return (Finding(name, fault) for fault in done.result())

    def _check(self, file: MediaFile) -> tuple[Fault, ...]:
        where = self._storage.blobs.where(file.path)
        try:
            whole = self._digest(file.path) == file.sha256
        except (OSError, ArtifactError) as error:
            return (damaged(where, f"it cannot be read: {error}"),)
        return () if whole else (damaged(where, "its bytes are not what was kept"),)

    def _digest(self, name: str) -> str:
        if isinstance(self._storage.blobs, FileBlobs):
            return self._memory.digest_of(self._storage.project / name)
        return self._storage.blobs.digest(name)


@dataclass
class _Walk:
    """A walk through what is kept, and what it has met so far. All derivations are read for every slice:
    they are small, and only they can tell whether a version has a right to be there."""

    storage: Storage
    share: Slice
    findings: list[Finding] = field(default_factory=list)
    records: int = 0
    media: int = 0
    media_bytes: int = 0
    _made: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _units: dict[UnitKey, set[int]] = field(default_factory=dict)
    _kept: dict[str, tuple[str, bool]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _damaged: set[str] = field(default_factory=set)
    _ordinals: set[int] = field(default_factory=set)
    _lost: set[str] = field(default_factory=set)
    _removed: set[str] = field(default_factory=set)
    _expected: str | None = None

    def read_removals(self) -> None:
        """Read what was thrown away on purpose: nobody misses that."""
        names = list(removal_names(self.storage.blobs))
        for name in names:
            try:
                removal = read_removal(self.storage.blobs, name)
            except IntegrityError as error:
                self._find_damage(name, *error.faults)
                continue
            self.records += 1
            self._removed |= {file for one in removal.versions for file in one.files}
        number = 1
        while names and removal_name(number) != names[-1]:
            if removal_name(number) not in names:
                self._miss(removal_name(number))
            number += 1

    def read_records(self, hashing: _Hashing | None) -> None:
        """Read every record of the slice; where the index belongs to it every record there is, to compare."""
        if not self.share.has(INDEX):
            deque(self._derivations(), maxlen=0)
            deque(self._envelopes(hashing), maxlen=0)
            return
        with closing(index_of_records(self._envelopes(hashing), self._derivations())) as fresh:
            self._expected = digest_of(fresh.dump())

    def miss(self) -> None:
        """Find what a record names and is not there, and what is there without a derivation."""
        self._miss_outputs()
        self._miss_versions()
        for unit, sequences in sorted(self._units.items(), key=lambda item: str(item[0])):
            for number in range(1, max(sequences)):
                if number not in sequences:
                    self._miss(derivation_name(unit, number))
        self._miss_commits()

    def find_strays(self) -> None:
        """Find files that nothing refers to."""
        for name in every_file(self.storage.blobs):
            if (
                self.share.has(name)
                and name not in self._known
                and envelope_beside(name) not in self._damaged
            ):
                self._find(name, self._stray(name, "nothing that was kept refers to this file"))

    def compare_index(self) -> None:
        """Compare the index with the records, when all of them are whole."""
        if self._expected is None or self._damaged or self._lost:
            return
        index = index_that_is_kept(self.storage)
        if index is not None:
            with closing(index):
                try:
                    same = digest_of(index.dump()) == self._expected
                except (sqlite3.DatabaseError, IntegrityError):
                    same = False
            if not same:
                self._find(INDEX, self._index_fault("the index differs from the files"))
        elif not is_sound(self.storage.project / INDEX):
            self._find(INDEX, self._index_fault("the index is no whole database"))

    def _derivations(self) -> Iterator[Derivation]:
        for name in derivation_files(self.storage.blobs):
            self._known.add(name)
            try:
                derivation = read_derivation(self.storage.blobs, name)
            except IntegrityError as error:
                self._find_damage(name, *error.faults)
                continue
            self.records += 1
            unit = derivation.unit
            if derivation_name(unit, derivation.sequence) != name:
                self._misplaced(name, f"it is the record of `{unit}`")
                continue
            self._units.setdefault(unit, set()).add(derivation.sequence)
            self._ordinals.add(derivation.ordinal)
            for output in derivation.outputs:
                self._made.setdefault(output.ref, []).append((output.digest, str(unit)))
            yield derivation

    def _envelopes(self, hashing: _Hashing | None) -> Iterator[Envelope]:
        everything = self.share.has(INDEX)
        for name in envelopes(self.storage.blobs):
            if not everything and not self.share.has(name):
                continue
            self._known.add(name)
            try:
                envelope = read_envelope(self.storage.blobs, name)
            except IntegrityError as error:
                self._find_damage(name, *error.faults)
                continue
            self.records += 1
            if envelope_name(envelope.parsed_ref) != name:
                self._misplaced(name, f"it holds `{envelope.ref}`")
                continue
            self._kept[envelope.ref] = envelope.digest, envelope.own_commit
            self._check(name, envelope, hashing)
            yield envelope

    def _check(self, name: str, envelope: Envelope, hashing: _Hashing | None) -> None:
        """Check that an envelope says what it was kept with, and has its media."""
        ref = envelope.parsed_ref
        pairs = tuple((file.name, file.sha256) for file in envelope.media)
        if content_digest(envelope.schema_name, envelope.data, pairs) != envelope.digest:
            self._break(name, "its data does not have the digest it was kept with")
        for file in envelope.media:
            if file.path != media_name(ref, file.name):
                self._break(name, f"it says that `{file.name}` lies at `{file.path}`")
                continue
            self._known.add(file.path)
            if self.share.has(file.path):
                self._check_media(file, hashing)

    def _check_media(self, file: MediaFile, hashing: _Hashing | None) -> None:
        faults = list(check_media(self.storage.blobs, file, deep=False))
        self.findings += [Finding(file.path, fault) for fault in faults]
        if not faults:
            self.media, self.media_bytes = self.media + 1, self.media_bytes + file.bytes
            self.findings += hashing.add(file) if hashing else ()

    def _miss_outputs(self) -> None:
        for text, makers in self._made.items():
            name = envelope_name(Ref.parse(text))
            if text not in self._kept:
                self._miss(name)
                continue
            for digest, unit in makers:
                if digest != self._kept[text][0]:
                    self._break(name, f"it is not what `{unit}` made")
        if any(is_derivation(name) for name in self._damaged):
            return
        for text, (_, own_commit) in self._kept.items():
            if not own_commit and text not in self._made:
                name = envelope_name(Ref.parse(text))
                self._find(name, self._stray(name, f"no derivation has `{text}`"))

    def _miss_versions(self) -> None:
        """Versions count from 1 without a gap."""
        highest: dict[tuple[str, str], int] = {}
        for ref in map(Ref.parse, self._kept):
            highest[ref.type, ref.entity] = max(ref.version, highest.get((ref.type, ref.entity), 0))
        for (kind, entity), last in sorted(highest.items()):
            for ref in (Ref(kind, entity, number) for number in range(1, last)):
                if str(ref) not in self._kept and str(ref) not in self._made:
                    self._miss(envelope_name(ref))

    def _miss_commits(self) -> None:
        """Derivations count from 1 over the whole project; what no gap within a unit explains was the last
        of its unit, and only the index may know its name."""
        known = [name for name in (*self._damaged, *self._lost) if is_derivation(name)]
        missing = set(range(1, max(self._ordinals, default=0))) - self._ordinals
        if len(missing) <= len(known):
            return
        named = [name for name in self._names_of(missing) if name not in known]
        for name in named:
            self._miss(name)
        if len(missing) > len(known) + len(named):
            what = "the newest record of a finished unit is gone"
            self._lost.add(DERIVATIONS)
            self._find(DERIVATIONS, Fault("CF-A021", what, self.storage.blobs.where(DERIVATIONS), REPAIR))

    def _names_of(self, ordinals: set[int]) -> list[str]:
        index = index_that_is_kept(self.storage)
        if index is None:
            return []
        with closing(index):
            found = [one for one in index.derivations() if one.ordinal in ordinals]
            return [derivation_name(one.unit, one.sequence) for one in found]

    def _miss(self, name: str) -> None:
        if name not in self._damaged and name not in self._removed:
            self._lost.add(name)
            self._find(name, gone(self.storage.blobs.where(name)))

    def _misplaced(self, name: str, what: str) -> None:
        where = self.storage.blobs.where(name)
        self._find_damage(name, damaged(where, f"{what}, which belongs elsewhere"))

    def _find_damage(self, name: str, *faults: Fault) -> None:
        self._damaged.add(name)
        for fault in faults:
            self._find(name, fault)

    def _find(self, name: str, fault: Fault) -> None:
        if self.share.has(name):
            self.findings.append(Finding(name, fault))

    def _break(self, name: str, what: str) -> None:
        """Find a record that is sealed and yet not the one that belongs here."""
        self._lost.add(name)
        self._find(name, damaged(self.storage.blobs.where(name), what))

    def _stray(self, name: str, what: str) -> Fault:
        return Fault("CF-A024", what, self.storage.blobs.where(name), _OPEN_HINT)

    def _index_fault(self, what: str) -> Fault:
        return Fault("CF-A022", what, self.storage.blobs.where(INDEX), "cine-forge artifacts rebuild")
