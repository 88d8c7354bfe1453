"""The stripboard: the scenes of an episode in script order, with the page, the length and the day of each.

What depends on where a scene stands is told here and nowhere else, so that an inserted scene changes this
one record and no sheet. What a strip looks like is its printer's business.
"""

from __future__ import annotations

from collections.abc import Sequence

from cine_forge.film.breakdown.page import EIGHTHS, PAGE_LINES, length_of
from cine_forge.film.breakdown.scene_draft import SceneDraft
from cine_forge.film.breakdown.story_day import story_days
from cine_forge.film.schemas.breakdown_sheet import Strip, Stripboard


def stripboard_of(ids: Sequence[str], numbers: Sequence[str], drafts: Sequence[SceneDraft]) -> Stripboard:
    """Return the board of an episode; the three sequences go together, by position."""
    strips, lines, total = [], 0, 0
    rows = zip(ids, numbers, drafts, story_days(drafts), strict=True)
    for scene, number, draft, day in rows:
        own = 0 if draft.heading.omitted else draft.printed_lines
        eighths = 0 if draft.heading.omitted else draft.eighths
        page, rest = divmod(lines, PAGE_LINES)
        strip = Strip(
            scene=scene,
            number=number,
            page=page + 1,
            eighth=rest * EIGHTHS // PAGE_LINES,
            eighths=eighths,
            omitted=draft.heading.omitted,
            day=day.mark,
            day_why=day.why,
            day_confidence=day.confidence,
        )
        strips.append(strip)
        lines, total = lines + own, total + eighths
    return Stripboard(strips=tuple(strips), eighths=total, pages=str(length_of(lines)))
