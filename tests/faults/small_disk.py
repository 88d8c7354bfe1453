"""A small disk: a file system of its own with little room, that can be filled, freed and made read-only.

Mounting needs root; a test that uses it says `@pytest.mark.needs("root")`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SmallDisk:
    """A mounted folder. `filler` is the file that takes the room away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, *, but: int) -> None:
        """Leave only so many bytes free, to a page."""
        free = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
        with self._filler.open("ab") as stream:
            stream.write(bytes(max(free - but, 0)))

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)

    def refuse_writing(self) -> None:
        """Make the file system read-only."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)


@contextmanager
def small_disk(folder: Path, *, kibibytes: int) -> Iterator[SmallDisk]:
    """Mount a file system of so much room at `folder`, which is made."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs"]
    subprocess.run(["mount", *options, str(folder)], check=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
