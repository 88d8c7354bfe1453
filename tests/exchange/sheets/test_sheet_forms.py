"""Sheets, schedules and call sheets: the same facts as the records, in every form."""

from __future__ import annotations

from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from cine_forge.exchange.paper.table_csv import read_table, table_csv
from cine_forge.exchange.sheets.calls.call_sheet import OPEN_FIELDS, CallSheet, call_sheet
from cine_forge.exchange.sheets.calls.call_sheet_csv import call_sheet_csv
from cine_forge.exchange.sheets.calls.call_sheet_html import call_sheet_html
from cine_forge.exchange.sheets.calls.call_sheet_pdf import call_sheet_pdf
from cine_forge.exchange.sheets.palette import Palette, read_palette
from cine_forge.exchange.sheets.production import Production, chosen_sheets
from cine_forge.exchange.sheets.scene_sheet import SceneSheet, cast_numbers, eighths_text, scene_sheets
from cine_forge.exchange.sheets.schedules.schedule import schedule_of
from cine_forge.exchange.sheets.schedules.schedule_csv import cast_csv, strips_csv
from cine_forge.exchange.sheets.schedules.schedule_html import schedule_html
from cine_forge.exchange.sheets.schedules.schedule_pdf import schedule_pdf
from cine_forge.exchange.sheets.sheet_csv import sheets_csv
from cine_forge.exchange.sheets.sheet_html import sheets_html
from cine_forge.exchange.sheets.sheet_pdf import sheets_pdf
from cine_forge.film.breakdown.category import Category
from cine_forge.film.schemas.breakdown_sheet import (
    BreakdownSheet,
    SheetItem,
    SheetPerson,
    Strip,
    Stripboard,
)
from cine_forge.kernel.ground.errors import ProjectError, UsageError
from cine_forge.staging.grammar import DayTime, Place

COLOURS = Path(__file__).resolve().parents[3] / "configs" / "sheet_colours.yaml"


def person(name: str, part: str = "speaking", speeches: int = 1) -> SheetPerson:
    """Return somebody of a scene."""
    told = {"id": f"character:{name.lower()}", "name": name, "part": part, "speeches": speeches, "at": (1,)}
    return SheetPerson.model_validate(told)


def item(category: str, name: str, confidence: float = 0.9) -> SheetItem:
    """Return a thing of a scene."""
    return SheetItem(
        category=category, entity=f"{category}:{name}", name=name, at=(2,), confidence=confidence
    )


def scene(number: str, place: Place | None, light: DayTime, **more: object) -> BreakdownSheet:
    """Return the sheet of a scene of half a page in a kitchen."""
    told: dict[str, object] = {
        "scene": f"ep001/scene:{number.lower()}",
        "number": number,
        "heading": f"{place.value if place else ''} KITCHEN - {light.value.upper()}",
        "place": place,
        "daytime": light,
        "location": "location:kitchen",
        "location_name": "KITCHEN",
        "printed_lines": 27,
        "length": "1/2",
        "eighths": 4,
        "synopsis": f"Scene {number} happens.",
    }
    return BreakdownSheet.model_validate(told | more)


def production(*sheets: BreakdownSheet, days: str = "") -> Production:
    """Return a production of these scenes; `days` are their story days, `D1 D1 D2`."""
    marks = days.split() or ["D1"] * len(sheets)
    strips = tuple(
        Strip(
            scene=one.scene,
            number=one.number,
            page=at + 1,
            eighth=0,
            eighths=one.eighths,
            omitted=one.omitted,
            day=day,
            day_why="told",
            day_confidence=0.9,
        )
        for at, (one, day) in enumerate(zip(sheets, marks, strict=True))
    )
    total = sum(one.eighths for one in sheets)
    return Production("The <Long> Night", sheets, Stripboard(strips=strips, eighths=total, pages="1"))


PEOPLE = (person("BOB", speeches=2), person("ANN", speeches=5), person("CROWD", "group"))
KITCHEN = scene(
    "12A",
    Place.INT,
    DayTime.DAY,
    people=PEOPLE,
    items=tuple(item(category.value, f"a {category.value} & more") for category in Category),
)
YARD = scene(
    "13", Place.EXT, DayTime.NIGHT, people=(person("ANN", "voice"),), items=(item("prop", "ключ", 0.3),)
)
GONE = scene("14", None, DayTime.DAY, omitted=True, eighths=0, heading="OMITTED")
WHOLE = production(KITCHEN, YARD, GONE, days="D1 D1 D2")


@pytest.fixture(scope="module")
def palette() -> Palette:
    """Return the palette that is shipped."""
    return read_palette(COLOURS)


@pytest.fixture(scope="module")
def sheets(palette: Palette) -> tuple[SceneSheet, ...]:
    """Return the sheets of the whole production."""
    return scene_sheets(WHOLE, palette)


