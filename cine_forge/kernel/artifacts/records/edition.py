"""Editions: in which form a project's records are, and which program wrote them.

Every record carries the number of its form. An older form is brought up when it is read, and no file
changes; a newer one is refused with the program that is needed. `store.json` says so for the whole project:
a program that knows less reads what it can there and writes nothing. The numbers count up whenever an older
program could no longer read a record, or would do harm by writing beside newer ones.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import Any, NamedTuple

from cine_forge.kernel.ground.errors import ArtifactError, Fault, IntegrityError, ProjectError
from cine_forge.kernel.ground.files import replace_atomically

PROGRAM = "0.1.0"
"""The version of this program, as its package says it."""

STORE_FORMAT = 1
"""The form of a whole project: its layout, its records and the shared shapes."""

MARKER = "store.json"
_MOST_BYTES = 4096
_TOO_NEW = ("CF-A037", "CF-A038")


class RecordForm(NamedTuple):
    """The form of one kind of record. `upcasts[n]` makes a record of form n one of form n + 1; pure."""

    key: str
    newest: int
    upcasts: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)

    def brought_up(self, record: dict[str, Any], where: str) -> dict[str, Any]:
        """Return a record in the newest form.

        Raises IntegrityError CF-A038 for a form that is newer, or so old that nothing leads from it;
        ValueError for what is no number.
        """
        number = record.get(self.key)
        if type(number) is not int:
            raise ValueError(f"`{self.key}` is no whole number")
        while number < self.newest and number in self.upcasts:
            record = {**self.upcasts[number](record), self.key: number + 1}
            number += 1
        if number != self.newest:
            what = f"the record has form {number}, form {self.newest} is read here"
            raise IntegrityError(Fault("CF-A038", what, where))
        return record


class Edition(NamedTuple):
    """What a project's marker says."""

    format: int
    program: str


OWN = Edition(STORE_FORMAT, PROGRAM)
"""What this program writes into a marker."""


def edition_of(project: Path) -> Edition | None:
    """Return what the marker says; None where there is none, or none that can be read."""
    try:
        handle = os.open(project / MARKER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        try:
            found = json.loads(stream.read(_MOST_BYTES))
            return Edition(int(found["format"]), str(found["program"]))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None


def claim(project: Path, *, own: Edition = OWN) -> None:
    """Mark the project as one that this program writes. Runs under the write lock.

    Raises ProjectError CF-A039 when a newer program wrote it in a form that is not known here.
    """
    found = edition_of(project)
    if found and found.format > own.format:
        what = f"CineForge {found.program} wrote this project in form {found.format}"
        hint = f"use {found.program} or newer to write; {own.program} knows form {own.format} and can read"
        raise ProjectError(Fault("CF-A039", what, str(project), hint))
    if found is None or _order(found) < _order(own):
        text = json.dumps({"format": own.format, "program": own.program})
        replace_atomically(project / MARKER, f"{text}\n".encode())


@contextmanager
def naming_program(project: Path, where: str) -> Iterator[None]:
    """Say of an artifact that cannot be read as it is asked for which one, and which program can."""
    try:
        yield
    except ArtifactError as error:
        found = edition_of(project)
        needed = f"CineForge {found.program}, which wrote it," if found else "the CineForge that wrote it"
        hint = f"use {needed} or newer, or bring the module that declares the shape; this is {PROGRAM}"
        faults = [
            one._replace(where=one.where or where, hint=one.hint or (hint if one.code in _TOO_NEW else ""))
            for one in error.faults
        ]
        raise type(error)(*faults) from error


def _order(edition: Edition) -> tuple[int, list[int]]:
    parts = edition.program.split(".")
    return edition.format, [int(part) if part.isdecimal() else 0 for part in parts]
