"""Opening the index: when it can be taken as it is, and when it is made again from what is kept.

A writer repairs what it finds, under the write lock. A reader writes nothing: where the index is absent,
unreadable or older than a power cut, it reads the records into memory; of an empty project that is nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from cine_forge.kernel.artifacts.index.index import Index
from cine_forge.kernel.artifacts.index.sql_index import SqlIndex
from cine_forge.kernel.artifacts.index.sqlite_file import SqliteFile
from cine_forge.kernel.artifacts.records.derivation import Derivation
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.store.recovery import finish_or_undo, rebuild, sweep
from cine_forge.kernel.artifacts.store.storage import Storage


def index_for_writing(storage: Storage) -> Index:
    """Return the complete index; what a killed writer left is finished or set aside. Needs the write lock."""
    entry = storage.journal.read()
    index = storage.index_to_write()
    if entry is None or not entry.trusted or index.is_new:
        rebuild(storage.blobs, index)
        sweep(storage.blobs, index)
        storage.journal.open()
    settle(storage, index)
    return index


def index_for_reading(storage: Storage) -> Index:
    """Return the index as a reader sees it; nothing is written."""
    index = index_that_is_kept(storage)
    if index is None:
        index = SqlIndex(SqliteFile(None))
        rebuild(storage.blobs, index)
    return index


def index_that_is_kept(storage: Storage) -> Index | None:
    """Return the index to read as it lies there; None where there is none that can be trusted."""
    entry = storage.journal.read()
    index = storage.index_to_read() if entry and entry.trusted else None
    if index and index.is_new:
        index.close()
        return None
    return index


def index_of_records(envelopes: Iterable[Envelope], derivations: Iterable[Derivation]) -> Index:
    """Return an index of these in memory; the derivations are taken first."""
    index = SqlIndex(SqliteFile(None))
    index.replace(envelopes, derivations)
    return index


def settle(storage: Storage, index: Index) -> None:
    """Finish or undo what is pending, and say that it is done."""
    entry = storage.journal.read()
    if entry and entry.pending:
        finish_or_undo(storage.blobs, index, entry.pending)
        storage.journal.done()
