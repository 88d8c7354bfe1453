"""Storage: where one project's store lies, and what that place brings with it.

`Storage` is the seam that the store is opened on: blobs, an index, a journal and a lock that belong together.
`FileStorage` is all of it in the project's folder on a local disk.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from cine_forge.kernel.artifacts.index.index import Index
from cine_forge.kernel.artifacts.index.sql_index import SqlIndex
from cine_forge.kernel.artifacts.index.sqlite_file import SqliteFile
from cine_forge.kernel.artifacts.keeping.blobs import Blobs, FileBlobs
from cine_forge.kernel.artifacts.keeping.journal import FileJournal, Journal
from cine_forge.kernel.artifacts.records.edition import MARKER
from cine_forge.kernel.ground.errors import IntegrityError
from cine_forge.kernel.ground.files import check_alone, check_own
from cine_forge.kernel.ground.lock import PATIENCE_S, Holder, ProjectLock


class Storage(Protocol):
    """What a store is opened on. `project` is the folder on this disk where work in progress lies."""

    @property
    def project(self) -> Path: ...

    @property
    def blobs(self) -> Blobs: ...

    @property
    def journal(self) -> Journal: ...

    def locked(self, holder: Holder) -> AbstractContextManager[object]:
        """Hold the write lock, after waiting for it. It is free as soon as its holder is dead."""

    def running(self, holder: Holder) -> AbstractContextManager[object]:
        """Be the only run on this store. Raises LockedError CF-U030 at once, naming who is."""

    def index_to_write(self) -> Index:
        """Return the index, made when there is none. Needs the write lock."""

    def index_to_read(self) -> Index | None:
        """Return the index without writing anything; None when there is none that can be read."""


_INDEX = "index.sqlite"
_FILES = (_INDEX, f"{_INDEX}-wal", f"{_INDEX}-shm", "commit.journal", "write.lock", MARKER)
_FOLDERS = ("artifacts", "derivations", "incoming", "quarantine", "graph")


class FileStorage:
    """A store in one folder: files, `index.sqlite`, `commit.journal` and `write.lock`."""

    def __init__(self, project: Path, blobs: Blobs | None = None) -> None:
        """Take `blobs` instead of the folder's own where the artifacts lie elsewhere.

        Raises ArtifactError CF-A011 for a link or a FIFO in the place of what is the project's own.
        """
        check_own(project, files=_FILES, folders=_FOLDERS)
        self.project = project
        self.patience_s = PATIENCE_S
        self.blobs: Blobs = blobs or FileBlobs(project)
        self.journal: Journal = FileJournal(project / "commit.journal")

    @contextmanager
    def locked(self, holder: Holder) -> Iterator[None]:
        with ProjectLock(self.project / "write.lock") as lock:
            lock.acquire(holder, tell=_say, patience_s=self.patience_s)
            yield

    def running(self, holder: Holder) -> AbstractContextManager[object]:
        """Do nothing: the folder's `run.lock`, which every run holds, says it for one computer."""
        return nullcontext()

    def index_to_write(self) -> Index:
        """Return the index; a file that is no database is set aside first."""
        for name in _FILES:
            check_alone(self.project / name)
        try:
            return SqlIndex(SqliteFile(self._index))
        except sqlite3.OperationalError:
            raise
        except (sqlite3.DatabaseError, IntegrityError):
            files = FileBlobs(self.project)
            for ending in ("", "-wal", "-shm"):
                name = self._index.name + ending
                if files.exists(name):
                    files.set_aside(name)
            return SqlIndex(SqliteFile(self._index))

    def index_to_read(self) -> Index | None:
        if not self._index.exists():
            return None
        file = SqliteFile(self._index, "read")
        try:
            index = SqlIndex(file)
            index.last_ordinal()
            return index
        except (sqlite3.DatabaseError, IntegrityError):
            file.close()
            return None

    @property
    def _index(self) -> Path:
        return self.project / _INDEX


def _say(what: str) -> None:
    """Tell a person why nothing seems to happen."""
    sys.stderr.write(f"waiting: {what}\n")
