"""The runner: carries out a tree of blocks, step after step, on copies.

    run(block, conversation)
      _block(block)         a copy goes on; it is merged back when all of it went well
        _step(node)         ask or act, record, then say and capture

A step that fails leaves the conversation it was started with as it was, whatever happened before it in
its block. Its error carries the step's path. This is one of the boundaries where an author's code is
called, so whatever comes out of it is wrapped here, once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cine_forge.kernel.ground.errors import CineForgeError, Fault, StageError
from cine_forge.kernel.ground.hashing import canonical_json
from cine_forge.kernel.stages.steps.block import ActionStep, Block, ChatStep, Condition, Text
from cine_forge.kernel.stages.steps.chat import ChatClient
from cine_forge.kernel.stages.steps.conversation import Conversation, Message, last_answer
from cine_forge.kernel.stages.steps.material import Material, StepContext
from cine_forge.kernel.stages.steps.recorder import (
    ListRecorder,
    StepRecord,
    StepRecorder,
    checked_recorder,
)


class Runner:
    """Carries out named trees. `clock` returns seconds and measures how long steps take."""

    def __init__(
        self,
        chat: ChatClient,
        material: Material,
        *,
        clock: Callable[[], float],
        recorder: StepRecorder | None = None,
    ) -> None:
        self._chat = chat
        self._material = material
        self._clock = clock
        self._recorder = checked_recorder(ListRecorder() if recorder is None else recorder)

    def run(self, block: Block, conversation: Conversation) -> None:
        """Carry out a named tree and merge what it says into the conversation.

        Raises a CineForgeError of the family of what failed, with the step's path; the conversation is
        then what it was.
        """
        self._block(block, block.name, conversation)

    def _block(self, block: Block, path: str, parent: Conversation) -> None:
        if block.when is not None and not self._holds(block.when, path, parent):
            return
        branch = parent.copied()
        for node in block.nodes:
            if isinstance(node, Block):
                self._block(node, f"{path}/{node.name}", branch)
            else:
                self._step(node, f"{path}/{node.name}", branch)
        if block.capture_key is not None:
            branch.capture(block.capture_key, last_answer(branch.since(parent)))
        parent.merge(branch, block.merge)

    def _holds(self, condition: Condition, path: str, parent: Conversation) -> bool:
        try:
            return bool(condition(self._view(path, parent)))
        except Exception as error:
            raise _located(error, path) from error

    def _step(self, step: ChatStep | ActionStep, path: str, conversation: Conversation) -> None:
        began = self._clock()
        record = StepRecord(path, "chat" if isinstance(step, ChatStep) else "action")
        try:
            if isinstance(step, ChatStep):
                record = self._asked(step, record, conversation)
            else:
                record = self._acted(step, record, conversation)
        except Exception as error:
            failure = _located(error, path)
            self._tell(replace(record, error=str(failure), duration_s=self._clock() - began))
            raise failure from error
        self._tell(replace(record, duration_s=self._clock() - began))
        _take(step, record, conversation)

    def _asked(self, step: ChatStep, record: StepRecord, conversation: Conversation) -> StepRecord:
        view = self._view(record.path, conversation)
        asked = [Message("system", _text(step.system, view))] if step.system is not None else []
        asked.append(Message("user", _text(step.prompt, view)))
        messages = (*conversation.messages, *asked)
        response = self._chat.chat(record.path, messages, step.params)
        return replace(record, messages=messages, response=response)

    def _acted(self, step: ActionStep, record: StepRecord, conversation: Conversation) -> StepRecord:
        value = step.act(self._view(record.path, conversation))
        if step.capture_key is None:
            return record
        try:
            canonical_json(value)
        except (TypeError, ValueError) as error:
            what = f"what is captured as `{step.capture_key}` is no plain data: {error}"
            hint = "return texts, numbers, lists and mappings"
            raise StageError(Fault("CF-S043", what, hint=hint)) from None
        return replace(record, value=value)

    def _view(self, path: str, conversation: Conversation) -> StepContext:
        return StepContext(path, self._material, conversation.messages, conversation.captured)

    def _tell(self, record: StepRecord) -> None:
        try:
            self._recorder.record(record)
        except Exception as error:
            what = f"the recorder failed: {type(error).__name__}: {error}"
            raise StageError(Fault("CF-S044", what, record.path)) from error


def _take(step: ChatStep | ActionStep, record: StepRecord, conversation: Conversation) -> None:
    """Let a step that went well be part of the conversation."""
    value = record.value
    if record.response is not None:
        value = record.response.text
        already = len(conversation.messages)
        conversation.say(*record.messages[already:], Message("assistant", value))
    if step.capture_key is not None:
        conversation.capture(step.capture_key, value)


def _text(text: Text, view: StepContext) -> str:
    if isinstance(text, str):
        return view.fill(text)
    made = text(view)
    if not isinstance(made, str):
        what = f"the function of a prompt returned {type(made).__name__}, not text"
        raise StageError(Fault("CF-S041", what))
    return made


def _located(error: Exception, path: str) -> CineForgeError:
    """Return the error with the step's path in front of its own place."""
    if not isinstance(error, CineForgeError):
        what = f"the step raised {type(error).__name__}: {error}"
        return StageError(Fault("CF-S041", what, path, "run again with --debug to see where"))
    faults = [
        fault if fault.where.startswith(path) else fault._replace(where=_place(path, fault))
        for fault in error.faults
    ]
    return type(error)(*faults, transient=error.transient)


def _place(path: str, fault: Fault) -> str:
    return f"{path} ({fault.where})" if fault.where else path
