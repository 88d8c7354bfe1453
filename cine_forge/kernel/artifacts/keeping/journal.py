"""The journal: what the last writer was about to do; `FileJournal` keeps it in one small file.

The writer names its commit before the first file of it gets a name, and clears it when the index knows it.
Whoever takes the write lock next finishes or undoes what a killed writer left, without looking through the
project. After a power cut (another boot, not closed) nothing here is trusted and the whole tree is read.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from cine_forge.kernel.ground.files import fsync_folder, replace_atomically

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Pending(NamedTuple):
    """A commit on its way: once the blob `commit` exists it is done, before that `parts` are leftovers."""

    commit: str
    parts: tuple[str, ...]


class Entry(NamedTuple):
    """What the journal says: in which boot it was written, whether the index was closed, what is pending."""

    boot: str
    closed: bool
    pending: Pending | None = None

    @property
    def trusted(self) -> bool:
        """Tell whether the index can be taken for complete but for what is pending."""
        return self.closed or (bool(self.boot) and self.boot == boot_id())

    def text(self) -> bytes:
        """Return the entry as it is written."""
        pending = self.pending._asdict() if self.pending else None
        return json.dumps({"boot": self.boot, "closed": self.closed, "pending": pending}).encode()

    @classmethod
    def parse(cls, text: bytes) -> Entry | None:
        """Read what `text` wrote; None when it is something else."""
        try:
            found = json.loads(text)
            pending = found["pending"]
            kept = Pending(pending["commit"], tuple(pending["parts"])) if pending else None
            return cls(found["boot"], found["closed"], kept)
        except (ValueError, KeyError, TypeError):
            return None


class Journal(Protocol):
    """Where the entry stands. Written only by the holder of the write lock."""

    def read(self) -> Entry | None:
        """Return the entry, or None when there is none that can be read."""

    def begin(self, pending: Pending) -> None:
        """Name a commit before its first blob is published."""

    def done(self) -> None:
        """Say that nothing is pending."""

    def open(self) -> None:
        """Say durably that the index may fall behind from now on; once for each boot and close."""

    def close(self) -> None:
        """Say durably that the index holds everything."""


class FileJournal:
    """The file `commit.journal`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Entry | None:
        try:
            content = self._path.read_bytes()
        except OSError:
            return None
        return Entry(boot_id(), closed=False) if content == _idle() else Entry.parse(content)

    def begin(self, pending: Pending) -> None:
        self.open()
        self._write(Entry(boot_id(), closed=False, pending=pending).text())

    def done(self) -> None:
        """Clear what is pending. A closed journal stays so until `open` says durably that it is not."""
        found = self.read()
        if found and found.pending:
            self._write(_idle())

    def open(self) -> None:
        found = self.read()
        if found is None:
            fsync_folder(self._path.parent.parent)
        if found is None or found.closed or found.boot != boot_id():
            replace_atomically(self._path, _idle())

    def close(self) -> None:
        replace_atomically(self._path, Entry(boot_id(), closed=True).text())

    def _write(self, content: bytes) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(handle, content, 0)
            os.ftruncate(handle, len(content))
        finally:
            os.close(handle)


def boot_id() -> str:
    """Return the kernel's name for this boot, or an empty text where it has none: then never trusted."""
    return _boot_id_in(_BOOT_ID)


@cache
def _boot_id_in(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _idle() -> bytes:
    """Return what stands in the journal while the index may fall behind and no commit is on its way."""
    return _idle_in(boot_id())


@cache
def _idle_in(boot: str) -> bytes:
    return Entry(boot, closed=False).text()
