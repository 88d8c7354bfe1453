"""Scene times: on which story day a scene plays, in which light, and how it follows the scene before it.

Days are those of the stripboard. Here it is read whether a heading says that no time goes by, or that two
scenes play at the same time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.breakdown.story_day import story_days
from cine_forge.film.screenplay.headings import parse_heading
from cine_forge.staging.grammar import DayTime

_AT_ONCE = re.compile(r"\b(?:CONTINUOUS|CONTINUING|CONT(?:INUED|['’]D)|MOMENTS? LATER|SECONDS LATER)\b", re.I)
_MEANWHILE = re.compile(r"\b(?:SAME TIME|MEANWHILE|SIMULTANEOUS(?:LY)?)\b", re.I)
_LIGHT = re.compile(r"[-–—,.(\s]+(?:CONTINUOUS|CONTINUING|SAME TIME|MEANWHILE|MOMENTS? LATER)\W*$", re.I)


class Closeness(StrEnum):
    """How a scene follows the one before it."""

    AT_ONCE = "continuous"
    MEANWHILE = "meanwhile"
    LATER = "later"


@dataclass(frozen=True)
class SceneTime:
    """When a scene plays. `day` is `D2`; memories and dreams have marks of their own, `F1` and `V1`.

    Where the heading names no light, it is that of the scene it goes on from.
    """

    day: str
    closeness: Closeness
    light: DayTime | None

    @property
    def is_told(self) -> bool:
        """Whether the story goes on here; a memory or a dream stands beside it."""
        return self.day.startswith("D")


def scene_times(drafts: Sequence[SceneDraft]) -> tuple[SceneTime, ...]:
    """Return when each scene plays, in order."""
    found: list[SceneTime] = []
    for draft, day in zip(drafts, story_days(drafts), strict=True):
        closeness, light = _closeness(draft), _light(draft)
        if light is None and found and closeness is not Closeness.LATER:
            light = found[-1].light
        found.append(SceneTime(day.mark, closeness, light))
    return tuple(found)


def _closeness(draft: SceneDraft) -> Closeness:
    heading = draft.heading.text
    if _AT_ONCE.search(heading):
        return Closeness.AT_ONCE
    return Closeness.MEANWHILE if _MEANWHILE.search(heading) else Closeness.LATER


def _light(draft: SceneDraft) -> DayTime | None:
    """The light that the heading names, also before a word that says no more than when."""
    return draft.where.daytime or parse_heading(_LIGHT.sub("", draft.heading.text)).daytime
