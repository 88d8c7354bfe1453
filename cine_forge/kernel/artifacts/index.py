"""The index: what the store knows without reading a file, one query a question.

It is derived: everything in it comes from envelopes and derivations, and recording them again in any order
gives an equal dump. `Index` is the seam; `SqliteIndex` keeps it in one file beside the artifacts. Which
version is current is decided here, from versions and statements. Nothing here knows where files lie.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from cine_forge.kernel.artifacts.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.envelope import Envelope
from cine_forge.kernel.artifacts.index_record import record
from cine_forge.kernel.artifacts.index_tables import (
    DUMPS,
    FORMAT,
    GOVERNING,
    MOVED,
    NEWEST,
    STAMP,
    STANDING,
    TABLES,
    VISIBLE,
)
from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.artifacts.sqlite_file import SqliteFile
from cine_forge.kernel.artifacts.statements import Statement


@dataclass(frozen=True)
class Row:
    """What the index knows of one visible version. `candidate` stays true after it was accepted."""

    ref: Ref
    digest: str
    schema_name: str
    source: str
    candidate: bool
    own_commit: bool


@dataclass(frozen=True)
class Link:
    """One governing edge: `consequence` was made from `made_from`, whose digest was `digest` then."""

    consequence: Ref
    made_from: Ref
    digest: str
    role: str


class Index(Protocol):
    """What the store asks of an index, on SQLite or elsewhere. Refs of versions not visible are unknown."""

    is_new: bool
    """Whether this opening made it, so that what is kept has yet to be taken in."""

    def record(self, envelopes: Iterable[Envelope], derivations: Iterable[Derivation]) -> None:
        """Take in derivations, and the envelopes that they or nothing but themselves make visible.

        One transaction; what is known changes nothing.
        """

    def replace(self, envelopes: Iterable[Envelope], derivations: Iterable[Derivation]) -> None:
        """Forget everything and record these, in one transaction."""

    def row(self, ref: Ref) -> Row | None:
        """Return one visible version."""

    def current(self, artifact_type: str, entity: str) -> Row | None:
        """Return the current version."""

    def newest(self, artifact_type: str, entity: str) -> Row | None:
        """Return the visible version with the highest number, a candidate too."""

    def head(self, artifact_type: str, entity: str) -> tuple[Row | None, Row | None, int]:
        """Return the current version, the newest, and the highest number: what the next one stands on."""

    def last_version(self, artifact_type: str, entity: str) -> int:
        """Return the highest version number ever named, 0 when there is none."""

    def versions(self, artifact_type: str, entity: str) -> tuple[Row, ...]:
        """Return the visible versions in number order."""

    def entities(self, artifact_type: str) -> tuple[str, ...]:
        """Return the entities with a visible version, in alphabetical order."""

    def types(self) -> tuple[str, ...]:
        """Return the types with a visible version, in alphabetical order."""

    def heads(self, types: Collection[str] | None = None) -> Iterator[Row]:
        """Yield the current version of everything, or of what is of some types, in one query."""

    def named(self) -> Iterator[Ref]:
        """Yield every version that is visible or that a derivation names as its output."""

    def newest_derivation(self, unit: UnitKey) -> Derivation | None:
        """Return the derivation of a unit with the highest sequence."""

    def newest_derivations(self, stages: Collection[str] | None = None) -> Iterator[Derivation]:
        """Yield the newest derivation of every unit, or of the units of some stages, in one query."""

    def last_sequence(self, unit: UnitKey) -> int:
        """Return the highest sequence of a unit's derivations, 0 when there is none."""

    def derivations(self) -> Iterator[Derivation]:
        """Yield every derivation in the order of ordinals."""

    def derivation_of(self, ref: Ref) -> Derivation | None:
        """Return the newest derivation that has `ref` among its outputs."""

    def maker_of(self, artifact_type: str, entity: str) -> UnitKey | None:
        """Return the unit whose derivation made the current version last; None for an own commit."""

    def last_ordinal(self) -> int:
        """Return the highest ordinal of all derivations, 0 when there is none."""

    def inputs(self, ref: Ref) -> tuple[Link, ...]:
        """Return what a version was made from, by the newest derivation that made it."""

    def consequences(self, ref: Ref) -> tuple[Link, ...]:
        """Return what was made from a version, by the newest derivations."""

    def head_links(self) -> Iterator[Link]:
        """Yield the governing edges of every current version."""

    def standing_links(self) -> Iterator[Link]:
        """Yield the governing edges of the current versions that their units still keep.

        A unit that ran again and kept other things superseded what it kept before; that stays, unjudged.
        """

    def has_moved(self) -> bool:
        """Say whether something that a current version was made from has another digest now, or is gone.

        When not, nothing is stale; that is asked after every run, so it is one query.
        """

    def statements(self, artifact_type: str, entity: str) -> tuple[Statement, ...]:
        """Return the statements about all versions of a subject, newest last."""

    def waits(self, row: Row) -> bool:
        """Say whether a version is a candidate that nobody has accepted."""

    def judgements(self) -> tuple[Statement, ...]:
        """Return every `confirm` and `revise`, in the order of subject and number."""

    def stated(self, kinds: Collection[str]) -> tuple[Statement, ...]:
        """Return every statement of these kinds about whatever, oldest first within a subject."""

    def revision(self) -> int:
        """Return a number that grows when anything is recorded, by whatever process."""

    def stamp(self) -> tuple[int, ...]:
        """Return counts that another opening of the same index gives too, unless something was recorded."""

    def dump(self) -> list[str]:
        """Return everything as sorted lines that no allotted key has a part in."""

    def close(self) -> bool:
        """Make everything durable and let go; True when nothing is left in a log beside the file."""


