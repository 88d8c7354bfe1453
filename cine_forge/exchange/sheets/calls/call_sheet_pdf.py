"""The call sheet as a PDF: open fields on top, then sets, scenes, cast and departments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cine_forge.exchange.paper.paper import LETTER, Area, Paper
from cine_forge.exchange.paper.table_pdf import BOLD, SMALL, Column, TablePress, TableRow, height_of
from cine_forge.exchange.sheets.calls.call_sheet import CAST_FIELDS, OPEN_FIELDS, PLACE_FIELDS, CallSheet

_WIDTH = 540.0
_SETS = (
    Column("Set", 150, "left", BOLD),
    Column("Scenes", 90),
    *(Column(name, 100) for name in PLACE_FIELDS),
)
_SCENES = (
    Column("Scene", 46, "right", BOLD.but(size=11)),
    Column("Set and synopsis", 278),
    Column("Light", 44),
    Column("Day", 32),
    Column("Cast", 90),
    Column("Pages", 50, "right", BOLD),
)
_CAST = (
    Column("No.", 34, "right", BOLD),
    Column("Character", 130, "left", BOLD),
    Column("Scenes", 112),
    *(Column(name, width) for name, width in zip(CAST_FIELDS, (108, 52, 52, 52), strict=True)),
)
_NEEDS = (Column("Department", 120, "left", BOLD), Column("Needs (scenes)", 420))


def call_sheet_pdf(sheet: CallSheet) -> bytes:
    """Return the call sheet as a PDF of US Letter pages."""
    press = TablePress(Paper(LETTER, f"{sheet.title}: call sheet"), f"{sheet.title}: call sheet")
    press.begin()
    _open_fields(press)
    _table(press, "Sets", _SETS, _sets(sheet))
    _table(press, f"Scenes, {sheet.total}", _SCENES, _scenes(sheet))
    _table(press, "Cast", _CAST, _cast(sheet))
    _table(press, "Departments", _NEEDS, _departments(sheet))
    press.end()
    return press.paper.content()


def _open_fields(press: TablePress) -> None:
    """Draw the fields that nobody has filled in, as boxes to write in."""
    width, height = _WIDTH / 4, 34.0
    for at, name in enumerate(OPEN_FIELDS):
        area = Area(press.left + width * (at % 4), press.y + height * (at // 4), width, height)
        press.paper.box(area, line="#6a6a6a", thick=0.6)
        press.paper.text(area.x + 6, area.y + 10, name.upper(), SMALL)
    press.y += height * (len(OPEN_FIELDS) / 4) + 12


def _table(press: TablePress, title: str, columns: Sequence[Column], rows: Iterable[TableRow]) -> None:
    """Draw a table under its bar; both come again on the next page."""
    told = press.divided(columns, rows)
    if not told:
        return
    press.room_for(30 + height_of(columns, told[0]))
    press.bar(title, _WIDTH)
    press.y += 2
    press.head(columns)
    for row in told:
        if press.room_for(height_of(columns, row)):
            press.bar(f"{title} (continued)", _WIDTH)
            press.y += 2
            press.head(columns)
        press.row(columns, row)
    press.y += 12


def _sets(sheet: CallSheet) -> Iterable[TableRow]:
    for name, scenes in sheet.sets:
        yield TableRow(((name,), (", ".join(scenes),), *((),) * len(PLACE_FIELDS)), ruled=True)


def _scenes(sheet: CallSheet) -> Iterable[TableRow]:
    for one in sheet.scenes:
        what = (one.heading, one.synopsis)
        cells = ((one.number,), what, (one.light,), (one.day,), (", ".join(one.cast_numbers),), (one.pages,))
        yield TableRow(cells, one.tint.fill, bold=(1,))


def _cast(sheet: CallSheet) -> Iterable[TableRow]:
    for one in sheet.cast:
        yield TableRow(
            ((one.number,), (one.name,), (", ".join(one.scenes),), *((),) * len(CAST_FIELDS)), ruled=True
        )


def _departments(sheet: CallSheet) -> Iterable[TableRow]:
    for name, needs in sheet.departments():
        told = tuple(f"{need.name} ({', '.join(need.scenes)})" for need in needs)
        yield TableRow(((name,), ("; ".join(told),)))
