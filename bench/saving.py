"""Saving: what one commit costs in a stock of some size, and what its floor costs.

The floor does what the commit just did, with the same bytes, in a folder beside it: one plain write to a
journal before and after, the new folders with an fsync of the folder above, each file written beside,
fsynced, linked and its folder fsynced, and one SQLite transaction with the same rows in a copy of the index,
committed as the store commits. The two take turns, commit by commit, and so do the sizes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.peers.floor import fsync, publish, rewrite
from bench.stock import SCHEMA, entities, open_stock, work
from cine_forge.kernel.artifacts.keeping.layout import derivation_name, envelope_name
from cine_forge.kernel.artifacts.records.derivation import Bound, Derivation
from cine_forge.kernel.artifacts.records.refs import Ref, type_of_schema

_TYPE = type_of_schema(SCHEMA)
_JOURNAL = "commit.journal"
_NEW_ROWS = {
    "artifact": "SELECT * FROM artifact WHERE key > ?",
    "derivation": "SELECT * FROM derivation WHERE key > ?",
    "bound": "SELECT * FROM bound WHERE derivation > ?",
    "subject": "SELECT * FROM subject WHERE key > ?",
}


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of CPU."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Pair:
    """One commit and its floor."""

    own: Cost
    floor: Cost


def typical(pairs: Sequence[Pair], of: Callable[[Pair], float]) -> float:
    """Return the median of a figure."""
    return median(of(pair) for pair in pairs)


def take_turns(projects: Sequence[Path], counts: Sequence[int], times: int) -> list[dict[str, list[Pair]]]:
    """Commit to each project in turn: something new, then the next version of something. Names the acts."""
    savers = [_Saver(project, count) for project, count in zip(projects, counts, strict=True)]
    found: list[dict[str, list[Pair]]] = [{"new": [], "next": []} for _ in savers]
    both = list(zip(savers, found, strict=True))
    for number in range(times + 1):
        for place in range(len(both)):
            saver, pairs = both[(place + number) % len(both)]
            for act, entity in (("new", f"l0xn{number}"), ("next", saver.entity(number))):
                pair = saver.save(entity, f"text {number}")
                pairs[act] += [pair] if number else []
    for saver in savers:
        saver.close()
    return found


class _Saver:
    """A stock that is open for writing, and the folder of its floor."""

    def __init__(self, project: Path, count: int) -> None:
        self._project = project
        self._floor = project.with_name(f"{project.name}-floor")
        shutil.rmtree(self._floor, ignore_errors=True)
        self._floor.mkdir()
        shutil.copyfile(project / "index.sqlite", self._floor / "index.sqlite")
        self._store = open_stock(project)
        self._entities = [entity for entity, _ in entities(count)]
        self._copy = _connected(self._floor / "index.sqlite")
        self._rows = sqlite3.connect(f"file:{project / 'index.sqlite'}?mode=ro", uri=True)
        self._journal = (self._floor / _JOURNAL).open("wb", buffering=0)
        self._stock = (self._bound(self._entities[1]), self._bound(self._entities[2]))

    def entity(self, number: int) -> str:
        """Return some entity of the last layer, each once."""
        return self._entities[-1 - number % (len(self._entities) // 20)]

    def save(self, entity: str, text: str) -> Pair:
        """Commit one version made from two others, then let the floor do the same."""
        keys = {table: self._last(table) for table in ("artifact", "derivation", "subject")}
        done: list[Derivation] = []
        unit = work(entity, self._stock, text)
        own = cost_of(lambda: done.append(self._store.commit(unit)))
        names = [
            envelope_name(Ref.parse(done[0].outputs[0].ref)),
            derivation_name(unit.unit, done[0].sequence),
        ]
        files = [(name, (self._project / name).read_bytes()) for name in names]
        for name, _ in files:
            known = (self._project / name).parent.parent
            (self._floor / known.relative_to(self._project)).mkdir(parents=True, exist_ok=True)
            if done[0].sequence > 1:
                (self._floor / name).parent.mkdir(exist_ok=True)
        rows = list(self._changes(keys, entity))
        return Pair(own, cost_of(lambda: self._again(files, rows)))

    def close(self) -> None:
        """Close the store; the floor's folder is left to whoever made the stock."""
        self._store.close()
        self._copy.close()
        self._rows.close()
        self._journal.close()

    def _again(self, files: list[tuple[str, bytes]], rows: list[tuple[str, tuple[Any, ...]]]) -> None:
        rewrite(self._journal, " " * 300)
        for name, _ in files:
            folder = (self._floor / name).parent
            if not folder.exists():
                folder.mkdir()
                fsync(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
        for name, content in files:
            publish(self._floor / name, content)
        self._copy.execute("BEGIN IMMEDIATE")
        for sql, values in rows:
            self._copy.execute(sql, values)
        self._copy.execute("COMMIT")
        rewrite(self._journal, " " * 90)

    def _changes(self, keys: dict[str, int], entity: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Yield the statements that bring a copy of the index up to the commit that was just made."""
        for table, query in _NEW_ROWS.items():
            for row in self._rows.execute(query, (keys["derivation" if table == "bound" else table],)):
                yield f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row
        head = self._rows.execute(
            "SELECT head, key FROM subject WHERE type = ? AND entity = ?", (_TYPE, entity)
        ).fetchone()
        yield "UPDATE subject SET head = ? WHERE key = ?", head

    def _last(self, table: str) -> int:
        return int(self._rows.execute(f"SELECT max(key) FROM {table}").fetchone()[0])

    def _bound(self, entity: str) -> Bound:
        held = self._store.current(_TYPE, entity)
        assert held is not None
        return Bound(name=entity, ref=str(held.ref), digest=held.digest)


def cost_of(action: Callable[[], object]) -> Cost:
    """Return what an action costs here."""
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection
