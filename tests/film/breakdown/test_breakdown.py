"""The breakdown: records from a script, and what a new draft may change."""

from __future__ import annotations

import pytest

from cine_forge.film.schemas.scene import Scene
from cine_forge.kernel.ground.errors import ProjectError
from cine_forge.staging.grammar import DayTime, Place
from tests.film.scripts import broken_down, history_of

BAR = "INT. BAR - NIGHT\n\nANN (30), a spy in a raincoat, sets a LANTERN down.\n\nANN\nCome.\n\nCUT TO:\n\n"
YARD = "EXT. YARD - CONTINUOUS\n\nAnn crosses the wet stones.\n\nBOB (V.O.)\nStop there.\n\n"
POV = ".THE GATE\n\nIt is ajar.\n\n"
HALL = "INT. BAR - BACK ROOM - DAWN\n\nBOB (50s) waits. He dials.\n\nBOB\n(into phone)\nShe is here.\n"
DRAFT = BAR + YARD + POV + HALL


def by_heading(scenes: tuple[Scene, ...]) -> dict[str, Scene]:
    """Return scenes by their heading."""
    return {scene.heading: scene for scene in scenes}


@pytest.mark.row("D6")
def test_scenes_say_place_time_cast_and_props() -> None:
    bar, yard, gate, hall = broken_down(DRAFT).scenes
    assert (bar.location, bar.place, bar.daytime, bar.cast) == (
        "location:bar",
        Place.INT,
        DayTime.NIGHT,
        ("character:ann",),
    )
    assert (bar.props, bar.transition_out, bar.refs) == (
        ("lantern",),
        "CUT TO:",
        ("character:ann", "location:bar"),
    )
    assert (yard.cast, yard.daytime, yard.follows) == (("character:ann",), DayTime.NIGHT, bar.id)
    assert (gate.kind, gate.parent, gate.location, gate.place) == (
        "insert",
        yard.id,
        "location:yard",
        Place.EXT,
    )
    assert (hall.location, hall.sublocation, hall.cast) == ("location:bar", "BACK ROOM", ("character:bob",))


@pytest.mark.row("D6")
def test_the_ledger_maps_every_scene_cue_and_mention_to_lines() -> None:
    done = broken_down(DRAFT)
    lines = DRAFT.splitlines()
    assert [lines[span.line - 1].lstrip(".") for span in done.ledger.spans] == [
        one.heading for one in done.scenes
    ]
    categories = {mention.category for mention in done.ledger.mentions}
    assert categories == {"location", "sublocation", "character", "cue", "prop", "wardrobe"}
    for mention in done.ledger.mentions:
        if "dials" not in lines[mention.line - 1] and mention.category not in ("location", "sublocation"):
            assert mention.name.lower() in "\n".join(lines[mention.line - 1 : mention.end_line]).lower()


def test_a_voice_from_elsewhere_speaks_but_does_not_stand_on_the_set() -> None:
    yard = broken_down(DRAFT).scenes[1]
    spoken = [element for element in yard.elements if element.type == "dialogue"]
    assert [(line.character, line.name, line.extension) for line in spoken] == [
        ("character:bob", "BOB", "V.O.")
    ]
    assert "character:bob" not in yard.refs


def test_a_script_without_a_scene_is_refused_in_one_located_sentence() -> None:
    with pytest.raises(ProjectError) as refused:
        broken_down("\nOnly prose.\n")
    (fault,) = refused.value.faults
    assert (fault.code, fault.where) == ("CF-F010", "ep_001.fountain:2")
    assert "INT. KITCHEN - DAY" in fault.what
    assert "cine-forge script inspect" in fault.hint


@pytest.mark.row("G6")
def test_an_inserted_scene_gets_a_new_id_and_a_lettered_number_and_changes_no_other_record() -> None:
    first = broken_down(DRAFT)
    second = broken_down(BAR + "EXT. ROOF - DAY\n\nPigeons.\n\n" + YARD + POV + HALL, history_of(first))
    assert [scene.number for scene in second.scenes] == ["1", "1A", "2", "3", "4"]
    assert [scene for scene in second.scenes if scene.heading != "EXT. ROOF - DAY"] == list(first.scenes)
    assert second.assets[:-1] == first.assets or set(first.assets) <= set(second.assets)


