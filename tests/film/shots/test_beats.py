"""Beats, pace and time: what is short stays whole, what is long is divided where it may be."""

from __future__ import annotations

import pytest

from cine_forge.film.shots.beats import Beat, beats_of
from cine_forge.film.shots.pacing import duration_s, pace
from cine_forge.film.shots.timing import count_words, frame_count, speech_s
from cine_forge.staging.grammar import Size
from tests.film.builders import scene

LONG = "I waited. " * 30


def test_a_speech_that_is_too_long_is_divided_at_the_ends_of_sentences() -> None:
    beats = beats_of(scene(f"ANN: {LONG}"))
    assert len(beats) > 1
    assert " ".join(beat.text for beat in beats) == LONG.strip()
    assert all(beat.seconds <= 9.0 and beat.text.endswith(".") for beat in beats)


def test_a_sentence_without_any_end_is_divided_by_its_words() -> None:
    words = "word " * 200
    beats = beats_of(scene(f"ANN: {words}"))
    assert " ".join(beat.text for beat in beats) == words.strip()
    assert all(beat.seconds <= 9.0 for beat in beats)


def test_a_speech_without_a_single_space_still_fits_into_shots() -> None:
    for text in ("x" * 5000, "我们今天晚上去哪里吃饭" * 40):
        beats = beats_of(scene(f"ANN: {text}"))
        assert "".join(beat.text for beat in beats).replace(" ", "") == text
        assert all(beat.seconds <= 10 for beat in beats)


def test_a_beat_keeps_its_key_while_its_content_stays_the_same() -> None:
    one, two = Beat("line", "Yes.", "character:ann"), Beat("line", "Yes.", "character:ann")
    assert one.key == two.key != Beat("line", "Yes.", "character:bob").key
    assert one.key != Beat("line", "No.", "character:ann").key


def test_closing_words_make_no_shot() -> None:
    assert beats_of(scene("THE END")) == ()


def test_two_who_speak_at_once_start_at_once() -> None:
    lines = pace([Beat("line", "Me!", "a"), Beat("line", "No, me!", "b", dual=True)]).lines
    assert lines[0].start_s == lines[1].start_s


@pytest.mark.parametrize(
    ("size", "least", "most"), [(Size.WIDE, 3.0, 10), (Size.CLOSE, 1.5, 10), (Size.INSERT, 1.5, 2.5)]
)
def test_a_size_bounds_the_length_of_its_shot(size: Size, least: float, most: float) -> None:
    assert (duration_s(0.1, size), duration_s(99.0, size)) == (least, most)


def test_speech_takes_about_two_and_a_half_words_a_second() -> None:
    assert speech_s(
        "one two three four five six seven eight nine ten eleven twelve thirteen"
    ) == pytest.approx(5.2)
    assert count_words("don't stop — now") == 3


def test_frames_are_counted_at_exact_rates() -> None:
    assert [frame_count(10.0, fps) for fps in ("24", "25", "30000/1001", "24000/1001")] == [
        240,
        250,
        300,
        240,
    ]
