"""The author: asks for data that fits a schema, once, and once more with the faults when it does not.

    ask(question, chat, module)
      nobody to be asked      the deterministic answer, if there is one
      asked, and it fits      the answer
      it does not fit         one further turn with the faults, an attempt with a receipt of its own
      anything else           the deterministic answer with a warning, or the fault when there is none

A cap that is reached is no failure of the model's: it passes through, and the run pauses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cine_forge.kernel.artifacts.schemas.json_shape import check_shape, misfits
from cine_forge.kernel.ground.errors import Fault, ResumableError, StageError
from cine_forge.kernel.stages.question import Authored, Question
from cine_forge.kernel.stages.steps.answer import Unfit, read_answer
from cine_forge.kernel.stages.steps.chat import HALTED, NO_ANSWER, NOBODY, Asking, ChatParams
from cine_forge.kernel.stages.steps.conversation import Message
from cine_forge.kernel.stages.steps.recorder import StepRecord
from cine_forge.kernel.stages.steps.transcript import cost_of, steps_of

_MOST_REPEATED = 20_000
"""How much of an answer that does not fit is said back, in signs."""


def ask(question: Question, chat: Asking, module: str) -> Authored:
    """Return what was answered. `module` is the id that stands before the step's name in its path.

    Raises StageError CF-S046 when the second answer does not fit either, that or ResumableError CF-S040
    when there is none, unless the question has a deterministic answer; BudgetError CF-G010 at the cap;
    ArtifactError CF-A032 or StageError CF-S047 for a question that is wrong in itself.
    """
    _check(question, f"{module}/{question.step}")
    turns = _Turns(question, chat, f"{module}/{question.step}")
    if question.otherwise is None:
        return turns.answer()
    obstacle = chat.obstacle(turns.path, turns.messages, turns.params)
    if obstacle is not None:
        known = obstacle.why in (NOBODY, HALTED)
        warning = None if known else _instead(turns.path, obstacle.text)
        return Authored(question.otherwise, "code", warning=warning)
    try:
        return turns.answer()
    except (StageError, ResumableError) as error:
        if isinstance(error, ResumableError) and error.faults[0].code != NO_ANSWER:
            raise  # the run itself waits, or may not do without
        said = "; ".join(_sentence(fault) for fault in error.faults)
        return turns.told(question.otherwise, "code", _instead(turns.path, said))


@dataclass
class _Turns:
    """The turns of one question."""

    question: Question
    chat: Asking
    path: str
    records: list[StepRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        question = self.question
        system = [Message("system", question.system)] if question.system is not None else []
        self.messages = (*system, Message("user", question.prompt))
        self.params = ChatParams(question.temperature, question.max_tokens, question.schema)

    def answer(self) -> Authored:
        """Ask, and ask once more when the answer does not fit."""
        text = self._ask(self.path, self.messages)
        try:
            return self.told(read_answer(text, self.question.schema), "ai")
        except Unfit as unfit:
            turn = (Message("assistant", text[:_MOST_REPEATED]), Message("user", _repair(unfit)))
        text = self._ask(f"{self.path}/repair", (*self.messages, *turn))
        try:
            return self.told(read_answer(text, self.question.schema), "ai")
        except Unfit as unfit:
            hint = "the receipts show both answers; say more clearly what is wanted, or ask another model"
            faults = [Fault("CF-S046", f"the answer does not fit: {line}", self.path, hint)
                      for line in unfit.lines()]  # fmt: skip
            raise StageError(*faults) from None

    def told(self, data: Any, source: Any, warning: str | None = None) -> Authored:
        """Return the data with all that was said on the way."""
        return Authored(data, source, steps_of(self.records), cost_of(self.records), warning)

    def _ask(self, path: str, messages: tuple[Message, ...]) -> str:
        response = self.chat.chat(path, messages, self.params)
        self.records.append(StepRecord(path, "chat", messages, response))
        return response.text


def _check(question: Question, path: str) -> None:
    check_shape(dict(question.schema), path)
    if question.otherwise is None:
        return
    wrong = next(misfits(dict(question.schema), question.otherwise), None)
    if wrong is not None:
        what = f"the deterministic answer does not fit its own schema: {wrong.pointer or '/'}: {wrong.what}"
        raise StageError(Fault("CF-S047", what, path, "mend the module"))


def _repair(unfit: Unfit) -> str:
    faults = "\n".join(f"- {line}" for line in unfit.lines())
    return f"That answer cannot be used:\n{faults}\nAnswer again with the whole JSON value and nothing else."


def _sentence(fault: Fault) -> str:
    return f"{fault.code} {fault.what}" + (f" ({fault.hint})" if fault.hint else "")


def _instead(path: str, why: str) -> str:
    return f"`{path}` was answered without a language model: {why}"
