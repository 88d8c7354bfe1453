"""Tables as CSV (RFC 4180), in UTF-8 with the mark by which spreadsheets know it.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, so that no word of a script is
ever computed; `cell_text` takes it off again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from cine_forge.exchange.paper.typeface import printable

_FORMULA = ("=", "+", "-", "@", "'")


def table_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table with its heading row as the bytes of a CSV file."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_safe(printable(cell).replace("\t", " ")) for cell in row])
    return written.getvalue().encode("utf-8-sig")


def read_table(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a table that `table_csv` wrote, by the names of its columns."""
    text = content.decode("utf-8-sig")
    rows = csv.DictReader(StringIO(text, newline=""))
    return [{name: cell_text(cell) for name, cell in row.items()} for row in rows]


def cell_text(cell: str) -> str:
    """Return what a cell says, without the apostrophe that kept it from being computed."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
