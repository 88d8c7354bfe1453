"""The writer's turn: one commit at a time, among the threads of a process and among processes.

Whoever takes the turn first finishes or undoes what a killed writer left; whoever fails in it undoes its
own. Media are brought in before the lock is taken, so that a turn stays short.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cine_forge.kernel.artifacts.index.index import Index
from cine_forge.kernel.artifacts.records.edition import claim
from cine_forge.kernel.artifacts.records.envelope import MediaDraft
from cine_forge.kernel.artifacts.records.incoming import Staged, clear, staging
from cine_forge.kernel.artifacts.store.opening import index_for_writing, settle
from cine_forge.kernel.artifacts.store.publish import Publisher
from cine_forge.kernel.artifacts.store.storage import Storage
from cine_forge.kernel.ground.errors import ArtifactError, Fault
from cine_forge.kernel.ground.files import make_folder
from cine_forge.kernel.ground.lock import Holder


class WriteTurn:
    """The write lock of a project, with the index that its holder may write."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        """Make the project's folder and open its index for writing; clear what killed writers left.

        Raises ArtifactError CF-A023 when the disk or the index refuses.
        """
        self._storage = storage
        self._incoming = storage.project / "incoming"
        self._turn = threading.Lock()
        self._holder = Holder.here(command=Path(sys.argv[0]).name or "python", since=display_time(clock))
        with _refusal_named(storage.project):
            make_folder(storage.project)
            with storage.locked(self._holder):
                claim(storage.project)
                self.index: Index = index_for_writing(storage)
            clear(self._incoming)
        self._publisher = Publisher(storage.blobs, self.index, storage.journal)

    @contextmanager
    def taken(
        self, media: Iterable[tuple[MediaDraft, ...]]
    ) -> Iterator[tuple[Publisher, list[list[Staged]]]]:
        """Hold the turn for one commit, its media staged before; undo what an error leaves.

        Raises ArtifactError CF-A023 when the disk or the index refuses.
        """
        with (
            _refusal_named(self._storage.project),
            staging(self._incoming, tuple(media)) as staged,
            self._turn,
            self._locked(),
        ):
            self._settle()
            try:
                yield self._publisher, staged
                self._storage.journal.done()
            except BaseException:
                self._settle()
                raise

    def close(self) -> None:
        """Make the index durable and let go of it. Raises ArtifactError CF-A023 as `taken` does."""
        with _refusal_named(self._storage.project), self._turn, self._locked():
            self._settle()
            if self.index.close():
                self._storage.journal.close()

    def _locked(self) -> AbstractContextManager[object]:
        return self._storage.locked(self._holder)

    def _settle(self) -> None:
        settle(self._storage, self.index)


@contextmanager
def _refusal_named(project: Path) -> Iterator[None]:
    """Say of what the disk or the index refuses that nothing could be written."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        what, hint = f"cannot write: {error}", "free the space or the folder, then run the command again"
        raise ArtifactError(Fault("CF-A023", what, str(project), hint)) from error


def display_time(clock: Callable[[], datetime]) -> str:
    """Return the present in UTC, ISO 8601 with milliseconds, for people."""
    return clock().astimezone(UTC).isoformat(timespec="milliseconds")
