"""A sheet with what an author added: more lines, more items, and nothing less."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.film.breakdown.category import Category
from cine_forge.film.breakdown.completed import completed
from cine_forge.film.breakdown.sheet import sheet_of
from cine_forge.film.naming import entity_id
from cine_forge.film.schemas.addition import AddedMention, BreakdownAdditions
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import Scene

SCENE = Scene.model_validate(
    {
        "id": "ep001/scene:k3f2",
        "number": "1",
        "heading": "INT. BARN - NIGHT",
        "kind": "standard",
        "location": "location:barn",
        "location_name": "BARN",
        "cast": ["character:ann"],
        "elements": [
            {"type": "action", "text": "Ann lifts an oil lamp and opens a letter.", "at": 2},
            {"type": "action", "text": "The old woman puts the lamp down by the ladder.", "at": 4},
        ],
    }
)
ANN = Asset(id="character:ann", kind="character", name="ANN", introduced_in="ep001")
SHEET = sheet_of(SCENE, [ANN])


def added(category: str, name: str, at: int, entity: str | None = None) -> AddedMention:
    own = entity or entity_id(category, name)
    return AddedMention(category=category, entity=own, name=name, at=at, confidence=0.5)


def additions(*mentions: AddedMention) -> BreakdownAdditions:
    return BreakdownAdditions(scene=SCENE.id, author="ai", mentions=mentions)


@pytest.mark.row("D6")
def test_a_known_thing_gets_its_line_and_a_new_one_its_place_in_the_order() -> None:
    more = [
        added("set_dressing", "barn", 4),
        added("prop", "her LETTER", 9),
        added("set_dressing", "barn", 7),
    ]
    sheet = completed(SHEET, additions(*more))
    before, after = ({one.name: one for one in made.items} for made in (SHEET, sheet))
    letter = before["letter"]
    assert after["letter"] == letter.model_copy(update={"at": (2, 9)})
    assert (after["barn"].at, after["barn"].confidence) == ((4, 7), 0.5) and len(after) == len(before) + 1
    order = [list(Category).index(Category(one.category)) for one in sheet.items]
    assert order == sorted(order)


def test_somebody_called_by_other_words_gets_the_line() -> None:
    sheet = completed(SHEET, additions(added("character", "old woman", 4, "character:ann")))
    assert sheet.people[0].at == (*SHEET.people[0].at, 4) and sheet.items == SHEET.items


def test_nothing_added_changes_nothing() -> None:
    assert completed(SHEET, additions()) == SHEET


MENTION = st.builds(
    lambda category, name, at: added(category, name, at),
    st.sampled_from([category.value for category in Category]),
    st.sampled_from(["lamp", "oil lamp", "letter", "ladder", "old ladder", "straw"]),
    st.integers(0, 9),
)


@pytest.mark.row("D6")
@given(st.lists(MENTION, max_size=10))
def test_nothing_is_ever_taken_from_a_sheet(mentions: list[Any]) -> None:
    after = {(one.category, one.entity): one for one in completed(SHEET, additions(*mentions)).items}
    for item in SHEET.items:
        kept = after[item.category, item.entity]
        assert kept.name == item.name and set(item.at) <= set(kept.at) and kept.confidence == item.confidence
    lines = {(one.category, one.at) for one in mentions}
    assert all(
        any(key[0] == category and at in one.at for key, one in after.items()) for category, at in lines
    )
