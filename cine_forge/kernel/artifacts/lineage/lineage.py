"""Lineage: what was made from what, and what is stale because of it.

Everything is computed from digests, never from time, and nothing is marked: asking again gives the same
answer. An artifact is stale when, in the newest derivation that made it, an input's current version has
another digest, or an input is itself stale. Same digest, nothing downstream: that is the early cut-off.
What a unit kept once and no longer keeps is superseded: asked about it is judged by its own inputs, but
it is not listed and passes nothing on. The list of all that is stale is made in `staleness.py`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from cine_forge.kernel.artifacts.index.index import Index, Link, Row
from cine_forge.kernel.artifacts.lineage.staleness import Closure, Health, StaleArtifact, Tally, spread
from cine_forge.kernel.artifacts.records.envelope import Edge
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import Statement, standing_judgement
from cine_forge.kernel.ground.collector import collector_at_rest
from cine_forge.kernel.ground.hashing import digest_of

__all__ = ["Health", "Lineage", "Moved", "StaleArtifact", "Step", "Tally"]

HISTORY = frozenset({"revision_of", "variant_of"})
"""Roles of edges that say where a version came from and are no inputs: they make nothing stale."""

Subject = tuple[str, str]


class Step(NamedTuple):
    """One edge of a walk: `link` says what was made from what. `depth` counts from 1, the asked one's own."""

    link: Link
    depth: int


class Moved(NamedTuple):
    """One change that makes something stale: `by` was made from `used`, and current is `now`, or nothing."""

    by: Ref
    used: Ref
    now: Ref | None


