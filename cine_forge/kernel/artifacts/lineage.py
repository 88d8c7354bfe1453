"""Lineage: what was made from what, and what is stale because of it.

Everything is computed from digests, never from time, and nothing is marked: asking again gives the same
answer. An artifact is stale when, in the newest derivation that made it, an input's current version has
another digest, or an input is itself stale. Same digest, nothing downstream: that is the early cut-off.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cine_forge.kernel.artifacts.envelope import Edge
from cine_forge.kernel.artifacts.index import Index, Link, Row
from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.artifacts.statements import Statement
from cine_forge.kernel.ground.hashing import digest_of

_HISTORY = frozenset({"revision_of", "variant_of"})

Subject = tuple[str, str]


class Health(StrEnum):
    """How an artifact stands to its inputs. Only what is stale can need revision or be confirmed."""

    VALID = "valid"
    STALE = "stale"
    NEEDS_REVISION = "needs_revision"
    CONFIRMED_VALID = "confirmed_valid"


@dataclass(frozen=True)
class StaleArtifact:
    """A current version that is stale, and why. `health` is stale or needs_revision."""

    ref: Ref
    health: Health
    _via: Mapping[Ref, Ref] = field(compare=False, repr=False)
    _roots: Mapping[Ref, tuple[str, ...]] = field(compare=False, repr=False)

    @property
    def cause(self) -> tuple[str, ...]:
        """Return the path of refs: the input as it was used, as it is now, each consequence down to this."""
        path, ref = [str(self.ref)], self.ref
        while ref in self._via:
            ref = self._via[ref]
            path.append(str(ref))
        return (*self._roots[ref], *reversed(path))


class Lineage:
    """The graph over an index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def inputs_of(self, ref: Ref, *, transitive: bool = False) -> tuple[Edge, ...]:
        """Return what a version was made from; nearest first, each ref once."""
        if not transitive:
            return tuple(_edge(link) for link in self._index.inputs(ref))
        found: dict[Ref, Edge] = {}
        queue = deque([ref])
        while queue:
            for link in self._index.inputs(queue.popleft()):
                if link.made_from not in found and link.made_from != ref:
                    found[link.made_from] = _edge(link)
                    queue.append(link.made_from)
        return tuple(found.values())

    def consequences_of(self, ref: Ref, *, transitive: bool = False) -> tuple[Ref, ...]:
        """Return what was made from a version; nearest first, each ref once."""
        found: dict[Ref, None] = {}
        queue = deque([ref])
        while queue:
            for link in self._index.consequences(queue.popleft()):
                if link.consequence not in found and link.consequence != ref:
                    found[link.consequence] = None
                    if transitive:
                        queue.append(link.consequence)
        return tuple(found)

    def stale(self) -> tuple[StaleArtifact, ...]:
        """Return every current version that is stale, in the order of refs, each with its cause.

        What a unit kept once and no longer keeps is superseded, not stale.
        """
        if not self._index.has_moved():
            return ()
        graph = _Graph(self._index.heads(), self._index.standing_links(), self._index.judgements())
        return graph.stale()

    def health(self, ref: Ref) -> Health:
        """Return the health of one version, current or not; reads only what it was made from."""
        return self._above(ref).health(ref)

    def cause(self, ref: Ref) -> tuple[str, ...]:
        """Return the cause path of one version; empty when it is not stale."""
        found = [entry for entry in self._above(ref).stale() if entry.ref == ref]
        return found[0].cause if found else ()

    def inputs_digest(self, ref: Ref) -> str:
        """Return the digest of all that a version stands on today, transitively; a confirm is bound to it."""
        return self._above(ref).inputs_digest(ref)

    def graph(self) -> dict[str, Any]:
        """Return all current versions and what they were made from as plain data, in the order of refs."""
        links = sorted(self._index.head_links(), key=lambda link: (link.consequence, link.made_from))
        return {
            "schema": "dependency_graph/1",
            "artifacts": [{"ref": str(row.ref), "digest": row.digest} for row in self._index.heads()],
            "edges": [{"of": str(link.consequence), **_edge(link).model_dump()} for link in links],
        }

    def _above(self, ref: Ref) -> _Graph:
        """Return the part of the graph that `ref` and its inputs' current versions were made from."""
        heads: dict[Subject, Row] = {}
        links: list[Link] = []
        judgements: list[Statement] = list(self._index.statements(ref.type, ref.entity))
        queue, seen = deque([ref]), {ref}
        while queue:
            for link in self._index.inputs(queue.popleft()):
                links.append(link)
                subject = _subject(link.made_from)
                head = heads.get(subject) or self._index.current(*subject)
                if head is None or head.ref in seen:
                    continue
                heads[subject] = head
                judgements += self._index.statements(*subject)
                seen.add(head.ref)
                queue.append(head.ref)
        return _Graph(heads.values(), links, judgements)


