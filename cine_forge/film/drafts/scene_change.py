"""Scene changes: what became of one scene between two drafts, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.drafts.draft import eighths_of
from cine_forge.film.drafts.line_change import LineChange
from cine_forge.film.screenplay.document import ElementType

Mark = Literal["kept", "reworded", "added", "omitted"]


@dataclass(frozen=True)
class SceneSide:
    """A scene as one of the drafts shows it. `after` is the number of the scene before it, if any."""

    scene: SceneDraft
    number: str
    after: str | None

    def to_json(self) -> dict[str, Any]:
        """Return it as `script_diff/1` holds it under `old` and `new`."""
        return {
            "number": self.number,
            "heading": self.scene.heading.text,
            "line": self.scene.heading.line,
            "end_line": self.scene.end_line,
            "eighths": eighths_of(self.scene),
            "after": self.after,
        }


@dataclass(frozen=True)
class SceneChange:
    """One scene. `split_from` and `merged_into` are numbers; `pages` are those of its changed lines.

    An added scene has no `old`; an omitted one has no `new`, unless the draft says OMITTED in its place.
    """

    mark: Mark
    old: SceneSide | None
    new: SceneSide | None
    id: str | None = None
    lines: tuple[LineChange, ...] = ()
    likeness: float = 1.0
    moved: bool = False
    renamed: bool = False
    split_from: str | None = None
    merged_into: str | None = None
    pages: tuple[int, ...] = ()

    @property
    def shown(self) -> SceneSide:
        """Return the scene as it is now; of one that is gone, as it was."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def number(self) -> str:
        """Return the number it has, or had."""
        return self.shown.number

    @property
    def renumbered(self) -> bool:
        """Whether its number is not what it was."""
        return bool(self.old and self.new and self.old.number != self.new.number)

    @property
    def is_change(self) -> bool:
        """Whether anything is to be told of it."""
        return self.mark != "kept" or self.moved or self.renumbered or self.renamed

    @property
    def eighths(self) -> int:
        """Return how many eighths of a page it is longer than it was."""
        before = eighths_of(self.old.scene) if self.old else 0
        return (eighths_of(self.new.scene) if self.new else 0) - before

    def told(self) -> Iterator[str]:
        """Yield what happened, a few words each."""
        if self.mark == "reworded":
            yield _reworded(self.lines)
        elif self.mark != "kept":
            yield self.mark
        if self.split_from:
            yield f"split from {self.split_from}"
        if self.merged_into:
            yield f"merged into {self.merged_into}"
        if self.moved and self.old and self.new:
            yield f"moved: was {_behind(self.old.after)}, is {_behind(self.new.after)}"
        if self.renumbered and self.old:
            yield f"was {self.old.number}"
        if self.renamed and self.mark == "kept":
            yield "names only"

    def to_json(self) -> dict[str, Any]:
        """Return it as `script_diff/1` holds it."""
        return {
            "id": self.id,
            "mark": self.mark,
            "number": self.number,
            "heading": self.shown.scene.heading.text,
            "old": self.old.to_json() if self.old else None,
            "new": self.new.to_json() if self.new else None,
            "eighths": self.eighths,
            "likeness": round(self.likeness, 3),
            "moved": self.moved,
            "renumbered": self.renumbered,
            "renamed": self.renamed,
            "split_from": self.split_from,
            "merged_into": self.merged_into,
            "pages": list(self.pages),
            "changes": [change.to_json() for change in self.lines],
        }


_KINDS = {
    ElementType.SCENE_HEADING: "heading",
    ElementType.ACTION: "action",
    ElementType.CHARACTER: "cue",
    ElementType.DIALOGUE: "dialogue",
    ElementType.PARENTHETICAL: "parenthetical",
    ElementType.TRANSITION: "transition",
}


def kind_of(change: LineChange) -> str:
    """Return what kind of line changed, in a word."""
    return _KINDS.get(change.shown.type, change.shown.type.value)


def _reworded(lines: tuple[LineChange, ...]) -> str:
    kinds = dict.fromkeys(kind_of(change) for change in lines)
    return f"reworded: {', '.join(kinds)}"


def _behind(number: str | None) -> str:
    return f"after {number}" if number else "first"
