"""Breakdown sheets as one table: a row for each entry, the scene's own facts in every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cine_forge.exchange.paper.table_csv import table_csv
from cine_forge.exchange.sheets.scene_sheet import Entry, SceneSheet

COLUMNS = (
    "scene",
    "heading",
    "int_ext",
    "set",
    "sublocation",
    "light",
    "story_day",
    "script_page",
    "pages",
    "synopsis",
    "strip_colour",
    "category",
    "cast_number",
    "name",
    "note",
    "sure",
    "lines",
)


def sheets_csv(sheets: Sequence[SceneSheet]) -> bytes:
    """Return the sheets as a CSV file. `lines` count from the scene's heading, which is 0."""
    return table_csv(COLUMNS, (row for sheet in sheets for row in _rows(sheet)))


def _rows(sheet: SceneSheet) -> Iterator[Sequence[str]]:
    facts = (
        *(sheet.number, sheet.heading, sheet.place, sheet.set_name, sheet.sublocation, sheet.light),
        *(sheet.day, sheet.page, sheet.pages, sheet.synopsis, sheet.tint.name),
    )
    entries = list(sheet.entries)
    for entry in entries:
        yield (*facts, *_cells(entry))
    if not entries:
        yield (*facts, "", "", "", "", "", "")


def _cells(entry: Entry) -> tuple[str, ...]:
    lines = " ".join(map(str, entry.lines))
    return (entry.category, entry.number, entry.name, entry.note, "yes" if entry.sure else "no", lines)
