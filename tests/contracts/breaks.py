"""Planted breaks: for each guarded invariant, one edit of the code under which its test must go red.

Each room keeps its own table in `tests/contracts/planted/<room>.py`; this file gathers them.
`test_breaks.py` applies each to a copy of the tree and runs just the named test there.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Break:
    """Replace `old`, found exactly once in `file`, by `new`; then pytest's node id `test` must fail."""

    name: str
    file: str
    old: str
    new: str
    test: str


def all_breaks() -> tuple[Break, ...]:
    """Gather the tables of every room, in the order of their names."""
    folder = Path(__file__).parent / "planted"
    rooms = sorted(found.name for found in pkgutil.iter_modules([str(folder)]))
    tables = (importlib.import_module(f"tests.contracts.planted.{room}").BREAKS for room in rooms)
    return tuple(entry for table in tables for entry in table)
