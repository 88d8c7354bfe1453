"""The timeline of a run's report: when each unit was worked on, laid out in lanes.

Units of a stage that overlap lie in lanes above each other. Places are per cent of the run's time at work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge.driver.history.story_text import seconds_text

MOST_ROWS = 40
"""With more stages than this a page does not give each a row of its own."""
_MOST_LANES = 10
_TICKS = 5

Bars = list[tuple[float, float, dict[str, Any]]]


def timeline_of(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows (a stage with its lanes of bars), the ticks of the axis, and a note."""
    whole = max((bar["end_s"] for unit in report["units"] for bar in unit["bars"]), default=0.0) or 1.0
    rows, more = [], 0
    for name, bars in _bars(report).items():
        lanes, left_out = _lanes(bars, whole)
        more += left_out
        rows.append({"stage": name, "lanes": lanes})
    note = "each bar is one try at one unit" + (f"; {more} more lie beneath" if more else "")
    return {"rows": rows, "ticks": _ticks(whole), "note": note}


def _bars(report: Mapping[str, Any]) -> dict[str, Bars]:
    """Return the bars of each stage that has any; where there are too many stages, all in one row."""
    found: dict[str, Bars] = {}
    for unit in report["units"]:
        for bar in unit["bars"]:
            took = seconds_text(bar["end_s"] - bar["start_s"])
            title = f"{unit['stage']} {unit['label']}: {bar['status']}, {took}"
            shown = {"status": bar["status"], "title": title}
            found.setdefault(unit["stage"], []).append((bar["start_s"], bar["end_s"], shown))
    if len(found) > MOST_ROWS:
        return {"all stages": [bar for bars in found.values() for bar in bars]}
    return found


def _lanes(bars: Bars, whole: float) -> tuple[list[list[dict[str, Any]]], int]:
    """Put each bar into the first lane that is free by then; count those for which there is no lane."""
    lanes: list[list[dict[str, Any]]] = []
    free_at: list[float] = []
    left_out = 0
    for start, end, bar in sorted(bars, key=lambda one: one[:2]):
        place = next((n for n, free in enumerate(free_at) if free <= start), len(lanes))
        if place == _MOST_LANES:
            left_out += 1
            continue
        if place == len(lanes):
            lanes.append([])
            free_at.append(0.0)
        free_at[place] = end
        left, width = 100 * start / whole, 100 * (end - start) / whole
        lanes[place].append({**bar, "left": round(left, 3), "width": round(width, 3)})
    return lanes, left_out


def _ticks(whole: float) -> list[dict[str, Any]]:
    places = [n / _TICKS for n in range(_TICKS + 1)]
    return [{"left": 100 * place, "text": seconds_text(whole * place) if place else "0"} for place in places]
