"""The difference of two drafts, scene by scene.

    compare
      match_scenes                    who is who, as the breakdown will say
      find_renaming                   names that changed throughout
      moved_scenes, parts_of          moves, splits, merges
      allot_numbers                   the numbers the breakdown will give
      line_changes                    scene by scene, the lines and words

Pure; nothing is written. What it says of ids and numbers is what a breakdown of the new draft with the old
one as its history keeps: both ask `film/identity` and `film/numbering`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cine_forge.film.drafts.draft import Draft, eighths_of
from cine_forge.film.drafts.line_change import LineChange, line_changes
from cine_forge.film.drafts.rearrangement import moved_scenes, parts_of
from cine_forge.film.drafts.renaming import Renaming, find_renaming
from cine_forge.film.drafts.scene_change import SceneChange, SceneSide
from cine_forge.film.identity import Likeness, Sighting, match_scenes
from cine_forge.film.numbering import allot_numbers, number_clashes


@dataclass(frozen=True)
class Warned:
    """Something that a person should look at. `line` is the new draft's."""

    code: str
    line: int
    message: str


@dataclass(frozen=True)
class DraftDiff:
    """What is different. `scenes` are in the order of the new draft, omitted ones where they stood.

    `new` has the numbers and ids that its scenes get.
    """

    old: Draft
    new: Draft
    scenes: tuple[SceneChange, ...]
    renaming: Renaming
    warnings: tuple[Warned, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing that is played changed."""
        return not any(scene.is_change for scene in self.scenes)

    def counts(self) -> dict[str, int]:
        """Return how many scenes of what kind there are, and the eighths gained."""
        marks = [scene.mark for scene in self.scenes]
        found = {mark: marks.count(mark) for mark in ("kept", "reworded", "added", "omitted")}
        return {
            **found,
            "moved": sum(scene.moved for scene in self.scenes),
            "split": len({scene.split_from for scene in self.scenes if scene.split_from}),
            "merged": sum(scene.merged_into is not None for scene in self.scenes),
            "renumbered": sum(scene.renumbered for scene in self.scenes),
            "renamed": len(self.renaming.names),
            "eighths": self.new.eighths - self.old.eighths,
        }

    def pages(self) -> list[int]:
        """Return the pages of the new draft on which something changed."""
        return sorted({page for scene in self.scenes for page in scene.pages})

    def to_json(self) -> dict[str, Any]:
        """Return `script_diff/1`."""
        return {
            "schema": "script_diff/1",
            "old": _draft_json(self.old),
            "new": _draft_json(self.new),
            "summary": self.counts(),
            "pages": self.pages(),
            "renamed": [one.to_json() for one in self.renaming.names],
            "scenes": [scene.to_json() for scene in self.scenes],
            "warnings": [vars(warned) for warned in self.warnings],
        }


def compare(old: Draft, new: Draft) -> DraftDiff:
    """Compare two drafts; the numbers and ids of `new` are worked out from those of `old`."""
    sides = old.sightings(old.numbers), new.sightings([scene.heading.number for scene in new.scenes])
    same = _same_ids(old, new) if all(old.ids) and all(new.ids) else match_scenes(*sides)
    new = _numbered(old, new, same)
    renaming = find_renaming(
        [(old.scenes[i], new.scenes[j]) for j, i in sorted(same.items())], old.scenes, new.scenes
    )
    comparing = _Comparing(old, new, same, renaming)
    rows = comparing.rows(Likeness(*sides), sides)
    return DraftDiff(old, new, tuple(rows), renaming, tuple(_warnings(old, new, same)))


def _same_ids(old: Draft, new: Draft) -> dict[int, int]:
    """Pair the scenes of two kept drafts by what their breakdowns decided."""
    where = {id: i for i, id in enumerate(old.ids)}
    return {j: where[id] for j, id in enumerate(new.ids) if id in where}


def _numbered(old: Draft, new: Draft, same: Mapping[int, int]) -> Draft:
    own, kept = _own_and_kept(old, new, same)
    numbers = allot_numbers(own, kept, {*old.numbers, *old.retired})
    ids = tuple(own_id or (old.ids[same[j]] if j in same else None) for j, own_id in enumerate(new.ids))
    gone = {number for i, number in enumerate(old.numbers) if i not in set(same.values())}
    return replace(new, numbers=numbers, ids=ids, retired=old.retired | gone)


def _own_and_kept(
    old: Draft, new: Draft, same: Mapping[int, int]
) -> tuple[list[str | None], list[str | None]]:
    own = [scene.heading.number for scene in new.scenes]
    return own, [old.numbers[same[j]] if j in same else None for j in range(len(new.scenes))]


class _Comparing:
    """Two drafts whose scenes are matched; every row is made from what is known here."""

    def __init__(self, old: Draft, new: Draft, same: Mapping[int, int], renaming: Renaming) -> None:
        self.old, self.new, self.same, self.renaming = old, new, same, renaming
        self.inverse = {i: j for j, i in same.items()}
        weights = [1 + len(scene.text) for scene in new.scenes]
        self.moved = moved_scenes(same, weights)
        alone_new = [j for j in range(len(new.scenes)) if j not in same]
        alone_old = [i for i in range(len(old.scenes)) if i not in self.inverse]
        self.split = parts_of(alone_new, self.inverse, side=new.scenes, other=old.scenes)
        self.merged = parts_of(alone_old, same, side=old.scenes, other=new.scenes)
        self.pages = new.pages()

    def rows(self, like: Likeness, sides: tuple[Sequence[Sighting], Sequence[Sighting]]) -> list[SceneChange]:
        """Return every scene: in new order, those that are gone behind the one they stood behind."""
        after_old = self._gone_by_neighbour()
        found = [self._gone(i) for i in after_old.get(-1, ())]
        for j in range(len(self.new.scenes)):
            i = self.same.get(j)
            likeness = like(sides[0][i], sides[1][j]) if i is not None else 0.0
            found.append(self._added(j) if i is None else self._both(i, j, likeness))
            found += [self._gone(gone) for gone in after_old.get(j, ())]
        return found

    def _gone_by_neighbour(self) -> dict[int, list[int]]:
        """Scenes that are gone, by the new position of the one before them that stayed in its place."""
        staying = sorted(i for i, j in self.inverse.items() if j not in self.moved)
        found: dict[int, list[int]] = {}
        for i in range(len(self.old.scenes)):
            if i not in self.inverse:
                at = bisect_left(staying, i)
                found.setdefault(self.inverse[staying[at - 1]] if at else -1, []).append(i)
        return found

    def _both(self, i: int, j: int, likeness: float) -> SceneChange:
        one, other = self.old.scenes[i], self.new.scenes[j]
        lines: list[LineChange] = []
        if one.digest != other.digest and not other.heading.omitted:
            lines = line_changes((one.heading, *one.body), (other.heading, *other.body), self.renaming.read)
        omitted = other.heading.omitted and not one.heading.omitted
        return SceneChange(
            "omitted" if omitted else "reworded" if lines else "kept",
            self._side(self.old, i),
            self._side(self.new, j),
            id=self.new.ids[j],
            lines=tuple(lines),
            likeness=likeness,
            moved=j in self.moved,
            renamed=one.digest != other.digest and not lines and not other.heading.omitted,
            pages=self._pages(lines),
        )

    def _added(self, j: int) -> SceneChange:
        split = self.split.get(j)
        return SceneChange(
            "added",
            None,
            self._side(self.new, j),
            likeness=0.0,
            split_from=self.old.numbers[split] if split is not None else None,
            pages=self._span(j),
        )

    def _gone(self, i: int) -> SceneChange:
        merged = self.merged.get(i)
        return SceneChange(
            "omitted",
            self._side(self.old, i),
            None,
            id=self.old.ids[i],
            likeness=0.0,
            merged_into=self.new.numbers[merged] if merged is not None else None,
        )

    def _side(self, draft: Draft, position: int) -> SceneSide:
        after = draft.numbers[position - 1] if position else None
        return SceneSide(draft.scenes[position], draft.numbers[position], after)

    def _pages(self, lines: Sequence[LineChange]) -> tuple[int, ...]:
        return tuple(sorted({self.pages[one.new.line] for one in lines if one.new}))

    def _span(self, j: int) -> tuple[int, ...]:
        scene = self.new.scenes[j]
        return tuple(sorted({self.pages[element.line] for element in (scene.heading, *scene.body)}))


def _warnings(old: Draft, new: Draft, same: Mapping[int, int]) -> Iterator[Warned]:
    """Yield what the new draft's own numbers do that locked ones may not."""
    own, kept = _own_and_kept(old, new, same)
    for clash in number_clashes(own, kept, new.retired):
        yield Warned(clash.code, new.scenes[clash.position].heading.line, str(clash))


def _draft_json(draft: Draft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "format": draft.document.format,
        "lines": draft.document.lines,
        "scenes": len(draft.scenes),
        "eighths": sum(eighths_of(scene) for scene in draft.scenes),
        "colour": draft.colour.name,
    }
