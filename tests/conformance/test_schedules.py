"""Several faults at once: whatever strikes together, an order is bought once, for what is on the bill."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from cine_forge.generation.conformance.fault import FAULTS, Fault
from cine_forge.generation.conformance.kit import faults_for
from cine_forge.generation.conformance.trial import try_schedule
from tests.conformance.cases import CASES

MANY = 60
"""Schedules for each vendor in a sweep."""

KNOWN = (
    ("replicate", ("list-200-html", "upload-200-html")),
    ("kling", ("accept-then-drop", "list-500", "download-cut")),
    ("google", ("submit-429-5-s", "poll-429", "declined")),
    ("comfyui", ("accept-then-drop", "list-404", "upload-drop")),
)
"""The first was bought twice once; the others meet three places of one generation."""


@pytest.mark.row("H8")
@pytest.mark.parametrize(("vendor", "names"), KNOWN)
def test_faults_that_strike_together_cost_one_purchase(
    vendor: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    schedule = tuple(FAULTS[name] for name in names)
    assert try_schedule(CASES[vendor](), schedule, tmp_path).wrong == ()


@pytest.mark.row("H8")
@pytest.mark.sweep
@pytest.mark.parametrize("vendor", sorted(CASES))
def test_any_two_or_three_faults_cost_one_purchase(vendor: str, tmp_path: Path) -> None:
    case = CASES[vendor]()
    wrong = {}
    for at, schedule in enumerate(_schedules(faults_for(case), seed=vendor)):
        verdict = try_schedule(case, schedule, tmp_path / str(at))
        wrong |= {verdict.fault: verdict.wrong} if verdict.wrong else {}
    assert wrong == {}


def _schedules(faults: tuple[Fault, ...], *, seed: str) -> list[tuple[Fault, ...]]:
    """Return the same schedules for the same seed."""
    chance = Random(seed)
    return [tuple(chance.sample(faults, chance.choice((2, 3)))) for _ in range(MANY)]
