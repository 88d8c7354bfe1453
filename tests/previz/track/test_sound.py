"""The temporary track: heard, not clipped, the same each time, each voice its own."""

from __future__ import annotations

import numpy as np
import pytest

from cine_forge.previz.track.sound import Track, Voiced, compose_track
from cine_forge.previz.track.voice import syllables, voice_of

LINE = Voiced("character:ann", "Who is there?", 0.3, 1.2)


def peak_db(track: Track) -> float:
    return float(20 * np.log10(np.abs(track).max()))


def loudness(track: Track) -> float:
    return float(np.sqrt((track.astype(float) ** 2).mean()))


def main_pitch(track: Track, rate: int) -> float:
    """The strongest repetition rate between 70 and 400 Hz."""
    mono = track[:, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), 1 << 17)) ** 2
    repeats = np.fft.irfft(spectrum)
    low, high = rate // 400, rate // 70
    return rate / (low + int(np.argmax(repeats[low:high])))


@pytest.mark.row("G14")
@pytest.mark.parametrize(
    "kind", ["room", "bar", "street", "woods", "water", "rain", "night", "machine", "no such"]
)
def test_every_ambience_is_heard_and_leaves_headroom(kind: str) -> None:
    track = compose_track([], ambience=kind, seconds=1.0, seed=4, rate=16_000)
    assert track.shape == (16_000, 2) and track.dtype == np.float32
    assert peak_db(track) <= -3.0
    assert 20 * np.log10(loudness(track)) > -52


@pytest.mark.row("G14")
def test_five_people_at_once_do_not_clip() -> None:
    crowd = [Voiced(f"character:{n}", "Stop! Stop! Stop it, now!", 0.1, 1.5) for n in range(5)]
    assert peak_db(compose_track(crowd, ambience="street", seconds=2, seed=4, rate=16_000)) <= -3.0


@pytest.mark.row("G14")
def test_a_line_is_louder_than_the_room_it_is_said_in() -> None:
    track = compose_track([LINE], ambience="room", seconds=2, seed=4, rate=16_000)
    assert loudness(track[6_000:20_000]) > 8 * loudness(track[27_000:])


def test_the_same_arguments_give_the_same_samples_and_another_seed_others() -> None:
    one, again, other = (
        compose_track([LINE], ambience="bar", seconds=2, seed=seed, rate=16_000) for seed in (4, 4, 5)
    )
    assert one.tobytes() == again.tobytes()
    assert one.tobytes() != other.tobytes()


def test_a_line_beyond_the_end_is_cut_and_one_after_it_left_out() -> None:
    lines = [Voiced("a", "Going on and on and on and on", 0.8, 9.0), Voiced("b", "Late", 5.0, 1.0)]
    assert compose_track(lines, ambience="room", seconds=1.0, seed=1, rate=16_000).shape == (16_000, 2)


def test_two_people_speak_with_two_voices() -> None:
    ids = [f"character:{name}" for name in ("ann", "bob", "cleo", "dan", "eve")]
    voices = [voice_of(character) for character in ids]
    assert len({round(voice.pitch) for voice in voices}) == len(ids)
    assert len({round(voice.pan, 2) for voice in voices}) > 2
    assert voice_of("character:ann") == voices[0]


def test_a_question_rises_and_a_statement_falls() -> None:
    def end_pitch(text: str) -> float:
        line = Voiced("character:ann", text, 0.0, 1.6)
        track = compose_track([line], ambience="room", seconds=1.6, seed=1, rate=16_000)
        heard = np.flatnonzero(np.abs(track[:, 0]) > 0.06)[-1]
        return main_pitch(track[heard - 2_400 : heard], 16_000)

    assert end_pitch("You are going home now?") > 1.15 * end_pitch("You are going home now.")


@pytest.mark.parametrize(
    ("text", "count"),
    [("Hello there.", 3), ("Привет, мир!", 3), ("Γειά σου", 2), ("Hm.", 1), ("…", 1), ("Crêpe", 1)],
)
def test_syllables_follow_the_vowels_of_any_alphabet_we_set(text: str, count: int) -> None:
    assert len(syllables(text)) == count
