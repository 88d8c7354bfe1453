"""The shot list as CSV, HTML and PDF."""

from __future__ import annotations

from itertools import groupby

from cine_forge.exchange.paper.paper import LETTER_WIDE, Paper
from cine_forge.exchange.paper.table_csv import table_csv
from cine_forge.exchange.paper.table_pdf import BOLD, Column, TablePress, TableRow, height_of
from cine_forge.exchange.paper.web_page import said, web_page
from cine_forge.exchange.sheets.shots.shot_list import ShotList, ShotRow

COLUMNS = ("shot", "scene", "heading", "framing", "seconds", "action", "dialogue", "cast")
_TABLE = (
    Column("Shot", 48, "right", BOLD.but(size=10)),
    Column("Framing", 136),
    Column("Seconds", 50, "right"),
    Column("Action", 216),
    Column("Dialogue", 190),
    Column("Cast", 80),
)
_WIDTH = sum(column.width for column in _TABLE)
_STYLE = """
table{border-collapse:collapse;width:100%;max-width:72rem;margin:0 auto 1.2rem;background:#fff}
th{font-size:.68rem;letter-spacing:.06em;text-transform:uppercase;text-align:left;padding:.35rem .6rem;
color:#444}
td{padding:.4rem .6rem;vertical-align:top;border:1px solid #999}
td:first-child{font-weight:700;text-align:right}
caption{background:#222;color:#fff;text-align:left;font-weight:600;padding:.35rem .6rem}
q{display:block;quotes:none}
@media print{table{max-width:none}tr{break-inside:avoid}@page{size:letter landscape;margin:.45in}}
"""


def shot_list_csv(shots: ShotList) -> bytes:
    """Return one row for each shot."""
    return table_csv(COLUMNS, map(_cells, shots.rows))


def shot_list_html(shots: ShotList) -> bytes:
    """Return one table for each scene on a page that fetches nothing."""
    head = "".join(f"<th>{column.title}</th>" for column in _TABLE)
    tables = []
    for title, rows in groupby(shots.rows, key=_scene):
        body = "".join(map(_html_row, rows))
        tables.append(f"<table><caption>{said(title)}</caption><tr>{head}</tr>\n{body}</table>\n")
    return web_page(f"{shots.title}: shot list", _STYLE, "".join(tables))


def shot_list_pdf(shots: ShotList) -> bytes:
    """Return the list as a PDF of wide pages, a bar above each scene."""
    title = f"{shots.title}: shot list, {len(shots.rows)} shots"
    press = TablePress(Paper(LETTER_WIDE, title), title)
    press.begin()
    press.head(_TABLE)
    for scene, rows in groupby(shots.rows, key=_scene):
        told = press.divided(_TABLE, map(_pdf_row, rows))
        press.room_for(15 + height_of(_TABLE, told[0]), _TABLE)
        press.bar(scene, _WIDTH)
        for row in told:
            if press.room_for(height_of(_TABLE, row), _TABLE):
                press.bar(f"{scene} (continued)", _WIDTH)
            press.row(_TABLE, row)
    press.end()
    return press.paper.content()


def _scene(row: ShotRow) -> str:
    return f"{row.scene}  {row.heading}"


def _cells(row: ShotRow) -> tuple[str, ...]:
    told = (row.label, row.scene, row.heading, row.framing, row.seconds, row.action, row.lines)
    return (*told, ", ".join(row.cast))


def _html_row(row: ShotRow) -> str:
    lines = "".join(f"<q>{said(line)}</q>" for line in row.lines.splitlines())
    cells = (
        said(row.label),
        said(row.framing),
        said(row.seconds),
        said(row.action),
        lines,
        said(", ".join(row.cast)),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def _pdf_row(row: ShotRow) -> TableRow:
    lines = tuple(row.lines.splitlines())
    return TableRow(
        ((row.label,), (row.framing,), (row.seconds,), (row.action,), lines, (", ".join(row.cast),))
    )
