"""The writer's turn: one commit at a time, among the threads of a process and among processes.

Whoever takes the turn first finishes or undoes what a killed writer left; whoever fails in it undoes its
own. Media are brought in before the lock is taken, so that a turn stays short.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cine_forge.kernel.artifacts.envelope import MediaDraft
from cine_forge.kernel.artifacts.incoming import Staged, clear, staging
from cine_forge.kernel.artifacts.index import Index
from cine_forge.kernel.artifacts.journal import Journal
from cine_forge.kernel.artifacts.layout import Layout
from cine_forge.kernel.artifacts.opening import index_for_writing, settle
from cine_forge.kernel.artifacts.publish import Publisher
from cine_forge.kernel.ground.errors import ArtifactError, Fault
from cine_forge.kernel.ground.files import make_folder
from cine_forge.kernel.ground.lock import Holder, ProjectLock


class WriteTurn:
    """The write lock of a project, with the index that its holder may write."""

    def __init__(self, layout: Layout, clock: Callable[[], datetime]) -> None:
        """Make the project's folder and open its index for writing; clear what killed writers left."""
        make_folder(layout.project)
        self._layout = layout
        self._journal = Journal(layout.journal)
        self._turn = threading.Lock()
        self._lock = ProjectLock(layout.write_lock)
        self._holder = Holder.here(command=Path(sys.argv[0]).name or "python", since=display_time(clock))
        with self._lock as lock:
            lock.acquire(self._holder)
            self.index: Index = index_for_writing(layout, self._journal)
        clear(layout.incoming)
        self._publisher = Publisher(layout, self.index, self._journal)

    @contextmanager
    def taken(
        self, media: Iterable[tuple[MediaDraft, ...]]
    ) -> Iterator[tuple[Publisher, list[list[Staged]]]]:
        """Hold the turn for one commit, its media staged before; undo what an error leaves.

        Raises ArtifactError CF-A023 when the disk or the index refuses.
        """
        try:
            with staging(self._layout.incoming, tuple(media)) as staged, self._turn, self._lock as lock:
                lock.acquire(self._holder)
                self._settle()
                try:
                    yield self._publisher, staged
                    self._journal.done()
                except BaseException:
                    self._settle()
                    raise
        except (OSError, sqlite3.Error) as error:
            what, hint = f"cannot write: {error}", "free the space or the folder, then run the command again"
            raise ArtifactError(Fault("CF-A023", what, str(self._layout.project), hint)) from error

    def close(self) -> None:
        """Make the index durable and let go of it."""
        with self._turn, self._lock as lock:
            lock.acquire(self._holder)
            self._settle()
            if self.index.close():
                self._journal.close()

    def _settle(self) -> None:
        settle(self._layout, self.index, self._journal)


def display_time(clock: Callable[[], datetime]) -> str:
    """Return the present in UTC, ISO 8601 with milliseconds, for people."""
    return clock().astimezone(UTC).isoformat(timespec="milliseconds")
