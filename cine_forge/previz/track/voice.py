"""A stand-in voice: a buzz through moving formants, one syllable per vowel group of the text.

The voice comes from the character's id, so the same person sounds the same in every clip. The melody falls
at the end of a sentence, rises at a question, jumps at an exclamation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cine_forge.kernel.ground.hashing import seed_of

Sound = NDArray[np.float64]

# First three formants (Hz) of an adult man's vowels, after Peterson and Barney (1952).
_VOWELS: dict[str, tuple[float, float, float]] = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (270, 2290, 3010),
    "o": (570, 840, 2410),
    "u": (300, 870, 2240),
    "y": (290, 2000, 2700),
}
_ALIKE = str.maketrans("аяэеёиыоуюαεηιουωøœæ", "aaeeeiiouuaeiioyoooa")
_HOP_S = 0.005
LOUDNESS = 0.16


@dataclass(frozen=True)
class Voice:
    """A voice: pitch in Hz, formant scale (a small head is above 1), place from left 0 to right 1, breath."""

    pitch: float
    mouth: float
    pan: float
    breath: float
    lively: float


def voice_of(character: str) -> Voice:
    """Return the voice of a character id."""
    dice = np.random.Generator(np.random.PCG64(seed_of("voice", character)))
    high = dice.random() < 0.5
    pitch = (175 + 70 * dice.random()) if high else (88 + 52 * dice.random())
    mouth = (1.10 + 0.12 * dice.random()) if high else (0.92 + 0.14 * dice.random())
    return Voice(
        pitch, mouth, 0.34 + 0.32 * dice.random(), 0.05 + 0.13 * dice.random(), 0.7 + 0.6 * dice.random()
    )


def speak(text: str, voice: Voice, seconds: float, rate: int, number: int = 0) -> Sound:
    """Return the line spoken over at most `seconds`, (samples, 2). A text without vowels is hummed."""
    count = max(0, round(seconds * rate))
    if count < rate // 50:
        return np.zeros((count, 2))
    frames = _score(text, voice, seconds, seed_of("line", text, number))
    mono = _sung(frames, voice, count, rate)
    loud = np.sqrt((mono**2).mean()) + 1e-9
    mono = np.tanh(mono * (LOUDNESS / loud) * 1.15) / 1.15
    return np.asarray(
        np.stack([mono * np.cos(voice.pan * np.pi / 2), mono * np.sin(voice.pan * np.pi / 2)], -1) * 1.2
    )


def syllables(text: str) -> list[tuple[str, str]]:
    """Return the syllables of a text: a vowel each, and the mark after it (none, a space, a stop …)."""
    bare = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in bare if not unicodedata.combining(letter)).translate(_ALIKE)
    found: list[tuple[str, str]] = []
    for word, mark in re.findall(r"([^\s.,;:!?…—-]+)\s*([.,;:!?…—-]*)", plain):
        vowels = re.findall(r"[aeiouy]+", word) or ["u"]
        if len(vowels) > 1 and word.endswith("e"):
            vowels = vowels[:-1]
        found += [(group[0], "") for group in vowels[:-1]]
        found.append((vowels[-1][0], mark[:1] or " "))
    return found or [("u", ".")]


@dataclass
class _Frames:
    """The control tracks, one value per hop: loudness, pitch (Hz), formants (3), hiss."""

    loud: Sound
    pitch: Sound
    formants: Sound
    hiss: Sound


def _score(text: str, voice: Voice, seconds: float, seed: int) -> _Frames:
    """Lay the syllables out in time with their melody."""
    dice = np.random.Generator(np.random.PCG64(seed))
    parts = syllables(text)
    rests = {
        " ": 0.12,
        ",": 0.9,
        ";": 0.9,
        ":": 0.8,
        "—": 0.9,
        "-": 0.6,
        ".": 1.5,
        "…": 2.0,
        "!": 1.3,
        "?": 1.3,
        "": 0.0,
    }
    spans = [(1.0 + 0.25 * dice.random(), rests.get(mark, 0.1)) for _, mark in parts]
    spans[-1] = (spans[-1][0] * 1.35, 0.4)
    unit = min(seconds / sum(long + rest for long, rest in spans), 0.27)
    hops = max(2, int(seconds / _HOP_S) + 2)
    made = _Frames(
        np.zeros(hops), np.full(hops, voice.pitch), np.tile(np.array(_VOWELS["u"]), (hops, 1)), np.zeros(hops)
    )
    moment = 0.0
    marks = [mark for _, mark in parts]
    for index, ((vowel, _), (long, rest)) in enumerate(zip(parts, spans, strict=True)):
        ahead = next((mark for mark in marks[index:] if mark in ".!?…"), ".")
        to_end = next(
            (step for step, mark in enumerate(marks[index:]) if mark in ".!?…"), len(parts) - index - 1
        )
        lift = _melody(ahead, to_end, voice, dice.random())
        _place(made, (moment, long * unit), vowel, lift, float(dice.random()))
        moment += (long + rest) * unit
    _smooth(made)
    return made


def _melody(mark: str, to_end: int, voice: Voice, chance: float) -> float:
    """Return the pitch factor of a syllable that is `to_end` syllables before the sentence's end."""
    base = 1.0 + 0.07 * voice.lively * (2 * chance - 1) + 0.012 * min(to_end, 8)
    if mark == "?":
        return base * (1.0 + 0.34 * voice.lively * max(0.0, 1 - to_end / 2.5))
    if mark == "!":
        return base * 1.16
    return base * (1.0 - 0.15 * max(0.0, 1 - to_end / 2.5))


