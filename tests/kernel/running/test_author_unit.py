"""A unit that asks an author, in the run's process and in one of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.ground.errors import BudgetError, Fault
from tests.kernel.workshop import Workshop

ASKING = """
from cine_forge import Question

SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}

def run_module(inputs, params, context):
    question = Question("word", prompt="A word?", schema=SCHEMA, otherwise={"text": "plain"})
    answer = context.author(question)
    made = draft("word", context.entity, {"text": answer.data["text"]})
    spent = answer.cost.micro_usd if answer.cost else 0
    return StageResult(outputs=(made,), cost_micro_usd=spent, warnings=("its own",))
"""


class Voice:
    """A door behind which somebody says `text`, unless there is an obstacle or a cap."""

    def __init__(self, text: str = '{"text": "gold"}', obstacle: Mapping[str, str] | None = None) -> None:
        self.text = text
        self.obstacle = obstacle
        self.is_capped = False
        self.sent: list[str] = []

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        if request["act"] == "quote":
            return {"obstacle": self.obstacle}
        if self.is_capped:
            raise BudgetError(Fault("CF-G010", "the cap"))
        self.sent.append(request["payload"]["step"])
        told = {"text": self.text, "provider": "p", "model": "m", "receipt": f"rc-{len(self.sent)}"}
        return {**told, "cost_micro_usd": 7, "result": {"success": True, "error": None}}

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        return frozenset()


def workshop(root: Path, door: Voice, runs: str) -> Workshop:
    made = Workshop(root, door=door)
    made.module("word", ASKING, outputs={"word": {"schema": "word@1"}}, determinism="external", runs=runs)
    made.stage("ask", "word")
    return made


@pytest.mark.row("D16")
@pytest.mark.parametrize("runs", ["in_process", "subprocess"])
def test_an_answer_becomes_the_units_result_at_its_price(tmp_path: Path, runs: str) -> None:
    door = Voice()
    made = workshop(tmp_path, door, runs)
    (outcome,) = made.run().units.values()
    assert made.text("word") == "gold" and door.sent == ["word/word"] and outcome.cost_micro_usd == 7
    assert made.statuses() == {"ask/project": "reused"}


@pytest.mark.row("D16")
@pytest.mark.parametrize("runs", ["in_process", "subprocess"])
def test_that_nobody_answered_is_said_whether_or_not_the_module_says_it(tmp_path: Path, runs: str) -> None:
    made = workshop(tmp_path, Voice(obstacle={"why": "no_key", "text": "there is no key"}), runs)
    warnings = made.run().warnings
    assert made.text("word") == "plain"
    assert [one.partition(": ")[2] for one in warnings] == [
        "its own",
        "`word/word` was answered without a language model: there is no key",
    ]


def test_an_answer_that_never_fits_is_paid_and_said(tmp_path: Path) -> None:
    made = workshop(tmp_path, Voice("no"), "in_process")
    outcome = made.run()
    assert made.text("word") == "plain" and "CF-S046" in outcome.warnings[-1]
    assert [unit.cost_micro_usd for unit in outcome.units.values()] == [14]


def test_a_cap_pauses_the_unit_whatever_it_could_do_without(tmp_path: Path) -> None:
    door = Voice()
    door.is_capped = True
    made = workshop(tmp_path, door, "in_process")
    (outcome,) = made.run().units.values()
    assert isinstance(outcome.error, BudgetError)
