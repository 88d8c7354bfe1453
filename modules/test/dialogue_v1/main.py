"""A dialogue: two voices that do not hear each other, then sentences that get shorter, then plain data."""

from __future__ import annotations

from typing import Any

from cine_forge.kernel.ground.config import ConfigNamespace
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep, StageIO
from cine_forge.kernel.stages.steps.chat import ChatParams
from cine_forge.kernel.stages.steps.material import StepContext
from cine_forge.kernel.stages.steps.pattern import fan_out, iterate


def build_block(config: ConfigNamespace) -> Block:
    """Read `rounds` and `words`, and return what is to be asked."""
    rounds = config.integer("rounds", 2, min=1, max=5)
    words = config.integer("words", 20, min=5, max=200)
    return Block(
        [
            _views(),
            iterate(
                lambda number: ChatStep(f"Say it again in at most {words} words.", name="shorten"),
                rounds,
                lambda view: len((view.last_response or "").split()) <= words,
                name="agree",
                capture_key="agreed",
            ),
            ActionStep(_data, name="write_down", capture_key="dialogue"),
        ],
    )


def _views() -> Block:
    voices = ("for", "against")
    branches = [
        ChatStep(
            f"In one sentence, argue {voice} this: ${{params.topic}}", name=voice, capture_key=f"view_{voice}"
        )
        for voice in voices
    ]
    weigh = ChatStep(
        "Two disagree about ${params.topic}:\n- ${view_for}\n- ${view_against}\nWhat do they agree on?",
        name="weigh",
        system="You are fair and brief.",
        params=ChatParams(temperature=0.2),
        meta={"role": "primary"},
    )
    views = fan_out(branches, weigh, name="views")
    return Block(
        [views],
        name="argue",
        io=StageIO(requires=("params.topic",), provides=("view_for", "view_against")),
    )


def _data(view: StepContext) -> dict[str, Any]:
    captured = view.captured
    return {
        "topic": view.read("params.topic"),
        "views": [captured["view_for"], captured["view_against"]],
        "agreed": captured["agreed"],
    }