class _Graph:
    """Current versions and what they and the asked ones were made from."""

    def __init__(self, heads: Iterable[Row], links: Iterable[Link], judgements: Iterable[Statement]) -> None:
        self._heads = {_subject(head.ref): head for head in heads}
        self._links: dict[Ref, list[Link]] = {}
        for link in links:
            if link.role not in _HISTORY and _subject(link.made_from) != _subject(link.consequence):
                self._links.setdefault(link.consequence, []).append(link)
        judged = ("confirm", "revise")
        self._judged = {found.ref: found for found in judgements if found.kind in judged}
        self._roots: dict[Ref, tuple[str, ...]] = {}
        self._via: dict[Ref, Ref] = {}
        self._confirmed: set[Ref] = set()
        self._spread()

    def stale(self) -> tuple[StaleArtifact, ...]:
        found = sorted({*self._roots, *self._via})
        return tuple(StaleArtifact(ref, self.health(ref), self._via, self._roots) for ref in found)

    def health(self, ref: Ref) -> Health:
        if ref in self._confirmed:
            return Health.CONFIRMED_VALID
        if ref not in self._roots and ref not in self._via:
            return Health.VALID
        return Health.NEEDS_REVISION if self._is_judged(ref, "revise") else Health.STALE

    def inputs_digest(self, ref: Ref) -> str:
        digests: dict[str, str] = {}
        queue = deque([ref])
        while queue:
            for link in self._links.get(queue.popleft(), ()):
                subject = _subject(link.made_from)
                name = "/".join(subject)
                if name in digests:
                    continue
                head = self._heads.get(subject)
                digests[name] = head.digest if head else ""
                if head:
                    queue.append(head.ref)
        return digest_of(digests)

    def _spread(self) -> None:
        """Find what changed directly, then follow the consequences, nearest first."""
        users: dict[Subject, list[Ref]] = {}
        queue: deque[Ref] = deque()
        for ref in sorted(self._links):
            for link in self._links[ref]:
                users.setdefault(_subject(link.made_from), []).append(ref)
            root = next(self._changes(self._links[ref]), None)
            if root and not self._spared(ref):
                self._roots[ref] = root
                queue.append(ref)
        while queue:
            ref = queue.popleft()
            head = self._heads.get(_subject(ref))
            for user in users.get(_subject(ref), ()) if head and head.ref == ref else ():
                if user not in self._roots and user not in self._via and not self._spared(user):
                    self._via[user] = ref
                    queue.append(user)

    def _changes(self, links: list[Link]) -> Iterator[tuple[str, ...]]:
        for link in links:
            head = self._heads.get(_subject(link.made_from))
            if head is None:
                yield (str(link.made_from),)
            elif head.digest != link.digest:
                yield (str(link.made_from), str(head.ref))

    def _spared(self, ref: Ref) -> bool:
        if ref not in self._confirmed and self._is_judged(ref, "confirm"):
            self._confirmed.add(ref)
        return ref in self._confirmed

    def _is_judged(self, ref: Ref, kind: str) -> bool:
        found = self._judged.get(str(ref))
        return bool(found and found.kind == kind and found.values.get("inputs") == self.inputs_digest(ref))


def _edge(link: Link) -> Edge:
    return Edge.model_validate({"ref": str(link.made_from), "digest": link.digest, "role": link.role})


def _subject(ref: Ref) -> Subject:
    return ref.type, ref.entity
