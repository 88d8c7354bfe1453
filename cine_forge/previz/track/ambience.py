"""Ambience: the sound of a place when nobody speaks, made of shaped noise and small events.

A bed is a mix of layers (tone, wind, water, crowd, traffic, insects, machine,
rain, fire), each stereo. Levels are those of a guide track: heard, but under a voice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]
Dice = np.random.Generator

_BEDS: dict[str, tuple[tuple[str, float], ...]] = {
    "room": (("tone", 1.0), ("clock", 0.35)),
    "kitchen": (("tone", 0.8), ("hum", 0.5), ("clock", 0.3)),
    "office": (("tone", 0.8), ("hum", 0.5), ("keys", 0.4)),
    "bar": (("tone", 0.5), ("crowd", 1.0), ("clink", 0.5)),
    "hall": (("tone", 1.0), ("steps", 0.5)),
    "cell": (("tone", 1.0), ("drip", 0.6)),
    "stage": (("tone", 1.0), ("crowd", 0.25)),
    "street": (("traffic", 1.0), ("crowd", 0.2), ("wind", 0.3)),
    "yard": (("wind", 0.6), ("birds", 0.7)),
    "field": (("wind", 0.9), ("birds", 0.5)),
    "desert": (("wind", 1.2),),
    "woods": (("wind", 0.6), ("birds", 0.9)),
    "water": (("water", 1.1), ("wind", 0.4)),
    "vehicle": (("machine", 1.0), ("wind", 0.3)),
    "plain": (("wind", 0.9),),
    "wind": (("wind", 1.3),),
    "rain": (("rain", 1.0), ("wind", 0.4)),
    "snow": (("wind", 1.0),),
    "fog": (("wind", 0.5), ("drip", 0.3)),
    "night": (("insects", 1.0), ("wind", 0.4)),
    "machine": (("machine", 1.2), ("hum", 0.5)),
    "fire": (("fire", 1.0), ("tone", 0.4)),
}


def ambience_bed(kind: str, count: int, seed: int, rate: int) -> Sound:
    """Return `count` samples of the bed of that kind, (count, 2); room tone lies under every one."""
    words = [word for word in _BEDS if word in kind.lower()]
    layers = _BEDS[max(words, key=len)] if words else _BEDS["room"]
    dice = np.random.Generator(np.random.PCG64(seed))
    bed = 0.4 * _tone(dice, count, rate)
    for name, level in layers:
        bed = bed + level * _LAYERS[name](dice, count, rate)
    return bed


def _noise(dice: Dice, count: int, rate: int, band: tuple[float, float], slope: float = 0.0) -> Sound:
    """Stereo noise between two frequencies (Hz); `slope` in dB per octave. RMS is 1."""
    size = 1 << max(4, (max(count, 2) - 1).bit_length())
    shape = _shape(size, rate, band, slope)
    made = np.stack(
        [np.fft.irfft(np.fft.rfft(dice.standard_normal(size)) * shape, size) for _ in range(2)], -1
    )
    return np.asarray(made[:count] / (np.sqrt((made**2).mean()) + 1e-12))


@lru_cache(maxsize=16)
def _shape(size: int, rate: int, band: tuple[float, float], slope: float) -> Sound:
    """Return how loud each tone of a noise is; clips of about one length share it."""
    low, high = band
    tones = np.fft.rfftfreq(size, 1 / rate)
    shape = 1 / (1 + (low / np.maximum(tones, 1.0)) ** 4) / (1 + (tones / high) ** 4)
    return np.asarray(shape * np.maximum(tones / 1000, 0.02) ** (slope / 6.02))


def _swell(dice: Dice, count: int, rate: int, seconds: float, deep: float) -> Sound:
    """A slow random rise and fall round 1, for both channels together."""
    knots = max(4, int(count / rate / seconds) + 4)
    levels = 1 + deep * (2 * dice.random(knots) - 1)
    places = np.linspace(0, knots - 1, max(count, 1))
    low = np.minimum(places.astype(int), knots - 2)
    share = places - low
    share = share * share * (3 - 2 * share)
    return np.asarray((levels[low] * (1 - share) + levels[low + 1] * share)[:count, None])


def _scatter(dice: Dice, count: int, rate: int, per_s: float, grain: Callable[[], Sound]) -> Sound:
    """Drop grains (mono) at random moments and places."""
    track = np.zeros((count, 2))
    for _ in range(int(dice.poisson(per_s * count / rate))):
        start, pan = int(dice.integers(0, max(1, count))), dice.random()
        sound = grain()[: count - start]
        track[start : start + len(sound), 0] += sound * np.cos(pan * np.pi / 2)
        track[start : start + len(sound), 1] += sound * np.sin(pan * np.pi / 2)
    return track


def _ping(rate: int, hertz: float, seconds: float, decay: float, bend: float = 0.0) -> Sound:
    time = np.arange(int(seconds * rate)) / rate
    return np.asarray(np.sin(2 * np.pi * (hertz * time + bend * time * time)) * np.exp(-decay * time))


def _tone(dice: Dice, count: int, rate: int) -> Sound:
    return 0.0065 * _noise(dice, count, rate, (40, 700), -4)


def _hum(dice: Dice, count: int, rate: int) -> Sound:
    time = np.arange(count) / rate
    hum = sum(np.sin(2 * np.pi * 50 * part * time) / part**1.3 for part in (1, 2, 3, 5))
    return np.asarray(0.0045 * np.asarray(hum)[:, None] * np.array([1.0, 0.9]))


def _wind(dice: Dice, count: int, rate: int) -> Sound:
    gusts = _swell(dice, count, rate, 1.1, 0.7)
    return 0.015 * gusts * _noise(dice, count, rate, (90, 650), -3) + 0.003 * gusts**2 * _noise(
        dice, count, rate, (900, 2600)
    )


def _rain(dice: Dice, count: int, rate: int) -> Sound:
    drops = _scatter(
        dice, count, rate, 34, lambda: 0.016 * _ping(rate, 1800 + 2600 * dice.random(), 0.03, 160)
    )
    return 0.016 * _noise(dice, count, rate, (500, 9000), -2) + drops


def _water(dice: Dice, count: int, rate: int) -> Sound:
    waves = _swell(dice, count, rate, 1.7, 0.85) ** 2
    return 0.014 * waves * _noise(dice, count, rate, (200, 4200), -3) + 0.005 * _noise(
        dice, count, rate, (60, 300), -3
    )


def _traffic(dice: Dice, count: int, rate: int) -> Sound:
    passing = _swell(dice, count, rate, 2.2, 0.6)
    rumble, tyres = _noise(dice, count, rate, (45, 420), -4), _noise(dice, count, rate, (800, 3000))
    return 0.017 * passing * rumble + 0.002 * tyres


def _crowd(dice: Dice, count: int, rate: int) -> Sound:
    """A murmur: speech-coloured noise that rises and falls at the pace of syllables."""
    murmur = np.zeros((count, 2))
    for low, high in ((180, 420), (420, 900), (900, 1900)):
        pace = _swell(dice, count, rate, 0.14, 0.75) * _swell(dice, count, rate, 1.3, 0.35)
        murmur += pace * _noise(dice, count, rate, (low, high))
    return 0.0075 * murmur


def _birds(dice: Dice, count: int, rate: int) -> Sound:
    def chirp() -> Sound:
        hertz = 2300 + 2400 * dice.random()
        notes = [
            _ping(rate, hertz * (1 + 0.08 * dice.random()), 0.07, 32, 3500 * (dice.random() - 0.4))
            for _ in range(int(dice.integers(2, 6)))
        ]
        pause = np.zeros(int(0.03 * rate))
        return 0.022 * np.concatenate(
            [part for note in notes for part in (note * np.hanning(len(note)), pause)]
        )

    return _scatter(dice, count, rate, 0.55, chirp)


def _insects(dice: Dice, count: int, rate: int) -> Sound:
    time = np.arange(count) / rate
    made = np.zeros((count, 2))
    for hertz, beat, pan in ((4150, 17.0, 0.2), (4620, 13.3, 0.85), (3880, 21.0, 0.5)):
        pulse = np.clip(np.sin(2 * np.pi * beat * time), 0, 1) ** 2 * (
            np.sin(2 * np.pi * 0.9 * time + hertz) > -0.35
        )
        made += (np.sin(2 * np.pi * hertz * time) * pulse)[:, None] * np.array([np.cos(pan), np.sin(pan)])
    return 0.0065 * made


def _machine(dice: Dice, count: int, rate: int) -> Sound:
    time = np.arange(count) / rate
    turn = sum(np.sin(2 * np.pi * 31 * part * time + part) / part for part in range(1, 7))
    return 0.011 * np.asarray(turn)[:, None] * np.ones(2) + 0.010 * _swell(
        dice, count, rate, 0.9, 0.2
    ) * _noise(dice, count, rate, (60, 900), -4)


def _fire(dice: Dice, count: int, rate: int) -> Sound:
    cracks = _scatter(
        dice,
        count,
        rate,
        9,
        lambda: 0.03 * dice.random() * dice.standard_normal(rate // 180) * np.linspace(1, 0, rate // 180),
    )
    return 0.010 * _swell(dice, count, rate, 0.5, 0.5) * _noise(dice, count, rate, (80, 700), -3) + cracks


def _clock(dice: Dice, count: int, rate: int) -> Sound:
    track = np.zeros((count, 2))
    for number, start in enumerate(range(rate // 3, count, rate)):
        tick = 0.014 * _ping(rate, 2100 if number % 2 else 1750, 0.02, 300)[: count - start]
        track[start : start + len(tick)] += tick[:, None] * np.array([0.5, 0.8])
    return track


def _keys(dice: Dice, count: int, rate: int) -> Sound:
    return _scatter(
        dice,
        count,
        rate,
        3.5,
        lambda: 0.007 * dice.standard_normal(rate // 150) * np.linspace(1, 0, rate // 150) ** 2,
    )


def _clink(dice: Dice, count: int, rate: int) -> Sound:
    return _scatter(
        dice, count, rate, 0.8, lambda: 0.014 * _ping(rate, 2900 + 1900 * dice.random(), 0.22, 24)
    )


def _drip(dice: Dice, count: int, rate: int) -> Sound:
    return _scatter(
        dice, count, rate, 0.6, lambda: 0.03 * _ping(rate, 900 + 500 * dice.random(), 0.16, 34, 2600)
    )


def _steps(dice: Dice, count: int, rate: int) -> Sound:
    return _scatter(dice, count, rate, 0.5, lambda: 0.02 * _ping(rate, 110 + 40 * dice.random(), 0.12, 40))


_LAYERS: dict[str, Callable[[Dice, int, int], Sound]] = {
    "birds": _birds,
    "clink": _clink,
    "clock": _clock,
    "crowd": _crowd,
    "drip": _drip,
    "fire": _fire,
    "hum": _hum,
    "insects": _insects,
    "keys": _keys,
    "machine": _machine,
    "rain": _rain,
    "steps": _steps,
    "tone": _tone,
    "traffic": _traffic,
    "water": _water,
    "wind": _wind,
}
