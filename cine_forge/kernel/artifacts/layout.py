"""The layout: where each thing of the store lies below the project folder.

Nobody outside this room builds such a path, so the layout can change without a module noticing. Names
are for people: order and "newest" come from the integer version, never from a file name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cine_forge.kernel.artifacts.derivation import UnitKey
from cine_forge.kernel.artifacts.refs import Ref, entity_folder
from cine_forge.kernel.ground.errors import ArtifactError, Fault
from cine_forge.kernel.ground.files import TEMPORARY_SUFFIX

VERSION_FILE = re.compile(r"^v(?P<version>[0-9]{4,})\.(?P<rest>.+)$")
DERIVATION_FILE = re.compile(r"^d(?P<sequence>[0-9]{4,})\.json$")
_STAGE = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")
_MEDIA_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$")
_MEDIA_NAME_LENGTH = 120


class Layout:
    """The paths of one project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.artifacts = project / "artifacts"
        self.derivations = project / "derivations"
        self.incoming = project / "incoming"
        self.quarantine = project / "quarantine"
        self.index = project / "index.sqlite"
        self.journal = project / "commit.journal"
        self.write_lock = project / "write.lock"
        self.graph = project / "graph" / "dependency_graph.json"

    def envelope(self, ref: Ref) -> Path:
        """Return the path of an envelope."""
        return self._folder(ref) / f"v{ref.version:04d}.json"

    def media(self, ref: Ref, name: str) -> Path:
        """Return the path of a media file. Raises ArtifactError CF-A012 for a name that is no file name."""
        return self._folder(ref) / f"v{ref.version:04d}.{check_media_name(name)}"

    def derivation(self, unit: UnitKey, sequence: int) -> Path:
        """Return the path of a derivation."""
        stage = unit.stage if _STAGE.match(unit.stage) else entity_folder(unit.stage)
        return self.derivations / stage / entity_folder(unit.entity) / f"d{sequence:04d}.json"

    def relative(self, path: Path) -> str:
        """Return `path` relative to the project, with forward slashes."""
        return path.relative_to(self.project).as_posix()

    def envelopes(self) -> Iterator[Path]:
        """Yield the envelopes on disk, in the order of their paths."""
        for path in _files_in(self.artifacts):
            found = VERSION_FILE.match(path.name)
            if found and found["rest"] == "json":
                yield path

    def derivation_files(self) -> Iterator[Path]:
        """Yield the derivations on disk, in the order of their paths."""
        return (path for path in _files_in(self.derivations) if DERIVATION_FILE.match(path.name))

    def version_files(self) -> Iterator[Path]:
        """Yield the envelopes and media on disk, in the order of their paths."""
        return (path for path in _files_in(self.artifacts) if VERSION_FILE.match(path.name))

    def every_file(self) -> Iterator[Path]:
        """Yield whatever lies below artifacts and derivations and is no folder."""
        for root in (self.artifacts, self.derivations):
            yield from sorted(path for path in root.rglob("*") if path.is_symlink() or not path.is_dir())

    def leftovers(self) -> Iterator[Path]:
        """Yield the temporary files that a killed writer left."""
        for root in (self.artifacts, self.derivations):
            yield from root.glob(f"*/*/.*{TEMPORARY_SUFFIX}")

    def _folder(self, ref: Ref) -> Path:
        return self.artifacts / ref.type / entity_folder(ref.entity)


def check_media_name(name: str) -> str:
    """Return `name` when it can stand behind a version. Raises ArtifactError CF-A012."""
    if len(name) > _MEDIA_NAME_LENGTH or not _MEDIA_NAME.match(name):
        hint = "use a name like `board.png`: letters, digits, `_`, `-`, and an ending"
        raise ArtifactError(Fault("CF-A012", f"`{name!r}` cannot name a media file", hint=hint))
    return name


def _files_in(root: Path) -> Iterator[Path]:
    """Yield the plain files two folders below `root`; planted links are not followed."""
    for kind in _folders(root):
        for entity in _folders(kind):
            yield from sorted(path for path in entity.iterdir() if path.is_file() and not path.is_symlink())


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.is_symlink())