@pytest.mark.row("G6")
def test_a_changed_line_changes_only_its_own_scene() -> None:
    first = broken_down(DRAFT)
    second = broken_down(DRAFT.replace("Come.", "Come in, please."), history_of(first))
    changed = [new.id for old, new in zip(first.scenes, second.scenes, strict=True) if old != new]
    assert changed == [first.scenes[0].id]
    assert (second.scene_set, second.asset_set, second.assets) == (
        first.scene_set,
        first.asset_set,
        first.assets,
    )


@pytest.mark.row("G6")
def test_a_removed_scene_is_retired_and_neither_its_id_nor_its_number_comes_back() -> None:
    first = broken_down(DRAFT)
    history = history_of(first)
    second = broken_down(BAR + POV + HALL, history)
    assert second.scene_set.retired == (first.scenes[1].id,)
    third = broken_down(BAR + YARD + POV + HALL, history_of(second, history))
    back = third.scenes[1]
    assert back.id not in first.scene_set.model_dump_json()
    assert back.number == "1A"


def test_a_moved_scene_keeps_its_id_and_number() -> None:
    first = by_heading(broken_down(DRAFT).scenes)
    moved = by_heading(broken_down(HALL + "\n" + BAR + YARD + POV, history_of(broken_down(DRAFT))).scenes)
    assert moved == first


def test_an_omitted_scene_keeps_its_number_and_plays_nothing() -> None:
    done = broken_down(BAR.replace("NIGHT", "NIGHT #7#") + "8 OMITTED\n\n" + HALL.replace("DAWN", "DAWN #9#"))
    assert [(scene.number, scene.omitted) for scene in done.scenes] == [
        ("7", False),
        ("8", True),
        ("9", False),
    ]
    assert done.scenes[1].eighths == 0


def test_a_look_is_kept_until_its_own_introduction_is_rewritten() -> None:
    first = broken_down(DRAFT)
    history = history_of(first)
    elsewhere = broken_down(DRAFT.replace("It is ajar.", "ANN runs."), history)
    assert elsewhere.assets == first.assets
    rewritten = broken_down(DRAFT.replace("a spy in a raincoat", "a nun in a coat"), history)
    assert [asset.id for asset in rewritten.assets if asset not in first.assets] == ["character:ann"]


def test_a_place_keeps_its_record_unless_the_new_words_ask_for_another_set() -> None:
    first = broken_down(DRAFT)
    same = broken_down(DRAFT.replace("sets a LANTERN down", "sets a BOTTLE down"), history_of(first))
    assert [asset for asset in same.assets if asset.kind == "location"] == [
        asset for asset in first.assets if asset.kind == "location"
    ]
    other = broken_down(DRAFT.replace("sets a LANTERN", "in a dim bar sets a LANTERN"), history_of(first))
    assert next(asset for asset in other.assets if asset.id == "location:bar").set.kind == "bar"  # type: ignore[union-attr]


def test_another_episode_lists_a_known_person_and_does_not_own_them() -> None:
    first = broken_down(DRAFT)
    history = history_of(first)
    second = broken_down(
        "INT. ATTIC - DAY\n\nANN\nUp here.\n", type(history)(assets=history.assets), episode="ep002"
    )
    assert [member.id for member in second.asset_set.members] == ["character:ann", "location:attic"]
    assert [asset.id for asset in second.assets] == ["location:attic"]


def test_the_source_is_kept_as_it_came() -> None:
    done = broken_down("Title: Rain\n\n" + DRAFT)
    assert (done.script.source, done.script.text) == ("ep_001.fountain", "Title: Rain\n\n" + DRAFT)
    assert done.script.title_page == {"Title": "Rain"}
