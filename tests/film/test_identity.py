"""Ids of scenes through any edit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.film.identity import Sighting, match_scenes, new_scene_id
from tests.film.scripts import broken_down, history_of

PLACES = ("BAR", "YARD", "ROOF", "CELLAR")
OPENING = "INT. STAGE - DAY\n\nANN (30), a spy, and BOB (40), a cook, bow.\n\n"


def scene(number: int) -> str:
    """Return a scene of its own; places recur."""
    place = PLACES[number % len(PLACES)]
    words = f"The {number * 37 % 101} bells ring {number * 13 % 17} times over door {number}."
    return f"INT. {place} - NIGHT\n\n{words}\n\nANN\nThat was number {number}.\n\n"


def sighting(heading: str, text: str) -> Sighting:
    """Return a sighting whose digest is its content."""
    return Sighting(heading, text, f"{heading}|{text}")


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[int], list[tuple[int, str]]]:
    """Draw a draft and a second one: scenes edited, removed, moved and inserted at random."""
    count = draw(st.integers(2, 8))
    kept = draw(st.lists(st.sampled_from(range(count)), unique=True, max_size=count))
    order = sorted(kept) if draw(st.booleans()) else kept
    second = [(number, scene(number)) for number in order]
    if second and draw(st.booleans()):
        at = draw(st.integers(0, len(second) - 1))
        second[at] = (-1, second[at][1].replace("That was", "That would surely be"))
    for extra in range(draw(st.integers(0, 2))):
        second.insert(draw(st.integers(0, len(second))), (-1, scene(100 + extra).replace("INT", "EXT")))
    return list(range(count)), second


@pytest.mark.row("G6")
@settings(max_examples=60, deadline=None)
@given(edits())
def test_untouched_scenes_keep_id_and_record_through_any_edit(
    drafts: tuple[list[int], list[tuple[int, str]]],
) -> None:
    numbers, second = drafts
    first = broken_down(OPENING + "".join(scene(number) for number in numbers))
    after = broken_down(OPENING + "".join(text for _, text in second), history_of(first))
    old = dict(zip(numbers, first.scenes[1:], strict=True))
    for (number, _), record in zip(second, after.scenes[1:], strict=True):
        assert number == -1 or record == old[number]
    ids = [record.id for record in after.scenes]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & set(after.scene_set.retired)


def test_an_edited_scene_is_matched_by_its_words_even_when_a_namesake_is_inserted() -> None:
    old = [sighting("INT. BAR", "one two three four")]
    new = [sighting("INT. BAR", "all other words here"), sighting("INT. BAR", "one two three five")]
    assert match_scenes(old, new) == {1: 0}


def test_repeated_scenes_are_told_apart_by_their_neighbours() -> None:
    street, a, b = sighting("EXT. STREET", "Rain."), sighting("INT. A", "one"), sighting("INT. B", "two")
    assert match_scenes([street, a, street, b], [a, street, b]) == {0: 1, 1: 2, 2: 3}


def test_a_new_heading_over_the_old_words_is_the_same_scene() -> None:
    old, new = [sighting("INT. BAR - DAY", "one two three")], [sighting("INT. BAR - NIGHT", "one two three")]
    assert match_scenes(old, new) == {0: 0}


def test_a_taken_id_is_lengthened_and_never_used_again() -> None:
    digest = "ab" * 32
    first = new_scene_id("ep001", digest, set())
    second = new_scene_id("ep001", digest, {first})
    assert first.startswith("ep001/scene:")
    assert len(first.partition(":")[2]) == 4
    assert second.startswith(first)
    assert second != first


LONG = "the lantern swings over nine silent horses while rain drums on the tin roof of the barn"


def test_of_two_that_might_be_it_the_sure_one_is_and_a_gone_scene_takes_nobodys_place() -> None:
    old = [sighting("INT. A", LONG), sighting("INT. B", "one two three four five six")]
    new = [
        sighting("INT. C", "one two three nine eight seven"),
        sighting("INT. B", "one two three four five ten"),
    ]
    assert match_scenes(old, new) == {1: 1}


def test_a_scene_that_is_omitted_is_known_by_its_number_wherever_others_went() -> None:
    gone = Sighting("OMITTED", "", "omitted", number="2", omitted=True)
    old = [Sighting("INT. A", "one two", "a", "1"), Sighting("INT. B", LONG, "b", "2")]
    assert match_scenes(old, [gone, old[0]]) == {0: 1, 1: 0}
    assert match_scenes([old[0], gone], [gone, old[0]]) == {0: 1, 1: 0}


def test_a_number_alone_does_not_make_another_scene_the_same() -> None:
    old = [Sighting("INT. A", "one two", "a", "1"), Sighting("INT. B", LONG, "b", "2")]
    other = Sighting("EXT. PIER", "gulls", "c", "2")
    assert match_scenes(old, [other, old[0]]) == {1: 0}
    assert match_scenes(old, [old[0], other]) == {0: 0, 1: 1}


def test_a_part_of_a_scene_is_that_scene_when_nothing_is_more() -> None:
    words = LONG.split()
    old = [sighting("INT. BARN", LONG + " " + " ".join(f"word{n}" for n in range(60)))]
    assert match_scenes(old, [sighting("INT. LOFT", " ".join(words))]) == {0: 0}
