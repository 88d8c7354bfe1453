"""The index: what the store knows without reading a file, one query a question.

It is derived: everything in it comes from envelopes and derivations, and recording them again in any order
gives an equal dump. This is the seam: who keeps an index, and where, is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from cine_forge.kernel.artifacts.index.index_graph import IndexGraph
from cine_forge.kernel.artifacts.records.derivation import Derivation, UnitKey
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import Statement


class Row(NamedTuple):
    """What the index knows of one visible version. `candidate` stays true after it was accepted."""

    ref: Ref
    digest: str
    schema_name: str
    source: str
    candidate: bool
    own_commit: bool


class Link(NamedTuple):
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

    def candidates(self) -> Iterator[Row]:
        """Yield every version that was kept as a candidate, accepted or not, by subject and number."""

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

    def stands(self, ref: Ref) -> bool:
        """Say whether the unit that made a version still keeps its subject, in this version or another."""

    def graph(self) -> AbstractContextManager[IndexGraph]:
        """Return the graph of what is current, in whole numbers, as of one moment while it is entered."""

    def statements(self, artifact_type: str, entity: str) -> tuple[Statement, ...]:
        """Return the statements about all versions of a subject, newest last."""

    def waits(self, row: Row) -> bool:
        """Say whether a version is a candidate that nobody has accepted."""

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