def pdf_text(content: bytes) -> str:
    """Return the words of a PDF, white space evened out."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def html_text(content: bytes) -> str:
    """Return the words of a page, white space evened out."""
    read = _Words()
    read.feed(content.decode())
    return " ".join("".join(read.words).split())


@pytest.mark.row("G5")
def test_every_box_of_a_sheet_says_what_the_record_says(sheets: tuple[SceneSheet, ...]) -> None:
    boxes = {style.category: [entry.text for entry in entries] for style, entries in sheets[0].boxes}
    assert boxes["cast"] == ["1 ANN", "2 BOB"]
    assert boxes["extra"] == ["CROWD (group)", "a extra & more"]
    assert all(boxes[category.value][-1] == f"a {category.value} & more" for category in Category)
    assert [one.tint.name for one in sheets] == ["white", "green", "grey"]


@pytest.mark.row("G5")
def test_a_csv_sheet_reads_back_with_every_entry(sheets: tuple[SceneSheet, ...]) -> None:
    rows = read_table(sheets_csv(sheets))
    found = [(row["scene"], row["category"], row["cast_number"], row["name"], row["sure"]) for row in rows]
    told = [
        (sheet.number, entry.category, entry.number, entry.name, "yes" if entry.sure else "no")
        for sheet in sheets
        for entry in sheet.entries
    ]
    assert found == told
    assert {(row["scene"], row["pages"], row["story_day"]) for row in rows} == {
        ("12A", "4/8", "D1"),
        ("13", "4/8", "D1"),
        ("14", "0", "D2"),
    }


@pytest.mark.row("G5")
@pytest.mark.parametrize("form", ["html", "pdf"])
def test_a_printed_sheet_says_every_entry_heading_length_and_day(
    sheets: tuple[SceneSheet, ...], form: str
) -> None:
    page = (
        html_text(sheets_html(sheets, "Title")) if form == "html" else pdf_text(sheets_pdf(sheets, "Title"))
    )
    for sheet in sheets:
        facts = [sheet.heading, sheet.synopsis, sheet.pages, sheet.day]
        assert [one for one in facts if " ".join(one.split()) not in page] == []
        assert [one.name for one in sheet.entries if one.name not in page] == []
    assert "ключ ?" in page


@pytest.mark.row("G5")
def test_strips_say_the_same_in_csv_html_and_pdf(palette: Palette) -> None:
    schedule = schedule_of(WHOLE, palette)
    rows = read_table(strips_csv(schedule))
    assert [(row["scene"], row["cast"], row["eighths"], row["strip_colour"]) for row in rows] == [
        ("12A", "1, 2", "4", "white"),
        ("13", "1", "4", "green"),
        ("14", "", "0", "grey"),
    ]
    for page in (html_text(schedule_html(schedule)), pdf_text(schedule_pdf(schedule))):
        assert "Story day D1 · 2 scenes · 1 page" in page
        assert [row["synopsis"] for row in rows if row["synopsis"] not in page] == []


@pytest.mark.row("G5")
def test_the_cast_table_says_where_everybody_plays(palette: Palette) -> None:
    rows = read_table(cast_csv(schedule_of(WHOLE, palette)))
    assert [(row["cast_number"], row["name"], row["scenes"], row["pages"]) for row in rows] == [
        ("1", "ANN", "12A, 13", "1"),
        ("2", "BOB", "12A", "4/8"),
    ]


def called(palette: Palette) -> CallSheet:
    """Return the call sheet of the first story day."""
    return call_sheet(WHOLE, palette, day="D1")


@pytest.mark.row("B14")
def test_a_call_sheet_tells_scenes_cast_and_needs_and_leaves_the_rest_open(palette: Palette) -> None:
    rows = read_table(call_sheet_csv(called(palette)))
    assert {row["number"] for row in rows if row["section"] == "scene"} == {"12A", "13"}
    assert {(row["name"], row["scenes"]) for row in rows if row["section"] == "cast"} == {
        ("ANN", "12A, 13"),
        ("BOB", "12A"),
    }
    assert {row["value"] for row in rows if row["field"] in OPEN_FIELDS} == {""}
    needs = {row["value"] for row in rows if row["section"] == "department"}
    assert needs == {entry.name for sheet in called(palette).scenes for entry in sheet.entries} - {
        "ANN",
        "BOB",
    }


@pytest.mark.row("B14")
def test_a_call_sheet_says_the_same_in_html_and_pdf(palette: Palette) -> None:
    sheet = called(palette)
    for page in (html_text(call_sheet_html(sheet)), pdf_text(call_sheet_pdf(sheet))):
        assert [one.synopsis for one in sheet.scenes if one.synopsis not in page] == []
        assert [need.name for need in sheet.needs if need.name not in page] == []
        assert [field for field in OPEN_FIELDS if field.upper() not in page.upper()] == []


def test_cast_numbers_go_by_scenes_then_speeches() -> None:
    once, twice = production(KITCHEN), production(KITCHEN, YARD)
    assert cast_numbers(once) == {"character:ann": "1", "character:bob": "2"}
    assert cast_numbers(twice)["character:ann"] == "1"


def test_a_day_of_the_story_that_was_guessed_says_why(palette: Palette) -> None:
    known = production(KITCHEN)
    strip = known.board.strips[0].model_copy(update={"day_confidence": 0.5, "day_why": "no time is told"})
    board = known.board.model_copy(update={"strips": (strip,)})
    (sheet,) = scene_sheets(Production("T", known.sheets, board), palette)
    assert "story day D1: no time is told ?" in [entry.text for entry in sheet.entries]


def test_lengths_are_written_in_eighths() -> None:
    assert [eighths_text(one) for one in (0, 1, 8, 12, 16)] == ["0", "1/8", "1", "1 4/8", "2"]


def test_pages_fetch_nothing_run_nothing_and_show_hostile_words_as_words(palette: Palette) -> None:
    evil = "<script>alert(1)</script>\u202e<img src=http://x>\x00"
    hostile = production(scene("1", Place.INT, DayTime.DAY, synopsis=evil, items=(item("prop", evil),)))
    shown = scene_sheets(hostile, palette)
    pages = (sheets_html(shown, evil), schedule_html(schedule_of(hostile, palette)))
    for page in (*pages, call_sheet_html(call_sheet(hostile, palette))):
        read = _Words()
        read.feed(page.decode())
        assert not {"script", "img", "link", "iframe"} & set(read.tags)
        assert "alert(1)" in "".join(read.words)
        assert b"\x00" not in page and "\u202e" not in page.decode()
    assert "alert(1)" in pdf_text(sheets_pdf(shown, evil))


def test_no_word_of_a_script_is_a_formula_in_a_spreadsheet() -> None:
    words = ["=1+1", "+A1", "-x", "@SUM(A1)", "'quoted", "plain", 'a,b\n"c"']
    content = table_csv(["word"], [[word] for word in words])
    cells = content.decode("utf-8-sig").split("\r\n")[1:5]
    assert all(cell.startswith("'") for cell in cells)
    assert [row["word"] for row in read_table(content)] == words


def test_a_sheet_with_hundreds_of_things_goes_on_and_loses_none(palette: Palette) -> None:
    items = tuple(item("prop", f"thing-{number}") for number in range(300))
    full = production(scene("1", Place.INT, DayTime.DAY, items=items, heading="INT. " + "LONG " * 60))
    content = sheets_pdf(scene_sheets(full, palette), "T")
    words = set(pdf_text(content).split())
    assert {f"thing-{number}" for number in range(300)} <= words
    assert len(PdfReader(BytesIO(content)).pages) > 2


def test_equal_productions_give_equal_bytes(palette: Palette, sheets: tuple[SceneSheet, ...]) -> None:
    assert sheets_pdf(sheets, "T") == sheets_pdf(scene_sheets(WHOLE, palette), "T")
    assert schedule_pdf(schedule_of(WHOLE, palette)) == schedule_pdf(schedule_of(WHOLE, palette))
    assert call_sheet_pdf(called(palette)) == call_sheet_pdf(called(palette))


@pytest.mark.row("G6")
def test_scenes_are_asked_for_by_the_number_they_carry() -> None:
    assert [one.number for one in chosen_sheets(WHOLE, ("12a",))] == ["12A"]
    with pytest.raises(UsageError, match=r"CF-X023.*`12`"):
        chosen_sheets(WHOLE, ("12",))


def test_a_call_sheet_for_nothing_is_refused(palette: Palette) -> None:
    with pytest.raises(UsageError, match="CF-X024"):
        call_sheet(WHOLE, palette, scenes=("14",))
    with pytest.raises(UsageError, match=r"CF-X023.*D9"):
        call_sheet(WHOLE, palette, day="D9")


@pytest.mark.row("G5")
def test_every_place_has_a_colour_in_every_light_and_every_category_a_box(
    palette: Palette, tmp_path: Path
) -> None:
    told = {palette.tint(place, light, omitted=False).name for place in Place for light in DayTime}
    assert {"white", "yellow", "blue", "green"} <= told
    broken = tmp_path / "sheet_colours.yaml"
    broken.write_text(
        COLOURS.read_text().replace("- {place: INT, light: day,", "- {place: INT, light: dusk,")
    )
    with pytest.raises(ProjectError, match=r"CF-X020.*INT day"):
        read_palette(broken)


def test_tables_go_on_where_a_row_is_higher_than_a_page(palette: Palette) -> None:
    items = tuple(item("prop", f"thing-{number}") for number in range(450))
    people = tuple(person(f"P{number}") for number in range(120))
    full = production(
        scene("1", Place.INT, DayTime.DAY, items=items, people=people, heading="INT. " + "LONG " * 500)
    )
    called_for = pdf_text(call_sheet_pdf(call_sheet(full, palette)))
    assert {f"thing-{number}" for number in range(450)} <= set(called_for.split())
    strips = pdf_text(schedule_pdf(schedule_of(full, palette)))
    assert strips.split().count("LONG") == 500
    assert {str(number) for number in range(1, 121)} <= set(strips.replace(",", " ").split())
