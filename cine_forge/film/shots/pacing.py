"""Pacing: lays the beats of one shot on its time.

Action comes first, speech after it; a line may start before the action has ended, as on a set. Called
by the division (does it still fit?) and by the assembly of shots (when does each line start?).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cine_forge.film.schemas.shot import ShotLine
from cine_forge.film.shots.beats import Beat
from cine_forge.film.shots.timing import LONGEST_S, SHORTEST_S, up_to_eighth
from cine_forge.staging.grammar import Size

_LEAD_S, _GAP_S, _TAIL_S = 0.25, 0.3, 0.45
_OVERLAP = 0.6
_LONGEST_INSERT_S = 2.5
_LEAST_S = {Size.EXTREME_WIDE: 3.0, Size.WIDE: 3.0}


@dataclass(frozen=True)
class Pace:
    """The lines with their times and how long the shot has to be; seconds."""

    lines: tuple[ShotLine, ...]
    needed_s: float


def pace(beats: Sequence[Beat]) -> Pace:
    """Lay beats on time in their order; a dual line starts with the line before it."""
    lines: list[ShotLine] = []
    action_end, at = 0.0, 0.0
    for beat in beats:
        if beat.kind == "action":
            action_end = max(action_end, at) + beat.seconds
            at = action_end
            continue
        start = _start_of(beat, lines, action_end)
        lines.append(_line(beat, start))
        at = max(line.start_s + line.length_s for line in lines)
    spoken = max((line.start_s + line.length_s for line in lines), default=-_TAIL_S) + _TAIL_S
    return Pace(tuple(lines), round(max(spoken, action_end), 2))


def duration_s(needed_s: float, size: Size, *, oner: bool = False) -> float:
    """Return the length of a shot: an eighth of a second's multiple within what its size allows.

    A wide has to be read, so it lasts at least 3 s; an insert at most 2.5 s; a oner as long as it takes.
    """
    longest = _LONGEST_INSERT_S if size is Size.INSERT else LONGEST_S
    least = _LEAST_S.get(size, SHORTEST_S)
    wanted = max(needed_s, least)
    return up_to_eighth(wanted if oner else min(wanted, longest))


def _start_of(beat: Beat, lines: list[ShotLine], action_end: float) -> float:
    if beat.dual and lines:
        return lines[-1].start_s
    spoken = max((line.start_s + line.length_s for line in lines), default=0.0)
    after_lines = spoken + _GAP_S if lines else _LEAD_S
    after_action = action_end * _OVERLAP if not lines else action_end
    return round(max(after_lines, after_action), 2)


def _line(beat: Beat, start_s: float) -> ShotLine:
    return ShotLine(
        character=beat.character or "",
        name=beat.name,
        text=beat.text,
        parenthetical=beat.parenthetical,
        extension=beat.extension,
        start_s=start_s,
        length_s=beat.seconds,
    )