class Lineage:
    """The graph over an index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def inputs_of(self, ref: Ref, *, transitive: bool = False) -> tuple[Edge, ...]:
        """Return what a version was made from; nearest first, each ref once when `transitive`."""
        if not transitive:
            return tuple(edge_of(link) for link in self._index.inputs(ref))
        met = {ref: None}
        steps = self.walk(ref, transitive=True)
        return tuple(edge_of(step.link) for step in steps if _is_new(step.link.made_from, met))

    def consequences_of(self, ref: Ref, *, transitive: bool = False) -> tuple[Ref, ...]:
        """Return what was made from a version; nearest first, each ref once."""
        found = (step.link.consequence for step in self.walk(ref, down=True, transitive=transitive))
        return tuple(dict.fromkeys(one for one in found if one != ref))

    def walk(self, ref: Ref, *, down: bool = False, transitive: bool = False) -> tuple[Step, ...]:
        """Return every edge on the way up from a version, or down; nearest first, each edge once."""
        steps: list[Step] = []
        met = {ref}
        queue = deque([(ref, 1)])
        while queue:
            here, depth = queue.popleft()
            for link in self._index.consequences(here) if down else self._index.inputs(here):
                steps.append(Step(link, depth))
                there = link.consequence if down else link.made_from
                if transitive and there not in met:
                    met.add(there)
                    queue.append((there, depth + 1))
        return tuple(steps)

    def stale(self) -> tuple[StaleArtifact, ...]:
        """Return every current version that is stale, in the order of refs, each with its cause."""
        with self._closure(listing=True) as closure:
            return closure.entries()

    def tally(self, most: int) -> Tally:
        """Return how many current artifacts have each health, and the first stale ones, `most` at most."""
        with self._closure() as closure:
            return Tally(closure.counts(), closure.entries(most))

    def ever_confirmed(self) -> frozenset[str]:
        """Return every ref that somebody confirmed once, whether that holds today or not; one query."""
        return frozenset(said.ref for said in self._index.stated(("confirm",)))

    def confirmed(self) -> tuple[Ref, ...]:
        """Return every current version that would be stale, had nobody confirmed it, in the order of refs."""
        with self._closure() as closure:
            return closure.confirmed()

    def health(self, ref: Ref) -> Health:
        """Return the health of one version, current or not; reads only what it was made from."""
        return _Above(ref, self._index).health()

    def judgement(self, ref: Ref) -> Statement | None:
        """Return the statement that says why a stale version is confirmed or needs revision, if one holds."""
        return _Above(ref, self._index).judgement()

    def cause(self, ref: Ref) -> tuple[str, ...]:
        """Return the cause path of one version; empty when it is not stale."""
        return _Above(ref, self._index).cause()

    def moved(self, ref: Ref) -> tuple[Moved, ...]:
        """Return every change that makes one version stale: of its own inputs first, then further up.

        Of a version that is confirmed, the changes that it was confirmed in spite of.
        """
        return _Above(ref, self._index).moved()

    def inputs_digest(self, ref: Ref) -> str:
        """Return the digest of all that a version stands on today, transitively; a confirm is bound to it."""
        return _Above(ref, self._index).inputs_digest(ref)

    def graph(self) -> dict[str, Any]:
        """Return all current versions and what they were made from as plain data, in the order of refs."""
        links = sorted(self._index.head_links(), key=lambda link: (link.consequence, link.made_from))
        return {
            "schema": "dependency_graph/1",
            "artifacts": [{"ref": str(row.ref), "digest": row.digest} for row in self._index.heads()],
            "edges": [{"of": str(link.consequence), **edge_of(link).model_dump()} for link in links],
        }

    @contextmanager
    def _closure(self, *, listing: bool = False) -> Iterator[Closure]:
        with collector_at_rest(), self._index.graph() as graph:
            yield Closure(graph, self.inputs_digest, listing=listing)


class _Above:
    """What one version stands on: its own edges, and those of what is current of its inputs."""

    def __init__(self, ref: Ref, index: Index) -> None:
        self._ref = ref
        self._index = index
        self._heads: dict[Subject, Row | None] = {}
        self._links: dict[Ref, list[Link]] = {}
        self._judged: dict[Ref, Statement | None] = {}
        self._walk()
        self._roots = {
            found: change
            for found in sorted(self._links)
            if (change := next(self._changes(found), None)) and not self._spared(found)
        }
        users = self._users()
        self._via = spread(self._roots, lambda frontier: users, sorted, self._spared)

    def health(self) -> Health:
        if self._ref in self._roots or self._ref in self._via:
            judgement = self._judgement(self._ref)
            return Health.NEEDS_REVISION if judgement else Health.STALE
        return Health.CONFIRMED_VALID if self._judged.get(self._ref) else Health.VALID

    def judgement(self) -> Statement | None:
        return self._judged.get(self._ref)

    def cause(self) -> tuple[str, ...]:
        if self.health() in (Health.VALID, Health.CONFIRMED_VALID):
            return ()
        path = [self._ref]
        while path[-1] in self._via:
            path.append(self._via[path[-1]])
        return (*self._roots[path[-1]], *map(str, reversed(path)))

    def moved(self) -> tuple[Moved, ...]:
        found: list[Moved] = []
        queue, seen = deque([self._ref]), {self._ref}
        while queue:
            ref = queue.popleft()
            for link in self._links.get(ref, ()):
                head = self._heads[_subject(link.made_from)]
                if head is None or head.digest != link.digest:
                    found.append(Moved(ref, link.made_from, head.ref if head else None))
                if head and head.ref not in seen and (head.ref in self._roots or head.ref in self._via):
                    seen.add(head.ref)
                    queue.append(head.ref)
        return tuple(found)

    def inputs_digest(self, ref: Ref) -> str:
        digests: dict[str, str] = {}
        queue = deque([ref])
        while queue:
            for link in self._links.get(queue.popleft(), ()):
                subject = _subject(link.made_from)
                name = "/".join(subject)
                if name in digests:
                    continue
                head = self._heads[subject]
                digests[name] = head.digest if head else ""
                if head:
                    queue.append(head.ref)
        return digest_of(digests)

    def _walk(self) -> None:
        queue, seen = deque([self._ref]), {self._ref}
        while queue:
            ref = queue.popleft()
            links = [link for link in self._index.inputs(ref) if _is_input(link)]
            if links:
                self._links[ref] = links
            for link in links:
                subject = _subject(link.made_from)
                if subject not in self._heads:
                    self._heads[subject] = self._index.current(*subject)
                head = self._heads[subject]
                if head and head.ref not in seen:
                    seen.add(head.ref)
                    queue.append(head.ref)

    def _users(self) -> dict[Ref, list[Ref]]:
        users: dict[Ref, list[Ref]] = {}
        for ref, links in self._links.items():
            for link in links:
                if head := self._heads[_subject(link.made_from)]:
                    users.setdefault(head.ref, []).append(ref)
        return users

    def _changes(self, ref: Ref) -> Iterator[tuple[str, ...]]:
        for link in self._links[ref]:
            head = self._heads[_subject(link.made_from)]
            if head is None:
                yield (str(link.made_from),)
            elif head.digest != link.digest:
                yield (str(link.made_from), str(head.ref))

    def _spared(self, ref: Ref) -> bool:
        """Say whether the spread passes a version by: it was confirmed, or its unit no longer keeps it."""
        if ref != self._ref and not self._index.stands(ref):
            return True
        judgement = self._judgement(ref)
        return judgement is not None and judgement.kind == "confirm"

    def _judgement(self, ref: Ref) -> Statement | None:
        if ref not in self._judged:
            said = self._index.statements(ref.type, ref.entity)
            own = [statement for statement in said if statement.ref == str(ref)]
            self._judged[ref] = standing_judgement(own, self.inputs_digest(ref)) if own else None
        return self._judged[ref]


def edge_of(link: Link) -> Edge:
    """Return a link as the edge of its consequence."""
    return Edge.model_validate({"ref": str(link.made_from), "digest": link.digest, "role": link.role})


def _is_new(ref: Ref, met: dict[Ref, None]) -> bool:
    """Say whether a ref is met for the first time, and remember it."""
    return ref not in met and met.setdefault(ref) is None


def _is_input(link: Link) -> bool:
    return link.role not in HISTORY and _subject(link.made_from) != _subject(link.consequence)


def _subject(ref: Ref) -> Subject:
    return ref.type, ref.entity
