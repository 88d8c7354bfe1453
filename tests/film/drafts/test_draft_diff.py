"""The difference of two drafts: what a script coordinator would call it."""

from __future__ import annotations

import json

import pytest

from cine_forge.film.drafts.draft_diff import DraftDiff, compare
from cine_forge.film.drafts.scene_change import SceneChange
from tests.film.drafts.reworking import BLUE, draft

pytestmark = pytest.mark.row("G23")

KITCHEN = """INT. KITCHEN - DAY

ANN turns a brass key over on the table.

ANN
It was under the stone all along, and you never looked.

BEN
Then you know who put it there.
"""
GARDEN = """EXT. GARDEN - NIGHT

Ann kneels by a stone with a lantern. Nobody else is there, and the wind has died.
"""
HALL = """INT. HALL - NIGHT

Ben sets the key on the shelf and listens to the clock for a long while.

BEN
Keep it. I never came back for it, whatever they told you.
"""
LANE = """EXT. LANE - DAWN

A milk float hums past the gate. The driver lifts two fingers from the wheel.
"""


def compared(*scenes: str, old: tuple[str, ...] = (KITCHEN, GARDEN, HALL)) -> DraftDiff:
    """Compare a draft of these scenes with the old one."""
    return compare(draft("\n".join(old)), draft("\n".join(scenes), BLUE))


def row(diff: DraftDiff, number: str) -> SceneChange:
    """Return the row of a scene by its number."""
    return next(change for change in diff.scenes if change.number == number)


def marks(diff: DraftDiff) -> list[str]:
    """Return number and mark of every row, with what moved."""
    return [f"{c.number} {c.mark}{' moved' if c.moved else ''}" for c in diff.scenes]


def test_a_changed_word_is_told_with_its_line_what_was_and_what_is() -> None:
    diff = compared(KITCHEN.replace("put it", "left it"), GARDEN, HALL)
    (change,) = row(diff, "1").lines
    (word,) = change.words()
    assert (change.op, change.shown.type.value) == ("changed", "dialogue")
    assert (word.old, word.new, word.line) == ("put", "left", 9)
    assert marks(diff) == ["1 reworded", "2 kept", "3 kept"]


def test_lines_put_in_and_taken_out_are_told_as_such() -> None:
    diff = compared(
        KITCHEN.replace("ANN turns a brass key over on the table.\n\n", ""), GARDEN, HALL + "\nRain.\n"
    )
    assert [(c.op, c.shown.text) for c in row(diff, "3").lines] == [("added", "Rain.")]
    assert [(c.op, c.shown.text[:9]) for c in row(diff, "1").lines] == [("removed", "ANN turns")]


def test_an_inserted_scene_is_lettered_and_an_omitted_one_keeps_its_number_to_itself() -> None:
    diff = compared(KITCHEN, LANE, HALL)
    assert marks(diff) == ["1 kept", "2 omitted", "1A added", "3 kept"]
    assert diff.new.retired == {"2"}


def test_a_scene_that_moved_says_where_it_was_and_where_it_is() -> None:
    diff = compared(GARDEN, KITCHEN, HALL)
    assert marks(diff) == ["2 kept moved", "1 kept", "3 kept"]
    assert list(row(diff, "2").told()) == ["moved: was after 1, is first"]


def test_a_scene_moved_and_edited_is_both() -> None:
    diff = compared(HALL.replace("a long while", "a minute"), KITCHEN, GARDEN)
    assert row(diff, "3").moved
    assert row(diff, "3").mark == "reworded"


def test_a_new_heading_is_a_changed_line_and_no_new_scene() -> None:
    diff = compared(KITCHEN, GARDEN.replace("GARDEN - NIGHT", "ORCHARD - DUSK"), HALL)
    (change,) = row(diff, "2").lines
    assert change.shown.type.value == "scene_heading"
    assert list(row(diff, "2").told()) == ["reworded: heading"]


def test_a_scene_cut_in_two_is_split_and_two_made_one_are_merged() -> None:
    first, second = HALL.split("\nBEN\n")
    diff = compared(KITCHEN, GARDEN, first, f"INT. CELLAR - NIGHT\n\nBEN\n{second}")
    assert [c.split_from for c in diff.scenes] == [None, None, None, "3"]
    back = compare(diff.new, draft("\n".join((KITCHEN, GARDEN, HALL))))
    assert [c.merged_into for c in back.scenes] == [None, None, None, "3"]


def test_a_renamed_person_is_told_once_and_not_at_every_line() -> None:
    old = "\n".join((KITCHEN, GARDEN, HALL))
    diff = compare(draft(old), draft(old.replace("BEN", "OSKAR").replace("Ben", "Oskar")))
    (renamed,) = diff.renaming.names
    assert (renamed.kind, renamed.old, renamed.new, renamed.times) == ("character", "BEN", "OSKAR", 3)
    assert [c.mark for c in diff.scenes] == ["kept"] * 3
    assert [list(c.told()) for c in diff.scenes] == [["names only"], [], ["names only"]]


