"""When something is sent again, and when a provider is left alone."""

from __future__ import annotations

import threading

import pytest

from cine_forge.generation.resilience import Breaker, Patience
from cine_forge.generation.trouble import PASSING, SYSTEMIC, Trouble


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


@pytest.mark.parametrize("trouble", sorted(set(Trouble) - PASSING))
def test_only_what_took_nothing_is_sent_again(trouble: Trouble) -> None:
    assert Patience().wait_s(trouble, 1.0, number=1) is None


@pytest.mark.parametrize(
    ("told_s", "number", "wait_s"),
    [(None, 1, 1.0), (None, 2, 2.0), (None, 3, None), (0.0, 1, 0.0), (20.0, 2, 20.0), (20.1, 1, None)],
)
def test_a_wait_is_as_long_as_asked_for_and_never_too_long(
    told_s: float | None, number: int, wait_s: float | None
) -> None:
    assert Patience().wait_s(Trouble.THROTTLED, told_s, number=number) == wait_s


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
def test_what_is_about_the_question_never_counts(trouble: Trouble) -> None:
    breaker = Breaker(Clock(), most=1)
    assert not breaker.note("p", trouble) and breaker.refusal("p") is None


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
