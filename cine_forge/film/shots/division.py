"""The division of a scene: which beats share a shot.

A scene that was divided before keeps its division: beats are aligned with those of the previous shots by
content, an edited line stays in its shot, and only what is new is divided afresh. So an edit disturbs no
shot that it does not touch. It decides nothing about cameras.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from cine_forge.film.looks.cast import Cast
from cine_forge.film.schemas.shot import Shot
from cine_forge.film.shots.beats import Beat, sentences_of
from cine_forge.film.shots.pacing import pace
from cine_forge.film.shots.timing import LONGEST_S, count_words

_SIGN = re.compile(
    r"\b(?:reads?|rings?|ticks?|ticking|beeps?|flash\w*|shows|display\w*|insert|close on)\b", re.I
)
_PRONOUN = re.compile(r"\b(?:he|she|they|we|you|i)\b", re.IGNORECASE)
_SHORT_LINE_S = 1.6
_SHORT_ACTION_S = 2.8
_INSERT_WORDS = 18


@dataclass(frozen=True)
class Rules:
    """How readily beats share a shot. Seconds; `whole` puts the whole scene into one shot."""

    longest_joined_s: float = 7.0
    most_lines: int = 2
    whole: bool = False


@dataclass(frozen=True)
class Group:
    """The beats of one shot; `kept` is the previous shot it carries on, `prop` what an insert shows."""

    beats: tuple[Beat, ...]
    kept: Shot | None = None
    prop: str | None = None

    @property
    def actions(self) -> tuple[Beat, ...]:
        """Return the action beats."""
        return tuple(beat for beat in self.beats if beat.kind == "action")

    @property
    def lines(self) -> tuple[Beat, ...]:
        """Return the spoken beats."""
        return tuple(beat for beat in self.beats if beat.kind == "line")

    @property
    def text(self) -> str:
        """Return what is seen, as one text."""
        return " ".join(beat.text for beat in self.actions)


@dataclass(frozen=True)
class Divider:
    """Divides the beats of one scene."""

    cast: Cast
    props: tuple[str, ...] = ()
    rules: Rules = Rules()

    def divide(self, beats: Sequence[Beat], previous: Sequence[Shot] = ()) -> tuple[Group, ...]:
        """Return the groups in script order; each beat lands in one; no beats give one empty group."""
        if not beats:
            return (Group((), kept=previous[0] if previous else None),)
        if self.rules.whole:
            return (Group(tuple(beats), kept=previous[0] if previous else None),)
        single = tuple(piece for beat in beats for piece in self._inserts_apart(beat))
        homes = _homes(single, previous)
        return tuple(self._with_homes(single, homes, previous))

    def prop_of(self, beat: Beat) -> str | None:
        """Return the prop that a beat is about, when it deserves an insert; else None."""
        if beat.kind != "action" or count_words(beat.text) > _INSERT_WORDS or self.cast.mentioned(beat.text):
            return None
        telling = bool(_SIGN.search(beat.text)) and not _PRONOUN.search(beat.text)
        for prop in self.props:
            if re.search(rf"(?<!\w){re.escape(prop.upper())}(?!\w)", beat.text):
                return prop
            if telling and re.search(
                rf"(?<!\w){re.escape(prop.split()[-1])}(?!\w)", beat.text, re.IGNORECASE
            ):
                return prop
        return None

    def _inserts_apart(self, beat: Beat) -> Iterator[Beat]:
        """Divide an action paragraph round the sentences that deserve an insert."""
        if beat.kind != "action" or self.prop_of(beat) or not self.props:
            yield beat
            return
        run = ""
        for sentence in sentences_of(beat.text):
            if self.prop_of(Beat("action", sentence)) is None:
                run = f"{run} {sentence}".strip()
                continue
            if run:
                yield Beat("action", run)
            yield Beat("action", sentence)
            run = ""
        if run:
            yield Beat("action", run)

    def _with_homes(
        self, beats: Sequence[Beat], homes: Sequence[int | None], previous: Sequence[Shot]
    ) -> Iterator[Group]:
        used: set[int] = set()
        fresh: list[Beat] = []
        for home, run in _runs(beats, homes):
            fitting = 0 if home is None or home in used else _fitting(run)
            if home is None or fitting == 0:
                fresh.extend(run)
                continue
            yield from self._fresh(fresh)
            used.add(home)
            kept, fresh = run[:fitting], list(run[fitting:])
            yield Group(
                tuple(kept), kept=previous[home], prop=self.prop_of(kept[0]) if len(kept) == 1 else None
            )
        yield from self._fresh(fresh)

    def _fresh(self, beats: Sequence[Beat]) -> Iterator[Group]:
        run: list[Beat] = []
        for beat in beats:
            if run and not self._joins(run, beat):
                yield self._group(run)
                run = []
            run.append(beat)
        if run:
            yield self._group(run)

    def _group(self, run: Sequence[Beat]) -> Group:
        return Group(tuple(run), prop=self.prop_of(run[0]) if len(run) == 1 else None)

    def _joins(self, run: Sequence[Beat], beat: Beat) -> bool:
        last = run[-1]
        if pace([*run, beat]).needed_s > self.rules.longest_joined_s and not (
            beat.dual and last.kind == "line"
        ):
            return False
        if self.prop_of(last) or self.prop_of(beat):
            return False
        if beat.kind == "action":
            return last.kind == "action" and self._belong_together(last, beat)
        return self._line_joins(run, beat)

    def _belong_together(self, one: Beat, other: Beat) -> bool:
        """Tell whether two actions are one shot: one of them short, and not about different people."""
        first, second = set(self.cast.mentioned(one.text)), set(self.cast.mentioned(other.text))
        strangers = bool(first and second) and first.isdisjoint(second)
        return min(one.seconds, other.seconds) <= _SHORT_ACTION_S and not strangers

    def _line_joins(self, run: Sequence[Beat], line: Beat) -> bool:
        last = run[-1]
        if last.kind == "action":
            named = self.cast.mentioned(last.text)
            return last.seconds <= _SHORT_ACTION_S and set(named) <= {line.character}
        if line.dual or last.voice == line.voice:
            return True
        spoken = sum(beat.kind == "line" for beat in run)
        return spoken < self.rules.most_lines and min(line.seconds, last.seconds) <= _SHORT_LINE_S


def _homes(beats: Sequence[Beat], previous: Sequence[Shot]) -> list[int | None]:
    """Return for each beat the index of the previous shot it belongs to, or None when it is new."""
    old = [(key, index) for index, shot in enumerate(previous) for key in shot.beats]
    homes: list[int | None] = [None] * len(beats)
    matcher = SequenceMatcher(a=[key for key, _ in old], b=[beat.key for beat in beats], autojunk=False)
    for kind, from_old, to_old, start, end in matcher.get_opcodes():
        if kind == "equal":
            homes[start:end] = [index for _, index in old[from_old:to_old]]
        elif kind == "replace":
            for at, index in _edited(old[from_old:to_old], beats[start:end]):
                homes[start + at] = index
    return homes


def _edited(old: Sequence[tuple[str, int]], new: Sequence[Beat]) -> Iterator[tuple[int, int]]:
    """Pair rewritten beats with the shots of the beats they replace: same voice, same order."""
    was = [key.rpartition("|")[0] for key, _ in old]
    matcher = SequenceMatcher(a=was, b=[beat.voice for beat in new], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            yield block.b + step, old[block.a + step][1]


def _fitting(run: Sequence[Beat]) -> int:
    """Return how many of the first beats still fit into one shot; at least 1."""
    return next((most for most in range(len(run), 1, -1) if pace(run[:most]).needed_s <= LONGEST_S + 0.01), 1)


def _runs(beats: Sequence[Beat], homes: Sequence[int | None]) -> Iterator[tuple[int | None, list[Beat]]]:
    run: list[Beat] = []
    home: int | None = None
    for beat, own in zip(beats, homes, strict=True):
        if run and own != home:
            yield home, run
            run = []
        home = own
        run.append(beat)
    if run:
        yield home, run
