"""A system call that changes something on disk, seen just before the kernel carries it out.

The numbers are those of Linux on x86-64. What a call is about is read from the caller's memory and its open
files, so that whoever looks at it knows the path, the bytes and the place.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

NUMBERS = {
    "write": 1, "open": 2, "pwrite64": 18, "writev": 20, "sendfile": 40, "flock": 73, "fsync": 74,
    "fdatasync": 75, "truncate": 76, "ftruncate": 77, "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85,
    "link": 86, "unlink": 87, "symlink": 88, "chmod": 90, "fchmod": 91, "openat": 257, "mkdirat": 258,
    "unlinkat": 263, "renameat": 264, "linkat": 265, "symlinkat": 266, "fchmodat": 268, "fallocate": 285,
    "pwritev": 296, "renameat2": 316, "copy_file_range": 326,
}  # fmt: skip
"""Every call that can change a file or a folder, but for writing through mapped memory."""

LINES = {"connect": 42, "sendto": 44, "recvfrom": 45}
"""Every call by which a process of ours speaks over a connection: it begins, sends, takes the answer."""

_NAMES = {number: name for name, number in (NUMBERS | LINES).items()}
_WHERE = {
    "open": (None, 0), "creat": (None, 0), "truncate": (None, 0), "mkdir": (None, 0), "rmdir": (None, 0),
    "unlink": (None, 0), "chmod": (None, 0), "rename": (None, 0), "link": (None, 0), "symlink": (None, 1),
    "openat": (0, 1), "mkdirat": (0, 1), "unlinkat": (0, 1), "renameat": (0, 1), "renameat2": (0, 1),
    "linkat": (0, 1), "symlinkat": (1, 2), "fchmodat": (0, 1),
}  # fmt: skip
"""Which arguments name the path: the folder that it is relative to, and the text."""
_WHITHER = {"rename": (None, 1), "link": (None, 1), "renameat": (2, 3), "renameat2": (2, 3), "linkat": (2, 3)}

FLAGS = {"open": 1, "openat": 2}
"""Calls that change something only when their flags say so, with the argument that holds these."""

CHANGING = os.O_CREAT | os.O_TRUNC
"""What these flags say then: it may make or empty the file."""

_WORKING_FOLDER = -100
_PAGE = 4096


@dataclass(frozen=True)
class Call:
    """One call of the thread `task`, which waits for the answer as long as this is looked at."""

    number: int
    task: int
    arguments: tuple[int, ...]

    @property
    def name(self) -> str:
        """Return the call's name."""
        return _NAMES[self.number]

    @cached_property
    def path(self) -> str:
        """Return what it is about; `pipe:[7]` and the like for what is no file."""
        if self.name in _WHERE:
            return self._named(*_WHERE[self.name])
        return self._opened(self.arguments[2 if self.name == "copy_file_range" else 0])

    @cached_property
    def target(self) -> str:
        """Return the new name that a link or a rename gives, or an empty text."""
        return self._named(*_WHITHER[self.name]) if self.name in _WHITHER else ""

    def data(self) -> bytes:
        """Return the bytes that a writing call is about to write."""
        first, second, third, fourth, *_ = self.arguments
        if self.name in ("write", "pwrite64"):
            return self._memory(second, third)
        if self.name in ("writev", "pwritev"):
            pairs = struct.iter_unpack("QQ", self._memory(second, third * 16))
            return b"".join(self._memory(place, size) for place, size in pairs)
        if self.name == "sendfile":
            return self._copied(second, third, fourth)
        return self._copied(first, second, self.arguments[4])

    def offset(self) -> int:
        """Return where in the file it writes."""
        if self.name in ("pwrite64", "pwritev"):
            return self.arguments[3]
        if self.name == "copy_file_range" and self.arguments[3]:
            return self._number(self.arguments[3])
        handle = self.arguments[2 if self.name == "copy_file_range" else 0]
        if self._facts(handle)["flags"] & os.O_APPEND:
            return Path(f"/proc/{self.task}/fd/{handle}").stat().st_size
        return self._facts(handle)["pos"]

    def flags(self) -> int:
        """Return the flags of an opening call."""
        if self.name == "creat":
            return os.O_CREAT | os.O_TRUNC | os.O_WRONLY
        return self.arguments[FLAGS[self.name]]

    def _copied(self, handle: int, place: int, size: int) -> bytes:
        offset = self._number(place) if place else self._facts(handle)["pos"]
        source = os.open(f"/proc/{self.task}/fd/{handle}", os.O_RDONLY)
        try:
            left = max(os.fstat(source).st_size - offset, 0)
            return os.pread(source, min(size, left), offset)
        finally:
            os.close(source)

    def _named(self, folder: int | None, text: int) -> str:
        name = os.fsdecode(self._text(self.arguments[text]))
        if name.startswith("/"):
            return os.path.normpath(name)
        handle = _WORKING_FOLDER if folder is None else _signed(self.arguments[folder])
        base = f"/proc/{self.task}/" + ("cwd" if handle == _WORKING_FOLDER else f"fd/{handle}")
        return os.path.normpath(Path(base).readlink() / name)

    def _opened(self, handle: int) -> str:
        try:
            return os.readlink(f"/proc/{self.task}/fd/{_signed(handle)}")  # noqa: PTH115 - asked most often
        except OSError:
            return ""

    def _facts(self, handle: int) -> dict[str, int]:
        lines = Path(f"/proc/{self.task}/fdinfo/{handle}").read_text(encoding="ascii").splitlines()
        found = dict(line.split(":\t") for line in lines if line.startswith(("pos:", "flags:")))
        return {"pos": int(found["pos"]), "flags": int(found["flags"], 8)}

    def _number(self, place: int) -> int:
        return int.from_bytes(self._memory(place, 8), "little")

    def _text(self, place: int) -> bytes:
        found = b""
        while b"\0" not in found:
            found += self._memory(place + len(found), _PAGE - (place + len(found)) % _PAGE)
        return found.partition(b"\0")[0]

    def _memory(self, place: int, size: int) -> bytes:
        handle = os.open(f"/proc/{self.task}/mem", os.O_RDONLY)
        try:
            return os.pread(handle, size, place)
        finally:
            os.close(handle)


def _signed(number: int) -> int:
    """Return a file handle as the kernel reads it: 32 bits with a sign."""
    return (number & 0xFFFFFFFF) - (1 << 32 if number & 0x80000000 else 0)
