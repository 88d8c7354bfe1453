"""The index in SQL: one text for every database that speaks it.

Which version is current is decided here, from versions and statements. What a database does in its own way
(opening, transactions, its revision) stands behind `Database`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import ValidationError

from cine_forge.kernel.artifacts.index.database import Database, Transaction
from cine_forge.kernel.artifacts.index.index import Link, Row
from cine_forge.kernel.artifacts.index.index_graph import IndexGraph
from cine_forge.kernel.artifacts.index.index_record import record
from cine_forge.kernel.artifacts.index.index_tables import (
    DUMPS,
    FORMAT,
    GOVERNING,
    NEWEST,
    STAMP,
    STANDING,
    TABLES,
    VISIBLE,
)
from cine_forge.kernel.artifacts.records.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import Statement
from cine_forge.kernel.ground.errors import Fault, IntegrityError

Kept = TypeVar("Kept", Derivation, Statement)


class SqlIndex:
    """The index in one database. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.RLock()
        self.is_new = database.prepare(FORMAT, TABLES) or not self._all("SELECT once FROM filled")

    def record(self, envelopes: Iterable[Envelope], derivations: Iterable[Derivation]) -> None:
        with self._transaction() as sql:
            record(sql, envelopes, derivations)

    def replace(self, envelopes: Iterable[Envelope], derivations: Iterable[Derivation]) -> None:
        with self._transaction() as sql:
            for table in ("bound", "lineage", "statement", "derivation", "artifact", "subject"):
                sql.execute(f"DELETE FROM {table}")
            record(sql, envelopes, derivations)
            sql.execute("INSERT INTO filled VALUES (1) ON CONFLICT DO NOTHING")

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
        which = "" if types is None else f"s.type IN ({_marks(chosen)}) AND"
        return self._rows(f"{which} a.key = s.head ORDER BY s.type, s.entity", chosen)

    def candidates(self) -> Iterator[Row]:
        return self._rows(f"a.candidate = 1 AND {VISIBLE} ORDER BY s.type, s.entity, a.version", ())

    def named(self) -> Iterator[Ref]:
        query = (
            "SELECT s.type, s.entity, a.version FROM artifact a JOIN subject s ON s.key = a.subject"
            " WHERE a.own_commit = 1 OR a.derivation IS NOT NULL ORDER BY 1, 2, 3"
        )
        return (Ref(*found) for found in self._all(query))

    def newest_derivation(self, unit: UnitKey) -> Derivation | None:
        query = "SELECT body FROM derivation WHERE stage = ? AND entity = ? ORDER BY sequence DESC LIMIT 1"
        body = self._value(query, (unit.stage, unit.entity))
        return _kept(Derivation, body) if body else None

    def newest_derivations(self, stages: Collection[str] | None = None) -> Iterator[Derivation]:
        chosen = tuple(sorted(stages or ()))
        where = "" if stages is None else f"WHERE stage IN ({_marks(chosen)})"
        found = self._all(NEWEST.format(where=where), chosen)
        return (_kept(Derivation, body) for (body,) in found)

    def last_sequence(self, unit: UnitKey) -> int:
        query = "SELECT max(sequence) FROM derivation WHERE stage = ? AND entity = ?"
        return int(self._value(query, (unit.stage, unit.entity)) or 0)

    def derivations(self) -> Iterator[Derivation]:
        found = self._all("SELECT body FROM derivation ORDER BY ordinal, stage, entity, sequence")
        return (_kept(Derivation, body) for (body,) in found)

    def derivation_of(self, ref: Ref) -> Derivation | None:
        query = (
            "SELECT d.body FROM subject s JOIN artifact a ON a.subject = s.key"
            " JOIN derivation d ON d.key = a.derivation WHERE s.type = ? AND s.entity = ? AND a.version = ?"
        )
        body = self._value(query, (ref.type, ref.entity, ref.version))
        return _kept(Derivation, body) if body else None

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

    def stands(self, ref: Ref) -> bool:
        query = (
            "SELECT 1 FROM subject s JOIN artifact c ON c.subject = s.key"
            f" WHERE s.type = ? AND s.entity = ? AND c.version = ? AND {STANDING}"
        )
        return bool(self._value(query, (ref.type, ref.entity, ref.version)))

    @contextmanager
    def graph(self) -> Iterator[IndexGraph]:
        with self._turn, self._database.reading() as ask:
            yield IndexGraph(ask)

    def statements(self, artifact_type: str, entity: str) -> tuple[Statement, ...]:
        query = (
            "SELECT body FROM statement WHERE subject ="
            " (SELECT key FROM subject WHERE type = ? AND entity = ?) ORDER BY number"
        )
        return tuple(_kept(Statement, body) for (body,) in self._all(query, (artifact_type, entity)))

    def waits(self, row: Row) -> bool:
        if not row.candidate:
            return False
        said = self.statements(row.ref.type, row.ref.entity)
        return not any(one.kind == "accept" and one.ref == str(row.ref) for one in said)

    def stated(self, kinds: Collection[str]) -> tuple[Statement, ...]:
        chosen = tuple(sorted(kinds))
        query = f"SELECT body FROM statement WHERE kind IN ({_marks(chosen)}) ORDER BY subject, number"
        return tuple(_kept(Statement, body) for (body,) in self._all(query, chosen))

    def revision(self) -> int:
        with self._turn:
            return self._database.revision()

    def stamp(self) -> tuple[int, ...]:
        (found,) = self._all(STAMP)
        return tuple(int(count or 0) for count in found)

    def dump(self) -> list[str]:
        lines = (json.dumps([name, *row]) for name, query in DUMPS.items() for row in self._all(query))
        return sorted(lines)

    def close(self) -> bool:
        with self._turn:
            return self._database.close()

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
            return self._database.ask(query, values)

    def _value(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        found = self._all(query, values)
        return found[0][0] if found else None

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        with self._turn, self._database.transaction() as sql:
            yield sql


def _marks(values: Collection[object]) -> str:
    """Return as many `?` as there are values; of none, something that nothing is equal to."""
    return ", ".join("?" * len(values)) or "NULL"


def _kept(model: type[Kept], body: str) -> Kept:
    """Read a record that the index took in. Raises IntegrityError CF-A022 when a byte of it differs now."""
    try:
        return model.model_validate_json(body)
    except ValidationError:
        what = "a record in the index cannot be read"
        raise IntegrityError(Fault("CF-A022", what, hint="cine-forge artifacts rebuild")) from None
