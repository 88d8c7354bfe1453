"""Mending: when the very content of a damaged version is made once more, its files are put right.

Whoever keeps content that is kept already makes no new version; so, before that is said, what lies there is
checked, and what is damaged goes to `quarantine/` and what is gone or damaged is written again. Running a
stage with `--force` thereby repairs whatever it makes alike. What finished units were made of the index
knows to the last byte. Runs under the write lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cine_forge.kernel.artifacts.index.index import Index
from cine_forge.kernel.artifacts.index.sqlite_file import is_sound
from cine_forge.kernel.artifacts.keeping.blobs import Blob, Blobs, FileBlobs
from cine_forge.kernel.artifacts.keeping.layout import derivation_name, envelope_name
from cine_forge.kernel.artifacts.keeping.seal import check_media, sealed
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.store.recovery import read_derivation, read_envelope, rebuild
from cine_forge.kernel.artifacts.store.storage import FileStorage
from cine_forge.kernel.ground.errors import IntegrityError
from cine_forge.kernel.ground.lock import Holder

INDEX = "index.sqlite"


def repaired(blobs: Blobs, again: Envelope, media: list[Blob]) -> tuple[list[Blob], list[Blob]]:
    """Return the media and the record that must be written again; the damaged ones are set aside.

    `again` and `media` are the kept version as it is offered once more, with equal content.
    """
    name = envelope_name(again.parsed_ref)
    torn = list(_torn(blobs, again, media))
    lost = not _is_whole(blobs, name, again.digest)
    for broken in [blob.name for blob in torn] + [name] * lost:
        if blobs.exists(broken):
            blobs.set_aside(broken)
    return torn, [Blob(name, sealed(again.model_dump(mode="json")))] if lost else []


def set_aside_broken_index(project: Path, holder: Holder) -> bool:
    """Set an index file aside that is no whole database, before a store is opened; say whether it was one."""
    blobs, storage = FileBlobs(project), FileStorage(project)
    if is_sound(project / INDEX):
        return False
    with storage.locked(holder):
        blobs.set_aside(INDEX)
    return True


def remake_index(blobs: Blobs, index: Index) -> int:
    """Make the index again from what is kept. Damaged records are left out; `verify` names them.

    Derivations that are damaged or gone are written again first, as the index still knows them; returns how
    many.
    """
    restored = _restore_derivations(blobs, index)
    rebuild(blobs, index)
    return restored


def _restore_derivations(blobs: Blobs, index: Index) -> int:
    count = 0
    for derivation in index.derivations():
        name = derivation_name(derivation.unit, derivation.sequence)
        try:
            read_derivation(blobs, name)
        except IntegrityError:
            if blobs.exists(name):
                blobs.set_aside(name)
            blobs.publish([Blob(name, sealed(derivation.model_dump(mode="json")))])
            count += 1
    return count


def _torn(blobs: Blobs, again: Envelope, media: list[Blob]) -> Iterator[Blob]:
    for file, blob in zip(again.media, media, strict=True):
        if any(check_media(blobs, file, deep=True)):
            yield blob


def _is_whole(blobs: Blobs, name: str, digest: str) -> bool:
    try:
        return read_envelope(blobs, name).digest == digest
    except IntegrityError:
        return False
