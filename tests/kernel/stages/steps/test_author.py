"""The author: one question, one repair, and the deterministic answer where there is no other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from cine_forge.kernel.ground.errors import ArtifactError, BudgetError, Fault, ResumableError, StageError
from cine_forge.kernel.stages.question import Question
from cine_forge.kernel.stages.steps.author import ask
from cine_forge.kernel.stages.steps.chat import ChatParams, Obstacle, Response
from cine_forge.kernel.stages.steps.conversation import Message
from cine_forge.kernel.stages.steps.transcript import transcript_of_answers

SCHEMA = {
    "type": "object",
    "properties": {"mood": {"type": "string"}},
    "required": ["mood"],
    "additionalProperties": False,
}
ASKED = Question("mood", "What mood?", SCHEMA, system="Be brief.")
WITH_OTHERWISE = ASKED._replace(otherwise={"mood": "plain"})
GOOD = json.dumps({"mood": "calm"})


@dataclass
class Voice:
    """Says what it was given, in order; an error is raised."""

    script: list[str | Exception]
    stands: Obstacle | None = None
    heard: list[tuple[str, tuple[Message, ...], ChatParams]] = field(default_factory=list)

    def chat(self, path: str, messages: tuple[Message, ...], params: ChatParams) -> Response:
        self.heard.append((path, messages, params))
        line = self.script.pop(0)
        if isinstance(line, Exception):
            raise line
        return Response(line, "m", "p", 10, 5, 70, f"rc-{len(self.heard)}")

    def obstacle(self, path: str, messages: tuple[Message, ...], params: ChatParams) -> Obstacle | None:
        return self.stands


def no_answer() -> StageError:
    return StageError(Fault("CF-S040", "`p` gave no answer: declined"))


BUSY = ResumableError(Fault("CF-S040", "`p` gave no answer: it is busy"))


def test_an_answer_that_fits_is_returned_with_its_receipt_and_its_words() -> None:
    voice = Voice([GOOD])
    answer = ask(ASKED, voice, "mod")
    assert (answer.data, answer.source, answer.warning) == ({"mood": "calm"}, "ai", None)
    assert answer.cost is not None and (answer.cost.micro_usd, answer.cost.receipts) == (70, ("rc-1",))
    (step,) = answer.steps
    assert step["path"] == "mod/mood" and step["response"] == GOOD and step["messages"][0]["role"] == "system"
    assert voice.heard[0][2] == ChatParams(None, 4000, SCHEMA)


def test_the_transcript_of_answers_holds_every_step_that_was_asked_and_no_tree() -> None:
    answers = [ask(ASKED, Voice([GOOD]), "mod"), ask(ASKED, Voice(["no", GOOD]), "mod")]
    told = transcript_of_answers(answers)
    assert [step["path"] for step in told["steps"]] == ["mod/mood", "mod/mood", "mod/mood/repair"]
    assert told["compiled"] == {}


@pytest.mark.row("D16")
def test_an_answer_that_does_not_fit_is_asked_for_once_more_with_its_faults() -> None:
    voice = Voice(['{"mood": 3, "path": "/x"}', GOOD])
    answer = ask(ASKED, voice, "mod")
    assert answer.data == {"mood": "calm"} and answer.cost and answer.cost.micro_usd == 140
    path, messages, _ = voice.heard[1]
    assert path == "mod/mood/repair" and [one.role for one in messages[2:]] == ["assistant", "user"]
    assert "- /mood: expected string, found number\n- /path: the field `path` is unknown" in messages[3].text


def test_a_second_answer_that_does_not_fit_is_a_fault_that_shows_where() -> None:
    with pytest.raises(StageError) as caught:
        ask(ASKED, Voice(["no", '{"mood": null}']), "mod")
    (fault,) = caught.value.faults
    assert (fault.code, fault.where) == ("CF-S046", "mod/mood")
    assert fault.what == "the answer does not fit: /mood: expected string, found null"


@pytest.mark.row("D16")
@pytest.mark.parametrize("script", [[no_answer()], [BUSY], ["no", "still no"], ["no", no_answer()]])
def test_every_failure_of_a_model_ends_with_the_deterministic_answer_and_is_said(
    script: list[str | Exception],
) -> None:
    answer = ask(WITH_OTHERWISE, Voice(script), "mod")
    assert (answer.data, answer.source) == ({"mood": "plain"}, "code")
    assert answer.warning is not None and answer.warning.startswith("`mod/mood` was answered without")
    paid = 70 * sum(isinstance(one, str) for one in [*script, *answer.steps])
    assert paid == 0 or answer.cost is not None


def test_where_nobody_is_configured_nobody_is_asked_and_nothing_is_wrong() -> None:
    voice = Voice([], Obstacle("nobody", "no language model is configured"))
    answer = ask(WITH_OTHERWISE, voice, "mod")
    assert (answer.data, answer.source, answer.warning, answer.steps) == ({"mood": "plain"}, "code", None, ())
    assert voice.heard == []


def test_where_somebody_is_configured_and_cannot_be_asked_it_is_said() -> None:
    answer = ask(WITH_OTHERWISE, Voice([], Obstacle("no_key", "there is no key")), "mod")
    assert answer.warning == "`mod/mood` was answered without a language model: there is no key"


def test_a_failure_without_a_deterministic_answer_is_raised() -> None:
    with pytest.raises(StageError, match="CF-S040"):
        ask(ASKED, Voice([no_answer()]), "mod")


@pytest.mark.row("D16")
@pytest.mark.parametrize("question", [ASKED, WITH_OTHERWISE])
def test_a_run_that_waits_or_may_not_do_without_is_no_failure_of_the_model(question: Question) -> None:
    for code in ("CF-G075", "CF-G077", "CF-G079"):
        with pytest.raises(ResumableError, match=code):
            ask(question, Voice([ResumableError(Fault(code, "later"))]), "mod")
    with pytest.raises(ResumableError, match="CF-S040"):
        ask(ASKED, Voice([BUSY]), "mod")


@pytest.mark.row("D33")
def test_a_cap_is_never_taken_for_a_failure_of_the_model() -> None:
    cap = BudgetError(Fault("CF-G010", "the cap"))
    with pytest.raises(BudgetError):
        ask(WITH_OTHERWISE, Voice([cap]), "mod")


@pytest.mark.parametrize(
    "schema", [{"type": "objekt"}, {"$ref": "http://evil.example/schema"}, {"anyOf": []}]
)
def test_a_schema_that_is_not_understood_is_refused_before_anybody_is_asked(schema: dict[str, Any]) -> None:
    voice = Voice([GOOD])
    with pytest.raises(ArtifactError, match="CF-A032"):
        ask(ASKED._replace(schema=schema), voice, "mod")
    assert voice.heard == []


def test_a_deterministic_answer_must_fit_as_well() -> None:
    with pytest.raises(StageError, match="CF-S047"):
        ask(ASKED._replace(otherwise={}), Voice([GOOD]), "mod")


def test_a_huge_answer_is_not_said_back_whole() -> None:
    voice = Voice(["x" * 10_000_000, GOOD])
    ask(ASKED, voice, "mod")
    assert len(voice.heard[1][1][2].text) == 20_000


@pytest.mark.row("D16")
def test_that_too_much_failed_is_said_once_by_the_run_and_not_by_every_question() -> None:
    voice = Voice([], Obstacle("halted", "`p` failed 3 times in a row"))
    answer = ask(WITH_OTHERWISE, voice, "mod")
    assert (answer.source, answer.warning, voice.heard) == ("code", None, [])
