"""The package: a script file that is a ZIP archive, opened within bounds.

DOCX, Fade In, Celtx and Highland files are archives. What an archive may do to a reader (grow a
thousandfold, hold a million members, be cut off) is refused here before any member is read.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from cine_forge.kernel.ground.errors import Fault, ProjectError

MOST_MEMBERS = 5_000
MOST_UNPACKED = 128 * 1024 * 1024
"""Bytes of all members together; pictures in a document count."""

MOST_TEXT = 24 * 1024 * 1024
"""Bytes of one member that is read as markup or text."""

UNSOUND = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    RuntimeError,
)
"""What reading an archive raises when it is not what its directory says."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Package:
    """An archive whose members were counted and weighed. `name` is the file's."""

    name: str
    archive: zipfile.ZipFile

    @property
    def members(self) -> tuple[str, ...]:
        """Return the names of the members in their order."""
        return tuple(self.archive.namelist())

    def read(self, member: str) -> bytes:
        """Return the bytes of a text or markup member.

        Raises ProjectError: CF-F036 damaged, CF-F037 protected, CF-F038 larger than 24 MiB.
        """
        info = self.archive.getinfo(member)
        if info.flag_bits & 1:
            raise ProjectError(locked(self.name))
        if info.file_size > MOST_TEXT:
            what = f"`{member}` in it is larger than {MOST_TEXT // 2**20} MiB, the most that is read"
            raise ProjectError(Fault("CF-F038", what, self.name, "split the script into episodes"))
        try:
            return self.archive.read(member)
        except UNSOUND as cause:
            raise ProjectError(damaged(self.name, f"`{member}` in it cannot be read: {cause}")) from cause


def open_package(name: str, content: bytes) -> Package:
    """Open an archive. Raises ProjectError: CF-F036 damaged, CF-F037 protected, CF-F038 out of bounds."""
    if content.startswith(_OLE):
        raise ProjectError(locked(name))
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except UNSOUND as cause:
        raise ProjectError(damaged(name, f"it is no sound archive: {cause}")) from cause
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        what = f"unpacked it has more than {MOST_UNPACKED // 2**20} MiB or {MOST_MEMBERS:,} members"
        hint = "save it again without pictures, or export the script as Fountain"
        raise ProjectError(Fault("CF-F038", what, name, hint))
    return Package(name, archive)


def damaged(name: str, what: str) -> Fault:
    """Return the fault of a file that is cut off, or not what its ending says."""
    return Fault("CF-F036", f"the file is damaged: {what}", name, "save or export the script again")


def locked(name: str) -> Fault:
    """Return the fault of a file that asks for a password, or is of an older Word."""
    what = "the file is protected by a password, or of a Word before 2007"
    return Fault("CF-F037", what, name, "save a copy without a password as .docx, or export Fountain")
