"""Whoever an edit does not touch keeps id and record, and a renamed person stays who they were."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.film.breakdown.breakdown import Breakdown
from cine_forge.film.schemas.asset import Asset
from tests.film.scripts import broken_down, history_of

SCENES = (
    "INT. BAR - DAY\n\nJACOB BILLUPS (50), a clerk, drinks.\n\nBILLUPS\nIt rains again.\n\n"
    "ANN\nIt always does.\n",
    "EXT. YARD - DAY\n\nDR. KLEIN\nOpen the gate, Jake.\n\nYOUNG ANN\nThe key is gone.\n",
    "INT. HALL - NIGHT\n\nSARAH KLEIN (40), a doctor, waits.\n\nSARAH\nNobody came by today.\n\n"
    "GUARD #1\nAs ever.\n",
    "INT. CELL - NIGHT\n\nGUARD #2\nQuiet in there.\n\nTHE BOSS\nLet them sing a little.\n",
    "EXT. ROOF - DAWN\n\nBOSS\nThat was the last song.\n\nANN\nThere is one more to come.\n",
)
NEW = (
    "INT. SHED - DAY\n\nOTTO (33), a smith, hums.\n\nOTTO\nDone at last.\n",
    "EXT. LAKE - DAY\n\nThe water is still. A MAILMAN passes.\n",
    "INT. VAN - NIGHT\n\nGUARD #3\nMove along now.\n",
)
ACTIONS = ("A door slams.", "Rain on the panes.", "Somebody laughs far away.", "The lamp swings.")


def people(done: Breakdown) -> dict[str, Asset]:
    """Return the records of people by id."""
    return {asset.id: asset for asset in done.assets if asset.kind == "character"}


@given(at=st.integers(0, 5), scene=st.sampled_from(NEW))
@settings(max_examples=12, deadline=None)
@pytest.mark.row("G6")
def test_an_inserted_scene_changes_nobody_who_was_there(at: int, scene: str) -> None:
    first = broken_down("\n".join(SCENES))
    again = broken_down("\n".join((*SCENES[:at], scene, *SCENES[at:])), history_of(first))
    assert people(first).items() <= people(again).items()


@given(order=st.permutations(range(5)), line=st.sampled_from(ACTIONS), at=st.integers(0, 4))
@settings(max_examples=12, deadline=None)
@pytest.mark.row("G6")
def test_moved_scenes_and_a_line_more_change_nobody(order: list[int], line: str, at: int) -> None:
    first = broken_down("\n".join(SCENES))
    moved = [SCENES[place] + (f"\n{line}\n" if place == at else "") for place in order]
    assert people(broken_down("\n".join(moved), history_of(first))) == people(first)


@given(gone=st.integers(0, 4))
@settings(max_examples=5, deadline=None)
def test_a_lost_scene_takes_only_those_who_were_in_no_other(gone: int) -> None:
    first = broken_down("\n".join(SCENES))
    left = broken_down("\n".join(SCENES[:gone] + SCENES[gone + 1 :]), history_of(first))
    assert people(left).keys() <= people(first).keys()
    assert all(asset.look == people(first)[one].look for one, asset in people(left).items())


@given(text=st.text("ABCÄЖ \n.,'-:()", max_size=60))
@settings(max_examples=60, deadline=None)
def test_whatever_stands_there_the_same_script_gives_the_same_people(text: str) -> None:
    script = f"INT. BAR - DAY\n\n{text}\n\nANN\nYes.\n"
    first = broken_down(script)
    assert people(broken_down(script, history_of(first))) == people(first)


@pytest.mark.row("G6")
def test_a_person_renamed_at_every_cue_keeps_id_look_and_scenes() -> None:
    first = broken_down("\n".join(SCENES))
    text = "\n".join(SCENES).replace("THE BOSS", "MADAME X").replace("\nBOSS", "\nMADAME X")
    again = broken_down(text, history_of(first))
    boss = people(again)["character:the-boss"]
    assert (boss.name, boss.aliases) == ("MADAME X", ("THE BOSS", "BOSS"))
    assert boss.look == people(first)["character:the-boss"].look
    third = broken_down(text, history_of(again, history_of(first)))
    assert people(third) == people(again)


def test_a_rename_that_two_could_have_is_asked_and_makes_a_new_person() -> None:
    first = broken_down("INT. A - DAY\n\nTOM\nYes.\n\nHe waits.\n\nTIM\nYes.\n\nANN\nNo more of that.\n")
    again = broken_down(
        "INT. A - DAY\n\nULF\nYes.\n\nHe waits.\n\nOLE\nYes.\n\nANN\nNo more of that.\n", history_of(first)
    )
    assert set(people(again)) == {"character:ann", "character:ulf", "character:ole"}
    assert any("under a new name" in warning for warning in again.ledger.warnings)


def test_who_comes_under_a_name_that_somebody_had_before_is_somebody_else() -> None:
    first = broken_down("INT. A - DAY\n\nTOM\nI was here first of all.\n\nANN\nNo more of that.\n")
    text = "INT. A - DAY\n\nULF\nI was here first of all.\n\nANN\nNo more of that.\n"
    again = broken_down(text, history_of(first))
    assert people(again)["character:tom"].name == "ULF"
    third = broken_down(text + "\nINT. B - DAY\n\nTOM\nHello there.\n", history_of(again))
    assert people(third)["character:tom"].name == "ULF"
    assert people(third)["character:tom-2"].name == "TOM"
