"""Continuity: what a script supervisor would ask about, and what not."""

from __future__ import annotations

import json

import pytest

from cine_forge.film.continuity.continuity import read_continuity
from cine_forge.film.schemas.continuity import Continuity
from tests.film.scripts import read

pytestmark = pytest.mark.row("G27")

HALL = """INT. HALL - DAY

ANN MORO (34), blue shirt, red coat, waits with a LANTERN. BEN (50) wears a grey hat.

ANN
Is he here?

BEN
Come.

"""


def of(*scenes: str) -> Continuity:
    """Read the hall and these scenes."""
    return read_continuity(read(HALL + "\n\n".join(scenes)), "ep_001.fountain")


def jumps(found: Continuity) -> list[tuple[str, str]]:
    """Return kind and words of every jump."""
    return [(jump.kind, jump.what) for jump in found.jumps]


def test_wardrobe_and_props_are_carried_through_the_day_and_forgotten_on_the_next() -> None:
    found = of("INT. STUDY - NIGHT\n\nAnn picks up a key.\n", "INT. STUDY - NEXT MORNING\n\nAnn yawns.\n")
    rows = {scene.number: {one.name: one for one in scene.people} for scene in found.scenes}
    assert [scene.day for scene in found.scenes] == ["D1", "D1", "D2"]
    study = rows["2"]["ANN"]
    assert [(item.name, item.scene) for item in study.wardrobe] == [("blue shirt", "1"), ("red coat", "1")]
    assert [(item.name, item.scene, item.line) for item in study.props] == [("key", "2", 13)]
    assert rows["3"]["ANN"].wardrobe == rows["3"]["ANN"].props == ()


@pytest.mark.parametrize(
    ("scene", "kind", "what"),
    [
        ("INT. STUDY - CONTINUOUS\n\nAnn enters without her coat.\n", "wardrobe",
         "ANN: red coat in 1, none in 2"),
        ("INT. STUDY - CONTINUOUS\n\nAnn wears a green shirt.\n", "wardrobe",
         "ANN: blue shirt in 1, green shirt in 2"),
        ("INT. STUDY - CONTINUOUS\n\nBen puts on the hat.\n", "wardrobe",
         "BEN: puts on the hat that is on since 1"),
        ("INT. STUDY - NIGHT - CONTINUOUS\n\nAnn sits.\n", "light", "day in 1, night right after in 2"),
        ("INT. CELLAR - SAME TIME\n\nAnn sits.\n", "two_places",
         "ANN: in HALL and in CELLAR at the same time"),
    ],
)  # fmt: skip
def test_what_cannot_be_as_it_was_is_a_jump(scene: str, kind: str, what: str) -> None:
    (jump,) = of(scene).jumps
    assert (jump.kind, jump.what) == (kind, what)
    assert (jump.before.scene, jump.after.scene) == ("1", "2")
    assert 0.4 < jump.confidence <= 1


@pytest.mark.parametrize(
    "scenes",
    [
        ("INT. STUDY - CONTINUOUS\n\nAnn takes off her coat.\n",
         "INT. ATTIC - LATER\n\nAnn is without her coat.\n"),
        ("INT. STUDY - NEXT MORNING\n\nAnn wears a green shirt.\n",),
        ("INT. STUDY - CONTINUOUS\n\nAnn puts on a green coat.\n",),
        ("INT. STUDY - CONTINUOUS\n\nThe coat of the porter is green. Ann sits.\n",),
        ("EXT. YARD - FLASHBACK\n\nAnn wears a green shirt.\n",),
        ("INT. CELLAR - SAME TIME\n\nANN (V.O.)\nI am not there.\n",),
    ],
)  # fmt: skip
def test_what_is_told_or_another_day_is_no_jump(scenes: tuple[str, ...]) -> None:
    assert jumps(of(*scenes)) == []


def test_a_prop_that_was_destroyed_and_is_whole_again_is_a_jump_but_its_remains_are_none() -> None:
    broken = "INT. STUDY - LATER\n\nBen smashes the lantern on the floor.\n"
    found = of(broken, "INT. ATTIC - LATER\n\nAnn lights the lantern.\n")
    assert jumps(found) == [("destroyed", "lantern destroyed in 2, there again in 3")]
    assert found.jumps[0].before.text == "Ben smashes the lantern on the floor."
    assert found.jumps[0].after.line == found.scenes[2].line + 2
    assert jumps(of(broken, "INT. ATTIC - LATER\n\nAnn sweeps up the pieces of the lantern.\n")) == []


def test_hurt_and_unhurt_left_and_right_are_jumps() -> None:
    shot = "INT. STUDY - LATER\n\nAnn is shot in the left arm.\n"
    assert ("injury", "ANN: is shot in 2, unhurt in 3") in jumps(
        of(shot, "INT. ATTIC - LATER\n\nAnn is unhurt.\n")
    )
    sides = of(shot, "INT. ATTIC - LATER\n\nAnn walks in. Her right arm is bandaged.\n")
    assert jumps(sides) == [("injury", "ANN: left arm in 2, right arm in 3")]
    (silent,) = of(shot, "INT. ATTIC - CONTINUOUS\n\nAnn sits.\n").jumps
    assert silent.confidence < 0.4


def test_who_died_is_not_seen_again_but_may_be_heard() -> None:
    dies = "INT. STUDY - LATER\n\nBen dies.\n"
    assert jumps(of(dies, "INT. ATTIC - LATER\n\nBen pours tea.\n")) == [
        ("death", "BEN: dies in 2, is seen in 3")
    ]
    assert jumps(of(dies, "INT. ATTIC - LATER\n\nAnn sits.\n\nBEN (V.O.)\nPour the tea.\n")) == []


def test_who_is_handed_a_thing_has_it_and_who_gave_it_has_not() -> None:
    found = of("INT. STUDY - LATER\n\nBen picks up a rope. Ben hands the rope to Ann.\n")
    people = {one.name: [item.name for item in one.props] for one in found.scenes[1].people}
    assert people == {"BEN": [], "ANN": ["rope"]}


def test_the_record_can_be_written_and_comes_back_equal() -> None:
    found = of("INT. STUDY - CONTINUOUS\n\nAnn enters without her coat.\n")
    told = json.loads(json.dumps(found.model_dump(mode="json")))
    assert Continuity.model_validate(told) == found
    assert told["jumps"][0]["before"]["text"].startswith("ANN MORO (34)")
    assert told["scenes"][0]["people"][0]["wardrobe"][1] == {"name": "red coat", "scene": "1", "line": 3}


def test_a_script_without_a_scene_has_no_rows() -> None:
    assert read_continuity(read("Nothing happens.\n"), "a.fountain").scenes == ()
