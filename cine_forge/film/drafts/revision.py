"""Revisions: in which colour each line of the newest draft was last changed.

Drafts are compared one after the other, as the pages were issued: a line keeps the colour of the draft that
changed it last, if only by a name, and white lines are those that nobody touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.drafts.draft import Draft
from cine_forge.film.drafts.draft_diff import DraftDiff, compare
from cine_forge.film.drafts.line_change import pair_lines
from cine_forge.film.drafts.revision_colour import Colour

Marks = Mapping[int, Colour]


@dataclass(frozen=True)
class Revision:
    """The newest of several drafts. `marks` are by the line on which a changed element begins."""

    diff: DraftDiff
    marks: Marks

    def colours_of(self, scene: SceneDraft) -> list[str]:
        """Return the colours in which a scene of the newest draft was changed, the oldest first."""
        lines = (element.line for element in (scene.heading, *scene.body))
        return list(dict.fromkeys(self.marks[line].name for line in lines if line in self.marks))

    def colours_by_page(self) -> dict[int, list[str]]:
        """Return the pages of the newest draft that changed, with their colours."""
        found: dict[int, list[str]] = {}
        for line, page in sorted(self.diff.new.pages().items()):
            colour = self.marks.get(line)
            if colour and colour.name not in found.setdefault(page, []):
                found[page].append(colour.name)
        return {page: colours for page, colours in sorted(found.items()) if colours}


def revise(drafts: Sequence[Draft]) -> Revision:
    """Compare the first of at least two drafts with the last, and mark lines through all between."""
    marks: Marks = {}
    before = drafts[0]
    steps = []
    for draft in drafts[1:]:
        diff = compare(before, draft)
        marks = _carried(diff, marks)
        before = diff.new
        steps.append(diff)
    whole = steps[0] if len(steps) == 1 else compare(drafts[0], before)
    return Revision(whole, marks)


def _carried(diff: DraftDiff, marks: Marks) -> Marks:
    """The marks of a draft: its own colour where it changed something, else what was there."""
    found: dict[int, Colour] = {}
    for change in diff.scenes:
        if change.new is None:
            continue
        new = change.new.scene
        old = (change.old.scene.heading, *change.old.scene.body) if change.old else ()
        for one, other in pair_lines(old, (new.heading, *new.body), diff.renaming.read):
            if other is None:
                continue
            if one is None or (one.type, one.text) != (other.type, other.text):
                found[other.line] = diff.new.colour
            elif one.line in marks:
                found[other.line] = marks[one.line]
    return found
