"""Staleness: the closure of what no longer fits its inputs, over everything that is current.

`lineage.py` asks for it; `index_graph.py` reads the graph. What is stale directly comes first, then its
consequences, nearest first, level by level in the order of refs, so that every index of the same project
gives the same causes. A confirmed artifact stops the spread. As long as little is stale the index is asked
level by level; when much is, all edges are read at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeVar

from cine_forge.kernel.artifacts.index.index_graph import IndexGraph, Name
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import Statement, standing_judgement

_FEW_QUESTIONS = 40
_FEW_SUBJECTS = 1_000


class Health(StrEnum):
    """How an artifact stands to its inputs. Only what is stale can need revision or be confirmed."""

    VALID = "valid"
    STALE = "stale"
    NEEDS_REVISION = "needs_revision"
    CONFIRMED_VALID = "confirmed_valid"


class Tally(NamedTuple):
    """How many current artifacts have each health, and the first few stale ones in the order of refs."""

    health: Mapping[Health, int]
    first: tuple[StaleArtifact, ...]


class StaleArtifact:
    """A current version that is stale, and why: a place in a closure, of which there may be very many."""

    __slots__ = ("_closure", "_subject")

    def __init__(self, closure: Closure, subject: int) -> None:
        self._closure = closure
        self._subject = subject

    @property
    def ref(self) -> Ref:
        """Return which version is stale."""
        return self._closure.ref(self._subject)

    @property
    def health(self) -> Health:
        """Return `stale` or `needs_revision`."""
        return self._closure.health(self._subject)

    @property
    def cause(self) -> tuple[str, ...]:
        """Return the path of refs: the input as it was used, as it is now, each consequence down to this."""
        return self._closure.cause(self._subject)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StaleArtifact):
            return NotImplemented
        return (self.ref, self.health, self.cause) == (other.ref, other.health, other.cause)

    def __hash__(self) -> int:
        return hash(self.ref)

    def __repr__(self) -> str:
        return f"StaleArtifact(ref={self.ref!r}, health={self.health!r})"


Node = TypeVar("Node", Ref, int)
Users = Callable[[Sequence[Node]], Mapping[Node, Sequence[Node]]]
"""Returns what stands on nodes, by node; also on others, perhaps."""


def spread(
    began: Collection[Node],
    users: Users[Node],
    ordered: Callable[[Collection[Node]], list[Node]],
    spared: Callable[[Node], bool],
) -> dict[Node, Node]:
    """Follow the consequences of what is stale directly; return each one reached, and from what.

    Nearest first, in the order of refs among the equally near; what is spared is not reached and passes
    nothing on. `began` is in order.
    """
    via: dict[Node, Node] = {}
    seen, frontier = set(began), list(began)
    while frontier:
        reached: list[Node] = []
        standing_on = users(frontier)
        for used in frontier:
            for user in standing_on.get(used, ()):
                if user not in seen:
                    seen.add(user)
                    if not spared(user):
                        via[user] = used
                        reached.append(user)
        frontier = ordered(reached)
    return via


class Closure:
    """What is stale in one reading of the graph, by subject; entries that were returned outlive the reading.

    `inputs_digest` says what a judgement about a ref must be bound to; with `listing` all names are read as
    soon as much is stale.
    """

    def __init__(
        self, graph: IndexGraph, inputs_digest: Callable[[Ref], str], *, listing: bool = False
    ) -> None:
        self._graph = graph
        self._inputs_digest = inputs_digest
        moved = graph.moved()
        self._judged = graph.judged() if moved else {}
        self._needs_revision: set[int] = set()
        self._confirmed: set[int] = set()
        self._changes: dict[int, tuple[str, ...]] = {}
        self._edges = edges = _Edges(graph, listing=listing)
        began = edges.ordered([subject for subject in moved if not self._spared(subject)])
        self._roots = {subject: moved[subject] for subject in began}
        self._via = spread(began, edges.users, edges.ordered, self._spared)

    def __len__(self) -> int:
        return len(self._roots) + len(self._via)

    def counts(self) -> dict[Health, int]:
        """Return how many current artifacts have each health; statements have none."""
        revise, confirmed = len(self._needs_revision), len(self._confirmed)
        return {
            Health.VALID: self._graph.count() - len(self) - confirmed,
            Health.STALE: len(self) - revise,
            Health.NEEDS_REVISION: revise,
            Health.CONFIRMED_VALID: confirmed,
        }

    def entries(self, most: int | None = None) -> tuple[StaleArtifact, ...]:
        """Return what is stale in the order of refs, all or the first few; they need the graph no more."""
        chosen = self._edges.ordered([*self._roots, *self._via])[:most]
        steps = chosen if most is None else [step for subject in chosen for step in self._path(subject)]
        self._edges.learn(steps)
        self._changes |= self._graph.changes({self._roots[step] for step in steps if step in self._roots})
        return tuple(StaleArtifact(self, subject) for subject in chosen)

    def ref(self, subject: int) -> Ref:
        """Return the current version of a stale subject."""
        return self._edges.ref(subject)

    def health(self, subject: int) -> Health:
        """Return the health of a stale subject."""
        return Health.NEEDS_REVISION if subject in self._needs_revision else Health.STALE

    def confirmed(self) -> tuple[Ref, ...]:
        """Return what would be stale, had nobody confirmed it, in the order of refs."""
        found = self._edges.ordered(self._confirmed)
        self._edges.learn(found)
        return tuple(map(self._edges.ref, found))

    def cause(self, subject: int) -> tuple[str, ...]:
        """Return the path of refs that leads to a stale subject."""
        path = self._path(subject)
        began = self._changes[self._roots[path[-1]]]
        return (*began, *(str(self._edges.ref(step)) for step in reversed(path)))

    def _path(self, subject: int) -> list[int]:
        path = [subject]
        while path[-1] in self._via:
            path.append(self._via[path[-1]])
        return path

    def _spared(self, subject: int) -> bool:
        """Say whether a subject was confirmed on these very inputs; note it, and what needs revision."""
        if subject not in self._judged:
            return False
        said = map(Statement.model_validate_json, self._judged[subject])
        self._edges.learn((subject,))
        judgement = standing_judgement(said, self._inputs_digest(self._edges.ref(subject)))
        if judgement is None:
            return False
        noted = self._confirmed if judgement.kind == "confirm" else self._needs_revision
        noted.add(subject)
        return judgement.kind == "confirm"


class _Edges:
    """The edges and names that the closure needs, asked for as they are needed, or all at once."""

    def __init__(self, graph: IndexGraph, *, listing: bool) -> None:
        self._graph = graph
        self._listing = listing
        self._questions = 0
        self._subjects = 0
        self._users: dict[int, list[int]] | None = None
        self._names: dict[int, Name] = {}
        self._rank: dict[int, int] = {}

    def users(self, subjects: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """Return what stands on subjects, by subject."""
        self._questions += 1
        self._subjects += len(subjects)
        if self._users is None and self._questions <= _FEW_QUESTIONS and self._subjects <= _FEW_SUBJECTS:
            return self._graph.users_of(subjects)
        self._users = self._users or self._graph.all_users()
        return self._users

    def ordered(self, subjects: Collection[int]) -> list[int]:
        """Return subjects in the order of refs."""
        if len(subjects) < 2:
            return list(subjects)
        if not self._rank and (self._users is not None or len(subjects) > _FEW_SUBJECTS):
            self._rank = {subject: rank for rank, subject in enumerate(self._order())}
        if 2 * len(subjects) > len(self._rank) > 0:
            wanted = frozenset(subjects)
            return [subject for subject in self._rank if subject in wanted]
        if self._rank:
            return sorted(subjects, key=self._rank.__getitem__)
        self.learn(subjects)
        return sorted(subjects, key=self._names.__getitem__)

    def ref(self, subject: int) -> Ref:
        """Return the ref of what is current of a subject whose name was learned."""
        return Ref(*self._names[subject][:3])

    def _order(self) -> Iterable[int]:
        """Return every current subject in the order of refs; where all are to be listed, with their names."""
        if self._listing:
            self._names = self._graph.names()
            return self._names
        return self._graph.order()

    def learn(self, subjects: Collection[int]) -> None:
        """Read the names of subjects that are not known yet."""
        unknown = [subject for subject in subjects if subject not in self._names]
        if len(unknown) > _FEW_SUBJECTS:
            self._names = self._graph.names()
        elif unknown:
            self._names |= self._graph.names(unknown)
