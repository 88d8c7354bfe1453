"""Digests of files, remembered for as long as the file stays as it was.

Whoever hands out a kept file to be read asks here, so that each file is hashed once in a process and again
after every change. What tells a change is device, inode, size and both times of the file.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cine_forge.kernel.ground.errors import ArtifactError, Fault

_PIECE_BYTES = 1 << 20
_STILL_NS = 50_000_000
"""A file that changed less than this ago could change again with the same times."""

_State = tuple[int, int, int]


class DigestMemory:
    """Remembers at most `most` digests, the oldest forgotten first. Safe for several threads.

    `now` returns nanoseconds since 1970, as the times of files do.
    """

    def __init__(self, *, most: int = 1 << 17, now: Callable[[], int] = time.time_ns) -> None:
        self._most = most
        self._now = now
        self._known: dict[tuple[int, int], tuple[_State, str]] = {}
        self._lock = threading.Lock()

    def digest_of(self, path: Path) -> str:
        """Return the sha-256 (hex) of a plain file's bytes; reads them unless it knows them.

        Raises OSError when it cannot be read, ArtifactError CF-A011 when it is no plain file.
        """
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise ArtifactError(Fault("CF-A011", "expected a plain file, found another kind", str(path)))
            key = before.st_dev, before.st_ino
            known = self._known.get(key)
            if known and known[0] == _state(before):
                return known[1]
            began = self._now()
            digest = _hashed(handle, before.st_size)
            if _state(os.fstat(handle)) == _state(before) and before.st_ctime_ns + _STILL_NS < began:
                self._remember(key, _state(before), digest)
            return digest
        finally:
            os.close(handle)

    def _remember(self, key: tuple[int, int], state: _State, digest: str) -> None:
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = state, digest
            while len(self._known) > self._most:
                del self._known[next(iter(self._known))]


FILE_DIGESTS = DigestMemory()
"""What this process knows."""


def _state(status: os.stat_result) -> _State:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _hashed(handle: int, size: int) -> str:
    """Hash an open file of some size from its start; reading and hashing let other threads work."""
    running, piece = hashlib.sha256(), memoryview(bytearray(min(size + 1, _PIECE_BYTES)))
    while count := os.readv(handle, [piece]):
        running.update(piece[:count])
    return running.hexdigest()
