"""The one-line schedule as a PDF: strips in their colours on a wide page, then the cast."""

from __future__ import annotations

from cine_forge.exchange.paper.paper import LETTER_WIDE, Paper
from cine_forge.exchange.paper.table_pdf import BOLD, Column, TablePress, TableRow, height_of
from cine_forge.exchange.sheets.scene_sheet import SceneSheet
from cine_forge.exchange.sheets.schedules.schedule import CastRow, Schedule, day_title

_NUMBER = BOLD.but(size=11)
_STRIP = (
    Column("Scene", 50, "right", _NUMBER),
    Column("I/E", 46),
    Column("Light", 44),
    Column("Set and synopsis", 344),
    Column("Cast", 98),
    Column("Day", 38),
    Column("Page", 40, "right"),
    Column("Pages", 60, "right", BOLD.but(size=9.5)),
)
_CAST = (
    Column("No.", 40, "right", BOLD),
    Column("Cast", 170, "left", BOLD),
    Column("Scenes", 300),
    Column("Story days", 100),
    Column("Count", 50, "right"),
    Column("Pages", 60, "right"),
)
_BAR = 15.0
_WIDTH = sum(column.width for column in _STRIP)


def schedule_pdf(schedule: Schedule) -> bytes:
    """Return the schedule as a PDF of wide US Letter pages."""
    press = TablePress(Paper(LETTER_WIDE, f"{schedule.title}: one-line schedule"), _title(schedule))
    press.begin()
    press.head(_STRIP)
    for day, strips in schedule.days():
        _set_day(press, day_title(day, strips), press.divided(_STRIP, map(_strip, strips)))
    press.paper.text(press.left + _WIDTH, press.y + 14, schedule.total, BOLD.but(size=9.5), "right")
    press.y += 30
    _set_cast(press, schedule)
    press.end()
    return press.paper.content()


def _title(schedule: Schedule) -> str:
    return f"{schedule.title}: one-line schedule, {schedule.count} scenes"


def _set_day(press: TablePress, title: str, rows: list[TableRow]) -> None:
    """Draw a day; its bar never stands alone at the foot of a page, and comes again on the next."""
    press.room_for(_BAR + height_of(_STRIP, rows[0]), _STRIP)
    press.bar(title, _WIDTH)
    for row in rows:
        if press.room_for(height_of(_STRIP, row), _STRIP):
            press.bar(f"{title} (continued)", _WIDTH)
        press.row(_STRIP, row)


def _set_cast(press: TablePress, schedule: Schedule) -> None:
    if not schedule.cast:
        return
    press.room_for(60)
    press.head(_CAST)
    for row in press.divided(_CAST, map(_person, schedule.cast)):
        press.room_for(height_of(_CAST, row), _CAST)
        press.row(_CAST, row)


def _strip(strip: SceneSheet) -> TableRow:
    cells = (
        *((strip.number,), (strip.place,), (strip.light,)),
        (strip.heading, strip.synopsis),
        *((", ".join(strip.cast_numbers),), (strip.day,), (strip.page,), (strip.pages,)),
    )
    return TableRow(cells, strip.tint.fill, bold=(3,))


def _person(row: CastRow) -> TableRow:
    scenes, days = ", ".join(row.scenes), ", ".join(row.days)
    return TableRow(((row.number,), (row.name,), (scenes,), (days,), (str(len(row.scenes)),), (row.pages,)))
