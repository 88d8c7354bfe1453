"""A comparison of two runs in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from cine_forge.driver.history.story_text import counts_text, seconds_text

_MOST_ROWS = 40
_MOST_NAMES = 12
_MARKS = {"different": "≠", "first": "-", "second": "+"}


def comparison_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs: what the runs were made from, their stages and units, what came out."""
    for sign, side in zip("-+", found["runs"], strict=True):
        told = counts_text(side["totals"]["statuses"])
        took = f"{seconds_text(side['active_seconds'])} · ${side['cost_usd']:.2f}"
        yield f"{sign} {side['project']} {side['run_id']}  {side['status']}  {told} · {took}"
    yield from _made_from(found)
    for row in found["stages"]:
        if not row["same"]:
            yield f"stage {row['stage']}: {_stage(row['first'])} → {_stage(row['second'])}"
    yield from _units(found["units"])
    unequal = [row for row in found["outputs"] if row["verdict"] != "equal"]
    for row in unequal[:_MOST_ROWS]:
        yield click.style(f"{_MARKS[row['verdict']]} {row['type']}/{row['entity']}", fg="yellow")
    yield from _more(len(unequal), "outputs")
    counts = found["totals"]["outputs"]
    only = f"{counts['first']} only in the first, {counts['second']} only in the second"
    yield f"outputs: {counts['equal']} equal, {counts['different']} different, {only}"
    yield f"cost {_signed_usd(found['totals']['cost_usd'])}, time {_signed(found['totals']['seconds'])} s"


def _made_from(found: Mapping[str, Any]) -> Iterator[str]:
    if found["made_from"] is None:
        yield "made from: one of the runs has no snapshot, so that cannot be told"
        return
    yield from (f"made from: {one['text']}" for one in found["made_from"])
    if not found["made_from"]:
        yield "made from the same recipe, params, modules, settings and prices"


def _stage(side: Mapping[str, Any] | None) -> str:
    return f"{side['status']} ({counts_text(side['statuses'])})" if side else "none"


def _units(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the units that came out otherwise: those of a stage together that changed in the same way."""
    alike: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        way = f"{row['first'] or 'none'} → {row['second'] or 'none'}"
        alike.setdefault((row["stage"], way), []).append(row["label"])
    for (stage, way), labels in list(alike.items())[:_MOST_ROWS]:
        more = f" and {len(labels) - _MOST_NAMES} more" if len(labels) > _MOST_NAMES else ""
        yield f"unit {stage} {', '.join(labels[:_MOST_NAMES])}{more}: {way}"
    yield from _more(len(alike), "kinds of units")


def _more(count: int, what: str) -> Iterator[str]:
    if count > _MOST_ROWS:
        yield f"and {count - _MOST_ROWS} more {what}; --json lists all"


def _signed_usd(value: float) -> str:
    return f"{'-' if value < 0 else '+'}${abs(value):,.2f}" if value else "±0"


def _signed(value: float) -> str:
    return f"{value:+g}" if value else "±0"
