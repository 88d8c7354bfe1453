"""How long things take: speech by its words and pauses, action by its words.

Called when beats are packed into shots and when a shot is timed. It knows text and seconds, nothing of
cameras. Durations are rounded up to an eighth of a second, which is whole frames at 24 and near it at 25.
"""

from __future__ import annotations

import math
import re

WORDS_PER_SECOND = 2.6
SHORTEST_S = 1.5
LONGEST_S = 10.0
LONGEST_SPEECH_S = 9.0

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHORT_PAUSE = re.compile(r"[,;:]|--|—")
_LONG_PAUSE = re.compile(r"(?<![.!?…])[.!?…]++(?=\s|$)")
_SPACELESS_PER_WORD = 2.0


def count_words(text: str) -> float:
    """Count words; a script without spaces counts two signs as one word."""
    spaceless = len(_SPACELESS.findall(text))
    return len(_WORD.findall(_SPACELESS.sub(" ", text))) + spaceless / _SPACELESS_PER_WORD


def speech_s(text: str) -> float:
    """Return how long a line is spoken, in seconds to the hundredth, pauses within it included."""
    pauses = 0.12 * len(_SHORT_PAUSE.findall(text)) + 0.25 * max(0, len(_LONG_PAUSE.findall(text)) - 1)
    return round(max(0.5, 0.2 + count_words(text) / WORDS_PER_SECOND + pauses), 2)


def action_s(text: str) -> float:
    """Return how long an action takes to be seen, in seconds to the hundredth."""
    return round(max(SHORTEST_S, 0.8 + 0.14 * count_words(text)), 2)


def up_to_eighth(seconds: float) -> float:
    """Round up to the next eighth of a second."""
    return math.ceil(round(seconds * 8, 6)) / 8


def frame_count(seconds: float, fps: str) -> int:
    """Return the frames of a shot at a rate written as a fraction (`24`, `30000/1001`); at least 1."""
    over, _, under = fps.partition("/")
    return max(1, round(seconds * int(over) / int(under or 1)))
