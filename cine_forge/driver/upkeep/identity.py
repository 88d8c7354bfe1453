"""The identity of a project: which one it is and where it lives; by it a copy knows that it is one.

`identity.json` is written when a project first runs: an id, and a marker of the folder that it is about. A
folder that was moved keeps its inode and stays itself; one that was copied has another, so what is open at
providers is still its original's. `adoption` makes such a folder a project of its own. Nothing here is part
of an artifact, a plan or a fingerprint.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from cine_forge.kernel.ground.files import replace_atomically

IDENTITY_FILE = "identity.json"
IDENTITY_SCHEMA = "project_identity@1"

_SCHEMA = "identity/1"
_MACHINE = Path("/etc/machine-id")


class Place(NamedTuple):
    """Where a project lives: absolute path, machine (empty where that has no id), device and inode."""

    path: str
    machine: str
    device: int
    inode: int

    @classmethod
    def of(cls, folder: Path) -> Place:
        """Return the place of a folder that is there."""
        status = folder.stat()
        return cls(str(folder.resolve()), _machine(), status.st_dev, status.st_ino)

    def is_same_as(self, now: Place) -> bool:
        """Say whether the folder at `now` is the one that was here.

        Its inode stays when it is moved. Numbers of devices change between boots, so at the same path
        another one is believed; another inode at the same path is a copy that took its place.
        """
        if self.machine and now.machine and self.machine != now.machine:
            return False
        return self.inode == now.inode and (self.device == now.device or self.path == now.path)


class Identity(NamedTuple):
    """A project's id (16 hex digits), its place, and the id of the project that it was once copied from."""

    project_id: str
    place: Place
    adopted_from: str | None = None

    def __str__(self) -> str:
        if not self.project_id:
            return "another project that cannot be told any more"
        return f"project {self.project_id} at {self.place.path}"

    @property
    def own_mark(self) -> str:
        """Return what tells the ids by which providers know this project from those of all others.

        Two projects may well ask the same of one account; neither may find, or stop, what the other ordered.
        """
        return f"-{self.project_id}" if self.project_id else ""


def read_identity(folder: Path) -> Identity | None:
    """Return what the folder says it is; None before its first run. One that cannot be read is nobody's."""
    try:
        found = json.loads((folder / IDENTITY_FILE).read_bytes())
        return Identity(found["project_id"], Place(**found["place"]), found["adopted_from"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Identity("", Place("", "", -1, -1))


def original_of(folder: Path) -> Identity | None:
    """Return the identity of the project that this folder is an unadopted copy of, None when it is none."""
    found = read_identity(folder)
    return None if found is None or found.place.is_same_as(Place.of(folder)) else found


def claim(folder: Path, new_id: Callable[[], str]) -> Identity:
    """Return the identity of a folder that is no copy, written down when it is new or was moved."""
    known, place = read_identity(folder), Place.of(folder)
    if known is not None and known.place == place:
        return known
    claimed = Identity(known.project_id if known else new_id(), place, known.adopted_from if known else None)
    write_identity(folder, claimed)
    return claimed


def settle_identity(folder: Path) -> str | None:
    """Give a folder that is no copy its identity; of one that is, return what to say once."""
    original = original_of(folder)
    if original is None:
        claim(folder, fresh_id)
        return None
    return (
        f"this is a copy of {original}: nothing that costs money is taken up or bought here until"
        f" `cine-forge project adopt --project {folder}` makes it its own"
    )


def fresh_id() -> str:
    """Return an id that was never given before: 16 random hex digits."""
    from secrets import token_hex

    return token_hex(8)


def write_identity(folder: Path, identity: Identity) -> None:
    """Write down, durably, what a folder is from now on."""
    told = {"schema": _SCHEMA, **identity._asdict(), "place": identity.place._asdict()}
    text = json.dumps(told, indent=1, ensure_ascii=False)
    replace_atomically(folder / IDENTITY_FILE, text.encode() + b"\n")


def _machine() -> str:
    try:
        return _MACHINE.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
