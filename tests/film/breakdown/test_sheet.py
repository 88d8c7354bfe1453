"""The breakdown sheet of one scene, and the stripboard that says where it stands."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cine_forge.film.breakdown.breakdown import Breakdown, History, break_down
from cine_forge.film.breakdown.category import Category
from cine_forge.film.breakdown.sheet import sheet_of
from cine_forge.film.breakdown.tagged import category_of
from cine_forge.film.schemas.breakdown_sheet import BreakdownSheet, SceneTag, SceneTags, SheetItem
from cine_forge.film.screenplay.reading import read_source
from cine_forge.staging.grammar import DayTime, Place
from tests.film.scripts import Lots, broken_down, history_of, source

SCENE = """INT. BAR - BACK ROOM - NIGHT #12A#

ANN (30), in a red raincoat, sets a LANTERN on the oak desk. BEN (50) watches.

ANN
Take the lantern.

EVE (V.O.)
(over radio)
Run.

A dog barks. Smoke fills the room. Ann lifts the lantern.
"""
TAGGED = """<?xml version="1.0" encoding="UTF-8"?>
<FinalDraft DocumentType="Script" Version="5">
<Content>
<Paragraph Type="Scene Heading"><Text>INT. HALL - DAY</Text></Paragraph>
<Paragraph Type="Action"><Text>Nobody.</Text></Paragraph>
<Paragraph Type="Scene Heading"><Text>EXT. YARD - DAY</Text></Paragraph>
<Paragraph Type="Action"><Text>She lifts a </Text><Text TagNumber="1">lantern</Text><Text>.</Text></Paragraph>
</Content>
<TagData>
<TagCategories><TagCategory Id="c1" Name="Props" Number="5"/></TagCategories>
<TagDefinitions><TagDefinition CatId="c1" Id="d1" Label="Lantern" Number="1"/></TagDefinitions>
<Tags><Tag Number="1"><DefId>d1</DefId></Tag></Tags>
</TagData>
</FinalDraft>
"""
YARD = "EXT. YARD - DAY\n\nAnn parks a black SUV. A crowd of mourners waits.\n"


def sheets(done: Breakdown) -> tuple[BreakdownSheet, ...]:
    """Return the sheet of every scene, each from its own record and its own people."""
    known = {asset.id: asset for asset in done.assets}
    return tuple(sheet_of(one, [known[who] for who in one.cast if who in known]) for one in done.scenes)


def sheet(text: str) -> BreakdownSheet:
    """Return the sheet of the only scene of a script."""
    (only,) = sheets(broken_down(text))
    return only


def item(found: BreakdownSheet, name: str) -> SheetItem:
    """Return the item of that name."""
    return next(one for one in found.items if one.name == name)


@pytest.mark.row("G5")
def test_a_sheet_says_what_every_department_needs() -> None:
    found = sheet(SCENE)
    assert (found.number, found.place, found.location_name, found.sublocation) == (
        "12A",
        Place.INT,
        "BAR",
        "BACK ROOM",
    )
    assert (found.daytime, found.eighths, found.length) == (
        DayTime.NIGHT,
        2,
        str(Fraction(found.printed_lines, 55)),
    )
    assert [(one.category, one.name) for one in found.items] == [
        ("prop", "lantern"),
        ("prop", "radio"),
        ("set_dressing", "oak desk"),
        ("wardrobe", "red raincoat"),
        ("animal", "dog"),
        ("sound", "barks"),
        ("sfx", "Smoke"),
    ]
    assert item(found, "lantern").at == (2, 5, 11)
    assert found.synopsis.startswith("ANN (30), in a red raincoat")


@pytest.mark.row("G5")
def test_people_speak_are_silent_or_are_only_heard() -> None:
    parts = {one.name: (one.part, one.speeches) for one in sheet(SCENE).people}
    assert parts == {"ANN": ("speaking", 1), "BEN": ("silent", 0), "EVE": ("voice", 1)}


@pytest.mark.row("G5")
@pytest.mark.parametrize(
    ("cue", "members"),
    [
        ("BOTH", {"character:ann", "character:ben"}),
        ("ALL", {"character:ann", "character:ben", "character:cop-1"}),
    ],
)
def test_a_group_cue_names_its_members_where_they_are_known(cue: str, members: set[str]) -> None:
    talk = "COP #1\nStop.\n\nANN\nNo.\n\nBEN\nNo.\n\n"
    group = next(one for one in sheet(f"INT. BAR - DAY\n\n{talk}{cue}\nNever!\n").people if one.name == cue)
    assert (group.part, set(group.members)) == ("group", members)


def test_a_cue_of_two_names_is_a_speech_of_each() -> None:
    talk = "INT. BAR - DAY\n\nANN\nNo.\n\nBEN\nNo.\n\nANN AND BEN\nNever!\n"
    assert {one.name: one.speeches for one in sheet(talk).people} == {"ANN": 2, "BEN": 2}


@pytest.mark.row("G6")
def test_one_changed_line_changes_one_sheet_and_an_inserted_scene_none() -> None:
    first = broken_down(SCENE + "\n" + YARD)
    edited = broken_down(SCENE.replace("lifts the", "kicks over the") + "\n" + YARD, history_of(first))
    assert [old == new for old, new in zip(sheets(first), sheets(edited), strict=True)] == [False, True]
    grown = broken_down("EXT. ROOF - NIGHT\n\nRain.\n\n" + SCENE + "\n" + YARD, history_of(first))
    assert sheets(grown)[1:] == sheets(first)


@pytest.mark.row("G6")
def test_an_omitted_scene_keeps_its_number_and_needs_nothing() -> None:
    done = broken_down(SCENE + "\n13 OMITTED\n\n" + YARD.replace("DAY", "DAY #14#"))
    middle = sheets(done)[1]
    assert (middle.number, middle.omitted, middle.eighths, middle.items) == ("13", True, 0, ())
    assert [(strip.number, strip.omitted) for strip in done.stripboard.strips] == [
        ("12A", False),
        ("13", True),
        ("14", False),
    ]


@pytest.mark.row("G5")
def test_the_stripboard_says_page_length_and_day_of_every_scene() -> None:
    long = SCENE.replace("Ann lifts", "word " * 600 + "Ann lifts")
    board = broken_down(long + "\n" + YARD).stripboard
    first, second = board.strips
    assert (first.page, first.eighth, first.day) == (1, 0, "D1")
    assert (second.page, second.day, second.day_why) == (2, "D2", "night turned into day")
    assert board.eighths == first.eighths + second.eighths
    assert abs(Fraction(board.pages) - Fraction(board.eighths, 8)) <= Fraction(1, 8)


@pytest.mark.row("G5")
def test_what_a_person_tagged_is_certain_and_no_second_item() -> None:
    done = broken_down(SCENE)
    tags = SceneTags(
        scene=done.scenes[0].id,
        tags=(
            SceneTag(category="prop", name="Storm lantern", at=2),
            SceneTag(category="greenery_rental", name="ivy", at=2),
            SceneTag(category="cast", name="Ann", at=2),
        ),
    )
    found = sheet_of(done.scenes[0], done.assets, tags)
    lantern = item(found, "Storm lantern")
    assert (lantern.confidence, lantern.tagged, lantern.at) == (1.0, True, (2, 5, 11))
    assert [one.name for one in found.items if one.category == "prop"] == ["Storm lantern", "radio"]
    assert found.items[-1].category == "greenery_rental"
    assert all(one.category != "cast" for one in found.items)


@pytest.mark.row("G5")
def test_the_tagger_s_categories_are_ours() -> None:
    told = (
        "Props",
        "Set Dressing",
        "Wardrobe",
        "Makeup/Hair",
        "Vehicles",
        "Background Actors",
        "Special Effects",
    )
    assert [category_of(one) for one in told] == [
        *("prop", "set_dressing", "wardrobe", "make_up", "vehicle", "extra", "sfx")
    ]


def test_tagged_items_of_a_final_draft_file_reach_the_ledger_and_their_scene() -> None:
    script = source(TAGGED, "ep_001.fdx")
    done = break_down(read_source(script), script, episode="ep001", history=History(), designer=Lots())
    mention = next(one for one in done.ledger.mentions if one.tagged)
    assert (mention.category, mention.name, mention.confidence) == ("prop", "Lantern", 1.0)
    assert [(tags.scene, [tag.name for tag in tags.tags]) for tags in done.tags] == [
        (done.scenes[1].id, ["Lantern"])
    ]


def test_items_stand_in_the_order_of_a_sheet() -> None:
    order = [category.value for category in Category]
    found = [order.index(one.category) for one in sheet(SCENE).items]
    assert found == sorted(found)
