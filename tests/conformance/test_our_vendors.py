"""Every vendor of ours against every fault: nothing is bought twice, and the ledger is the invoice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cine_forge.generation.conformance.fault import FAULTS
from cine_forge.generation.conformance.kit import faults_for
from cine_forge.generation.conformance.trial import try_fault
from tests.conformance.cases import CASES

TURNS = ("fal", "kling")
"""Two vendors that share the faults of a default run; a sweep gives every fault to every vendor."""

SAMPLE = (
    "accept-then-drop", "submit-500-taken", "submit-200-other-json", "declined", "download-cut",
    "list-200-html",
)  # fmt: skip


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that goes with its test."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


def shared() -> list[tuple[str, str]]:
    """Return each fault with one of the two vendors, in turns where both know it."""
    known = {name: {fault.name for fault in faults_for(CASES[name]())} for name in TURNS}
    pairs = []
    for at, fault in enumerate(FAULTS):
        able = [name for name in (*TURNS[at % 2 :], *TURNS) if fault in known[name]]
        pairs += [(able[0], fault)] if able else []
    return pairs


def sampled() -> list[tuple[str, str]]:
    """Return a few faults for every other vendor."""
    return [
        (name, fault.name)
        for name in CASES
        if name not in TURNS
        for fault in faults_for(CASES[name]())
        if fault.name in SAMPLE
    ]


@pytest.mark.row("H8")
@pytest.mark.parametrize(("vendor", "fault"), [*shared(), *sampled()])
def test_a_fault_ends_in_a_state_that_costs_what_was_bought(vendor: str, fault: str, place: Path) -> None:
    assert try_fault(CASES[vendor](), FAULTS[fault], place).wrong == ()


@pytest.mark.row("H8")
@pytest.mark.sweep
@pytest.mark.parametrize("vendor", sorted(CASES))
def test_every_fault_at_every_vendor(vendor: str, place: Path) -> None:
    case = CASES[vendor]()
    verdicts = [try_fault(case, fault, place / fault.name) for fault in faults_for(case)]
    assert {verdict.fault: verdict.wrong for verdict in verdicts if verdict.wrong} == {}


@pytest.mark.row("H8")
def test_there_are_sixty_faults_and_more_for_every_vendor() -> None:
    counts = {name: len(faults_for(make())) for name, make in CASES.items()}
    assert min(counts.values()) >= 60, counts
