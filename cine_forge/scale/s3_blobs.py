"""Blobs in a bucket of S3, or of what speaks like it.

A name is put only where none is yet; the bucket itself refuses the second of two writers. Media are brought
to this disk when somebody wants to read them, under their own names below the project's folder, and are
checked by their sha-256 there. Which bucket it is, and with which keys, was decided by `location`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from cine_forge.kernel.artifacts.keeping.blobs import Blob, FileBlobs
from cine_forge.kernel.artifacts.keeping.seal import damaged
from cine_forge.kernel.ground.digest_memory import FILE_DIGESTS
from cine_forge.kernel.ground.errors import ArtifactError, Fault, IntegrityError
from cine_forge.kernel.ground.files import READ_ONLY, make_folder_soon, temporary_beside

_AT_ONCE = 8
_PIECE_BYTES = 1 << 20
_NO_BUCKET = "<Code>NoSuchBucket</Code>"
_DEPTH = 4
"""How many parts the name of a blob has: root, kind, entity, file."""


class S3Blobs:
    """Blobs below one prefix. `address` is how people write it; `plain` takes secrets out of a text.

    `fence` is asked before the last step of a commit gets its names; it raises when the write lock is lost.
    """

    def __init__(
        self,
        bucket: S3Store,
        address: str,
        *,
        project: Path,
        plain: Callable[[str], str],
        fence: Callable[[], None] = lambda: None,
    ) -> None:
        self._bucket = bucket
        self._address = address
        self._project = project
        self._here = FileBlobs(project)
        self._plain = plain
        self._fence = fence

    def publish(self, *steps: Sequence[Blob]) -> None:
        """Publish as `Blobs.publish` says; the blobs of one step go their way together."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for step in steps:
                if step is steps[-1]:
                    self._fence()
                for _ in pool.map(self._put, step):
                    pass

    def read(self, name: str) -> bytes:
        with self._asking(name):
            return bytes(obstore.get(self._bucket, name).bytes())

    def exists(self, name: str) -> bool:
        return self.size(name) is not None

    def size(self, name: str) -> int | None:
        try:
            with self._asking(name):
                return obstore.head(self._bucket, name)["size"]
        except FileNotFoundError:
            return None

    def digest(self, name: str) -> str:
        running = hashlib.sha256()
        for piece in self._pieces(name):
            running.update(piece)
        return running.hexdigest()

    def file(self, name: str, sha256: str) -> Path:
        """Return the copy on this disk, brought here unless it is. Raises IntegrityError CF-A020."""
        path = self._here.file(name, sha256)
        if self._here.size(name) is None or FILE_DIGESTS.digest_of(path) != sha256:
            self._bring(name, path, sha256)
        return path

    def names(self, root: str) -> Iterator[str]:
        return (name for name in self.everything(root) if name.count("/") == _DEPTH - 1)

    def everything(self, root: str) -> Iterator[str]:
        with self._asking(root):
            found = [entry["path"] for part in obstore.list(self._bucket, root) for entry in part]
        yield from sorted(found, key=lambda name: name.split("/"))

    def set_aside(self, name: str) -> str:
        place, number = f"quarantine/{name}", 1
        while self.exists(place):
            number += 1
            place = f"quarantine/{name}.{number}"
        with self._asking(name):
            obstore.rename(self._bucket, name, place)
        return place

    def clear(self, beside: Iterable[str] | None = None) -> None:
        """Remove what a killed process left half brought to this disk; the bucket shows nothing half put."""
        if beside is None:
            self._here.clear()

    def where(self, name: str) -> str:
        return f"{self._address}/{name}"

    def claim(self, owner: str) -> None:
        """Note which index this prefix is written with. Raises ArtifactError CF-A053 when it is another."""
        try:
            self._put(Blob("owner", owner.encode()))
        except ArtifactError as error:
            if error.faults[0].code != "CF-A010":
                raise
            found = self.read("owner").decode()
            if found != owner:
                hint = "keep one index for all: a PostgreSQL index serves several computers"
                what = f"this store is written with another index: {found}"
                raise ArtifactError(Fault("CF-A053", what, self._address, hint)) from None

    def _put(self, blob: Blob) -> None:
        with self._asking(blob.name):
            obstore.put(self._bucket, blob.name, blob.content, mode="create")
        if isinstance(blob.content, Path):
            self._keep_here(blob.name, blob.content)

    def _keep_here(self, name: str, source: Path) -> None:
        """Link what was just put to its name on this disk, where that can be, so as not to bring it."""
        path = self._project / name
        make_folder_soon(path.parent, self._project)
        temporary = temporary_beside(path)
        try:
            os.link(source, temporary, follow_symlinks=False)
        except OSError:
            return
        temporary.replace(path)

    def _bring(self, name: str, path: Path, sha256: str) -> None:
        make_folder_soon(path.parent, self._project)
        temporary, running = temporary_beside(path), hashlib.sha256()
        try:
            with temporary.open("xb") as stream:
                for piece in self._pieces(name):
                    running.update(piece)
                    stream.write(piece)
            if running.hexdigest() != sha256:
                raise IntegrityError(damaged(self.where(name), "its bytes are not what was kept"))
            temporary.chmod(READ_ONLY)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def _pieces(self, name: str) -> Iterator[bytes]:
        with self._asking(name):
            for piece in obstore.get(self._bucket, name).stream(min_chunk_size=_PIECE_BYTES):
                yield bytes(piece)

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        """Say what the bucket refused. Raises ArtifactError CF-A010 for a taken name, CF-A052 otherwise."""
        try:
            yield
        except AlreadyExistsError:
            hint = "a kept version is never overwritten; a change becomes the next version"
            fault = Fault("CF-A010", "the file exists already", self.where(name), hint)
            raise ArtifactError(fault) from None
        except FileNotFoundError as error:
            if _NO_BUCKET in str(error):
                raise self._refused("there is no such bucket", name) from None
            raise
        except (BaseError, OSError) as error:
            raise self._refused(str(error).partition("\n")[0], name) from None

    def _refused(self, why: str, name: str) -> ArtifactError:
        what = f"the bucket did not do this: {self._plain(why)}"
        hint = "see that it answers and that the keys in the environment open it"
        return ArtifactError(Fault("CF-A052", what, self.where(name), hint), transient=True)
