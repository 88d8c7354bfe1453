"""The difference of two drafts as a script coordinator reads it, and as `script_diff/1`.

A summary, then a row per scene in script order: number, mark, heading, what happened, length. Below it the
lines that changed, set as on a page, with the old words struck and the star of the revision at the margin.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cine_forge.film.breakdown.page import pages_told
from cine_forge.film.drafts.draft_diff import Warned
from cine_forge.film.drafts.line_change import LineChange
from cine_forge.film.drafts.revision import Revision
from cine_forge.film.drafts.scene_change import SceneChange
from cine_forge.film.screenplay.document import ElementType

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

_MARKS = {"kept": ("=", "bright_black"), "reworded": ("~", "yellow"), "added": ("+", "green")}
_OMITTED = ("−", "bright_red")
_MOVED = ("↔", "cyan")
_INDENTS = {ElementType.CHARACTER: 20, ElementType.PARENTHETICAL: 14, ElementType.DIALOGUE: 8}
_MOST_LISTED = 12
_WIDEST = 116
_OLD, _NEW = "bright_red strike", "bold green"


def diff_json(revision: Revision, price: Any = None) -> dict[str, Any]:
    """Return `script_diff/1`; with `price` what going stale would cost, as under `refresh` of `stale/1`."""
    told = revision.diff.to_json()
    for row, change in zip(told["scenes"], revision.diff.scenes, strict=True):
        row["colours"] = revision.colours_of(change.new.scene) if change.new else []
    told["pages"] = [
        {"page": page, "colours": colours} for page, colours in revision.colours_by_page().items()
    ]
    return told if price is None else {**told, "price": price}


def print_diff(revision: Revision, console: Console, *, every: bool = False) -> None:
    """Print the difference; scenes that are as they were are told in one row unless `every`."""
    diff = revision.diff
    console.print(_Page(revision, console.width).summary())
    if diff.is_empty:
        return
    page = _Page(revision, console.width)
    console.print()
    for kept, group in groupby(diff.scenes, key=lambda change: not change.is_change and not every):
        rows = list(group)
        for row in [page.kept(rows)] if kept and len(rows) > 1 else page.rows(rows):
            console.print(row)
    for warned in diff.warnings:
        console.print(page.warning(warned))


class _Page:
    """The rows of one view, as wide as the screen allows."""

    def __init__(self, revision: Revision, width: int) -> None:
        self.revision, self.diff = revision, revision.diff
        self.width = min(width, _WIDEST)
        self.widest = max([3, *(len(change.number) for change in self.diff.scenes)])

    def summary(self) -> Text:
        """Return what the drafts are and what changed, in a few lines."""
        from rich.text import Text

        old, new = self.diff.old, self.diff.new
        text = Text()
        for at, draft in enumerate((old, new)):
            text.append("  →  " if at else "")
            text.append(draft.name, "bold")
            text.append(" ● ", draft.colour.screen).append(draft.colour.name)
        lengths = " → ".join(
            f"{len(one.scenes)} scenes, {page_text(one.eighths)} pages" for one in (old, new)
        )
        text.append(f"\n{lengths}\n")
        text.append("; ".join(self._told()) or "nothing that is played changed")
        for one in self.diff.renaming.names:
            text.append(f"\n{one.kind} renamed: ").append(one.old, _OLD).append(" → ")
            text.append(one.new, _NEW).append(
                f"  ({one.times} {'scenes' if one.kind == 'location' else 'lines'})"
            )
        pages = self.revision.colours_by_page()
        if pages:
            few = [f"{page} {'+'.join(colours)}" for page, colours in list(pages.items())[:_MOST_LISTED]]
            more = f" and {len(pages) - _MOST_LISTED} more" if len(pages) > _MOST_LISTED else ""
            text.append(f"\nchanged pages: {', '.join(few)}{more}")
        return text

    def kept(self, rows: list[SceneChange]) -> Text:
        """Return one row for scenes in a row that are as they were."""
        from rich.text import Text

        numbers = f"{rows[0].number}–{rows[-1].number}"
        return Text(f"{'':>{self.widest}}  =  {numbers}: {len(rows)} scenes as they were", "bright_black")

    def rows(self, changes: list[SceneChange]) -> Iterator[RenderableType]:
        """Yield the row of each scene, and below it its changed lines."""
        for change in changes:
            yield self._scene(change)
            for line in change.lines:
                yield from self._line(line)

    def warning(self, warned: Warned) -> Text:
        """Return one line about a number that a person should look at."""
        from rich.text import Text

        told = f" {self.diff.new.name}:{warned.line}: {warned.message} ({warned.code})"
        return Text("warning", "yellow").append(told, "default")

    def _told(self) -> Iterator[str]:
        counts = self.diff.counts()
        names = ("reworded", "added", "omitted", "moved", "split", "merged", "renumbered")
        yield from (f"{counts[name]} {name}" for name in names if counts[name])
        only = sum(change.renamed and not change.moved for change in self.diff.scenes)
        if only:
            yield f"{only} with new names only"
        if any(change.is_change for change in self.diff.scenes):
            same = sum(not change.is_change for change in self.diff.scenes)
            yield f"{same} as they were"

    def _scene(self, change: SceneChange) -> RenderableType:
        from rich.table import Table
        from rich.text import Text

        sign, style = _OMITTED if change.mark == "omitted" else _MARKS[change.mark]
        if change.moved:
            sign, style = (_MOVED[0] + (sign if sign != "=" else ""), _MOVED[1])
        heading = Text(change.shown.scene.heading.text, "bold" if change.is_change else "bright_black")
        if change.mark == "omitted":
            heading = Text("OMITTED  ", "bright_red").append(
                change.shown.scene.heading.text, "strike bright_black"
            )
        told = "; ".join(one for one in change.told() if one != "omitted")
        row = Table.grid(padding=(0, 1), expand=False)
        row.width = self.width
        row.add_column(
            width=self.widest, justify="right", style="bold" if change.is_change else "bright_black"
        )
        row.add_column(width=2, justify="center", style=style)
        row.add_column(ratio=1)
        row.add_column(justify="right", width=13)
        heading.append(f"   {told}" if told else "", style)
        row.add_row(change.number, sign, heading, self._length(change))
        return row

    def _length(self, change: SceneChange) -> Text:
        from rich.text import Text

        if change.mark == "omitted":
            return Text(page_text(change.eighths), "bright_red")
        now = change.new.to_json()["eighths"] if change.new else 0
        delta = f" ({'+' if change.eighths > 0 else ''}{page_text(change.eighths)})" if change.eighths else ""
        return Text(page_text(now)).append(
            delta if change.mark != "added" else "", "green" if change.eighths > 0 else "red"
        )

    def _line(self, change: LineChange) -> Iterator[RenderableType]:
        """One changed line as it stands on the page: its number, its text, its star."""
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        text = Text()
        for piece in change.pieces:
            tight = piece.kind == "new" and text.plain[-1:].isalnum() and piece.text[:1].isalnum()
            text.append(" " if tight else "")
            text.append(piece.text, {"same": "", "old": _OLD, "new": _NEW}[piece.kind])
        row = Table.grid(padding=(0, 1), expand=False)
        row.width = self.width
        row.add_column(width=self.widest + 5, justify="right", style="bright_black")
        row.add_column(ratio=1)
        row.add_column(width=2, justify="right")
        number = str(change.new.line) if change.new else f"({change.old.line})" if change.old else ""
        colour = self.revision.marks.get(change.new.line, self.diff.new.colour) if change.new else None
        star = (
            Text("*", f"bold {colour.screen}") if colour else Text("*", f"bold {self.diff.new.colour.screen}")
        )
        indent = _INDENTS.get(change.shown.type, 0)
        row.add_row(number, Padding(text, (0, 12 if indent else 0, 0, indent)), star)
        yield row


def page_text(eighths: int) -> str:
    """Return a length, or how much it grew, as pages and eighths: `1 4/8`, `−3/8`."""
    return ("−" if eighths < 0 else "") + pages_told(abs(eighths))
