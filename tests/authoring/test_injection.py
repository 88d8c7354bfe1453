"""A script that gives orders, and a model that obeys it: nothing changes outside the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cine_forge.film.breakdown.category import Category
from cine_forge.film.schemas.addition import AddedAlias, AddedMention, BreakdownAdditions
from cine_forge.kernel.running.report import Report
from cine_forge.kernel.stages.discovery import Module
from tests.authoring.hostile import CORPUS, Hostile
from tests.authoring.unit import LINE, Unit, author_module
from tests.generation.chat_house import ChatHouse
from tests.wire.chat_server import ChatServer, Say, completion

CAP = 200_000
ENTITIES = {"character:ann", "character:ben"}


@pytest.fixture(scope="module")
def module() -> Module:
    return author_module()


@pytest.fixture
def trap() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server


def obeying(hostile: Hostile, places: dict[str, str]) -> Say:
    """Return what a model says that does what the line says."""
    if hostile.message is not None:
        told = {
            name: json.loads(filled(json.dumps(value), places)) for name, value in hostile.message.items()
        }
        return completion(None, finish="tool_calls" if "tool_calls" in told else "stop", **told)
    text = hostile.answer if isinstance(hostile.answer, str) else json.dumps(hostile.answer)
    return completion(filled(text, places))


def filled(text: str, places: dict[str, str]) -> str:
    return re.sub(r"\$\{(trap|project)\}", lambda found: places[found[1]], text)


def additions(report: Report) -> BreakdownAdditions:
    assert report.result is not None, report.error
    by_output = {draft.output: draft for draft in report.result.outputs}
    assert set(by_output) == {"additions", "transcript"}
    return BreakdownAdditions.model_validate(by_output["additions"].data)


@pytest.mark.row("H7")
@pytest.mark.parametrize("hostile", CORPUS, ids=lambda one: one.name)
def test_an_order_in_a_script_changes_nothing_outside_the_schema(
    hostile: Hostile, module: Module, trap: ChatServer, tmp_path: Path
) -> None:
    project = tmp_path / "outer" / "project"
    project.mkdir(parents=True)
    places = {"trap": trap.base_url, "project": str(project)}
    line = filled(hostile.line, places)
    with ChatServer(obeying(hostile, places)) as server:
        house = ChatHouse(project, server.base_url)
        house.budget = CAP
        report = Unit(house, module).perform(line)
        found = additions(report)
        spent, reserved = house.spent()
    _holds_to_the_text(found, line)
    assert trap.asked == [] and [head[":path"] for head in server.heads] == ["/v1/chat/completions"] * len(
        server.asked
    )
    assert 1 <= len(server.asked) <= 2 and spent + reserved <= CAP
    assert {path.name for path in tmp_path.rglob("*") if project not in (path, *path.parents)} == {"outer"}
    assert {path.name for path in project.iterdir()} <= {"receipts", "runs", "ledger.sqlite"}
    _is_only_material(server.asked, hostile.line)
    assert all(warning.isprintable() and len(warning) < 6000 for warning in report.result.warnings)  # type: ignore[union-attr]  # checked above


def _holds_to_the_text(found: BreakdownAdditions, line: str) -> None:
    visible = "".join(sign for sign in line if sign.isprintable())
    kept: list[AddedMention | AddedAlias] = [*found.mentions, *found.aliases]
    for one in kept:
        assert one.at == LINE and one.name in visible and one.name.isprintable()
        assert one.entity in ENTITIES or one.entity.partition(":")[0] in {*Category}
        assert not re.search(r"[/\\\s]", one.entity) and ".." not in one.entity


def _is_only_material(asked: list[dict[str, Any]], line: str) -> None:
    """The script's words stand in one line of JSON of the second message, and nowhere else."""
    for request in asked:
        system, user, *_ = request["messages"]
        assert system["role"] == "system" and line not in system["content"]
        heading, told = user["content"].split("\n", 1)
        assert heading == "The scene, as one line of JSON:" and len(told.splitlines()) == 1
        assert json.loads(told)["lines"][1]["line"] == LINE


def test_the_corpus_is_large_and_every_case_has_its_own_name() -> None:
    assert len({one.name for one in CORPUS}) == len(CORPUS) >= 40


@pytest.mark.row("D6")
def test_an_honest_answer_gets_through_the_same_gate(module: Module, tmp_path: Path) -> None:
    answer = {
        "mentions": [{"line": 2, "words": "oil lamp", "category": "prop", "entity": None}],
        "aliases": [{"line": 2, "words": "the old man", "entity": "character:ben"}],
    }
    with ChatServer(completion(answer)) as server:
        house = ChatHouse(tmp_path, server.base_url)
        unit = Unit(house, module)
        report = unit.perform("The old man lifts an OIL LAMP.")
        house.new_process()
    found = additions(report)
    assert [one.name for one in found.mentions] == ["OIL LAMP"] and found.author == "ai"
    assert [one.name for one in found.aliases] == ["The old man"] and found.dropped == 0
    assert report.result is not None and report.result.cost_micro_usd == 4000
    assert unit.logged[0]["values"]["source"] == "ai"
