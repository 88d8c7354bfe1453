"""The call sheet as one table: a row for each field, scene, person and thing; open fields have no value."""

from __future__ import annotations

from collections.abc import Iterator

from cine_forge.exchange.paper.table_csv import table_csv
from cine_forge.exchange.sheets.calls.call_sheet import CAST_FIELDS, OPEN_FIELDS, PLACE_FIELDS, CallSheet

COLUMNS = ("section", "number", "name", "field", "value", "scenes")


def call_sheet_csv(sheet: CallSheet) -> bytes:
    """Return the call sheet as a CSV file."""
    return table_csv(COLUMNS, _rows(sheet))


def _rows(sheet: CallSheet) -> Iterator[tuple[str, ...]]:
    yield ("production", "", "", "title", sheet.title, "")
    for field in OPEN_FIELDS:
        yield ("production", "", "", field, "", "")
    for name, scenes in sheet.sets:
        for field in PLACE_FIELDS:
            yield ("set", "", name, field, "", ", ".join(scenes))
    for scene in sheet.scenes:
        told = {
            "heading": scene.heading,
            "synopsis": scene.synopsis,
            "light": scene.light,
            "pages": scene.pages,
        }
        told |= {"cast": ", ".join(scene.cast_numbers), "story day": scene.day}
        for field, value in told.items():
            yield ("scene", scene.number, scene.set_name, field, value, scene.number)
    for person in sheet.cast:
        for field in CAST_FIELDS:
            yield ("cast", person.number, person.name, field, "", ", ".join(person.scenes))
    for need in sheet.needs:
        yield ("department", "", need.department, "needs", need.name, ", ".join(need.scenes))
