"""The seal: the last line of every record on disk, a sha-256 over all bytes before it.

The content digest in an envelope covers what was made; the seal covers the record as it is written, its
intent and lineage and the derivation's inputs too, so that no flipped bit goes unseen. A sealed record is
plain JSON with the key `seal` last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.keeping.blobs import Blobs
from cine_forge.kernel.artifacts.records.envelope import MediaFile
from cine_forge.kernel.ground.digest_memory import FILE_DIGESTS
from cine_forge.kernel.ground.errors import Fault, IntegrityError
from cine_forge.kernel.ground.hashing import digest_of_bytes

_OPENING = b' "seal": "'
_CLOSING = b'"\n}\n'
REPAIR = "put the file back from a copy, or run its stage again with --force"
_SEAL_BYTES = len(_OPENING) + 64 + len(_CLOSING)


def sealed(record: dict[str, Any]) -> bytes:
    """Return the bytes of a record, one line for each field in the given order, with its seal."""
    lines = (f" {_text(name)}: {_text(value)},\n" for name, value in record.items())
    body = ("{\n" + "".join(lines)).encode()
    return body + _OPENING + digest_of_bytes(body).encode() + _CLOSING


_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def unsealed(content: bytes, where: str) -> dict[str, Any]:
    """Return the record without its seal. Raises IntegrityError CF-A020 when a byte differs."""
    body, seal = content[:-_SEAL_BYTES], content[-_SEAL_BYTES:]
    if seal != _OPENING + digest_of_bytes(body).encode() + _CLOSING:
        raise IntegrityError(damaged(where, "its bytes are not what was written"))
    record: dict[str, Any] = json.loads(content)
    record.pop("seal")
    return record


def check_media(blobs: Blobs, file: MediaFile, *, deep: bool) -> Iterator[Fault]:
    """Yield the fault of a media file where it is kept: gone, another size, or (`deep`) other bytes."""
    where = blobs.where(file.path)
    size = blobs.size(file.path)
    if size is None:
        yield gone(where)
    elif size != file.bytes:
        yield damaged(where, f"expected {file.bytes} bytes, found {size}")
    elif deep and blobs.digest(file.path) != file.sha256:
        yield damaged(where, "its bytes are not what was kept")


def whole_file(blobs: Blobs, file: MediaFile) -> Path:
    """Return a file on this disk with the bytes that were kept; whoever reads kept media passes here.

    The bytes are read unless this process did so since the file last changed. Raises IntegrityError
    CF-A020 when they are others, CF-A021 when the file is gone.
    """
    faults = tuple(check_media(blobs, file, deep=False))
    if faults:
        raise IntegrityError(*faults)
    path = blobs.file(file.path, file.sha256)
    if FILE_DIGESTS.digest_of(path) != file.sha256:
        raise IntegrityError(damaged(str(path), "its bytes are not what was kept"))
    return path


def damaged(where: str, what: str) -> Fault:
    """Return the fault of a record or media file whose bytes differ."""
    return Fault("CF-A020", what, where, REPAIR)


def gone(where: str) -> Fault:
    """Return the fault of a record or media file that is not there."""
    return Fault("CF-A021", "the file is gone", where, REPAIR)
