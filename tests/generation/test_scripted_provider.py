"""The scripted provider behind the real door: words, receipts, and what happens when no answer fits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cine_forge.generation.action import Action
from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.inspection import inspect
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.payload_kinds.answers import AnswerSheet
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.profiles import read_profiles
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.routing import read_routes
from cine_forge.kernel.ground.errors import ProjectError, StageError
from cine_forge.kernel.ground.hashing import digest_of_file
from tests.generation.support import NOON, ORIGIN, ROOT

SHEET = {"by_step": {"ask": "Hello."}}


def text(**changes: Any) -> dict[str, Any]:
    plain = {"modality": "text_author", "entity": "thing:a", "step": "talk/ask", "seed": 7}
    said = [{"role": "user", "text": "Say hello."}]
    return {**plain, "messages": said, "answer_sheet": SHEET, "call": 1, **changes}


def desk(project: Path) -> Desk:
    """Open the door with the strategy and profiles that ship with us."""
    around = Surroundings(lambda: NOON, lambda run_id: project / "runs" / run_id / "receipts.jsonl")
    routes = read_routes(ROOT / "configs" / "providers.yaml")
    return open_desk(project, routes, read_profiles([ROOT / "configs" / "models"]), around)


def send(project: Path, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    door = desk(project)
    try:
        return door.ask({"act": "send", "payload": dict(payload)}, ORIGIN)
    finally:
        door.close()


def file_of(project: Path, sheet: Any) -> dict[str, str]:
    path = project / "answers.yaml"
    path.write_text(yaml.safe_dump(sheet))
    return {"entity": "talk", "role": "answers", "path": path.name, "sha256": digest_of_file(path)}


def test_an_answer_comes_back_with_its_words_receipt_and_no_cost(tmp_path: Path) -> None:
    sheet = {"by_step": {"ask": {"text": "Hello.", "input_tokens": 5, "output_tokens": 2}}}
    answer = send(tmp_path, text(answer_sheet=sheet))
    assert (answer["text"], answer["input_tokens"], answer["output_tokens"]) == ("Hello.", 5, 2)
    assert (answer["provider"], answer["model"], answer["cost_micro_usd"]) == ("scripted", "scripted-text", 0)
    receipt = json.loads((tmp_path / "receipts" / answer["receipt"] / "receipt.json").read_text())
    assert (receipt["state"], receipt["action"], receipt["prompt"]) == ("settled", "t2t", "Say hello.")
    assert receipt["output"]["media_type"] == "application/json"
    assert len((tmp_path / "runs" / "run-1" / "receipts.jsonl").read_text().splitlines()) == 1


def test_the_same_request_is_answered_from_its_receipt(tmp_path: Path) -> None:
    first, again = send(tmp_path, text()), send(tmp_path, text())
    assert again["receipt"] == first["receipt"]
    assert len((tmp_path / "runs" / "run-1" / "receipts.jsonl").read_text().splitlines()) == 1


def test_a_file_of_the_project_answers_and_a_changed_one_answers_anew(tmp_path: Path) -> None:
    first = send(tmp_path, text(answer_sheet=None, answers=file_of(tmp_path, SHEET)))
    changed = file_of(tmp_path, {"by_step": {"talk/ask": "Good day."}})
    second = send(tmp_path, text(answer_sheet=None, answers=changed))
    assert (first["text"], second["text"]) == ("Hello.", "Good day.")


def test_a_file_that_changed_after_the_request_was_made_is_refused(tmp_path: Path) -> None:
    asked = text(answer_sheet=None, answers=file_of(tmp_path, SHEET))
    file_of(tmp_path, {"by_step": {"ask": "Other."}})
    with pytest.raises(StageError, match=r"CF-G020.*answers.yaml.*has other bytes"):
        send(tmp_path, asked)


@pytest.mark.parametrize(
    ("sheet", "step", "call", "said"),
    [
        ({"by_step": {"ask": "short", "talk/ask": "long"}}, "talk/ask", 1, "long"),
        ({"by_step": {"ask": "mine"}, "in_order": ["first"]}, "talk/ask", 1, "mine"),
        ({"in_order": ["first", "second"]}, "talk/ask", 2, "second"),
        ({"by_step": {"ask": {"json": {"a": [1]}}}}, "talk/ask", 1, '{\n  "a": [\n    1\n  ]\n}'),
        ({"by_step": {"ask": {"json": None}}}, "talk/ask", 1, "null"),
    ],
)
def test_the_answer_of_a_step_is_found_by_path_and_else_in_order(
    sheet: Any, step: str, call: int, said: str
) -> None:
    found = AnswerSheet.model_validate(sheet).find(step, call, where="x.yaml")
    assert found.said() == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"step": "talk/asks"}, "CF-G046 answers of the recipe: there is no answer to `talk/asks` (call 1)"),
        ({"step": "talk/sk"}, "did you mean `ask`?; it answers `ask` and 0 in order"),
        ({"answer_sheet": None}, "CF-G046 talk/ask: no answers came with the request"),
        ({"answer_sheet": {"by_step": {"ask": {"fail": "too busy"}}}}, "too busy"),
    ],
)
def test_an_answer_that_does_not_come_says_why(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    result = send(tmp_path, text(**changes))["result"]
    assert not result["success"] and said in result["error"]


def test_a_file_that_is_no_sheet_is_refused_with_its_line(tmp_path: Path) -> None:
    reference = file_of(tmp_path, {"by_step": {"ask": {"txt": "Hello."}}})
    result = send(tmp_path, text(answer_sheet=None, answers=reference))["result"]
    assert not result["success"] and "CF-G046" in result["error"] and "answers.yaml:3:" in result["error"]


@pytest.mark.parametrize("wrong", [{"text": "a", "fail": "b"}, {}, {"text": "a", "tokens": 1}])
def test_an_answer_says_exactly_one_thing(wrong: dict[str, Any]) -> None:
    with pytest.raises(StageError, match="CF-G004"):
        read_payload(text(answer_sheet={"in_order": [wrong]}))


def test_pictures_are_not_scripted_and_words_are_not_drawn(tmp_path: Path) -> None:
    routes = read_routes(ROOT / "configs" / "providers.yaml", "local")
    around = Surroundings(lambda: NOON, lambda run_id: tmp_path / "receipts.jsonl")
    door = open_desk(tmp_path, routes, read_profiles([ROOT / "configs" / "models"]), around)
    with pytest.raises(ProjectError, match=r"CF-G041.*`local` has no model for `text_author`"):
        door.ask({"act": "send", "payload": text()}, ORIGIN)
    door.close()


def test_a_request_with_answers_of_its_own_goes_to_no_model_that_would_make_up_others() -> None:
    model = read_profiles([ROOT / "configs" / "models"])["scripted-text"]
    other = model.model_copy(update={"model": "writer", "actions": {Action.T2T: {}}})
    able = read_capabilities("scripted")
    for changes in ({}, {"answer_sheet": None}):
        faults = inspect(Order(read_payload(text(**changes))), other, able, ROOT)
        assert [fault.code for fault in faults] == ([] if changes else ["CF-G024"])
