"""When something is sent again, and when a provider is slowed down or left alone."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.generation.dispatch.resilience import LONG, Brake, Breaker, Patience
from cine_forge.generation.providers.trouble import CAPACITY, ELSEWHERE, PASSING, SYSTEMIC, Trouble


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(3):
        breaker.note("p", Trouble.LOST)
    return breaker


@pytest.mark.row("B3")
@pytest.mark.parametrize("trouble", [None, *sorted(set(Trouble) - PASSING)])
def test_only_what_took_nothing_is_sent_again(trouble: Trouble | None) -> None:
    assert LONG.wait_s(trouble, 1.0, number=1, chance=0.5) is None


@pytest.mark.parametrize(
    ("told_s", "number", "wait_s"),
    [(None, 1, 0.5), (None, 2, 1.0), (None, 3, None), (0.0, 1, 0.5), (5.0, 1, 5.0), (20.0, 2, 20.0),
     (20.1, 1, None), (86_400.0, 1, None)],
)  # fmt: skip
def test_a_wait_is_as_long_as_asked_for_and_never_too_long(
    told_s: float | None, number: int, wait_s: float | None
) -> None:
    assert Patience().wait_s(Trouble.THROTTLED, told_s, number=number, chance=0.5) == wait_s


def test_a_busy_provider_is_asked_more_often_than_one_that_is_not_reached() -> None:
    waits = [LONG.wait_s(Trouble.THROTTLED, None, number=number, chance=1.0) for number in range(1, 9)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, None]
    assert LONG.wait_s(Trouble.UNREACHED, None, number=3, chance=1.0) is None


@pytest.mark.row("B3")
@given(
    told_s=st.none() | st.floats(0, 1e6),
    number=st.integers(1, 60),
    chance=st.floats(0, 1),
    trouble=st.sampled_from(sorted(PASSING)),
)
def test_no_wait_is_shorter_than_asked_for_or_longer_than_our_patience(
    told_s: float | None, number: int, chance: float, trouble: Trouble
) -> None:
    wait_s = LONG.wait_s(trouble, told_s, number=number, chance=chance)
    assert wait_s is None or (told_s or 0.0) <= wait_s <= LONG.most_s


def test_a_busy_provider_is_left_alone_for_as_long_as_it_asked_and_no_other() -> None:
    clock = Clock()
    brake = Brake(clock)
    brake.slow("p", 5.0)
    brake.slow("p", 2.0)
    clock.now = 1.0
    assert (brake.left_s("p"), brake.left_s("q")) == (4.0, 0.0)
    clock.now = 6.0
    assert brake.left_s("p") == 0.0


@pytest.mark.row("D16")
def test_three_in_a_row_and_not_three_in_all_leave_a_provider_alone() -> None:
    breaker = Breaker(Clock())
    for trouble in (Trouble.LOST, Trouble.UNREACHED, None, Trouble.LOST, Trouble.LOST, Trouble.DECLINED):
        assert not breaker.note("p", trouble)
    assert breaker.refusal("p") is None
    assert [breaker.note("p", Trouble.SETTING) for _ in range(4)] == [False, False, True, False]
    assert breaker.refusal("p") == "`p` failed 4 times in a row and is left alone for a while"
    assert breaker.refusal("q") is None


@pytest.mark.parametrize("trouble", sorted(set(Trouble) - SYSTEMIC))
def test_what_is_about_the_question_or_the_pace_never_counts(trouble: Trouble) -> None:
    breaker = Breaker(Clock(), most=1)
    assert not breaker.note("p", trouble) and breaker.refusal("p") is None


def test_that_a_provider_is_busy_does_not_hide_that_it_fails() -> None:
    breaker = Breaker(Clock())
    for trouble in (Trouble.LOST, Trouble.THROTTLED, Trouble.LOST, Trouble.THROTTLED):
        assert not breaker.note("p", trouble)
    assert breaker.note("p", Trouble.LOST)


@pytest.mark.row("B3")
@pytest.mark.row("H2")
def test_what_may_have_arrived_is_sent_again_to_nobody() -> None:
    assert {Trouble.UNREACHED, Trouble.THROTTLED} == PASSING
    assert {Trouble.UNREACHED, Trouble.THROTTLED, Trouble.SETTING, Trouble.HALTED} == ELSEWHERE
    unsure = {Trouble.LOST, Trouble.TAKEN, Trouble.UNREADABLE, Trouble.FAULTY, Trouble.UNFINISHED}
    assert not unsure & (PASSING | ELSEWHERE | CAPACITY)


def test_what_a_model_would_not_say_is_in_no_set() -> None:
    about_the_question = {Trouble.REJECTED, Trouble.DECLINED, Trouble.FILTERED, Trouble.CUT, Trouble.EMPTY}
    assert not about_the_question & (SYSTEMIC | CAPACITY | PASSING | ELSEWHERE)


def test_after_its_rest_one_order_tries_and_decides_for_the_others() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 59.9
    assert breaker.admit("p") is not None
    clock.now = 60.0
    assert breaker.refusal("p") is None
    assert breaker.admit("p") is None and breaker.admit("p") is not None
    breaker.note("p", Trouble.LOST)
    clock.now = 119.9
    assert breaker.admit("p") is not None
    clock.now = 120.0
    assert breaker.admit("p") is None
    breaker.note("p", None)
    assert breaker.admit("p") is None and breaker.admit("p") is None


def test_of_many_threads_only_one_is_let_through_after_the_rest() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 100.0
    admitted: list[str | None] = []
    threads = [threading.Thread(target=lambda: admitted.append(breaker.admit("p"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admitted.count(None) == 1
