"""The past of a script's people: which ids they have had, so that they keep them.

A person keeps an id by any name they have had. One who was renamed at every cue is known by their speeches:
most of them must stand where somebody else's, who is gone, stood, and nobody else's may. All else is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cine_forge.film.naming import entity_id, spelled
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import Scene

_LEAST_SHARE = 0.6
_LEAST_LEAD = 2.0

Speeches = Mapping[str, Counter[tuple[str, str]]]
"""What is said under each name: scene and text, and how often."""


@dataclass(frozen=True)
class Past:
    """The people of earlier drafts, in their order, by id. `find` looks up one of another episode.

    `scenes` are the ids of the scenes of the new draft, by position.
    """

    assets: Mapping[str, Asset] = field(default_factory=dict)
    speeches: Speeches = field(default_factory=dict)
    find: Callable[[str], Asset | None] = field(default=lambda _: None)
    scenes: Sequence[str] = ()

    @classmethod
    def of(
        cls,
        assets: Iterable[Asset],
        before: Iterable[Scene],
        scenes: Sequence[str],
        find: Callable[[str], Asset | None],
    ) -> Past:
        """Gather the people of the last breakdown and what each name said in its scenes."""
        said: dict[str, Counter[tuple[str, str]]] = {}
        for scene in before:
            for element in scene.elements:
                if element.type == "dialogue" and element.name:
                    spoken = said.setdefault(spelled(element.name), Counter())
                    spoken[scene.id, same_speech(element.text)] += 1
        known = {asset.id: asset for asset in assets if asset.kind == "character"}
        return cls(known, said, find, scenes)

    def names(self, identity: str) -> frozenset[str]:
        """Return every name that a person has had."""
        asset = self.assets.get(identity) or self.find(identity)
        return names_of(asset) if asset else frozenset()

    def ids_of(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the ids that names have had: whose very name is one of them first, then by their place."""
        found: list[tuple[int, int, str]] = []
        for order, (identity, asset) in enumerate(self.assets.items()):
            places = [at for at, one in enumerate((asset.name, *asset.aliases)) if spelled(one) in names]
            if places:
                found.append((places[0], order, identity))
        return tuple(identity for *_, identity in sorted(found))

    def is_called(self, identity: str, names: Sequence[str]) -> bool:
        """Whether one of the names is the one that a person's record bears."""
        return spelled(self.assets[identity].name) in names

    def renamed(self, speeches: Speeches) -> dict[str, tuple[str, bool]]:
        """Return, for names never heard before, a name of who spoke so before, and whether that is sure."""
        gone = self._gone(speeches)
        found: dict[str, tuple[str, bool]] = {}
        for name, said in speeches.items():
            if self.ids_of([name]):
                continue
            ranked = sorted(((_shared(before, said), old) for old, before in gone.values()), reverse=True)
            if ranked and ranked[0][0] >= _LEAST_SHARE:
                rival = ranked[1][0] if len(ranked) > 1 else 0.0
                found[name] = (ranked[0][1], ranked[0][0] >= _LEAST_LEAD * rival)
        taken = Counter(old for old, _ in found.values())
        return {name: (old, sure and taken[old] == 1) for name, (old, sure) in found.items()}

    def _gone(self, speeches: Speeches) -> dict[str, tuple[str, Counter[tuple[str, str]]]]:
        """What was said under names that nobody has now, by whose they were, with one of the names."""
        gone: dict[str, tuple[str, Counter[tuple[str, str]]]] = {}
        for name, said in self.speeches.items():
            if name not in speeches:
                whose = next(iter(self.ids_of([name])), name)
                first, before = gone.get(whose, (name, Counter()))
                gone[whose] = (first, before + said)
        return gone

    def free_id(self, name: str, used: Container[str]) -> str:
        """Return the id of a name that nobody in the past has by another name and nobody now has."""
        identity, number = entity_id("character", name), 1
        while True:
            candidate = identity if number == 1 else f"{identity}-{number}"
            before = self.names(candidate)
            if candidate not in used and (not before or name in before):
                return candidate
            number += 1


def names_of(asset: Asset) -> frozenset[str]:
    """Return the names of a record in capitals."""
    return frozenset(spelled(name) for name in (asset.name, *asset.aliases))


def same_speech(text: str) -> str:
    """Return a speech as two drafts compare it: its words."""
    return " ".join(text.lower().split())


def _shared(before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> float:
    """The share of speeches that two names have in common, 0 to 1."""
    total = before.total() + after.total()
    return 2 * (before & after).total() / total if total else 0.0
