"""The lock of a project: held by the kernel for a process, so that no dead process can keep it.

The driver probes `run.lock` with this file before anything heavy is imported, so it stands on the
standard library alone. The text in the lock file only tells people who holds it; the lock itself is flock's.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from cine_forge.kernel.ground.errors import ArtifactError, Fault, LockedError

PATIENCE_S = 5.0
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class Holder(NamedTuple):
    """Who holds a lock. `since` is the display time that the caller gives."""

    pid: int
    host: str
    since: str
    command: str

    @classmethod
    def here(cls, *, command: str, since: str) -> Holder:
        """Return this process as a holder."""
        return cls(os.getpid(), os.uname().nodename, since, command)

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.pid} on {self.host}, since {self.since})"


class ProjectLock:
    """One lock file. Two locks on one file exclude each other, within a process too; it does not nest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def try_acquire(self, holder: Holder) -> None:
        """Take the lock now. Raises LockedError CF-U030 naming who holds it."""
        handle = self._open()
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise LockedError(self._held()) from None
        self._keep(handle, holder)

    def probe(self) -> None:
        """Raise LockedError CF-U030 when somebody holds the lock; leaves no trace on the disk."""
        handle = _plain(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(self._held()) from None
        finally:
            os.close(handle)

    def acquire(
        self, holder: Holder, *, tell: Callable[[str], object] | None = None, patience_s: float = PATIENCE_S
    ) -> None:
        """Wait for the lock and take it; after `patience_s` seconds `tell` hears once who holds it."""
        handle = self._open()
        try:
            self._wait(handle, tell, patience_s)
        except BaseException:
            os.close(handle)
            raise
        self._keep(handle, holder)

    def release(self) -> None:
        """Give the lock back; the file stays. Does nothing when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def holder(self) -> Holder | None:
        """Return who wrote the lock file last, or None when nothing readable is there."""
        try:
            handle = _plain(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ArtifactError):
            return None
        with os.fdopen(handle, "rb") as stream:
            try:
                return Holder(**json.loads(stream.read()))
            except (OSError, ValueError, TypeError):
                return None

    @property
    def held(self) -> bool:
        """Tell whether this object holds the lock."""
        return self._handle is not None

    def __enter__(self) -> ProjectLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _wait(self, handle: int, tell: Callable[[str], object] | None, patience_s: float) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            timer = threading.Timer(patience_s, lambda: tell(self._held().what) if tell else None)
            timer.daemon = True
            timer.start()
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
            finally:
                timer.cancel()

    def _open(self) -> int:
        if self._handle is not None:
            raise RuntimeError(f"{self.path.name} is held by this object already")
        try:
            return _plain(self.path, _FLAGS)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return _plain(self.path, _FLAGS)

    def _keep(self, handle: int, holder: Holder) -> None:
        try:
            text = json.dumps(holder._asdict()).encode()
            os.pwrite(handle, text, 0)
            os.ftruncate(handle, len(text))
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle

    def _held(self) -> Fault:
        holder = self.holder()
        who = str(holder) if holder else "another process"
        hint = "wait until it ends, or stop it; a dead process holds nothing"
        return Fault("CF-U030", f"the project is held by {who}", str(self.path), hint)


def _plain(path: Path, flags: int) -> int:
    """Open a plain file that has one name; a lock is written in its place.

    Raises FileNotFoundError, and ArtifactError CF-A011 for a link, a FIFO or a file with a second name.
    """
    try:
        handle = os.open(path, flags, 0o644)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR):
            raise _planted(path) from None
        raise
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(handle)
        raise _planted(path)
    return handle


def _planted(path: Path) -> ArtifactError:
    hint = "move it away; this name is the project's own"
    what = "expected a plain file with one name, found another kind"
    return ArtifactError(Fault("CF-A011", what, str(path), hint))
