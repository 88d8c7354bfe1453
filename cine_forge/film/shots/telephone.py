"""Telephone calls: whose voice comes from elsewhere, and who holds the receiver.

Coverage asks it so that a caller is never put into a room they are not in, and a person who talks into a
telephone is drawn doing so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cine_forge.film.shots.beats import Beat
from cine_forge.film.shots.division import Group

_PHONE = re.compile(r"\b(?:tele)?phones?\b|\breceiver\b|\bdial\w*\b|\bcell\b", re.IGNORECASE)
_HANGS_UP = re.compile(
    r"\b(?:hangs? up|hung up|receiver (?:down|laid)|puts? down the|ends? the call)\b", re.I
)
_INTERCUT = re.compile(r"\bintercut\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"^\W*(?:v\W?o|o\W?s|o\W?c|voice ?over|off[- ]?screen|filtered?|"
    r"on (?:the )?(?:tele)?phone|phone|radio|tv)\b",
    re.IGNORECASE,
)


def is_voice_only(beat: Beat) -> bool:
    """Tell whether a line is heard while its speaker is not seen."""
    return bool(beat.extension and _ELSEWHERE.match(beat.extension))


@dataclass(frozen=True)
class Telephone:
    """What a scene says about telephoning. `apart` are those who are only heard in it."""

    rings: bool
    intercut: bool
    apart: frozenset[str]
    callers: frozenset[str]

    def is_elsewhere(self, character: str) -> bool:
        """Tell whether a character is heard in the scene but is not in its place."""
        return character in self.apart and not self.intercut

    def holds(self, character: str, group: Group) -> bool:
        """Tell whether the character has the receiver at the ear in this group."""
        if not self.rings or _HANGS_UP.search(group.text):
            return False
        return bool(group.lines) and character in self.callers


def telephone_of(beats: Sequence[Beat], notes: Iterable[str] = ()) -> Telephone:
    """Read a scene's beats (and its transitions and notes) for a call."""
    heard = {
        beat.character for beat in beats if beat.kind == "line" and is_voice_only(beat) and beat.character
    }
    seen = {
        beat.character for beat in beats if beat.kind == "line" and not is_voice_only(beat) and beat.character
    }
    asides = any(
        _PHONE.search(f"{beat.parenthetical} {beat.extension}") for beat in beats if beat.kind == "line"
    )
    told = any(_PHONE.search(beat.text) for beat in beats if beat.kind == "action")
    intercut = any(_INTERCUT.search(note) for note in notes)
    rings = asides or (told and bool(heard or intercut))
    callers = {
        beat.character
        for beat in beats
        if beat.character and (is_voice_only(beat) or _PHONE.search(f"{beat.parenthetical}"))
    }
    talking = seen if len(seen) == 1 or intercut else callers
    return Telephone(
        rings, intercut, frozenset(heard - seen), frozenset(callers | talking) if rings else frozenset()
    )
