"""Media on its way in: copied and hashed before the write lock is taken, so that a commit stays short.

Each file waits in `incoming/` until it is linked to its place. What a killed writer left there is removed
by the next one, unless somebody alive is bringing files in at that moment.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cine_forge.kernel.artifacts.records.envelope import MediaDraft, MediaFile
from cine_forge.kernel.ground.errors import ArtifactError, Fault
from cine_forge.kernel.ground.files import check_plain_file, copy_file_once, make_folder, temporary_beside
from cine_forge.kernel.ground.hashing import digest_of_file

_LOCK_NAME = "lock"


class Staged(NamedTuple):
    """A media file that lies read-only on this disk and whose bytes are known."""

    draft: MediaDraft
    path: Path
    sha256: str
    bytes: int

    def kept_as(self, path: str) -> MediaFile:
        """Return the record of this file, kept at `path` (relative to the project)."""
        facts = self.draft.model_dump(exclude={"path", "sha256"})
        return MediaFile(path=path, sha256=self.sha256, bytes=self.bytes, **facts)


@contextmanager
def staging(folder: Path, media: tuple[tuple[MediaDraft, ...], ...]) -> Iterator[list[list[Staged]]]:
    """Offer the media of several drafts as staged files; the waiting copies are removed at the end.

    Raises ArtifactError CF-A011 for what is no plain file.
    """
    if not any(media):
        yield [[] for _ in media]
        return
    make_folder(folder)
    copies: list[Path] = []
    with _locked(folder, fcntl.LOCK_SH):
        try:
            yield [[_stage(folder, draft, copies) for draft in drafts] for drafts in media]
        finally:
            for copy in copies:
                copy.unlink(missing_ok=True)


def clear(folder: Path) -> None:
    """Remove what killed writers left, unless somebody is staging now."""
    if folder.is_symlink() or not folder.is_dir():
        return
    try:
        with _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
            for path in sorted(folder.iterdir()):
                if path.name != _LOCK_NAME and (path.is_symlink() or not path.is_dir()):
                    path.unlink()
    except BlockingIOError:
        return


def _stage(folder: Path, draft: MediaDraft, copies: list[Path]) -> Staged:
    source = draft.path
    if check_plain_file(source).st_mode & 0o222 or draft.sha256 is not None:
        source = temporary_beside(folder / draft.name)
        copies.append(source)
        copy_file_once(draft.path, source)
    staged = Staged(draft, source, digest_of_file(source), source.stat().st_size)
    if draft.sha256 not in (None, staged.sha256):
        what = "the file was changed while it was read"
        raise ArtifactError(Fault("CF-A043", what, str(draft.path), "run it again"))
    return staged


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    handle = os.open(folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
