"""Beats: a scene as a row of the smallest pieces that land in one shot, in script order.

An action paragraph is one beat, a speech is one beat; what would not fit into a shot is divided at the
ends of its sentences, so that the texts of the beats joined again are the text of the scene. A beat's key
depends on its content alone, which is what lets an edited script keep its shots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cine_forge.film.schemas.scene import Scene, SceneElement
from cine_forge.film.shots.timing import LONGEST_SPEECH_S, action_s, speech_s
from cine_forge.kernel.ground.hashing import digest_of

_LONGEST_ACTION_S = 7.0
_END = r"[\"”'’)\]]*(?=\s)"
_SENTENCE = re.compile(rf"(?:[.!?…]{{2,}}+{_END}|.+?(?:(?<![.!?…])[.!?…]++{_END}|$))\s*", re.DOTALL)
_CLAUSE = re.compile(r".+?(?:[,;:—–](?=\s)|--(?=\s)|$)\s*", re.DOTALL)
_SHOWN = frozenset({"action", "lyric", "centered"})
_CLOSING = re.compile(
    r"^\W*(?:the end|fin|end of (?:episode|act|part|show|film|teaser)\b.*|to be continued)\W*$", re.IGNORECASE
)
_KEY_DIGITS = 10
_LONGEST_WORD = 30


@dataclass(frozen=True)
class Beat:
    """One piece of a scene. `dual` says that it is spoken over the line before it."""

    kind: Literal["action", "line"]
    text: str
    character: str | None = None
    name: str = ""
    parenthetical: str | None = None
    extension: str | None = None
    dual: bool = False

    @property
    def key(self) -> str:
        """Return the text that stands for the beat's content: kind, who, and a digest."""
        content = [self.text, self.parenthetical, self.extension, self.dual]
        return f"{self.voice}|{digest_of(content)[:_KEY_DIGITS]}"

    @property
    def voice(self) -> str:
        """Return what kind of beat it is and whose: `action`, or `line` and the speaker."""
        return "action" if self.kind == "action" else f"line:{self.character or self.name}"

    @property
    def seconds(self) -> float:
        """Return how long it takes alone, in seconds."""
        return speech_s(self.text) if self.kind == "line" else action_s(self.text)


def beats_of(scene: Scene) -> tuple[Beat, ...]:
    """Return the beats of a scene in script order; transitions, notes and closing words make none."""
    return tuple(piece for beat in _whole_beats(scene.elements) for piece in _pieces(beat))


def sentences_of(text: str) -> tuple[str, ...]:
    """Divide a text at the ends of its sentences."""
    return tuple(found.strip() for found in _SENTENCE.findall(text) if found.strip())


def _whole_beats(elements: tuple[SceneElement, ...]) -> Iterator[Beat]:
    speaker: SceneElement | None = None
    aside: str | None = None
    for element in elements:
        if element.type == "character":
            speaker, aside = element, None
        elif element.type == "parenthetical":
            aside = element.text.strip("() ") or None
        elif element.type == "dialogue" and element.text.strip():
            yield _line(element, speaker, aside)
            aside = None
        elif element.type in _SHOWN and element.text.strip() and not _CLOSING.match(element.text):
            yield Beat("action", " ".join(element.text.split()))


def _line(element: SceneElement, speaker: SceneElement | None, aside: str | None) -> Beat:
    cue = speaker or element
    return Beat(
        kind="line",
        text=" ".join(element.text.split()),
        character=element.character or cue.character,
        name=element.name or cue.name or cue.text,
        parenthetical=aside,
        extension=element.extension or cue.extension,
        dual=element.dual or cue.dual,
    )


def _pieces(beat: Beat) -> Iterator[Beat]:
    limit = LONGEST_SPEECH_S if beat.kind == "line" else _LONGEST_ACTION_S
    if beat.seconds <= limit:
        yield beat
        return
    for number, text in enumerate(_packed(beat.kind, beat.text, limit)):
        aside = beat.parenthetical if number == 0 else None
        yield Beat(beat.kind, text, beat.character, beat.name, aside, beat.extension, beat.dual)


def _packed(kind: Literal["action", "line"], text: str, limit: float) -> Iterator[str]:
    packed = ""
    for part in _parts(kind, text, limit):
        joined = f"{packed} {part}".strip()
        if packed and Beat(kind, joined).seconds > limit:
            yield packed
            joined = part
        packed = joined
    yield packed


def _parts(kind: Literal["action", "line"], text: str, limit: float) -> Iterator[str]:
    """Yield sentences; a sentence that is too long by its clauses, a clause that is too long by its words."""
    for sentence in sentences_of(text):
        if Beat(kind, sentence).seconds <= limit:
            yield sentence
            continue
        for clause in (found.strip() for found in _CLAUSE.findall(sentence) if found.strip()):
            yield from _words(kind, clause, limit)


def _words(kind: Literal["action", "line"], clause: str, limit: float) -> Iterator[str]:
    """Yield the clause, or its words when it is too long; a word longer than any is cut."""
    if Beat(kind, clause).seconds <= limit:
        yield clause
        return
    yield from (
        word[at : at + _LONGEST_WORD] for word in clause.split() for at in range(0, len(word), _LONGEST_WORD)
    )
