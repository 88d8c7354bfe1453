"""What a transcript holds, and what its steps cost together."""

from __future__ import annotations

from cine_forge.kernel.stages.steps.chat import Response
from cine_forge.kernel.stages.steps.recorder import StepRecord
from cine_forge.kernel.stages.steps.transcript import cost_of


def asked(model: str = "m", tokens: int | None = 3) -> StepRecord:
    answer = Response("x", model, "p", tokens, tokens, 40, f"rc-{model}")
    return StepRecord("root/step", "chat", response=answer)


def test_costs_and_tokens_are_added_up_with_all_receipts() -> None:
    cost = cost_of([asked(), StepRecord("root/act", "action"), asked()])
    assert cost is not None
    assert (cost.micro_usd, cost.input_tokens, cost.receipts) == (80, 6, ("rc-m", "rc-m"))
    assert (cost.provider, cost.model) == ("p", "m")


def test_two_models_are_no_one_model_and_an_unknown_count_makes_an_unknown_sum() -> None:
    cost = cost_of([asked(), asked("n", None)])
    assert cost is not None
    assert (cost.provider, cost.model, cost.input_tokens) == (None, None, None)


def test_where_nobody_was_asked_there_is_no_cost() -> None:
    assert cost_of([StepRecord("root/act", "action")]) is None
