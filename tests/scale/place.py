"""A place where a store may lie, and how a test reaches behind the store's back there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cine_forge.kernel.artifacts.store.storage import FileStorage, Storage
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.artifacts.verify.verify import verify
from tests.kernel.artifacts.kept import clock, registry


@dataclass(frozen=True)
class Place:
    """Where the stores of one test lie; a project's folder is always on this disk."""

    folder: Path
    urls: tuple[str, ...]
    environ: Mapping[str, str]

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def storage(self, mode: Literal["write", "read"] = "write", project: Path | None = None) -> Storage:
        project = project or self.project
        if not self.urls:
            return FileStorage(project)
        return self._location(project).storage(project, self.environ, mode)

    def open(self, *, write: bool = True, project: Path | None = None) -> Store:
        storage = self.storage("write" if write else "read", project)
        return Store.open(storage.project, registry=registry(), clock=clock, write=write, storage=storage)

    def faults(self) -> list[tuple[str, str]]:
        """Return the code and the file's own name of everything that verifying finds."""
        found = verify(self.project, storage=self.storage("read"))
        return [(fault.code, fault.where.rpartition("/")[2]) for fault in found]

    def name_of(self, ending: str) -> str:
        """Return the one blob whose name ends so."""
        blobs = self.storage("read").blobs
        (found,) = [
            name
            for root in ("artifacts", "derivations")
            for name in blobs.everything(root)
            if name.endswith(ending)
        ]
        return found

    @property
    def in_bucket(self) -> bool:
        return any(url.startswith("s3:") for url in self.urls)

    def write(self, name: str, content: bytes) -> None:
        """Put bytes where they do not belong, behind the store's back."""
        if not self.in_bucket:
            path = self.project / name
            path.unlink(missing_ok=True)
            path.write_bytes(content)
            return
        import obstore

        obstore.put(self._bucket(), name, content)

    def remove(self, name: str) -> None:
        """Take a blob away, behind the store's back."""
        if not self.in_bucket:
            (self.project / name).unlink()
            return
        import obstore

        obstore.delete(self._bucket(), name)

    def _location(self, project: Path):
        """Return where the store of a project lies; a second one of a test gets a place of its own."""
        from cine_forge.scale.location import Location

        own = "" if project == self.project else f"_{project.name}"
        return Location.of(*(f"{url}{own}" for url in self.urls))

    def _bucket(self):
        from cine_forge.scale.location import _bucket

        where = self._location(self.project)
        return _bucket(where.bucket, where.prefix, self.environ)
