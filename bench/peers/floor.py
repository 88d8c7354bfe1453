"""The floor: the very acts on disk that make the results of a cold run durable, and nothing else.

A finished project of ours says which files, folders, rows and events there are. The floor makes them
again, unit by unit, with the same bytes and in the same order, by these acts for each unit:

    journal      one plain write before, one after
    folder       mkdir, fsync of the folder above
    file         write beside, fsync, link, unlink, fsync of the folder
    index        one transaction, WAL, synchronous NORMAL, with the rows of the unit
    events       one plain write a line

`tests/bench/test_floor.py` holds that a run of ours makes exactly these, unit by unit. What a run may
throttle (its state file) and what it does once (plan, lock, close) are left out: the floor flatters nobody.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.peers.ours import Ours
from bench.peers.peer import ROOT, Act, child
from bench.workload import Workload

_TAPE = "tape.json"
_JOURNAL = "commit.journal"
_EVENTS = "events.jsonl"


class Floor:
    """Replays the tape of a cold run."""

    name = "floor"
    package = None
    help = ("-c", "pass")

    def __init__(self) -> None:
        self._tapes: dict[str, str] = {}

    def prepare(self, workload: Workload, folder: Path) -> None:
        if workload.name not in self._tapes:
            self._tapes[workload.name] = json.dumps(_recorded(workload, folder / "model"))
        folder.mkdir(exist_ok=True)
        (folder / _TAPE).write_text(self._tapes[workload.name])

    def command(self, act: Act, folder: Path) -> list[str] | None:
        return child("bench.peers.floor", act, folder) if act == "cold" else None

    def performed(self, folder: Path) -> int:
        return sum(1 for _ in folder.glob("derivations/*/*/*.json"))


@dataclass(frozen=True)
class Tape:
    """What a finished project consists of. A unit is its folders, files, rows and events."""

    schema: list[str]
    journal: list[str]
    units: list[dict[str, Any]] = field(default_factory=list)


def record(project: Path) -> Tape:
    """Return the tape of a finished project, its units in the order in which they ended."""
    index = sqlite3.connect(f"file:{project / 'index.sqlite'}?mode=ro", uri=True)
    schema = [sql for (sql,) in index.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    events = _by_unit(project)
    tables = _tables(index)
    tape = Tape(schema, [(project / _JOURNAL).read_text().ljust(220), (project / _JOURNAL).read_text()])
    known: set[str] = set()
    for number, (unit, lines) in enumerate(events.items()):
        files = [project / path for path in _files_of(project, unit, lines)]
        rows = [
            [sql, row]
            for sql, found in tables.items()
            for row in found[number * len(found) // len(events) : (number + 1) * len(found) // len(events)]
        ]
        tape.units.append(
            {
                "folders": list(_new_folders(files, project, known)),
                "files": [[str(path.relative_to(project)), path.read_text()] for path in files],
                "rows": rows,
                "events": lines,
            }
        )
    return tape


def replay(tape: Tape, folder: Path) -> None:
    """Do what the tape says in a folder, each act durable before the next."""
    index = sqlite3.connect(folder / "index.sqlite", isolation_level=None)
    index.execute("PRAGMA journal_mode = WAL")
    index.execute("PRAGMA synchronous = NORMAL")
    for sql in tape.schema:
        index.execute(sql)
    with (folder / _JOURNAL).open("wb", buffering=0) as journal, (folder / _EVENTS).open("ab", 0) as events:
        for unit in tape.units:
            rewrite(journal, tape.journal[0])
            for name in unit["folders"]:
                (folder / name).mkdir()
                fsync((folder / name).parent, os.O_RDONLY | os.O_DIRECTORY)
            for name, text in unit["files"]:
                publish(folder / name, text.encode())
            index.execute("BEGIN IMMEDIATE")
            for sql, row in unit["rows"]:
                index.execute(sql, row)
            index.execute("COMMIT")
            rewrite(journal, tape.journal[1])
            for line in unit["events"]:
                events.write(line.encode())
    index.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index.close()


def publish(path: Path, content: bytes) -> None:
    """Write a file beside its place, durably, and give it its name."""
    beside = path.with_name(f".{path.name}.tmp")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    os.write(handle, content)
    os.fsync(handle)
    os.close(handle)
    os.link(beside, path)
    beside.unlink()
    fsync(path.parent, os.O_RDONLY | os.O_DIRECTORY)


def rewrite(journal: Any, text: str) -> None:
    """Put a text in the place of what stands in a journal, not durably."""
    journal.seek(0)
    journal.write(text.encode())
    journal.truncate()


def fsync(path: Path, flags: int) -> None:
    """Make a file or folder durable."""
    handle = os.open(path, flags)
    os.fsync(handle)
    os.close(handle)


def _recorded(workload: Workload, folder: Path) -> dict[str, Any]:
    ours = Ours()
    ours.prepare(workload, folder)
    command = ours.command("cold", folder)
    assert command is not None
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    tape = record(folder)
    shutil.rmtree(folder)
    return {"schema": tape.schema, "journal": tape.journal, "units": tape.units}


def _by_unit(project: Path) -> dict[str, list[str]]:
    """Return the lines of events of each unit that was done, in the order in which they ended."""
    lines: dict[str, list[str]] = {}
    ended: list[str] = []
    for line in next(project.glob("runs/*/pipeline_events.jsonl")).read_text().splitlines(keepends=True):
        event = json.loads(line)
        stage = event.get("stage")
        if stage:
            lines.setdefault(stage, []).append(line)
            ended += [stage] if event["event"] == "unit_finished" else []
    return {stage: lines[stage] for stage in ended}


def _files_of(project: Path, stage: str, lines: list[str]) -> Iterator[str]:
    for pattern in (f"artifacts/*/step-{stage}-*/v0001.json", f"derivations/{stage}/*/d0001.json"):
        yield from (str(path.relative_to(project)) for path in project.glob(pattern))


def _new_folders(files: list[Path], project: Path, known: set[str]) -> Iterator[str]:
    """Yield the folders that a unit makes, those above first."""
    for path in files:
        for folder in reversed([above for above in path.parents if above.is_relative_to(project)]):
            name = str(folder.relative_to(project))
            if name != "." and name not in known:
                known.add(name)
                yield name


def _tables(index: sqlite3.Connection) -> dict[str, list[list[Any]]]:
    """Return for each table the statement that fills it, with its rows."""
    names = [name for (name,) in index.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found: dict[str, list[list[Any]]] = {}
    for name in names:
        rows = [list(row) for row in index.execute(f"SELECT * FROM {name}")]
        if rows and not name.startswith("sqlite_"):
            marks = ", ".join("?" * len(rows[0]))
            found[f"INSERT INTO {name} VALUES ({marks})"] = rows
    return found


if __name__ == "__main__":
    place = Path(sys.argv[2])
    replay(Tape(**json.loads((place / _TAPE).read_bytes())), place)
