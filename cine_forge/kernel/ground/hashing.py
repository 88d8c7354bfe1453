"""Digests: one canonical JSON text and sha-256 over it, or over a file's bytes.

Everything that is compared, reused or verified goes through these functions, so that a digest
means the same in a fingerprint, an envelope, a derivation and a receipt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

_CHUNK_BYTES = 1 << 20
_SHORT = 80
_FEW = 8
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> str:
    """Return the one text of a JSON value: sorted keys, no spaces, UTF-8 kept. NaN is refused."""
    return _CANONICAL.encode(value)


def digest_of(value: Any) -> str:
    """Return the sha-256 (hex) of the canonical JSON of `value`."""
    if type(value) is str and len(value) <= _SHORT:
        return _digest_of_short(value)
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def digest_of_names(names: Sequence[str]) -> str:
    """Return the same as `digest_of` a list of names; a short list that comes again is not read again."""
    return _digest_of_few(tuple(names)) if len(names) <= _FEW else digest_of(list(names))


def digest_of_bytes(content: bytes) -> str:
    """Return the sha-256 (hex) of `content`."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the sha-256 (hex) of the file's bytes, read in pieces of 1 MiB."""
    running = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK_BYTES):
            running.update(piece)
    return running.hexdigest()


@lru_cache(maxsize=4096)
def _digest_of_short(text: str) -> str:
    """Names, versions and settings are asked for once a unit, and are the same for most."""
    return hashlib.sha256(canonical_json(text).encode()).hexdigest()


@lru_cache(maxsize=4096)
def _digest_of_few(names: tuple[str, ...]) -> str:
    return hashlib.sha256(canonical_json(names).encode()).hexdigest()


def seed_of(*parts: object) -> int:
    """Return a 63-bit seed that depends on the text of `parts` and on nothing else."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
