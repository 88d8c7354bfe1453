"""Scene assembly: everything of the script lands in one shot, and edits disturb nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.film.shots.shots import Wishes, assemble
from cine_forge.film.shots.viewfinder import faces_outside, see
from cine_forge.staging.grammar import Angle, Move, Size
from tests.film.builders import ASSETS, TALL, WIDE, assembled, history, scene

TALK = (
    "A long room. Ann stands at the window and waits.",
    "Bob enters and hangs his wet coat on the door.",
    "ANN: You are late again, and you know what that means.",
    "BOB: The train was late. I was not.",
    "ANN: That is what you said on Monday, in the very same voice.",
    "Bob looks at the floor.",
    "BOB: Then ask the train, if you believe nobody else in this house!",
    "ANN: I did ask it.",
)

LINES = st.sampled_from(
    [
        "Ann looks up.",
        "The LANTERN flickers and dies.",
        "Bob and Cid walk to the far wall, one behind the other, and stand there without a word.",
        "ANN: No.",
        "ANN: I have told you before that the boat will not wait for anybody, least of all for you.",
        "BOB: Say that again!",
        "BOB (V.O.): I am not here.",
        "CID: It goes on and on. It never stops. It is the same every night, and every night I listen, and I "
        "count, and I come to a different number, and nobody wants to know which one it was.",
    ]
)


def spoken(shots: tuple) -> list[str]:
    return [line.text for shot in shots for line in shot.lines]


@pytest.mark.row("D8")
@settings(deadline=None, max_examples=60)
@given(st.lists(LINES, max_size=14))
def test_every_word_of_the_scene_lands_in_exactly_one_shot_in_order(texts: list[str]) -> None:
    shots = assembled(*texts).shots
    said = " ".join(text.partition(": ")[2] for text in texts if ": " in text)
    seen = " ".join(text for text in texts if ": " not in text)
    assert " ".join(spoken(shots)) == said
    assert " ".join(shot.action for shot in shots if shot.action) == seen
    keys = [key for shot in shots for key in shot.beats]
    assert len(keys) == sum(len(shot.beats) for shot in shots) >= len(texts)


@settings(deadline=None, max_examples=60)
@given(st.lists(LINES, max_size=14), st.sampled_from([WIDE, TALL, 2.39]))
def test_every_face_that_belongs_in_the_picture_is_in_it(texts: list[str], aspect: float) -> None:
    for shot in assembled(*texts, aspect=aspect).shots:
        assert faces_outside(shot.blocking.camera, shot.blocking.figures, aspect) == ()


@settings(deadline=None, max_examples=60)
@given(st.lists(LINES, max_size=14))
def test_shots_last_what_a_shot_may_last(texts: list[str]) -> None:
    for shot in assembled(*texts).shots:
        longest = 2.5 if shot.size is Size.INSERT else 10
        assert 1.5 <= shot.duration_s <= longest
        assert shot.duration_s * 8 == int(shot.duration_s * 8)
        assert all(line.start_s + line.length_s <= shot.duration_s for line in shot.lines)


def test_a_scene_without_a_word_is_one_wide_of_three_seconds() -> None:
    (shot,) = assembled().shots
    assert (shot.size, shot.duration_s, shot.action) == (Size.WIDE, 3.0, "")


@pytest.mark.row("G6")
def test_a_changed_line_changes_only_the_shot_that_holds_it() -> None:
    before = assembled(*TALK)
    after = assembled(*TALK[:4], "ANN: You said so on Monday too.", *TALK[5:], previous=before)
    changed = [(old.id, new.id) for old, new in zip(before.shots, after.shots, strict=True) if old != new]
    holding = next(shot.id for shot in before.shots if "very same voice" in " ".join(spoken((shot,))))
    assert changed == [(holding, holding)]
    assert before.shot_set == after.shot_set


@pytest.mark.row("G6")
@pytest.mark.parametrize("place", range(len(TALK) + 1))
def test_an_inserted_beat_changes_no_other_shot(place: int) -> None:
    before = assembled(*TALK)
    new = "CID: Nobody asked me, but I would have waited for the second train."
    after = assembled(*TALK[:place], new, *TALK[place:], previous=before)
    old = {shot.id: shot for shot in before.shots}
    kept = [shot for shot in after.shots if shot.id in old]
    split = [shot for shot in kept if shot.beats != old[shot.id].beats]
    assert [shot for shot in kept if shot not in split] == [
        old[shot.id] for shot in kept if shot not in split
    ]
    assert len(split) <= 1, "only the shot that the beat was put into may be divided"
    assert [shot.id for shot in kept] == [shot.id for shot in before.shots]
    fresh = [shot.label for shot in after.shots if shot.id not in old]
    assert fresh and not set(fresh) & {shot.label for shot in before.shots}


@pytest.mark.row("G6")
def test_a_removed_beat_retires_its_shot_and_its_label_for_ever() -> None:
    before = assembled(*TALK)
    shorter = assembled(*TALK[:4], *TALK[5:], previous=before)
    gone = next(shot for shot in before.shots if "very same voice" in " ".join(spoken((shot,))))
    again = assemble(scene(*TALK), ASSETS, wishes=Wishes(WIDE), previous=history(shorter, (gone.label,)))
    assert gone.id in shorter.shot_set.retired
    assert gone.id not in [shot.id for shot in again.shots]
    assert gone.label not in [shot.label for shot in again.shots]


def test_the_same_scene_again_gives_the_same_shots() -> None:
    before = assembled(*TALK)
    assert assembled(*TALK, previous=before) == before == assembled(*TALK)


def test_labels_are_the_scene_number_and_a_letter() -> None:
    labels = [shot.label for shot in assembled(*TALK, number="12A").shots]
    assert labels[:3] == ["12AA", "12AB", "12AC"]
    assert not any(re.search("[IO]$", label) for label in labels)


@pytest.mark.row("G7")
def test_a_conversation_opens_wide_holds_both_and_cuts_between_singles() -> None:
    shots = assembled(*TALK).shots
    talk = [shot for shot in shots if shot.lines]
    assert shots[0].size is Size.WIDE
    assert any(len(shot.blocking.figures) == 2 for shot in shots[:3])
    focus = [shot.blocking.camera.focus_id for shot in talk if shot.blocking.camera.focus_id]
    assert focus[:3] == ["character:bob", "character:ann", "character:bob"]
    assert {Size.MEDIUM_CLOSE, Size.CLOSE} >= {shot.size for shot in talk[1:]}
    assert Angle.OVER_SHOULDER in {shot.angle for shot in talk}


@pytest.mark.row("G7")
def test_everyone_keeps_one_side_of_the_picture() -> None:
    sides: dict[str, set[bool]] = {}
    for shot in assembled(*TALK).shots:
        if len(shot.blocking.figures) == 2:
            seen = [see(shot.blocking.camera, (f.at[0], 1.5, f.at[1]), WIDE).x for f in shot.blocking.figures]
            for figure, x, other in zip(shot.blocking.figures, seen, reversed(seen), strict=True):
                sides.setdefault(figure.id, set()).add(x < other)
    assert sides == {"character:ann": {True}, "character:bob": {False}}


@pytest.mark.row("G7")
def test_a_thing_that_matters_gets_an_insert() -> None:
    shots = assembled("Ann waits by the wall.", "On the table, a LANTERN.", "ANN: Whose is that?").shots
    (insert,) = [shot for shot in shots if shot.size is Size.INSERT]
    assert insert.blocking.props[0].name == "LANTERN"
    assert insert.duration_s <= 2.5


@pytest.mark.row("G7")
def test_the_camera_moves_for_a_reason() -> None:
    calm = "ANN: Sit down over there, please, and tell me all that you remember of that night."
    loud = "ANN: I have told you many times over to stop doing that!"
    shots = assembled("Ann waits.", "Bob runs to the wall.", "CID: What now?", calm, loud).shots
    moves = {shot.action or spoken((shot,))[0]: shot.move for shot in shots}
    assert moves[calm.partition(": ")[2]] is Move.STATIC
    assert moves[loud.partition(": ")[2]] is Move.PUSH_IN
    assert moves["Bob runs to the wall."] in (Move.TRACK_LEFT, Move.TRACK_RIGHT)


def test_a_voice_on_the_telephone_stays_out_of_the_room() -> None:
    shots = assembled(
        "Ann lifts the telephone.", "ANN: Yes?", "BOB (V.O.): It is I.", "ANN: I know that."
    ).shots
    people = {figure.id for shot in shots for figure in shot.blocking.figures}
    assert people == {"character:ann"}
    assert {f.pose.value for shot in shots if shot.lines for f in shot.blocking.figures} == {"phone"}


@pytest.mark.row("D22")
def test_a_scene_marked_as_a_oner_is_one_shot_of_its_whole_length() -> None:
    assembly = assembled("This plays as a ONER. Ann walks to Bob.", *TALK[2:5])
    (shot,) = assembly.shots
    assert assembly.grouping.strategy == "oner"
    assert assembly.grouping.batches[0].id == "ONER_001"
    assert shot.duration_s > 10 and len(shot.lines) == 3


@pytest.mark.row("D22")
def test_another_strategy_retires_the_shots_of_the_first() -> None:
    before = assembled(*TALK)
    after = assemble(scene(*TALK), ASSETS, wishes=Wishes(WIDE, "continuity"), previous=history(before))
    assert set(after.shot_set.retired) == {shot.id for shot in before.shots}
    assert not {shot.label for shot in after.shots} & {shot.label for shot in before.shots}


def test_someone_who_comes_in_later_moves_nobody() -> None:
    before = assembled(*TALK)
    after = assembled("CID: I was here first.", *TALK, previous=before)
    places = {
        figure.id: figure.at
        for shot in before.shots
        for figure in shot.blocking.figures
        if not figure.walks_to
    }
    later = {
        figure.id: figure.at
        for shot in after.shots
        for figure in shot.blocking.figures
        if not figure.walks_to
    }
    assert later.items() >= places.items()
    assert len(set(later.values())) == len(later)


def test_a_shot_needs_the_sheets_of_those_it_shows_and_of_its_place() -> None:
    for shot in assembled(*TALK).shots:
        assert shot.refs == (*(figure.id for figure in shot.blocking.figures), "location:office")
