"""What an author adds is believed only as far as the text bears it out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.film.breakdown.additions import (
    NOTHING,
    Check,
    answer_schema,
    lines_of,
    material,
)
from cine_forge.film.breakdown.category import Category
from cine_forge.film.schemas.addition import BreakdownAdditions
from cine_forge.film.schemas.asset import Asset
from cine_forge.film.schemas.scene import Scene
from cine_forge.kernel.artifacts.schemas.json_shape import check_shape, misfits

ANN, BEN = "character:ann", "character:ben"


def scene(*elements: dict[str, Any], **changes: Any) -> Scene:
    """Return a scene with a lamp, a coat and two people."""
    own = [
        {"type": "action", "text": "Ann lights an oil lamp.\nThe old man coughs.", "at": 2},
        {"type": "character", "text": "ANN", "at": 5, "character": ANN},
        {"type": "dialogue", "text": "Your coat, Mister Grey.", "at": 6},
    ]
    plain = {"id": "ep001/scene:k3f2", "number": "12A", "heading": "INT. BARN - NIGHT", "kind": "standard"}
    place = {"location": "location:barn", "location_name": "BARN", "cast": [ANN, BEN], "props": ["coat"]}
    return Scene.model_validate({**plain, **place, "elements": [*own, *elements], **changes})


ASSETS = [
    Asset(id=ANN, kind="character", name="ANN", aliases=("ANNIE",), introduced_in="ep001"),
    Asset(id=BEN, kind="character", name="BEN", introduced_in="ep001"),
]


def mention(line: int, words: str, category: str = "prop", entity: str | None = None) -> dict[str, Any]:
    return {"line": line, "words": words, "category": category, "entity": entity}


def alias(line: int, words: str, entity: str | None = BEN) -> dict[str, Any]:
    return {"line": line, "words": words, "entity": entity}


def checked(*mentions: dict[str, Any], aliases: Any = ()) -> tuple[BreakdownAdditions, tuple[str, ...]]:
    check = Check(scene(), ASSETS)
    return check.additions({"mentions": mentions, "aliases": aliases}, "ai"), check.warnings()


@pytest.mark.row("D6")
def test_what_the_text_bears_out_is_kept_in_the_scripts_own_spelling() -> None:
    added, warnings = checked(
        mention(2, "OIL LAMP"), mention(3, "the old man", "character", BEN), aliases=[alias(6, "mister grey")]
    )
    assert [(one.name, one.entity, one.at) for one in added.mentions] == [
        ("oil lamp", "prop:oil-lamp", 2),
        ("The old man", BEN, 3),
    ]
    assert [(one.name, one.entity) for one in added.aliases] == [("Mister Grey", BEN)]
    assert (added.dropped, warnings, added.author) == (0, (), "ai")


@pytest.mark.row("D6")
@pytest.mark.parametrize(
    ("said", "why"),
    [
        (mention(2, "chandelier"), "line 2, `chandelier`: these words are not on that line"),
        (mention(3, "oil lamp"), "line 3, `oil lamp`: these words are not on that line"),
        (mention(4, "lamp"), "line 4, `lamp`: the scene has no such line"),
        (mention(2, "light"), "line 2, `light`: these words are not on that line"),
        (mention(3, "man", "character"), "line 3, `man`: a `character` is somebody of the cast"),
        (mention(2, "lamp", "prop", ANN), "line 2, `lamp`: a `prop` is no entity of the scene"),
        (mention(2, "la\u202em`p\n"), "line 2, `la�m�p�`: these words are not on that line"),
    ],
)
def test_what_it_does_not_bear_out_is_dropped_with_its_place(said: dict[str, Any], why: str) -> None:
    added, warnings = checked(said)
    assert added.mentions == () and added.dropped == 1
    assert warnings == (f"scene 12A, {why}; the addition was dropped",)


def test_a_name_that_is_anothers_or_nobodys_is_dropped_and_a_known_one_passed_over() -> None:
    wrong = [alias(2, "ann", BEN), alias(3, "old man", None), alias(3, "coughs"), alias(2, "ann", ANN)]
    added, warnings = checked(aliases=wrong)
    assert added.aliases == () and added.dropped == 3
    assert "is a name of `character:ann` already" in warnings[0] and "somebody's of the cast" in warnings[1]
    assert "one word in small letters is no name" in warnings[2]


def test_what_is_known_or_said_twice_is_no_fault() -> None:
    added, warnings = checked(mention(6, "coat"), mention(2, "lamp"), mention(2, "LAMP"))
    assert [one.name for one in added.mentions] == ["lamp"] and warnings == ()


def test_faults_are_counted_and_only_the_first_are_told() -> None:
    added, warnings = checked(*(mention(2, f"thing {number}") for number in range(150)))
    assert added.dropped == 150 and len(warnings) == 13
    assert warnings[-1] == "scene 12A: 138 more additions were dropped"


@pytest.mark.row("H7")
def test_the_schema_is_understood_and_names_nothing_but_the_scenes_own() -> None:
    schema = answer_schema(scene())
    check_shape(schema, "answer")
    assert not list(misfits(schema, NOTHING))
    strange = [
        mention(2, "lamp", "character", "character:eve"),
        mention(2, "lamp", "weapon"),
        mention(99, "lamp"),
        mention(-1, "lamp"),
        {**mention(2, "lamp"), "path": "/etc/passwd"},
        {"line": 2, "words": "lamp"},
    ]
    assert all(list(misfits(schema, {"mentions": [one], "aliases": []})) for one in strange)
    assert list(misfits(schema, {**NOTHING, "remove": ["prop:coat"]}))


def test_a_scene_without_people_has_a_schema_too() -> None:
    empty = scene(cast=[])
    schema = answer_schema(empty)
    check_shape(schema, "answer")
    assert not list(misfits(schema, NOTHING))
    check = Check(empty, [])
    check.additions({"mentions": [], "aliases": [alias(2, "lamp", None)]}, "ai")
    assert len(check.warnings()) == 1


def test_lines_are_numbered_from_the_heading_and_those_of_a_paragraph_one_by_one() -> None:
    assert lines_of(scene()) == {
        0: "INT. BARN - NIGHT",
        2: "Ann lights an oil lamp.",
        3: "The old man coughs.",
        5: "ANN",
        6: "Your coat, Mister Grey.",
    }


@pytest.mark.row("H7")
@given(st.text(max_size=200))
def test_the_material_is_one_line_of_json_whatever_the_script_says(text: str) -> None:
    whole = scene({"type": "action", "text": text, "at": 9})
    told = material(whole, ASSETS)
    assert len(told.splitlines()) == 1 and told.isprintable()
    lines = {one["line"]: one["text"] for one in json.loads(told)["lines"]}
    assert lines == lines_of(whole)


ANSWER = st.fixed_dictionaries(
    {
        "line": st.integers(0, 9),
        "words": st.text(max_size=20) | st.sampled_from(["oil lamp", "old man", "coat", "Ann", "Grey", "n"]),
        "category": st.sampled_from([*Category, "character"]),
        "entity": st.sampled_from([ANN, BEN, None]),
    }
)


@pytest.mark.row("D6")
@given(st.lists(ANSWER, max_size=12), st.lists(ANSWER, max_size=6))
def test_whatever_is_answered_all_that_is_kept_stands_in_the_text(mentions: Any, aliases: Any) -> None:
    added, warnings = checked(*mentions, aliases=aliases)
    lines = lines_of(scene())
    for one in (*added.mentions, *added.aliases):
        assert one.name in lines[one.at] and one.confidence <= 0.5
        assert one.entity in (ANN, BEN) or one.entity.startswith(f"{getattr(one, 'category', '')}:")
    assert (added.dropped == 0) == (warnings == ())