class SqliteIndex:
    """The index in one SQLite file, or in memory when `path` is None. Safe to use from several threads."""

    def __init__(self, path: Path | None, mode: Literal["write", "read"] = "write") -> None:
        self._file = SqliteFile(path, mode)
        self._turn = threading.RLock()
        self.is_new = False
        if mode == "write":
            self._prepare()

    def record(self, envelopes: Iterable[Envelope], derivations: Iterable[Derivation]) -> None:
        with self._transaction() as sql:
            record(sql, envelopes, derivations)

    def replace(self, envelopes: Iterable[Envelope], derivations: Iterable[Derivation]) -> None:
        with self._transaction() as sql:
            for table in ("bound", "lineage", "statement", "derivation", "artifact", "subject"):
                sql.execute(f"DELETE FROM {table}")
            record(sql, envelopes, derivations)

    def row(self, ref: Ref) -> Row | None:
        where = f"s.type = ? AND s.entity = ? AND a.version = ? AND {VISIBLE}"
        return next(self._rows(where, (ref.type, ref.entity, ref.version)), None)

    def current(self, artifact_type: str, entity: str) -> Row | None:
        return next(
            self._rows("s.type = ? AND s.entity = ? AND a.key = s.head", (artifact_type, entity)), None
        )

    def newest(self, artifact_type: str, entity: str) -> Row | None:
        where = f"s.type = ? AND s.entity = ? AND {VISIBLE} ORDER BY a.version DESC LIMIT 1"
        return next(self._rows(where, (artifact_type, entity)), None)

    def head(self, artifact_type: str, entity: str) -> tuple[Row | None, Row | None, int]:
        last = self.last_version(artifact_type, entity)
        if not last:
            return None, None, 0
        return self.current(artifact_type, entity), self.newest(artifact_type, entity), last

    def last_version(self, artifact_type: str, entity: str) -> int:
        query = (
            "SELECT a.version FROM subject s JOIN artifact a ON a.subject = s.key"
            " WHERE s.type = ? AND s.entity = ? ORDER BY a.version DESC LIMIT 1"
        )
        return int(self._value(query, (artifact_type, entity)) or 0)

    def versions(self, artifact_type: str, entity: str) -> tuple[Row, ...]:
        where = f"s.type = ? AND s.entity = ? AND {VISIBLE} ORDER BY a.version"
        return tuple(self._rows(where, (artifact_type, entity)))

    def entities(self, artifact_type: str) -> tuple[str, ...]:
        query = (
            "SELECT s.entity FROM subject s WHERE s.type = ? AND EXISTS"
            f" (SELECT 1 FROM artifact a WHERE a.subject = s.key AND {VISIBLE}) ORDER BY s.entity"
        )
        return tuple(entity for (entity,) in self._all(query, (artifact_type,)))

    def types(self) -> tuple[str, ...]:
        query = (
            "SELECT DISTINCT s.type FROM subject s WHERE EXISTS"
            f" (SELECT 1 FROM artifact a WHERE a.subject = s.key AND {VISIBLE}) ORDER BY s.type"
        )
        return tuple(name for (name,) in self._all(query))

    def heads(self, types: Collection[str] | None = None) -> Iterator[Row]:
        chosen = tuple(sorted(types or ()))
        which = "" if types is None else f"s.type IN ({', '.join('?' * len(chosen))}) AND"
        return self._rows(f"{which} a.key = s.head ORDER BY s.type, s.entity", chosen)

    def named(self) -> Iterator[Ref]:
        query = (
            "SELECT s.type, s.entity, a.version FROM artifact a JOIN subject s ON s.key = a.subject"
            " WHERE a.own_commit OR a.derivation IS NOT NULL ORDER BY 1, 2, 3"
        )
        return (Ref(*found) for found in self._all(query))

    def newest_derivation(self, unit: UnitKey) -> Derivation | None:
        query = "SELECT body FROM derivation WHERE stage = ? AND entity = ? ORDER BY sequence DESC LIMIT 1"
        body = self._value(query, (unit.stage, unit.entity))
        return Derivation.model_validate_json(body) if body else None

    def newest_derivations(self, stages: Collection[str] | None = None) -> Iterator[Derivation]:
        chosen = tuple(sorted(stages or ()))
        where = "" if stages is None else f"WHERE stage IN ({', '.join('?' * len(chosen))})"
        found = self._all(NEWEST.format(where=where), chosen)
        return (Derivation.model_validate_json(body) for (body,) in found)

    def last_sequence(self, unit: UnitKey) -> int:
        query = "SELECT max(sequence) FROM derivation WHERE stage = ? AND entity = ?"
        return int(self._value(query, (unit.stage, unit.entity)) or 0)

    def derivations(self) -> Iterator[Derivation]:
        found = self._all("SELECT body FROM derivation ORDER BY ordinal, stage, entity, sequence")
        return (Derivation.model_validate_json(body) for (body,) in found)

    def derivation_of(self, ref: Ref) -> Derivation | None:
        query = (
            "SELECT d.body FROM subject s JOIN artifact a ON a.subject = s.key"
            " JOIN derivation d ON d.key = a.derivation WHERE s.type = ? AND s.entity = ? AND a.version = ?"
        )
        body = self._value(query, (ref.type, ref.entity, ref.version))
        return Derivation.model_validate_json(body) if body else None

    def maker_of(self, artifact_type: str, entity: str) -> UnitKey | None:
        query = (
            "SELECT d.stage, d.entity FROM subject s JOIN artifact a ON a.key = s.head"
            " JOIN derivation d ON d.key = a.derivation WHERE s.type = ? AND s.entity = ?"
        )
        found = self._all(query, (artifact_type, entity))
        return UnitKey(stage=found[0][0], entity=found[0][1]) if found else None

    def last_ordinal(self) -> int:
        return int(self._value("SELECT max(ordinal) FROM derivation") or 0)

    def inputs(self, ref: Ref) -> tuple[Link, ...]:
        where = "cs.type = ? AND cs.entity = ? AND c.version = ?"
        return tuple(self._links(where, (ref.type, ref.entity, ref.version)))

    def consequences(self, ref: Ref) -> tuple[Link, ...]:
        where = "ms.type = ? AND ms.entity = ? AND m.version = ?"
        return tuple(self._links(where, (ref.type, ref.entity, ref.version)))

    def head_links(self) -> Iterator[Link]:
        return self._links("c.key = cs.head", ())

    def standing_links(self) -> Iterator[Link]:
        return self._links(f"c.key = cs.head AND {STANDING}", ())

    def has_moved(self) -> bool:
        return bool(self._value(MOVED))

    def statements(self, artifact_type: str, entity: str) -> tuple[Statement, ...]:
        query = (
            "SELECT body FROM statement WHERE subject ="
            " (SELECT key FROM subject WHERE type = ? AND entity = ?) ORDER BY number"
        )
        return tuple(
            Statement.model_validate_json(body) for (body,) in self._all(query, (artifact_type, entity))
        )

    def waits(self, row: Row) -> bool:
        if not row.candidate:
            return False
        said = self.statements(row.ref.type, row.ref.entity)
        return not any(one.kind == "accept" and one.ref == str(row.ref) for one in said)

    def judgements(self) -> tuple[Statement, ...]:
        return self.stated(("confirm", "revise"))

    def stated(self, kinds: Collection[str]) -> tuple[Statement, ...]:
        chosen = tuple(sorted(kinds))
        marks = ", ".join("?" * len(chosen))
        query = f"SELECT body FROM statement WHERE kind IN ({marks}) ORDER BY subject, number"
        return tuple(Statement.model_validate_json(body) for (body,) in self._all(query, chosen))

    def revision(self) -> int:
        with self._turn:
            return self._file.revision()

    def stamp(self) -> tuple[int, ...]:
        (found,) = self._all(STAMP)
        return tuple(int(count or 0) for count in found)

    def dump(self) -> list[str]:
        lines = (json.dumps([name, *row]) for name, query in DUMPS.items() for row in self._all(query))
        return sorted(lines)

    def close(self) -> bool:
        with self._turn:
            return self._file.close()

    def _prepare(self) -> None:
        with self._transaction() as sql:
            (found,) = sql.execute("PRAGMA user_version").fetchone()
            self.is_new = found != FORMAT
            if self.is_new:
                for statement in TABLES:
                    sql.execute(statement)
                sql.execute(f"PRAGMA user_version = {FORMAT}")

    def _rows(self, where: str, values: tuple[Any, ...]) -> Iterator[Row]:
        query = (
            "SELECT s.type, s.entity, a.version, a.digest, a.schema_name, a.source, a.candidate, a.own_commit"
            f" FROM subject s JOIN artifact a ON a.subject = s.key WHERE {where}"
        )
        for kind, entity, version, digest, schema, source, candidate, own in self._all(query, values):
            yield Row(Ref(kind, entity, version), digest, schema, source, bool(candidate), bool(own))

    def _links(self, where: str, values: tuple[Any, ...]) -> Iterator[Link]:
        query = GOVERNING.format(where=where)
        for found in self._all(query, values + values):
            yield Link(Ref(*found[0:3]), Ref(*found[3:6]), found[6], found[7])

    def _all(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._turn:
            return self._file.connection().execute(query, values).fetchall()

    def _value(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        found = self._all(query, values)
        return found[0][0] if found else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            sql = self._file.connection()
            sql.execute("BEGIN IMMEDIATE")
            try:
                yield sql
            except BaseException:
                sql.execute("ROLLBACK")
                raise
            sql.execute("COMMIT")
