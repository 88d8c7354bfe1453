"""The one-line schedule and its cast as tables."""

from __future__ import annotations

from cine_forge.exchange.paper.table_csv import table_csv
from cine_forge.exchange.sheets.scene_sheet import SceneSheet
from cine_forge.exchange.sheets.schedules.schedule import CastRow, Schedule

STRIP_COLUMNS = (
    *("scene", "int_ext", "light", "set", "sublocation", "heading", "synopsis", "cast"),
    *("story_day", "script_page", "pages", "eighths", "strip_colour", "omitted"),
)
CAST_COLUMNS = ("cast_number", "name", "scenes", "story_days", "scene_count", "pages", "eighths")


def strips_csv(schedule: Schedule) -> bytes:
    """Return one row for each scene, in script order."""
    return table_csv(STRIP_COLUMNS, map(_strip, schedule.strips))


def cast_csv(schedule: Schedule) -> bytes:
    """Return one row for each person of the cast, by number."""
    return table_csv(CAST_COLUMNS, map(_person, schedule.cast))


def _strip(strip: SceneSheet) -> tuple[str, ...]:
    where = (strip.place, strip.light, strip.set_name, strip.sublocation)
    length = (strip.day, strip.page, strip.pages, str(strip.eighths))
    cast = ", ".join(strip.cast_numbers)
    omitted = "yes" if strip.omitted else "no"
    return (strip.number, *where, strip.heading, strip.synopsis, cast, *length, strip.tint.name, omitted)


def _person(row: CastRow) -> tuple[str, ...]:
    scenes, days = ", ".join(row.scenes), ", ".join(row.days)
    return (row.number, row.name, scenes, days, str(len(row.scenes)), row.pages, str(row.eighths))
