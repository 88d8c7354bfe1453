"""A lost submit is found, shown to be absent, or held: and never called absent while it may still appear."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.generation.action import Action
from cine_forge.generation.dispatch.search import Search, sent_at
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Passed, Receipt, State
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.providers.provider import Seal, Sought, Submission
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.kernel.ground.errors import Fault, StageError
from tests.generation.support import NOON, FakeProvider, capabilities, draft, image

WANTED = Submission(Seal(), "rc-1", read_payload(image()), 1, Action.T2I, "fake-still", "fake:still")


@dataclass
class Clock:
    """Time that passes only while somebody waits; in which wait somebody sets it on or back says `jumps`."""

    now: datetime = NOON
    waits: list[float] = field(default_factory=list)
    passed_s: float = 0.0
    jumps: dict[int, float] = field(default_factory=dict)

    def __call__(self) -> datetime:
        return self.now

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed_s += seconds
        self.now += timedelta(seconds=seconds + self.jumps.pop(len(self.waits), 0.0))


class Books(FakeProvider):
    """A vendor whose books show a job some seconds after it arrived, or never."""

    def __init__(self, clock: Clock, shown_after_s: float | None, **able: Any) -> None:
        super().__init__()
        self.capabilities = capabilities().model_copy(update={"grace_s": 10.0, **able})
        self.clock, self.shown_after_s = clock, shown_after_s
        self.asked: list[Sought] = []

    def find(self, sought: Sought) -> str | None:
        self.asked.append(sought)
        if self.shown_after_s is None:
            return None
        return "job-9" if self.clock.now >= sought.since + timedelta(seconds=self.shown_after_s) else None


def lost(**changes: Any) -> Receipt:
    """Return the receipt of a submit that was sent at noon and answered by nobody."""
    passed = (Passed(state=State.SUBMITTING, at=NOON.isoformat()),)
    told = {"state": State.SUBMIT_UNKNOWN, "passed": passed, **changes}
    return draft(1, 400_000).model_copy(update=told)


def search(project: Path, clock: Clock) -> Search:
    return Search(Ledger(project / "ledger.sqlite"), clock, tick=lambda: clock.passed_s, pause=clock.pause)


@pytest.mark.row("H2")
@pytest.mark.parametrize("way", ["key", "list"])
@pytest.mark.parametrize("shown_after_s", [0, 3, 9.9, 10])
def test_a_job_that_shows_within_the_grace_is_found(tmp_path: Path, way: str, shown_after_s: float) -> None:
    clock = Clock()
    books = Books(clock, shown_after_s, idempotency=way)
    assert search(tmp_path, clock).find(lost(), WANTED, books) == "job-9"
    assert books.asked[0].since == NOON and books.asked[0].own_id == lost().own_id


@pytest.mark.row("H2")
def test_a_job_is_absent_only_when_the_books_are_silent_after_the_grace(tmp_path: Path) -> None:
    clock = Clock()
    books = Books(clock, None)
    assert search(tmp_path, clock).find(lost(), WANTED, books) == "absent"
    assert clock.now == NOON + timedelta(seconds=10) and clock.waits == [2.0] * 5
    assert len(books.asked) == 6  # the last look is at the end of the grace and not before it


@settings(max_examples=40, deadline=None)
@given(grace_s=st.floats(0, 60), late_s=st.floats(0, 100), shown_s=st.floats(0, 100))
def test_no_job_that_shows_within_the_grace_is_ever_absent(
    tmp_path_factory: pytest.TempPathFactory, grace_s: float, late_s: float, shown_s: float
) -> None:
    clock = Clock(NOON + timedelta(seconds=late_s))
    books = Books(clock, shown_s, grace_s=grace_s)
    found = search(tmp_path_factory.getbasetemp(), clock).find(lost(), WANTED, books)
    assert found == "job-9" or (found == "absent" and shown_s > grace_s)


@pytest.mark.row("H2")
@pytest.mark.parametrize("jump_s", [3600.0, 31_536_000.0, -5.0, -3600.0, -31_536_000.0])
def test_a_clock_that_is_set_while_somebody_waits_changes_nothing(tmp_path: Path, jump_s: float) -> None:
    clock = Clock(jumps={2: jump_s})
    assert search(tmp_path, clock).find(lost(), WANTED, Books(clock, None)) == "absent"
    assert clock.passed_s == 10


@pytest.mark.row("H2")
@pytest.mark.parametrize("back_s", [5.0, 3600.0, 31_536_000.0])
def test_what_was_lost_at_a_time_that_is_yet_to_come_is_sought_for_one_grace(
    tmp_path: Path, back_s: float
) -> None:
    clock = Clock(NOON - timedelta(seconds=back_s))
    assert search(tmp_path, clock).find(lost(), WANTED, Books(clock, None)) == "absent"
    assert clock.passed_s == 10


@pytest.mark.row("H2")
def test_a_vendor_that_can_be_asked_in_no_way_leaves_it_to_a_person_at_once(tmp_path: Path) -> None:
    clock = Clock()
    assert search(tmp_path, clock).find(lost(), WANTED, Books(clock, None, idempotency="none")) == "held"
    assert clock.waits == []


def test_what_a_vendor_lists_under_no_action_is_held(tmp_path: Path) -> None:
    clock = Clock()
    books = Books(clock, None, unlisted=(Action.T2I,))
    assert search(tmp_path, clock).find(lost(), WANTED, books) == "held"


def test_what_a_vendor_said_it_took_already_is_never_absent(tmp_path: Path) -> None:
    clock = Clock(NOON + timedelta(hours=1))
    assert search(tmp_path, clock).find(lost(trouble=Trouble.TAKEN), WANTED, Books(clock, None)) == "held"


@pytest.mark.parametrize(("passed_s", "word"), [(0, "early"), (9.9, "early"), (10, "absent")])
def test_one_look_waits_for_nobody(tmp_path: Path, passed_s: float, word: str) -> None:
    clock = Clock(NOON + timedelta(seconds=passed_s))
    assert search(tmp_path, clock).look(lost(), WANTED, Books(clock, None)) == word
    assert clock.waits == []


def test_a_vendor_that_cannot_be_asked_says_nothing_of_it(tmp_path: Path) -> None:
    class Down(Books):
        def find(self, sought: Sought) -> str | None:
            raise StageError(Fault("CF-G035", "down"), transient=True)

    clock = Clock(NOON + timedelta(hours=1))
    with pytest.raises(StageError, match="CF-G035"):
        search(tmp_path, clock).find(lost(), WANTED, Down(clock, None))


def test_what_other_receipts_hold_is_no_answer_to_this_one(tmp_path: Path) -> None:
    clock, ledger = Clock(), Ledger(tmp_path / "ledger.sqlite")
    for number, provider in ((2, "fake"), (3, "fake"), (4, "other")):
        receipt = ledger.prepare(draft(number, 1).model_copy(update={"provider": provider}))
        receipt = ledger.advance(ledger.reserve(receipt, [], "t"), State.SUBMITTING, "t")
        if number != 3:
            ledger.advance(receipt, State.SUBMITTED, "t", provider_id=f"job-{number}")
    books = Books(clock, 0)
    Search(ledger, clock, tick=lambda: 0.0, pause=clock.pause).look(lost(), WANTED, books)
    assert (set(books.asked[0].taken), books.asked[0].rivals) == ({"job-2"}, 1)


def test_the_time_it_was_sent_is_that_of_the_last_round() -> None:
    later = NOON + timedelta(hours=2)
    passed = [Passed(state=State.SUBMITTING, at=at.isoformat()) for at in (NOON, later)]
    assert sent_at(lost(passed=(passed[0], Passed(state=State.REFUSED, at="x"), passed[1]))) == later
