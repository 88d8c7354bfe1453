"""A project sketched straight into an index, without files: as large as a test wants it, and quick.

Beside the index it keeps what it recorded in plain dictionaries, from which a naive oracle says what is
stale by the words of the definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cine_forge.kernel.artifacts.index.sql_index import SqlIndex
from cine_forge.kernel.artifacts.index.sqlite_file import SqliteFile
from cine_forge.kernel.artifacts.lineage.lineage import Health, Lineage
from cine_forge.kernel.artifacts.records.derivation import Bound, Derivation, UnitKey
from cine_forge.kernel.artifacts.records.envelope import Edge, Envelope
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import Statement
from cine_forge.kernel.ground.hashing import digest_of


def ref_of(name: str, version: int = 1) -> Ref:
    return Ref("note", name, version)


@dataclass
class Sketch:
    """An index in memory and the same in dictionaries, by name; `inputs` are those that govern a version."""

    index: SqlIndex = field(default_factory=lambda: SqlIndex(SqliteFile(None)))
    digests: dict[Ref, str] = field(default_factory=dict)
    current: dict[str, Ref] = field(default_factory=dict)
    inputs: dict[Ref, tuple[Ref, ...]] = field(default_factory=dict)
    keeps: dict[str, set[str]] = field(default_factory=dict)
    made_by: dict[Ref, str] = field(default_factory=dict)
    said: list[Statement] = field(default_factory=list)
    pinned: set[str] = field(default_factory=set)
    last: dict[str, int] = field(default_factory=dict)
    _sequences: dict[str, int] = field(default_factory=dict)
    _envelopes: list[Envelope] = field(default_factory=list)
    _derivations: list[Derivation] = field(default_factory=list)
    _ordinal: int = 0

    @property
    def lineage(self) -> Lineage:
        return Lineage(self.index)

    def keep(self, name: str, text: str, *made_from: Ref, unit: str = "", others: Sequence[str] = ()) -> Ref:
        """Let a unit (of its own, or `unit`) keep a text, and `others` with the same, from these inputs."""
        unit = unit or name
        refs = [self._version(one, text) for one in (name, *others)]
        self._ordinal += 1
        self._sequences[unit] = self._sequences.get(unit, 0) + 1
        derivation = Derivation(
            unit=UnitKey(stage="write", entity=unit),
            sequence=self._sequences[unit],
            fingerprint="f",
            components={},
            module="writer",
            module_version="1",
            run_id="r",
            created_at="",
            ordinal=self._ordinal,
            inputs=tuple(
                Bound(name=f"i{n}", ref=str(r), digest=self.digests[r]) for n, r in enumerate(made_from)
            ),
            outputs=tuple(Bound(name="note", ref=str(ref), digest=self.digests[ref]) for ref in refs),
        )
        self._derivations.append(derivation)
        self.keeps[unit] = {name, *others}
        for ref in refs:
            self.inputs[ref], self.made_by[ref] = made_from, unit
        return refs[0]

    def edit(self, name: str, text: str) -> Ref:
        """Let a person change what is current; it stands on the same inputs."""
        before = self.current[name]
        ref = Ref("note", name, self.last[name] + 1)
        edges = [Edge(ref=str(one), digest=self.digests[one]) for one in self.inputs.get(before, ())]
        edges.append(Edge(ref=str(before), digest=self.digests[before], role="revision_of"))
        self._add(ref, text, lineage=tuple(edges), own_commit=True)
        self.inputs[ref] = self.inputs.get(before, ())
        return ref

    def announce(self, name: str, text: str, *edges: Edge) -> Ref:
        """Keep a version as its own commit, with these edges."""
        ref = ref_of(name)
        self._add(ref, text, lineage=edges, own_commit=True)
        self.inputs[ref] = tuple(Ref.parse(edge.ref) for edge in edges)
        return ref

    def pin(self, ref: Ref) -> None:
        """Let a person make a version the current one, whatever is newer."""
        self.pinned.add(ref.entity)
        self.current[ref.entity] = ref
        self.say("pin", ref)

    def say(self, kind: str, ref: Ref, source: str = "human") -> None:
        """Let somebody confirm a version or send it back, bound to what it stands on now."""
        number = sum(one.ref.startswith(f"note/{ref.entity}@") for one in self.said) + 1
        statement = Statement.model_validate(
            {
                "kind": kind,
                "ref": str(ref),
                "digest": self.digests[ref],
                "by": "kim",
                "number": number,
                "values": {"inputs": self.digest_of_inputs(ref)},
                "source": source,
            }
        )
        self.said.append(statement)
        data = statement.model_dump(mode="json")
        own = Envelope(
            ref=f"statement/note/{ref.entity}@v{number}",
            schema_name="statement@1",
            digest=digest_of(data),
            data=data,
            intent="i",
            rationale="r",
            confidence=1,
            source="human",
            created_at="",
            own_commit=True,
        )
        self._envelopes.append(own)

    def settle(self) -> Sketch:
        """Record all that was said and kept since the last time, in one transaction."""
        self.index.record(self._envelopes, self._derivations)
        self._envelopes, self._derivations = [], []
        return self

    def digest_of_inputs(self, ref: Ref) -> str:
        found: dict[str, str] = {}
        self._gather(ref, found)
        return digest_of(found)

    def stale(self) -> set[str]:
        """Return the names of what is stale, by the definition, again and again until nothing is added."""
        stale: set[str] = set()
        while True:
            more = {name for name, ref in self.current.items() if self._is_stale(ref, stale)} - stale
            if not more:
                return stale
            stale |= more

    def health(self, ref: Ref) -> Health:
        """Return the health of a version that is current and kept."""
        said = self._judgement(ref)
        if ref.entity in self.stale():
            return Health.NEEDS_REVISION if said else Health.STALE
        would = said == "confirm" and self._is_moved(ref, self.stale())
        return Health.CONFIRMED_VALID if would else Health.VALID

    def stands(self, ref: Ref) -> bool:
        unit = self.made_by.get(ref)
        return unit is None or ref.entity in self.keeps[unit]

    def _is_stale(self, ref: Ref, stale: set[str]) -> bool:
        return self.stands(ref) and self._is_moved(ref, stale) and self._judgement(ref) != "confirm"

    def _is_moved(self, ref: Ref, stale: Iterable[str]) -> bool:
        used = [one for one in self.inputs.get(ref, ()) if one.entity != ref.entity]
        return any(self.digests[self.current[one.entity]] != self.digests[one] for one in used) or any(
            one.entity in stale for one in used
        )

    def _judgement(self, ref: Ref) -> str | None:
        digest = self.digest_of_inputs(ref)
        judged = [one for one in self.said if one.kind != "pin" and one.ref == str(ref)]
        said = [one for one in judged if one.values["inputs"] == digest]
        people = [one.kind for one in said if one.source == "human"]
        return next(reversed(people or [one.kind for one in said]), None)

    def _gather(self, ref: Ref, found: dict[str, str]) -> None:
        for one in self.inputs.get(ref, ()):
            now = self.current[one.entity]
            if one.entity != ref.entity and f"note/{one.entity}" not in found:
                found[f"note/{one.entity}"] = self.digests[now]
                self._gather(now, found)

    def _version(self, name: str, text: str) -> Ref:
        before = self.current.get(name)
        if before is not None and self.digests[before] == digest_of(text):
            return before
        ref = Ref("note", name, self.last.get(name, 0) + 1)
        self._add(ref, text)
        return ref

    def _add(self, ref: Ref, text: str, *, lineage: tuple[Edge, ...] = (), own_commit: bool = False) -> None:
        self.digests[ref], self.last[ref.entity] = digest_of(text), ref.version
        if ref.entity not in self.pinned:
            self.current[ref.entity] = ref
        self._envelopes.append(
            Envelope(
                ref=str(ref),
                schema_name="note@1",
                digest=digest_of(text),
                data={},
                lineage=lineage,
                intent="i",
                rationale="r",
                confidence=1,
                source="code",
                created_at="",
                own_commit=own_commit,
            )
        )
