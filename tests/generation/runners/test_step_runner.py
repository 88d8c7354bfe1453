"""The step runner: slots are typed, orders go to the one carrier, a receipt becomes a step's result."""

from __future__ import annotations

import pytest

from cine_forge.generation.dispatch.order import Order, Origin
from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.generation.runners.step_runner import StepResult, StepRunner, step_result
from cine_forge.kernel.ground.errors import StageError
from tests.generation.support import draft, image, video


class RecordingCarrier:
    """A carrier that keeps the orders and returns a settled receipt."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def carry(self, order: Order) -> Receipt:
        self.orders.append(order)
        return draft(1, 400_000).model_copy(update={"state": State.SETTLED, "cost_micro_usd": 400_000})


@pytest.mark.row("C19")
def test_a_step_runner_works_without_the_registry() -> None:
    carrier = RecordingCarrier()
    result = StepRunner(carrier).execute_keyframe(**image())
    assert result == StepResult("shot:a", True, "settled", None, 0.4, None, 0, None, "fake-still", "fake")


def test_the_slots_of_the_step_are_no_part_of_the_payload() -> None:
    carrier, origin = RecordingCarrier(), Origin("run-1", "generation", "shot:a")
    StepRunner(carrier).execute_video(**video(), attempt=2, take_owner="shot:a", origin=origin)
    order = carrier.orders[0]
    assert (order.attempt, order.take_owner, order.origin) == (2, "shot:a", origin)
    assert order.payload.model_dump(mode="json")["frames"] == 6


def test_an_order_threaded_through_its_slots_is_the_same_order() -> None:
    carrier = RecordingCarrier()
    runner = StepRunner(carrier)
    runner.execute_keyframe(**image(), attempt=3)
    runner.execute_keyframe(**carrier.orders[0].slots())
    assert carrier.orders[0].receipt_id == carrier.orders[1].receipt_id


def test_an_unknown_slot_is_refused_before_the_carrier_hears_of_it() -> None:
    carrier = RecordingCarrier()
    with pytest.raises(StageError, match=r"unknown key `promt`\n.*did you mean `prompt`\?"):
        StepRunner(carrier).execute_keyframe(**image(promt="a"))
    assert carrier.orders == []


@pytest.mark.parametrize("state", sorted(set(State) - {State.SETTLED}))
def test_only_a_settled_receipt_is_a_success(state: State) -> None:
    result = step_result(draft(1, 0).model_copy(update={"state": state}))
    assert (result.success, result.final_state) == (False, state.value)


@pytest.mark.parametrize("attempt", [0, -1, True, 1.5])
def test_an_attempt_counts_from_one_in_whole_numbers(attempt: object) -> None:
    with pytest.raises(StageError, match=r"CF-G004.*attempt"):
        StepRunner(RecordingCarrier()).execute_keyframe(**image(), attempt=attempt)
