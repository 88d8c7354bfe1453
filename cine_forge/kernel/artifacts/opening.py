"""Opening the index: when it can be taken as it is, and when it is made again from the files.

A writer repairs what it finds, under the write lock. A reader writes nothing: where the index is absent,
unreadable or older than a power cut, it reads the files into memory; of an empty project that is nothing.
"""

from __future__ import annotations

import sqlite3

from cine_forge.kernel.artifacts.index import Index, SqliteIndex
from cine_forge.kernel.artifacts.journal import Journal
from cine_forge.kernel.artifacts.layout import Layout
from cine_forge.kernel.artifacts.recovery import finish_or_undo, rebuild, set_aside, sweep


def index_for_writing(layout: Layout, journal: Journal) -> Index:
    """Return the complete index; what a killed writer left is finished or set aside. Needs the write lock."""
    entry = journal.read()
    try:
        index = SqliteIndex(layout.index)
    except sqlite3.DatabaseError:
        _set_index_aside(layout)
        index = SqliteIndex(layout.index)
    if entry is None or not entry.trusted or index.is_new:
        rebuild(layout, index)
        sweep(layout, index)
        journal.open()
    settle(layout, index, journal)
    return index


def index_for_reading(layout: Layout, journal: Journal) -> Index:
    """Return the index as a reader sees it; nothing is written."""
    entry = journal.read()
    if entry and entry.trusted and layout.index.exists():
        index = SqliteIndex(layout.index, "read")
        try:
            index.last_ordinal()
            return index
        except sqlite3.DatabaseError:
            index.close()
    in_memory = SqliteIndex(None)
    rebuild(layout, in_memory)
    return in_memory


def settle(layout: Layout, index: Index, journal: Journal) -> None:
    """Finish or undo what is pending, and say that it is done."""
    entry = journal.read()
    if entry and entry.pending:
        finish_or_undo(layout, index, entry.pending)
        journal.done()


def _set_index_aside(layout: Layout) -> None:
    for ending in ("", "-wal", "-shm"):
        path = layout.index.with_name(layout.index.name + ending)
        if path.exists():
            set_aside(layout, path)
