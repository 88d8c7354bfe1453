"""A prompt module as a unit of a run: settled by the plan, carried out by the executor, reused afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.driver.prompting import PromptBlocks
from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.planning.policy import Policies
from tests.kernel.workshop import Workshop

TALK = """
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep

def build_block(config):
    tone = config.text("tone", "calm")
    return Block([
        ChatStep("Say it " + tone + ".", name="say", capture_key="said"),
        ActionStep(lambda view: {"text": view.captured["said"]}, capture_key="out"),
    ])
"""

OUTPUTS = {"out": {"schema": "talk@1"}, "transcript": {"schema": "transcript@1"}}


class Repeats:
    """A door behind which somebody repeats what is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        said = request["payload"]["messages"][-1]["text"]
        self.asked.append(said)
        told = {"text": said, "provider": "p", "model": "m", "receipt": "rc-1", "cost_micro_usd": 7}
        return {**told, "result": {"success": True, "error": None}}

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        return frozenset()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    made = Workshop(tmp_path, policies=Policies(blocks=PromptBlocks(tmp_path)), door=Repeats())
    made.module("talk", TALK, outputs=OUTPUTS, determinism="external")
    made.stage("ask", "talk")
    return made


@pytest.mark.row("F21")
@pytest.mark.parametrize("runs", ["in_process", "subprocess"])
def test_a_prompt_module_is_a_unit_like_any_other(workshop: Workshop, runs: str) -> None:
    workshop.module("talk", TALK, outputs=OUTPUTS, determinism="external", runs=runs)
    assert workshop.statuses() == {"ask/project": "done"}
    assert workshop.text("talk") == "Say it calm."
    assert workshop.statuses() == {"ask/project": "reused"}
    assert workshop.door.asked == ["Say it calm."]


@pytest.mark.row("A37")
def test_what_its_calls_cost_is_what_the_unit_cost(workshop: Workshop) -> None:
    (outcome,) = workshop.run().units.values()
    assert outcome.cost_micro_usd == 7


@pytest.mark.row("F10")
def test_a_changed_setting_runs_it_again_and_an_override_reaches_it(workshop: Workshop) -> None:
    workshop.run()
    workshop.stage("ask", "talk", config={"tone": "loud"})
    assert workshop.actions() == {"ask/project": "run"}
    workshop.stage("ask", "talk", config={"tone": "loud", "overrides": {"say": {"prompt": "Whisper."}}})
    assert workshop.statuses() == {"ask/project": "done"}
    assert workshop.text("talk") == "Whisper."


@pytest.mark.row("F5")
def test_a_wrong_setting_stops_the_plan_before_anybody_is_asked(workshop: Workshop) -> None:
    workshop.stage("ask", "talk", config={"tune": "loud"})
    with pytest.raises(RecipeError, match=r"CF-R020 test.yaml:\d+:\d+: nobody reads `config.tune`"):
        workshop.run()
    assert workshop.door.asked == []
