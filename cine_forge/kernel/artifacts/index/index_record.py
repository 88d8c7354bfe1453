"""Recording: what one transaction of the index writes for derivations and envelopes.

Taking in again what is known changes nothing, and the order of taking in does not matter. Keys that were
found or allotted are remembered for the length of the transaction, never longer: another process may
forget everything and begin anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from cine_forge.kernel.artifacts.index.database import Transaction
from cine_forge.kernel.artifacts.index.index_tables import CURRENT, PUT_STATEMENT
from cine_forge.kernel.artifacts.records.derivation import Bound, Derivation
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import STATEMENT_TYPE, Statement

_INPUTS, _OUTPUTS = 0, 1


def record(sql: Transaction, envelopes: Iterable[Envelope], derivations: Iterable[Derivation]) -> None:
    """Take in derivations, then the envelopes that they or nothing but themselves make visible."""
    recording = _Recording(sql)
    for derivation in derivations:
        recording.put_derivation(derivation)
    for envelope in envelopes:
        if envelope.own_commit or recording.is_made(envelope.parsed_ref):
            recording.put_envelope(envelope)
    sql.executemany(CURRENT, [{"subject": subject} for subject in sorted(recording.touched)])


class _Recording:
    """One transaction. `touched` are the subjects whose current version may be another now."""

    def __init__(self, sql: Transaction) -> None:
        self._sql = sql
        self._subjects: dict[tuple[str, str], int] = {}
        self._artifacts: dict[Ref, int] = {}
        self._new: set[int] = set()
        self._made: set[Ref] = set()
        self.touched: set[int] = set()

    def put_derivation(self, derivation: Derivation) -> None:
        unit = derivation.unit
        done = self._sql.execute(
            "INSERT INTO derivation (stage, entity, sequence, ordinal, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING RETURNING key",
            (unit.stage, unit.entity, derivation.sequence, derivation.ordinal, derivation.model_dump_json()),
        ).fetchone()
        if done is None:
            return
        key = int(done[0])
        self._bind(key, _INPUTS, derivation.inputs)
        self._bind(key, _OUTPUTS, derivation.outputs)
        for bound in derivation.outputs:
            ref = Ref.parse(bound.ref)
            self._made.add(ref)
            self.touched.add(self._subject(ref.type, ref.entity))
            self._make_governing(self._artifact(ref), key, derivation.ordinal)

    def is_made(self, ref: Ref) -> bool:
        """Tell whether a derivation names a version as its output."""
        if ref in self._made:
            return True
        query = (
            "SELECT a.derivation FROM subject s JOIN artifact a ON a.subject = s.key"
            " WHERE s.type = ? AND s.entity = ? AND a.version = ?"
        )
        found = self._sql.execute(query, (ref.type, ref.entity, ref.version)).fetchone()
        return found is not None and found[0] is not None

    def put_envelope(self, envelope: Envelope) -> None:
        ref = envelope.parsed_ref
        key = self._artifact(ref)
        self.touched.add(self._subject(ref.type, ref.entity))
        facts = (envelope.digest, envelope.schema_name, envelope.source)
        self._sql.execute(
            "UPDATE artifact SET present = 1, digest = ?, schema_name = ?, source = ?, candidate = ?,"
            " own_commit = ? WHERE key = ?",
            (*facts, int(envelope.candidate), int(envelope.own_commit), key),
        )
        if ref.type != STATEMENT_TYPE:
            self._put_edges(key, envelope)
        elif envelope.own_commit:
            self._put_statement(key, Statement.model_validate(envelope.data))

    def _bind(self, derivation: int, side: int, bounds: tuple[Bound, ...]) -> None:
        rows = [
            (derivation, side, place, bound.name, self._artifact(Ref.parse(bound.ref)), bound.digest)
            for place, bound in enumerate(bounds)
        ]
        self._sql.executemany("INSERT INTO bound VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _make_governing(self, artifact: int, derivation: int, ordinal: int) -> None:
        self._sql.execute(
            "UPDATE artifact SET derivation = ? WHERE key = ? AND (derivation IS NULL OR"
            " (SELECT d.ordinal FROM derivation d WHERE d.key = artifact.derivation) < ?)",
            (derivation, artifact, ordinal),
        )

    def _put_edges(self, key: int, envelope: Envelope) -> None:
        kept = [edge for edge in envelope.lineage if envelope.own_commit or edge.role != "derived_from"]
        if key not in self._new:
            self._sql.execute("DELETE FROM lineage WHERE artifact = ?", (key,))
        rows = [
            (key, place, self._artifact(Ref.parse(edge.ref)), edge.digest, edge.role)
            for place, edge in enumerate(kept)
        ]
        self._sql.executemany("INSERT INTO lineage VALUES (?, ?, ?, ?, ?)", rows)

    def _put_statement(self, key: int, statement: Statement) -> None:
        ref = Ref.parse(statement.ref)
        subject = self._subject(ref.type, ref.entity)
        values = (key, subject, statement.number, statement.kind, ref.version, statement.model_dump_json())
        self._sql.execute(PUT_STATEMENT, values)
        self.touched.add(subject)

    def _subject(self, artifact_type: str, entity: str) -> int:
        values = (artifact_type, entity)
        if values not in self._subjects:
            query = "SELECT key FROM subject WHERE type = ? AND entity = ?"
            found = self._sql.execute(query, values).fetchone()
            if not found:
                query = "INSERT INTO subject (type, entity) VALUES (?, ?) RETURNING key"
                found = self._sql.execute(query, values).fetchone()
            self._subjects[values] = int(found[0])
        return self._subjects[values]

    def _artifact(self, ref: Ref) -> int:
        if ref not in self._artifacts:
            values = (self._subject(ref.type, ref.entity), ref.version)
            query = "SELECT key FROM artifact WHERE subject = ? AND version = ?"
            found = self._sql.execute(query, values).fetchone()
            if not found:
                query = "INSERT INTO artifact (subject, version) VALUES (?, ?) RETURNING key"
                found = self._sql.execute(query, values).fetchone()
                self._new.add(int(found[0]))
            self._artifacts[ref] = int(found[0])
        return self._artifacts[ref]
