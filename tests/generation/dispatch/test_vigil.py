"""The vigil: what waits is asked for at a pace, told when it takes long, and never waits for ever."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.generation.dispatch.vigil import LOOKS_PER_S, Vigil
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.kernel.ground.errors import Fault, StageError

RUNNING = PollOutcome("running")
DONE = PollOutcome("succeeded")


def able(name: str = "fal", **more: Any) -> Capabilities:
    told = {"description": "a fake", "actions": ["t2i"], "idempotency": "key", "price_source": "a test"}
    return Capabilities.model_validate({"name": name, **told, "poll_every_s": 4, "poll_for_s": 600, **more})


class Hall:
    """A watchman with a clock of his own, who writes down when he was asked for what."""

    def __init__(self, aside: Callable[[Callable[[], None]], object] = lambda work: work()) -> None:
        self.now = 0.0
        self.asked: list[tuple[float, str]] = []
        self.told: list[tuple[str, float, str | None]] = []
        self.outcomes: dict[str, PollOutcome | None] = {}
        self.slots: Counter[str] = Counter()
        self.vigil = Vigil(self, lambda: self.now, aside)

    def look(self, receipt_id: str) -> PollOutcome | None:
        self.asked.append((self.now, receipt_id))
        return self.outcomes.get(receipt_id, RUNNING)

    def take_slot(self, provider: str, receipt_id: str) -> bool:
        free = self.slots[provider] > 0
        self.slots[provider] -= free
        return free

    def tell_stuck(self, receipt_id: str, seconds: float, why: str | None) -> None:
        self.told.append((receipt_id, seconds, why))

    def pass_s(self, seconds: float, *receipts: str, step_s: float = 0.25) -> frozenset[str]:
        """Let time pass as a run does: asking what is ready again and again. Return what was at the end."""
        until, ready = self.now + seconds, frozenset[str]()
        while self.now < until:
            self.now += step_s
            ready = self.vigil.ready(receipts)
        return ready


def test_a_result_is_asked_for_more_and_more_seldom_until_it_is_there() -> None:
    hall = Hall()
    hall.vigil.follow("a", able())
    assert hall.pass_s(500, "a") == frozenset()
    gaps = [b - a for (a, _), (b, _) in zip(hall.asked, hall.asked[1:], strict=False)]
    assert hall.asked[0][0] == 4.0 and gaps == sorted(gaps) and 29 < gaps[-1] <= 30.5
    hall.outcomes["a"] = DONE
    assert hall.pass_s(31, "a") == {"a"}


def test_a_provider_that_wants_to_be_left_alone_is_asked_no_sooner() -> None:
    hall = Hall()
    hall.vigil.follow("a", able())
    hall.outcomes["a"] = PollOutcome("running", error="busy", wait_s=90.0)
    hall.pass_s(100, "a")
    assert [when for when, _ in hall.asked] == [4.0, 94.0]
    hall.outcomes["a"] = PollOutcome("running", wait_s=86_400.0)
    hall.pass_s(84, "a")
    hall.outcomes["a"] = DONE
    assert hall.pass_s(416, "a") == {"a"} and hall.vigil.is_overdue("a"), "a day is not waited for"


def test_one_poller_for_many_asks_no_more_often_than_its_pace_and_forgets_nobody() -> None:
    hall = Hall()
    names = [f"rc-{number}" for number in range(500)]
    for name in names:
        hall.vigil.follow(name, able())
    hall.pass_s(120, *names, step_s=0.2)
    assert len(hall.asked) <= (120 + 1) * LOOKS_PER_S
    assert {name for _, name in hall.asked} == set(names)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 700), st.sampled_from([None, 7.0, 86_400.0]), st.sampled_from(["fal", "kling"])
        ),
        min_size=1,
        max_size=9,
    )
)
def test_whatever_providers_say_nobody_waits_longer_than_patience_and_nobody_is_asked_too_often(
    jobs: list[tuple[float, float | None, str]],
) -> None:
    hall = Hall()
    for number, (_, wait_s, name) in enumerate(jobs):
        hall.outcomes[f"{number}"] = PollOutcome("running", wait_s=wait_s)
        hall.vigil.follow(f"{number}", able(name))
    for second in range(700):
        done = {f"{number}" for number, job in enumerate(jobs) if job[0] <= second}
        hall.outcomes |= dict.fromkeys(done, DONE)
        ready = hall.pass_s(1, *hall.outcomes, step_s=1.0)
        assert all(name in done or hall.vigil.is_overdue(name) for name in ready)
        assert second < 600 or len(ready) == len(jobs)
    assert len(hall.asked) <= len(jobs) * (700 / 4 + 1)


@pytest.mark.row("D11")
def test_a_poll_time_out_is_no_end_it_is_overdue_and_was_told_before() -> None:
    hall = Hall()
    hall.outcomes["a"] = PollOutcome("running", error="fal answered 500")
    hall.vigil.follow("a", able(poll_for_s=100))
    assert hall.pass_s(99, "a") == frozenset() and not hall.vigil.is_overdue("a")
    assert [(name, why) for name, _, why in hall.told] == [("a", "fal answered 500")]
    assert 50 <= hall.told[0][1] <= 51
    assert hall.pass_s(1, "a") == {"a"} and hall.vigil.is_overdue("a")


def test_patience_is_counted_for_the_whole_run_and_not_from_the_last_look() -> None:
    hall = Hall()
    for _ in range(4):
        hall.vigil.follow("a", able(poll_for_s=100))
        hall.pass_s(25, "a")
    assert hall.vigil.is_overdue("a")
    hall.vigil.drop("a")
    assert not hall.vigil.is_overdue("a") and not hall.vigil.holds("a")


def test_a_pause_ends_when_it_is_over_and_nobody_is_asked() -> None:
    hall = Hall()
    hall.vigil.put_off("a", "fal", 5.0)
    assert hall.pass_s(4.75, "a") == frozenset()
    assert hall.pass_s(0.25, "a") == {"a"} and not hall.asked


def test_slots_are_handed_out_in_the_order_of_waiting() -> None:
    hall = Hall()
    for name in ("a", "b", "c"):
        hall.vigil.queue(name, able())
    assert hall.pass_s(2, "a", "b", "c") == frozenset()
    hall.slots["fal"] = 1
    assert hall.pass_s(2, "a", "b", "c") == {"a"}
    hall.slots["fal"] = 1
    assert hall.pass_s(2, "b", "c") == {"b"}


def test_who_waits_for_a_slot_too_long_is_overdue() -> None:
    hall = Hall()
    hall.vigil.queue("a", able(poll_for_s=10))
    assert hall.pass_s(10, "a") == {"a"} and hall.vigil.is_overdue("a")


def test_what_nobody_waits_for_is_ready() -> None:
    assert Hall().vigil.ready(["rc-unheard-of"]) == {"rc-unheard-of"}


def test_what_cannot_be_asked_is_left_to_whoever_takes_it_up() -> None:
    class Dark(Hall):
        def look(self, receipt_id: str) -> PollOutcome | None:
            raise StageError(Fault("CF-G032", "it is gone"))

    hall = Dark()
    hall.vigil.follow("a", able(), now=True)
    assert hall.vigil.ready(["a"]) == {"a"}


def test_a_provider_that_hangs_keeps_neither_the_run_nor_the_others_waiting() -> None:
    work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    hall = Hall(work.put)
    for number in range(9):
        hall.vigil.follow(f"hung-{number}", able("hung"), now=True)
    hall.vigil.follow("b", able("fal"), now=True)
    assert hall.pass_s(9, "b") == frozenset()
    assert work.qsize() == 5, "four of one provider at a time, and one of the other"
    hall.outcomes["b"] = DONE
    thread = threading.Thread(target=lambda: [work.get()() for _ in range(5)])
    thread.start()
    thread.join()
    assert hall.vigil.ready(["b"]) == {"b"}
