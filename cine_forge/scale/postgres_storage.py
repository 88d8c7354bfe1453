"""A store whose index, journal and write lock are in PostgreSQL, so that several computers may write it.

The blobs lie elsewhere: in a folder that all of them see, or in a bucket. PostgreSQL makes each commit
durable itself, so its index is trusted after a power cut too.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from cine_forge.kernel.artifacts.index.index import Index
from cine_forge.kernel.artifacts.index.index_tables import FORMAT
from cine_forge.kernel.artifacts.index.sql_index import SqlIndex
from cine_forge.kernel.artifacts.keeping.blobs import Blobs
from cine_forge.kernel.artifacts.keeping.journal import Entry, Journal, Pending
from cine_forge.kernel.ground.lock import Holder
from cine_forge.scale.postgres_database import PostgresDatabase

_IDLE = Entry("", closed=True)


class PostgresStorage:
    """Blobs anywhere, and one database for all that must agree about them."""

    def __init__(self, project: Path, blobs: Blobs, database: PostgresDatabase) -> None:
        self.project = project
        self.blobs = blobs
        self.journal: Journal = PostgresJournal(database)
        self._database = database

    def locked(self, holder: Holder) -> AbstractContextManager[object]:
        """Hold the lock; who `holder` is the database knows from the connection."""
        return self._database.locked()

    def running(self, holder: Holder) -> AbstractContextManager[object]:
        return self._database.running(holder)

    def index_to_write(self) -> Index:
        return SqlIndex(self._database)

    def index_to_read(self) -> Index | None:
        return SqlIndex(self._database) if self._database.is_prepared(FORMAT) else None


class PostgresJournal:
    """The entry, kept in the database; always closed, because whatever the index took in is durable."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def read(self) -> Entry | None:
        found = self._database.about().get("journal")
        return Entry.parse(found.encode()) if found else None

    def begin(self, pending: Pending) -> None:
        self._write(Entry("", closed=True, pending=pending))

    def done(self) -> None:
        self._write(_IDLE)

    def open(self) -> None:
        self._write(_IDLE)

    def close(self) -> None:
        """Do nothing: the index holds everything at any time."""

    def _write(self, entry: Entry) -> None:
        self._database.note("journal", entry.text().decode())
