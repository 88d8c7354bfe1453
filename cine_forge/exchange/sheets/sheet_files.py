"""Sheet files: which files an export of sheets, schedules, call sheets and shot lists is made of, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from cine_forge.exchange.export_folder import file_name
from cine_forge.exchange.sheets.calls.call_sheet import CallSheet
from cine_forge.exchange.sheets.calls.call_sheet_csv import call_sheet_csv
from cine_forge.exchange.sheets.calls.call_sheet_html import call_sheet_html
from cine_forge.exchange.sheets.calls.call_sheet_pdf import call_sheet_pdf
from cine_forge.exchange.sheets.palette import Palette
from cine_forge.exchange.sheets.production import Production, chosen_sheets
from cine_forge.exchange.sheets.scene_sheet import scene_sheets
from cine_forge.exchange.sheets.schedules.schedule import schedule_of
from cine_forge.exchange.sheets.schedules.schedule_csv import cast_csv, strips_csv
from cine_forge.exchange.sheets.schedules.schedule_html import schedule_html
from cine_forge.exchange.sheets.schedules.schedule_pdf import schedule_pdf
from cine_forge.exchange.sheets.sheet_csv import sheets_csv
from cine_forge.exchange.sheets.sheet_html import sheets_html
from cine_forge.exchange.sheets.sheet_pdf import sheets_pdf
from cine_forge.exchange.sheets.shots.shot_list import ShotList
from cine_forge.exchange.sheets.shots.shot_list_pages import shot_list_csv, shot_list_html, shot_list_pdf

Format = Literal["csv", "html", "pdf"]
FORMATS: tuple[Format, ...] = ("csv", "html", "pdf")
_MOST_NUMBERS = 4


def sheet_files(
    production: Production, palette: Palette, formats: Iterable[Format], scenes: Iterable[str] = ()
) -> dict[str, bytes]:
    """Return the breakdown sheets, of all scenes or of some. Raises as `chosen_sheets`."""
    numbers = tuple(scenes)
    sheets = scene_sheets(production, palette, chosen_sheets(production, numbers))
    words = (production.title, "breakdown", *_named(numbers))
    made: Mapping[Format, Callable[[], bytes]] = {
        "csv": lambda: sheets_csv(sheets),
        "html": lambda: sheets_html(sheets, production.title),
        "pdf": lambda: sheets_pdf(sheets, production.title),
    }
    return {file_name(*words, ending=f".{one}"): made[one]() for one in formats}


def schedule_files(production: Production, palette: Palette, formats: Iterable[Format]) -> dict[str, bytes]:
    """Return the one-line schedule; as CSV the cast is a table of its own."""
    schedule = schedule_of(production, palette)
    files: dict[str, bytes] = {}
    for one in formats:
        name = file_name(production.title, "schedule", ending=f".{one}")
        if one == "csv":
            files[name] = strips_csv(schedule)
            files[file_name(production.title, "cast", ending=".csv")] = cast_csv(schedule)
        else:
            files[name] = schedule_html(schedule) if one == "html" else schedule_pdf(schedule)
    return files


def call_sheet_files(
    sheet: CallSheet, formats: Iterable[Format], named: Iterable[str] = ()
) -> dict[str, bytes]:
    """Return the call sheet; `named` are the scenes or the day it was asked for by."""
    made = {"csv": call_sheet_csv, "html": call_sheet_html, "pdf": call_sheet_pdf}
    words = (sheet.title, "callsheet", *_named(tuple(named)))
    return {file_name(*words, ending=f".{one}"): made[one](sheet) for one in formats}


def shot_list_files(shots: ShotList, formats: Iterable[Format]) -> dict[str, bytes]:
    """Return the shot list."""
    made = {"csv": shot_list_csv, "html": shot_list_html, "pdf": shot_list_pdf}
    return {file_name(shots.title, "shotlist", ending=f".{one}"): made[one](shots) for one in formats}


def _named(numbers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the numbers that a file's name says: a few; of many the first and how many more."""
    if len(numbers) <= _MOST_NUMBERS:
        return numbers
    return (
        *numbers[:_MOST_NUMBERS],
        f"and {len(numbers) - _MOST_NUMBERS} more {'-'.join(numbers[_MOST_NUMBERS:])}",
    )
