"""Blobs: the bytes that a project keeps, each under a name that is given once.

`Blobs` is the seam between the store and whatever holds its bytes; `FileBlobs` holds them as files below the
project's folder. A name is a path relative to the project, with forward slashes; what a name means is
decided in `layout`. Whoever publishes or sets aside holds the write lock.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from cine_forge.kernel.ground.errors import ArtifactError, Fault, IntegrityError
from cine_forge.kernel.ground.files import (
    TEMPORARY_SUFFIX,
    check_folders,
    fsync_folder,
    make_folder_soon,
    place_once,
    prepare_once,
    publish_file_once,
    read_plain,
    stays_inside,
)
from cine_forge.kernel.ground.hashing import digest_of_file

_ROOTS = ("artifacts", "derivations")


class Blob(NamedTuple):
    """What shall be kept under `name`: bytes, or those of a file that lies on this disk."""

    name: str
    content: bytes | Path


class Blobs(Protocol):
    """What the store asks of the place where its bytes lie."""

    def publish(self, *steps: Sequence[Blob]) -> None:
        """Give every blob its name, step by step: nothing of a step is there before the last one is durable.

        Raises ArtifactError CF-A010 when a name is taken; earlier names stay then.
        """

    def read(self, name: str) -> bytes:
        """Return the bytes. Raises FileNotFoundError."""

    def exists(self, name: str) -> bool:
        """Tell whether the name is taken."""

    def size(self, name: str) -> int | None:
        """Return how many bytes a blob has; None where there is none."""

    def digest(self, name: str) -> str:
        """Return the sha-256 (hex) of a blob that exists, from its bytes."""

    def file(self, name: str, sha256: str) -> Path:
        """Return a file on this disk that holds the blob; where it is brought here first, it is checked."""

    def names(self, root: str) -> Iterator[str]:
        """Yield the blobs two folders below `root`, in the order of kind, entity and name."""

    def everything(self, root: str) -> Iterator[str]:
        """Yield whatever lies below `root` at any depth, planted things too."""

    def set_aside(self, name: str) -> str:
        """Move a blob to `quarantine/`, under its own name there, and return its name now."""

    def clear(self, beside: Iterable[str] | None = None) -> None:
        """Remove what a killed writer left half written, beside some names or everywhere.

        What has a name in the same places is made durable: the killed one may not have come to that.
        """

    def where(self, name: str) -> str:
        """Return where a blob lies, for people."""


class FileBlobs:
    """Blobs as read-only files; a name is linked to bytes that are durable already."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._before = str(project / "-")[:-1]

    def publish(self, *steps: Sequence[Blob]) -> None:
        """Publish as `Blobs.publish` says.

        All contents come first, beside their places: a file system that made them durable has mostly done
        so with the new folders too.
        """
        places = [(self._path(blob.name), blob.content) for step in steps for blob in step]
        folders = [
            folder
            for parent in dict.fromkeys(path.parent for path, _ in places)
            for folder in make_folder_soon(parent, self._project)
        ]
        waiting = {path: prepare_once(path, what) for path, what in places if isinstance(what, bytes)}
        for folder in dict.fromkeys(folders):
            fsync_folder(folder)
        for step in steps:
            self._place([(self._path(blob.name), blob.content) for blob in step], waiting)

    def read(self, name: str) -> bytes:
        """Return the bytes. Raises IntegrityError CF-A011 for what is no plain file of this project."""
        try:
            return read_plain(self._inside(name))
        except ArtifactError as error:
            raise IntegrityError(*error.faults) from None

    def exists(self, name: str) -> bool:
        return os.path.lexists(self.where(name))

    def size(self, name: str) -> int | None:
        try:
            status = self._inside(name).lstat()
        except (FileNotFoundError, NotADirectoryError, ArtifactError):
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def digest(self, name: str) -> str:
        return digest_of_file(self._inside(name))

    def file(self, name: str, sha256: str) -> Path:
        return self._path(name)

    def names(self, root: str) -> Iterator[str]:
        for kind in _within(self._project, root, folders=True):
            for entity in _within(self._project, kind, folders=True):
                yield from _within(self._project, entity, folders=False)

    def everything(self, root: str) -> Iterator[str]:
        if self._path(root).is_symlink():
            return iter((root,))
        return _all_below(str(self._project), root)

    def set_aside(self, name: str) -> str:
        place = self._project / "quarantine" / name
        for folder in make_folder_soon(place.parent, self._project):
            fsync_folder(folder)
        free, number = place, 1
        while os.path.lexists(free):
            number += 1
            free = place.with_name(f"{place.name}.{number}")
        self._inside(name).rename(free)
        return free.relative_to(self._project).as_posix()

    def clear(self, beside: Iterable[str] | None = None) -> None:
        if beside is None:
            kinds = (kind for root in _ROOTS for kind in _within(self._project, root, folders=True))
            folders = {entity for kind in kinds for entity in _within(self._project, kind, folders=True)}
        else:
            folders = {name.rpartition("/")[0] for name in beside if self._is_inside(name)}
        for name in (name for folder in folders for name in _within(self._project, folder, folders=False)):
            if name.rpartition("/")[2].startswith(".") and name.endswith(TEMPORARY_SUFFIX):
                self._path(name).unlink(missing_ok=True)
        if beside is not None:
            self._make_durable(folders)

    def where(self, name: str) -> str:
        """Return the path of a name. Raises IntegrityError CF-A011 for a name that leaves the project."""
        if not stays_inside(name):
            what = f"`{name}` leaves the project"
            hint = "nothing of this project lies there"
            raise IntegrityError(Fault("CF-A011", what, str(self._project), hint))
        return self._before + name

    def _path(self, name: str) -> Path:
        return Path(self.where(name))

    def _is_inside(self, name: str) -> bool:
        try:
            return bool(self._inside(name))
        except ArtifactError:
            return False

    def _inside(self, name: str) -> Path:
        """Return the path of a name to which no planted link leads. Raises ArtifactError CF-A011."""
        path = self._path(name)
        check_folders(path, self._project)
        return path

    def _place(self, step: list[tuple[Path, bytes | Path]], waiting: dict[Path, Path]) -> None:
        """Give the blobs of one step their names, durably."""
        for path, content in step:
            if isinstance(content, Path):
                publish_file_once(content, path)
            else:
                place_once(waiting[path], path)
        for folder in dict.fromkeys(path.parent for path, _ in step if path in waiting):
            fsync_folder(folder)

    def _make_durable(self, folders: Iterable[str]) -> None:
        """Sync folders and those they lie in, up to the project."""
        project = self._project
        above = {parent for name in folders for parent in (self._path(name), *self._path(name).parents)}
        for folder in sorted(above):
            if folder.is_relative_to(project) and folder.is_dir():
                fsync_folder(folder)


def _all_below(project: str, folder: str) -> Iterator[str]:
    """Yield what lies below a folder and is no folder itself, in the order of names, step by step."""
    try:
        with os.scandir(f"{project}/{folder}") as found:
            entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in found)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name, is_folder in entries:
        if is_folder:
            yield from _all_below(project, f"{folder}/{name}")
        else:
            yield f"{folder}/{name}"


def _within(project: Path, folder: str, *, folders: bool) -> list[str]:
    """Return the names of the folders, or of the plain files, in a folder; planted links are not followed."""
    path = project / folder
    if path.is_symlink():
        return []
    try:
        with os.scandir(path) as found:
            wanted = [
                entry.name
                for entry in found
                if (entry.is_dir(follow_symlinks=False) if folders else entry.is_file(follow_symlinks=False))
            ]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [f"{folder}/{name}" for name in sorted(wanted)]
