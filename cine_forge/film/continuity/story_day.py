"""Story days: which day of the story a scene plays on, and how close it follows the scene before it.

Read from headings alone, in script order: a morning after a night is another day, NEXT DAY says so itself,
and DAY 3 counts. A flashback is a day of its own, 0, and what follows goes on where the story was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cine_forge.film.breakdown.scene_draft import SceneDraft

_NUMBERED = re.compile(r"\b(?:STORY )?DAY (\d{1,3})\b|\bD(\d{1,2})\b", re.IGNORECASE)
_LEAPS = re.compile(
    r"\b(?:NEXT|FOLLOWING) (?:DAY|MORNING|AFTERNOON|EVENING|NIGHT|WEEK|MONTH|YEAR)\b|\bMORNING AFTER\b"
    r"|\b(?:DAY|DAYS|WEEK|WEEKS|MONTH|MONTHS|YEAR|YEARS) LATER\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\bFLASH ?BACK\b|\bDREAM\b|\bFANTASY\b|\b(?:YEARS|MONTHS|WEEKS|DAYS) (?:EARLIER|AGO)\b", re.IGNORECASE
)
_AT_ONCE = re.compile(r"\b(?:CONTINUOUS|CONT'D|MOMENTS? LATER|SECONDS LATER)\b", re.IGNORECASE)
_MEANWHILE = re.compile(
    r"\b(?:SAME TIME|SAME|MEANWHILE|SIMULTANEOUS(?:LY)?|AT THE SAME TIME)\b", re.IGNORECASE
)
_LIGHTS = (
    (re.compile(r"\b(?:DAWN|SUNRISE|MORNING|DAYBREAK)\b", re.IGNORECASE), 0),
    (re.compile(r"\b(?:NOON|MIDDAY|AFTERNOON|DAY)\b", re.IGNORECASE), 1),
    (re.compile(r"\b(?:DUSK|SUNSET|EVENING|TWILIGHT|MAGIC HOUR)\b", re.IGNORECASE), 2),
    (re.compile(r"\b(?:NIGHT|MIDNIGHT)\b", re.IGNORECASE), 3),
)


class Closeness(StrEnum):
    """How a scene follows the one before it."""

    AT_ONCE = "continuous"
    MEANWHILE = "meanwhile"
    LATER = "later"


@dataclass(frozen=True)
class StoryTime:
    """When a scene plays. `light` is 0 morning, 1 day, 2 evening, 3 night, None where nothing says it."""

    day: int
    closeness: Closeness
    light: int | None


def story_times(drafts: Sequence[SceneDraft]) -> tuple[StoryTime, ...]:
    """Return when each scene plays, in order. Days count from 1."""
    found: list[StoryTime] = []
    day, light = 1, None
    for draft in drafts:
        heading = draft.heading.text
        here = light_of(heading)
        if _PAST.search(heading):
            found.append(StoryTime(0, Closeness.LATER, here))
            continue
        numbered = _NUMBERED.search(heading)
        if numbered:
            day = int(numbered[1] or numbered[2])
        elif _LEAPS.search(heading) or (here is not None and light is not None and here < 2 <= light):
            day += bool(found)
        closeness = Closeness.AT_ONCE if _AT_ONCE.search(heading) else Closeness.LATER
        if closeness is Closeness.LATER and _MEANWHILE.search(draft.where.time or heading):
            closeness = Closeness.MEANWHILE
        found.append(StoryTime(day, closeness, here))
        light = here if here is not None else light
    return tuple(found)


def light_of(heading: str) -> int | None:
    """Return the light that a heading names, or None. The last part of it counts most."""
    last = re.split(r"\s[-–—]+\s|[.(]", heading, maxsplit=1)[-1]
    return next((light for pattern, light in _LIGHTS if pattern.search(last)), None)
