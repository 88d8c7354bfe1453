"""The temporary track: an ambience bed and voices that speak in syllables, so that a cut can be heard.

A voice is clearly a stand-in: formants over a buzzing source, a syllable per vowel of the text, each
character with a pitch, a mouth and a place of their own. Nothing is ever silent and nothing clips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.track.ambience import ambience_bed
from cine_forge.previz.track.voice import speak, voice_of

Track = NDArray[np.float32]

PEAK = 10 ** (-3.2 / 20)
_BED_UNDER_SPEECH = 0.7


@dataclass(frozen=True)
class Voiced:
    """A line to be spoken: whose voice (a character id), the text, and its time in seconds."""

    voice: str
    text: str
    start_s: float
    length_s: float


def compose_track(
    lines: Sequence[Voiced], *, ambience: str, seconds: float, seed: int, rate: int = 48_000
) -> Track:
    """Return the clip's sound, (samples, 2), float, peak at most -3 dBFS. Same arguments, same samples.

    `ambience` is a kind of place or weather (`room`, `bar`, `street`, `woods`, `rain`, …); an unknown word
    becomes room tone. A line that would run past the end is cut there.
    """
    count = round(seconds * rate)
    bed = ambience_bed(ambience, count, seed, rate)
    speech = np.zeros((count, 2))
    for number, line in enumerate(lines):
        start = max(0, round(line.start_s * rate))
        if start >= count:
            continue
        said = speak(
            line.text, voice_of(line.voice), min(line.length_s, (count - start) / rate), rate, number
        )
        end = min(count, start + len(said))
        speech[start:end] += said[: end - start]
    track = bed * (1.0 - (1.0 - _BED_UNDER_SPEECH) * _presence(speech, rate)[:, None]) + speech
    return _levelled(track, rate)


def _presence(speech: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Say from 0 to 1 where somebody speaks, with soft edges."""
    if not len(speech) or not np.abs(speech).max():
        return np.zeros(len(speech))
    width = max(1, rate // 8)
    loud = (np.abs(speech).max(axis=1) > 0.01).astype(np.float64)
    sums = np.cumsum(np.concatenate([np.zeros(width), loud, np.zeros(width)]))
    share = (sums[2 * width :] - sums[: -2 * width]) / width
    return np.asarray(np.clip(share, 0.0, 1.0))


def _levelled(track: NDArray[np.float64], rate: int) -> Track:
    """Soften both ends against clicks, and keep the peak below the bar."""
    fade = min(len(track) // 2, rate // 100)
    if fade:
        ramp = np.linspace(0.15, 1.0, fade)[:, None]
        track[:fade] *= ramp
        track[-fade:] *= ramp[::-1]
    peak = float(np.abs(track).max(initial=0.0))
    if peak > PEAK:
        track = track * (PEAK / peak)
    return np.asarray(track, np.float32)