def test_lines_given_to_another_person_are_no_renaming() -> None:
    old = "\n".join((KITCHEN, GARDEN, HALL))
    diff = compare(draft(old), draft(old.replace("\nBEN\n", "\nANN\n")))
    assert diff.renaming.names == ()
    assert row(diff, "3").mark == "reworded"


def test_a_renamed_place_is_told_once() -> None:
    again = GARDEN.replace("Ann kneels by a stone with a lantern.", "The stone is gone, and so is she.")
    old = "\n".join((KITCHEN, GARDEN, HALL, again))
    diff = compare(draft(old), draft(old.replace("GARDEN", "ORCHARD")))
    assert [(one.kind, one.old, one.new) for one in diff.renaming.names] == [
        ("location", "GARDEN", "ORCHARD")
    ]
    assert {change.mark for change in diff.scenes} == {"kept"}


def test_the_same_heading_many_times_is_matched_by_what_is_said() -> None:
    rooms = [GARDEN.replace("a lantern", f"{n} lanterns").replace("wind has died", f"{n} bells ring for {n}")
             for n in ("nine", "four", "seven", "two")]  # fmt: skip
    diff = compared(rooms[2], rooms[0], rooms[1], rooms[3], old=tuple(rooms))
    assert [c.number for c in diff.scenes] == ["3", "1", "2", "4"]
    assert [c.moved for c in diff.scenes] == [True, False, False, False]


def test_a_draft_that_says_omitted_keeps_the_scene_under_its_number() -> None:
    diff = compared(KITCHEN, "EXT. OMITTED #2#\n".replace("EXT. ", "."), HALL)
    assert [c.number for c in diff.scenes] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "scene number 1 stands twice in this draft"),
        (2, "scene number 2 belonged to a scene that was omitted; it is used again"),
    ],
)
def test_a_number_that_is_another_scenes_is_kept_and_warned_of_with_its_line(number: int, said: str) -> None:
    kitchen = KITCHEN.replace("DAY", "DAY #1#")
    diff = compared(kitchen, HALL, LANE.replace("DAWN", f"DAWN #{number}#"))
    (warned,) = diff.warnings
    assert (warned.code, warned.message) == ("CF-F060", said)
    assert warned.line == (kitchen + HALL).count("\n") + 3
    assert diff.new.numbers[2] == str(number)


def test_another_text_in_the_same_place_under_the_same_number_is_the_same_scene() -> None:
    diff = compared(KITCHEN, LANE.replace("DAWN", "DAWN #2#"), HALL)
    assert marks(diff) == ["1 kept", "2 reworded", "3 kept"]
    assert diff.warnings == ()


def test_a_locked_number_that_changed_is_warned_of_and_a_draft_that_counts_anew_once() -> None:
    scenes = [GARDEN.replace("a lantern", f"{n} lanterns and {n} bells").replace("NIGHT", "NIGHT #{}#")
              for n in range(30)]  # fmt: skip
    old = draft("\n".join(scene.format(n) for n, scene in enumerate(scenes, 1)))
    one = compare(
        old, draft("\n".join(scene.format(n if n != 4 else 44) for n, scene in enumerate(scenes, 1)))
    )
    assert [(w.code, w.message) for w in one.warnings] == [
        ("CF-F061", "scene 4 is now numbered 44, though numbers are locked")
    ]
    anew = compare(old, draft("\n".join(scene.format(n) for n, scene in enumerate(scenes, 101))))
    assert len(anew.warnings) == 1
    assert "counts its scenes anew" in anew.warnings[0].message


def test_the_json_says_the_same_and_can_be_written() -> None:
    told = json.loads(json.dumps(compared(KITCHEN.replace("put it", "left it"), LANE, HALL).to_json()))
    assert told["schema"] == "script_diff/1"
    assert told["summary"]["added"] == told["summary"]["omitted"] == told["summary"]["reworded"] == 1
    assert [scene["mark"] for scene in told["scenes"]] == ["reworded", "omitted", "added", "kept"]
    assert told["scenes"][0]["changes"][0]["words"] == [{"old": "put", "new": "left", "line": 9}]


def test_a_writing_without_spaces_is_compared_sign_by_sign() -> None:
    old = "INT. 厨房 - DAY\n\n安娜把一把黄铜钥匙放在桌子上,然后看着窗外的雨。\n"
    diff = compare(draft(old), draft(old.replace("黄铜", "银").replace("厨房", "阁楼")))
    (change,) = diff.scenes
    assert change.mark == "reworded"
    assert [(w.old, w.new) for line in change.lines for w in line.words()][-1] == ("黄铜", "银")


def test_a_cyrillic_draft_is_compared_as_any_other() -> None:
    old = "ИНТ. КУХНЯ - ДЕНЬ\n\nАнна кладёт ключ на стол и долго смотрит в окно.\n"
    (change,) = compare(draft(old), draft(old.replace("ключ", "нож"))).scenes
    assert [(w.old, w.new) for line in change.lines for w in line.words()] == [("ключ", "нож")]
