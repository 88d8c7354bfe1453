"""Story days: on which day of the story a scene plays, D1, D2 …; memories and dreams have marks of their own.

A day ends where a heading or the first words of a scene say so (`NEXT MORNING`, `TWO DAYS LATER`), and where
night turns into morning. Each mark says why it was given and how sure that is. Days depend on the order of
scenes, so they live in the stripboard and in no record of a scene.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.screenplay.document import ElementType
from cine_forge.staging.grammar import DayTime

_NEXT = re.compile(
    r"\b(?:NEXT|FOLLOWING) (?:DAY|MORNING|AFTERNOON|EVENING|NIGHT|WEEK|MONTH|YEAR|DAWN)\b"
    r"|\b(?:A|ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|TEN|MANY|SEVERAL|SOME|FEW|\d+)"
    r" (?:DAY|NIGHT|WEEK|MONTH|YEAR)S? LATER\b"
    r"|\b(?:DAYS|WEEKS|MONTHS|YEARS) LATER\b"
    r"|\b(?:AM )?(?:NÄCHSTEN?|FOLGENDEN?) (?:TAGE?|MORGEN|ABEND|NACHT)\b|\bTAGE SPÄTER\b"
    r"|\bНА СЛЕДУЮЩ\w+ (?:ДЕНЬ|УТРО|НОЧЬ)\b|\bДН\w+ СПУСТЯ\b",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:CONTINUOUS|CONTINUING|CONT(?:INUED|['’]D)?|SAME|MOMENTS?|MINUTES?|SECONDS?|HOURS?|MEANWHILE|SIMULTANEOUS)\b"
    r"|\bLATER\b|\bSPÄTER\b|\bПОЗЖЕ\b",
    re.IGNORECASE,
)
_FLASHBACK = re.compile(
    r"\b(?:FLASH ?BACK|RÜCKBLENDE|ФЛЕШБЭК|ФЛЭШБЕК)\b|\bYEARS? (?:AGO|EARLIER|BEFORE)\b", re.IGNORECASE
)
_FLASHFORWARD = re.compile(r"\bFLASH ?FORWARD\b", re.IGNORECASE)
_DREAM = re.compile(r"\b(?:DREAM|NIGHTMARE|FANTASY|VISION|TRAUM|СОН)\b")
_ENDED = re.compile(
    r"\b(?:END|ENDS) (?:OF )?(?:THE )?(?:FLASH|DREAM)|\bBACK TO (?:THE )?(?:PRESENT|SCENE)|\bPRESENT\b",
    re.IGNORECASE,
)
_MORNING = re.compile(r"\b(?:DAWN|SUNRISE|DAYBREAK|MORNING|MORGEN|УТРО|РАССВЕТ)\b", re.IGNORECASE)
_LATE = frozenset({DayTime.NIGHT, DayTime.DUSK})
_OPENING = 90


@dataclass(frozen=True)
class StoryDay:
    """The mark of a day: `D2`, `F1` in a flashback, `V1` in a dream or vision; why, and how sure, 0 to 1."""

    mark: str
    why: str
    confidence: float


def story_days(drafts: Sequence[SceneDraft]) -> tuple[StoryDay, ...]:
    """Return the day of every scene, in order."""
    return tuple(_Calendar().days(drafts))


class _Calendar:
    """The day that it is, the light that it was, and the memories and dreams told so far."""

    def __init__(self) -> None:
        self.day = 1
        self.light: DayTime | None = None
        self.morning = False
        self.asides = {"F": 0, "V": 0}
        self.aside = ""

    def days(self, drafts: Sequence[SceneDraft]) -> Iterator[StoryDay]:
        """Yield the day of each scene; an insert is a part of the scene before it."""
        last: StoryDay | None = None
        for draft in drafts:
            if last is not None and (
                draft.heading.omitted or (draft.lead is not None and not _is_aside(draft))
            ):
                last = StoryDay(last.mark, "with the scene before", last.confidence)
            else:
                last = self._aside(draft) or self._main(draft)
            yield last

    def _aside(self, draft: SceneDraft) -> StoryDay | None:
        """A memory or a dream; a run of them that goes on directly has one mark."""
        told = _told(draft)
        kind = "V" if _DREAM.search(draft.heading.text) else "F" if _is_aside(draft) else ""
        if not kind and self.aside and _SAME.search(draft.where.time or "") and not _ENDED.search(told):
            return StoryDay(f"{self.aside}{self.asides[self.aside]}", "goes on", 0.6)
        if not kind:
            self.aside = ""
            return None
        if kind != self.aside or not _SAME.search(draft.where.time or ""):
            self.asides[kind] += 1
        self.aside = kind
        return StoryDay(f"{kind}{self.asides[kind]}", "dream" if kind == "V" else "flashback", 0.85)

    def _main(self, draft: SceneDraft) -> StoryDay:
        first = self.light is None and self.day == 1
        time = draft.where.time or ""
        light = draft.where.daytime
        why, sure, turns = self._turn(draft, time, light)
        if turns and not first:
            self.day += 1
        if first and not turns:
            why, sure = "the first day", 0.9
        self.light = light or self.light or DayTime.DAY
        self.morning = bool(_MORNING.search(time)) if light else self.morning
        return StoryDay(f"D{self.day}", why, sure)

    def _turn(self, draft: SceneDraft, time: str, light: DayTime | None) -> tuple[str, float, bool]:
        """Why the day turned or did not, how sure that is, and whether it did."""
        if _NEXT.search(draft.heading.text):
            return "the heading says so", 0.95, True
        if _NEXT.search(_opening(draft)):
            return "its first words say so", 0.8, True
        if _SAME.search(time):
            return "goes on", 0.9, False
        if light is None:
            return "no time is told", 0.5, False
        if self.light in _LATE and light in (DayTime.DAY, DayTime.DAWN):
            return "night turned into day", 0.8 if self.light is DayTime.NIGHT else 0.7, True
        if self.light is DayTime.DAY and _MORNING.search(time) and not self.morning:
            return "it is morning again", 0.6, True
        return "the light goes on", 0.65, False


def _is_aside(draft: SceneDraft) -> bool:
    text = draft.heading.text
    if _ENDED.search(text):
        return False
    return any(pattern.search(text) for pattern in (_FLASHBACK, _FLASHFORWARD, _DREAM))


def _told(draft: SceneDraft) -> str:
    return f"{draft.heading.text} {_opening(draft)}"


def _opening(draft: SceneDraft) -> str:
    """The first words of a scene, where a caption would stand."""
    shown = (ElementType.ACTION, ElementType.CENTERED)
    first = next((one.text for one in draft.body if one.type in shown), "")
    return first[:_OPENING]
