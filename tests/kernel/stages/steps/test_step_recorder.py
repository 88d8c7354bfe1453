"""Recorders hear of every step in order; one that cannot is refused at once."""

from __future__ import annotations

from typing import Any

import pytest

from cine_forge.kernel.ground.errors import ModuleError, StageError
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep
from cine_forge.kernel.stages.steps.recorder import ListRecorder, NullRecorder, StepRecord
from tests.kernel.stages.steps.talk import Talk

TWO = Block([ChatStep("one", name="ask"), ActionStep(lambda view: 1 / 0, name="break")])


class Loud:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def record(self, record: StepRecord) -> None:
        self.heard.append(f"{record.kind} {record.path}")


class Broken:
    def record(self, record: StepRecord) -> None:
        raise OSError("disk full")


@pytest.mark.row("F15")
def test_the_default_keeps_path_messages_answer_time_and_error() -> None:
    recorder = ListRecorder()
    with pytest.raises(StageError):
        Talk(TWO, recorder=recorder).run()
    asked, broke = recorder.records
    assert (asked.path, asked.kind, asked.duration_s) == ("root/ask", "chat", 1.0)
    assert [one.text for one in asked.messages] == ["before", "one"]
    assert asked.response is not None
    assert (asked.response.text, asked.response.model, asked.response.cost_micro_usd) == ("<one>", "fake", 10)
    assert (broke.path, broke.response) == ("root/break", None)
    assert broke.error is not None and "root/break: the step raised ZeroDivisionError" in broke.error


@pytest.mark.row("F15")
def test_another_recorder_hears_the_same_steps() -> None:
    loud = Loud()
    Talk(Block([ChatStep("one"), ActionStep(str)]), recorder=loud).run()
    assert loud.heard == ["chat root/step_01", "action root/step_02"]


@pytest.mark.row("F15")
def test_the_null_recorder_changes_nothing_else() -> None:
    assert Talk(Block([ChatStep("one")]), recorder=NullRecorder()).run().said == ["u:one", "a:<one>"]


@pytest.mark.row("F15")
def test_a_recorder_that_fails_is_told_with_the_path_and_nothing_dangles() -> None:
    talk = Talk(Block([ChatStep("one")]), recorder=Broken())
    before = talk.conversation.copied()
    with pytest.raises(StageError, match=r"CF-S044 root/step_01: the recorder failed: OSError: disk full"):
        talk.run()
    assert talk.conversation == before


class Mute:
    pass


class Noted:
    record = "yes"


class Greedy:
    def record(self) -> None: ...


@pytest.mark.row("F15")
@pytest.mark.parametrize(
    ("recorder", "said"),
    [
        (Mute(), "has no method `record`"),
        (Noted(), "that cannot be called"),
        (Greedy(), "cannot take one record"),
    ],
)
def test_a_recorder_that_cannot_record_is_refused_at_construction(recorder: Any, said: str) -> None:
    with pytest.raises(ModuleError, match=f"CF-M028.*{said}"):
        Talk(Block([ChatStep("one")]), recorder=recorder)