def _place(made: _Frames, span: tuple[float, float], vowel: str, lift: float, chance: float) -> None:
    start, end = int(span[0] / _HOP_S), int((span[0] + span[1]) / _HOP_S)
    end = min(end, len(made.loud) - 1)
    if end <= start:
        return
    steps = np.linspace(0, 1, end - start)
    attack = 0.16 + 0.1 * chance
    made.loud[start:end] = np.clip(steps / attack, 0, 1) * np.clip((1 - steps) / 0.30, 0, 1) ** 0.7
    made.pitch[start:end] *= lift * (1.03 - 0.06 * steps)
    made.formants[start:end] = _VOWELS.get(vowel, _VOWELS["a"])
    consonant = max(1, int((end - start) * attack * (0.5 + chance)))
    made.hiss[start : start + consonant] = (0.5 if chance > 0.45 else 0.12) * np.linspace(1, 0, consonant)


def _smooth(made: _Frames) -> None:
    kernel = np.hanning(11)
    kernel /= kernel.sum()
    for column in range(3):
        made.formants[:, column] = np.convolve(
            np.pad(made.formants[:, column], 5, mode="edge"), kernel, "valid"
        )
    made.pitch[:] = np.convolve(np.pad(made.pitch, 5, mode="edge"), kernel, "valid")
    made.loud[:] = np.convolve(np.pad(made.loud, 2), np.ones(5) / 5, "valid")


def _sung(frames: _Frames, voice: Voice, count: int, rate: int) -> Sound:
    """Add up the harmonics of the pitch, each as loud as the formants let it through, and the hiss."""
    hops = np.arange(len(frames.loud)) * _HOP_S * rate
    samples = np.arange(count)
    loud = np.interp(samples, hops, frames.loud)
    time = samples / rate
    wobble = 1 + 0.008 * np.sin(2 * np.pi * 5.1 * time) + 0.004 * np.sin(2 * np.pi * 11.3 * time)
    pitch = np.interp(samples, hops, frames.pitch) * wobble
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    made = np.zeros(count)
    top = int(4600 / voice.pitch)
    for part in range(1, top + 1):
        gain = _gain(part * frames.pitch, frames.formants * voice.mouth) / part**0.55
        made += np.interp(samples, hops, gain) * np.sin(part * phase)
    dice = np.random.Generator(np.random.PCG64(seed_of("breath", count, round(voice.pitch))))
    noise = np.diff(dice.standard_normal(count + 1))
    hiss = np.interp(samples, hops, frames.hiss) * 0.22
    return np.asarray(loud * (made + voice.breath * 0.25 * noise) + hiss * noise * 0.5)


def _gain(hertz: Sound, formants: Sound) -> Sound:
    widths = np.array([80.0, 105.0, 150.0])
    heights = np.array([1.0, 0.55, 0.28])
    away = (hertz[:, None] - formants) / widths
    return np.asarray((heights / (1 + away * away)).sum(axis=1) + 0.012)
