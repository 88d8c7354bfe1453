"""Fakes for the tests of prompts: a model that answers by a function, a runner whose clock counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from cine_forge.kernel.stages.steps.block import Block
from cine_forge.kernel.stages.steps.chat import ChatParams, Response
from cine_forge.kernel.stages.steps.conversation import Conversation, Message
from cine_forge.kernel.stages.steps.material import Material
from cine_forge.kernel.stages.steps.naming import named
from cine_forge.kernel.stages.steps.recorder import ListRecorder, StepRecorder
from cine_forge.kernel.stages.steps.runner import Runner

Answer = Callable[[str, tuple[Message, ...]], str]


class FakeModel:
    """Answers by a function of path and messages; without one, by naming what it was asked last."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.asked: list[tuple[str, tuple[Message, ...]]] = []
        self._answer = answer or (lambda path, messages: f"<{messages[-1].text}>")

    def chat(self, path: str, messages: tuple[Message, ...], params: ChatParams) -> Response:
        self.asked.append((path, messages))
        return Response(self._answer(path, messages), model="fake", cost_micro_usd=10, receipt=f"rc-{path}")


class Talk:
    """A tree, carried out once in a conversation that can be looked at afterwards."""

    def __init__(
        self, block: Block, answer: Answer | None = None, recorder: StepRecorder | None = None, **given: Any
    ) -> None:
        self.block = named(block, "root")
        self.model = FakeModel(answer)
        self.recorder = recorder or ListRecorder()
        self.conversation = Conversation([Message("user", "before")], {"earlier": [1]})
        ticks = count()
        material = Material(**given)
        self._runner = Runner(self.model, material, clock=lambda: float(next(ticks)), recorder=self.recorder)

    def run(self) -> Talk:
        self._runner.run(self.block, self.conversation)
        return self

    @property
    def said(self) -> list[str]:
        """Return what was said in the given conversation since it began, with the speaker's first letter."""
        return [f"{one.role[0]}:{one.text}" for one in self.conversation.messages[1:]]

    @property
    def captured(self) -> Mapping[str, Any]:
        """Return what was captured since it began."""
        return {key: value for key, value in self.conversation.captured.items() if key != "earlier"}

    @property
    def paths(self) -> list[str]:
        """Return the paths of the calls, in order."""
        return [path for path, _ in self.model.asked]
