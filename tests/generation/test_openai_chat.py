"""The chat adapter through the one door, against a real server on loopback with scripted faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.routing import read_routes
from cine_forge.kernel.ground.errors import BudgetError, ProjectError, ResumableError, StageError
from tests.generation.chat_house import ANSWER_COST, KEY, SCHEMA, VARIABLE, ChatHouse, chat_profile, text
from tests.wire.chat_server import ChatServer, Say, completion, fault

MOOD = {"mood": "calm"}


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(completion(MOOD)) as running:
        yield running


@pytest.fixture
def house(server: ChatServer, tmp_path: Path) -> Iterator[ChatHouse]:
    house = ChatHouse(tmp_path, server.base_url)
    yield house
    house.new_process()


@pytest.mark.row("H2")
def test_a_text_is_asked_once_paid_by_its_tokens_and_answered_from_its_receipt_ever_after(
    house: ChatHouse, server: ChatServer
) -> None:
    first = house.ask()
    house.new_process()
    house.environment = {}
    second = house.ask()
    assert json.loads(first["text"]) == MOOD and first["cost_micro_usd"] == ANSWER_COST
    assert {**first, "result": None} == {**second, "result": None}
    assert len(server.asked) == 1 and house.spent() == (ANSWER_COST, 0)
    assert house.receipt()["state"] == "settled"


def test_the_request_is_what_such_a_server_expects(house: ChatHouse, server: ChatServer) -> None:
    house.ask(text(temperature=0.5))
    (asked,), (head,) = server.asked, server.heads
    shape = {"name": "unit_mood", "schema": SCHEMA, "strict": True}
    assert asked == {
        "model": "vendor/fake-chat-1",
        "messages": [{"role": "user", "content": "What mood?"}],
        "temperature": 0.5,
        "max_tokens": 300,
        "response_format": {"type": "json_schema", "json_schema": shape},
    }
    assert head[":path"] == "/v1/chat/completions" and head["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(("form", "sent"), [("json_object", {"type": "json_object"}), ("text", None)])
def test_a_server_that_knows_no_schemas_is_told_the_schema_in_words(
    tmp_path: Path, server: ChatServer, form: str, sent: Any
) -> None:
    house = ChatHouse(tmp_path, server.base_url, answer_format=form, length_key="max_completion_tokens")
    house.ask()
    (asked,) = server.asked
    assert asked.get("response_format") == sent and asked["max_completion_tokens"] == 300
    assert json.dumps(SCHEMA) in asked["messages"][0]["content"] and asked["messages"][0]["role"] == "system"


def test_a_schema_with_a_field_that_may_be_absent_is_not_called_strict(
    house: ChatHouse, server: ChatServer
) -> None:
    house.ask(text(answer_schema={**SCHEMA, "required": []}))
    assert server.asked[0]["response_format"]["json_schema"]["strict"] is False


def test_a_server_on_this_machine_needs_no_key(tmp_path: Path, server: ChatServer) -> None:
    house = ChatHouse(tmp_path, server.base_url, key_variable=None)
    assert house.ask()["result"]["success"] and "authorization" not in server.heads[0]


HTML = Say(body=b"<html>log in</html>", billed=True)
FAILED: dict[str, tuple[Say, str, int | None]] = {
    "refusal": (completion(None, refusal="I will not"), "declined", ANSWER_COST),
    "filter": (completion("par", finish="content_filter"), "filtered", ANSWER_COST),
    "length": (completion('{"mo', finish="length"), "cut", ANSWER_COST),
    "unknown finish": (completion(MOOD, finish="weird"), "unfinished", ANSWER_COST),
    "no finish": (completion(MOOD, finish=None), "unfinished", ANSWER_COST),
    "finish of another kind": (completion(MOOD, finish=["stop"]), "unfinished", ANSWER_COST),
    "tool": (completion(None, finish="tool_calls", tool_calls=[{"id": "1"}]), "unfinished", ANSWER_COST),
    "no content": (completion(None), "empty", ANSWER_COST),
    "empty content": (completion(""), "empty", ANSWER_COST),
    "content in parts": (
        Say(body=completion("x").body.replace(b'"x"', b'[{"type": "text"}]')),
        "unreadable",
        ANSWER_COST,
    ),
    "no choices": (Say(body=b'{"choices": [], "usage": null}'), "empty", None),
    "choices of another kind": (Say(body=b'{"choices": [3]}'), "empty", None),
    "no message": (Say(body=b'{"choices": [{}]}'), "empty", None),
    "html": (HTML, "unreadable", None),
    "a list": (Say(body=b"[]"), "unreadable", None),
    "no text": (Say(body=b"\xff\xfe\x00"), "unreadable", None),
    "nested": (Say(body=b"[" * 100_000), "unreadable", None),
    "a number without end": (Say(body=b'{"choices": ' + b"9" * 5000 + b"}"), "unreadable", None),
    "too large": (Say(body=b"x" * (4 * 1024 * 1024 + 1)), "unreadable", None),
    "200 with an error": (Say(body=b'{"error": {"message": "upstream"}}'), "faulty", 0),
    "200 with a sentence": (Say(body=b'{"error": "upstream"}'), "faulty", 0),
}


@pytest.mark.row("H8")
@pytest.mark.parametrize("name", FAILED)
def test_an_answer_that_is_none_is_a_failure_of_its_own_kind_with_its_cost(
    house: ChatHouse, server: ChatServer, name: str
) -> None:
    say, trouble, cost = FAILED[name]
    server.script = [say]
    answer, receipt = house.ask(), house.receipt()
    expected = receipt["est_cost_micro_usd"] if cost is None else cost
    assert not answer["result"]["success"] and answer["trouble"] == trouble
    assert (receipt["state"], receipt["trouble"], receipt["cost_micro_usd"]) == ("failed", trouble, expected)
    assert len(server.asked) == 1 and house.spent() == (expected, 0)


REFUSED: dict[str, tuple[Say, str]] = {
    "no key": (fault(401, f"Incorrect API key provided: {KEY}"), "setting"),
    "no money": (fault(402), "setting"),
    "forbidden": (fault(403), "setting"),
    "no model": (fault(404), "setting"),
    "quota": (Say(429, b'{"error": {"message": "m", "code": "insufficient_quota"}}'), "setting"),
    "redirect": (Say(307, headers={"Location": "http://127.0.0.1:1/"}), "setting"),
    "bad request": (fault(400), "rejected"),
    "too long": (fault(413), "rejected"),
    "words refused": (fault(422), "rejected"),
    "filtered before": (Say(400, b'{"error": {"code": "content_filter"}}'), "filtered"),
    "long wait": (fault(429, headers={"Retry-After": "86400"}), "throttled"),
    "busy": (fault(503, headers={"Retry-After": "600"}), "throttled"),
}


@pytest.mark.row("H8")
@pytest.mark.parametrize("name", REFUSED)
def test_what_took_nothing_costs_nothing_and_may_be_asked_again(
    house: ChatHouse, server: ChatServer, name: str
) -> None:
    server.script = [REFUSED[name][0], completion(MOOD)]
    answer, receipt = house.ask(), house.receipt()
    assert (receipt["state"], receipt["trouble"]) == ("refused", REFUSED[name][1])
    assert not answer["result"]["success"] and len(server.asked) == 1 and house.pauses == []
    house.now += 86_400  # whoever asked to be left alone is
    assert house.ask()["result"]["success"] and house.receipt()["round"] == 2
    assert house.spent() == (ANSWER_COST, 0)


UNSURE: dict[str, Say] = {
    "500": fault(500),
    "502": fault(502),
    "504": fault(504),
    "408": fault(408),
    "409": fault(409),
    "cut": Say(body=b"x" * 1000, cut=10, billed=True),
    "silent": Say(silent=True, billed=True),
}


@pytest.mark.row("H2")
@pytest.mark.parametrize("name", UNSURE)
def test_what_may_have_reached_a_model_is_held_and_never_sent_again(
    house: ChatHouse, server: ChatServer, name: str
) -> None:
    server.script = [UNSURE[name], completion(MOOD)]
    for _ in range(3):
        with pytest.raises(StageError, match="CF-G030"):
            house.ask()
        house.new_process()
    receipt = house.receipt()
    assert (receipt["state"], receipt["trouble"]) == ("submit_unknown", "lost") and len(server.asked) == 1
    assert house.spent() == (0, receipt["est_cost_micro_usd"])


def test_a_call_ends_with_its_deadline(server: ChatServer, tmp_path: Path) -> None:
    server.script = [Say(body=b" " * 100_000, drip=True)]
    house = ChatHouse(tmp_path, server.base_url, deadline_s=0.2)
    with pytest.raises(StageError, match="CF-G030"):
        house.ask()
    assert "0.2 s" in house.receipt()["error"]


@pytest.mark.parametrize(
    ("headers", "waited"),
    [({"Retry-After": "5"}, 5.0), ({"retry-after-ms": "1500"}, 1.5), ({}, 1.0), ({"Retry-After": "no"}, 1.0),
     ({"Retry-After": "Thu, 01 Jan 2026 12:00:07 GMT"}, 7.0), ({"x-ratelimit-reset-tokens": "6s"}, 6.0),
     ({"Retry-After": "0"}, 1.0)],
)  # fmt: skip
def test_a_busy_server_is_waited_for_and_the_run_is_told(
    house: ChatHouse, server: ChatServer, headers: dict[str, str], waited: float
) -> None:
    server.script = [fault(429, headers=headers), completion(MOOD)]
    assert house.ask()["result"]["success"]
    assert house.pauses == [waited] and f"asked again in {waited:g} s" in house.warnings()[0]
    lines = (house.project / "runs/run-1/receipts.jsonl").read_text().splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["refused", "settled"]


def test_patience_ends_after_three_tries(house: ChatHouse, server: ChatServer) -> None:
    server.script = [fault(429)]
    assert house.ask()["trouble"] == "throttled"
    assert house.pauses == [1.0, 2.0] and len(server.asked) == 3 and house.spent() == (0, 0)


@pytest.mark.row("D16")
def test_after_three_failed_orders_the_provider_is_left_alone_until_it_had_time(
    house: ChatHouse, server: ChatServer
) -> None:
    server.script = [fault(401)]
    troubles = [house.ask(text(f"mood {number}?"))["trouble"] for number in range(5)]
    assert troubles == ["setting"] * 3 + ["halted"] * 2 and len(server.asked) == 3
    (warning,) = house.warnings()
    assert "3 times in a row" in warning and "HTTP 401" in warning
    assert house.ask(text("mood 9?"), act="quote")["obstacle"]["why"] == "halted"
    house.now, server.script = 61.0, [completion(MOOD)]
    assert house.ask(text("mood 1?"))["result"]["success"]
    assert house.ask(text("mood 2?"))["result"]["success"]


@pytest.mark.row("D16")
def test_a_strict_run_halts_before_it_spends_on_what_no_model_answered(
    house: ChatHouse, server: ChatServer
) -> None:
    house.needs_author, server.script = True, [fault(401)]
    for number in range(5):
        with pytest.raises(ResumableError, match=r"CF-G077 unit/a: no language model answered"):
            house.ask(text(f"mood {number}?"))
    with pytest.raises(ResumableError, match=r"CF-G077.*left alone"):
        house.ask(text("mood 9?"), act="quote")
    assert len(server.asked) == 3 and house.spent() == (0, 0)
    house.new_process()
    server.script = [completion(None, refusal="no")]
    assert house.ask(text("mood 0?"))["trouble"] == "declined", "that is about the question"


def test_what_a_model_will_not_say_never_halts_its_provider(house: ChatHouse, server: ChatServer) -> None:
    server.script = [completion(None, refusal="no")]
    troubles = {house.ask(text(f"mood {number}?"))["trouble"] for number in range(6)}
    assert troubles == {"declined"} and len(server.asked) == 6 and house.warnings() == []


@pytest.mark.row("H2")
def test_a_failed_answer_stands_for_its_run_and_not_for_ever(house: ChatHouse, server: ChatServer) -> None:
    server.script = [completion(None, refusal="no"), completion(MOOD)]
    assert [house.ask()["trouble"] for _ in range(3)] == ["declined"] * 3 and len(server.asked) == 1
    house.run_id = "run-2"
    assert house.ask()["result"]["success"] and house.ask()["result"]["success"]
    assert len(server.asked) == 2 and sorted(one["attempt"] for one in house.receipts()) == [1, 2]
    assert house.spent() == (2 * ANSWER_COST, 0)


@pytest.mark.row("D33")
def test_the_cap_holds_for_texts_before_anything_is_sent(house: ChatHouse, server: ChatServer) -> None:
    estimate = house.ask(act="quote")["est_cost_micro_usd"]
    house.new_process()
    house.budget = estimate - 1
    with pytest.raises(BudgetError, match="CF-G010"):
        house.ask()
    assert server.asked == [] and house.spent() == (0, 0)


def test_what_is_reserved_is_never_less_than_what_is_charged(house: ChatHouse, server: ChatServer) -> None:
    prompt = "словами 🎬 " * 100
    used = {"prompt_tokens": len(prompt.encode()), "completion_tokens": 300}
    server.script = [completion(MOOD, usage=used)]
    house.ask(text(prompt))
    assert house.receipt()["cost_micro_usd"] <= house.receipt()["est_cost_micro_usd"]


@pytest.mark.parametrize(
    "usage",
    [
        None,
        "none",
        {},
        *({"prompt_tokens": count, "completion_tokens": 1} for count in (-1, 10**30, True, 1.5)),
    ],
)
def test_a_count_that_cannot_be_believed_costs_what_was_reserved(
    house: ChatHouse, server: ChatServer, usage: Any
) -> None:
    server.script = [completion(MOOD, usage=usage)]
    house.ask()
    receipt = house.receipt()
    assert receipt["cost_micro_usd"] == receipt["est_cost_micro_usd"] > 0


class Died(BaseException):
    """The process ended here."""


@pytest.mark.row("H2")
@pytest.mark.parametrize("moment", ["dispatch_submitted", "dispatch_terminal"])
def test_a_process_that_dies_over_an_answer_loses_nothing_and_pays_nothing_twice(
    house: ChatHouse, server: ChatServer, moment: str
) -> None:
    def die(name: str) -> None:
        if name == moment:
            raise Died

    house.on_event = die
    with pytest.raises(Died):
        house.ask()
    house.new_process()
    house.on_event = lambda name: None
    assert json.loads(house.ask()["text"]) == MOOD
    assert len(server.asked) == 1 and house.spent() == (ANSWER_COST, 0)


def test_a_process_that_dies_before_it_wrote_that_it_got_the_answer_finds_it(
    house: ChatHouse, server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance = house.desk()._dispatch.ledger.advance

    def die(receipt: Any, to: Any, *rest: Any, **facts: Any) -> Any:
        if to == "submitted":
            raise Died
        return advance(receipt, to, *rest, **facts)

    monkeypatch.setattr(house.desk()._dispatch.ledger, "advance", die)
    with pytest.raises(Died):
        house.ask()
    house.new_process()
    assert house.ask()["result"]["success"]
    assert len(server.asked) == 1 and house.spent() == (ANSWER_COST, 0)


def test_half_a_sign_in_an_answer_is_replaced_and_breaks_nothing(
    house: ChatHouse, server: ChatServer
) -> None:
    server.script = [completion('{"mood": "\ud800"}')]
    assert json.loads(house.ask()["text"]) == {"mood": "�"}


@pytest.mark.row("H10")
def test_no_key_is_written_anywhere(house: ChatHouse, server: ChatServer) -> None:
    bodies = [
        fault(401, f"bad {KEY}"),
        Say(500, KEY.encode()),
        completion({"mood": KEY}),
        fault(400, KEY * 9),
    ]
    server.script = [*bodies, completion(None, refusal=f"no, {KEY}"), completion(MOOD, finish=KEY)]
    for number in range(6):
        try:
            house.ask(text(f"mood {number}?"))
        except StageError as error:
            house.told.append(("raised", {"text": str(error)}))
    house.new_process()
    written = b"".join(path.read_bytes() for path in house.project.rglob("*") if path.is_file())
    assert len(server.asked) == 6 and len(written) > 10_000
    assert KEY.encode() not in written and KEY not in json.dumps(house.told)


def test_a_key_stands_in_no_repr_and_a_strange_one_is_not_sent(house: ChatHouse, server: ChatServer) -> None:
    assert KEY not in repr(house.desk()._dispatch._at) + repr(house.desk()._dispatch._settings)
    house.new_process()
    house.environment = {VARIABLE: f"{KEY}\r\nX-Evil: 1"}
    answer = house.ask()
    assert answer["trouble"] == "setting" and server.asked == [] and KEY not in answer["result"]["error"]


def test_a_missing_key_is_an_obstacle_that_names_the_variable(house: ChatHouse, server: ChatServer) -> None:
    house.environment = {}
    assert house.ask(act="quote")["obstacle"] == {
        "why": "no_key",
        "text": f"`openai_chat` needs a key, and the environment has no `{VARIABLE}`",
    }
    assert house.ask()["trouble"] == "setting" and server.asked == []


@pytest.mark.row("H10")
def test_only_hosts_that_are_allowed_are_asked(tmp_path: Path) -> None:
    house = ChatHouse(tmp_path, "https://evil.example/v1")
    answer = house.ask()
    assert answer["trouble"] == "setting" and "`CINE_FORGE_HOSTS=evil.example`" in answer["result"]["error"]
    house.new_process()
    house.environment |= {"CINE_FORGE_HOSTS": "other.example, evil.example"}
    house.endpoint["base_url"] = "https://evil.example/v1"
    answer = house.ask(text("again?"), act="quote")
    assert answer["obstacle"] is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("base_url: http://api.example.org/v1", "not this machine"),
        ("base_url: https://10.0.0.1/v1", "private"),
        ("base_url: https://api.openai.com/v1, key_variable: HOME", "key_variable"),
        ("base_url: https://api.openai.com/v1, key_variable: AWS_SECRET_ACCESS_KEY", "key_variable"),
        ("base_url: https://u:p@api.openai.com/v1", "keys come from the environment"),
    ],
)
def test_an_endpoint_that_is_wrong_is_refused_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "providers.yaml"
    path.write_text(
        "providers:\n  openai_chat: {text_author: m}\nprimary:\n  text_author: {provider: openai_chat}\n"
        f"endpoints:\n  openai_chat: {{{line}}}\n"
    )
    with pytest.raises(ProjectError, match="CF-G040") as caught:
        read_routes(path)
    assert said in str(caught.value) and "providers.yaml:6" in str(caught.value)


def test_a_price_for_tokens_needs_a_longest_answer() -> None:
    with pytest.raises(ValueError, match="most_output_tokens"):
        chat_profile(most_output_tokens=None)


def test_an_answer_that_may_be_longer_than_the_model_gives_is_refused_before_it_is_asked(
    house: ChatHouse, server: ChatServer
) -> None:
    with pytest.raises(StageError, match="CF-G106") as caught:
        house.ask(text(max_tokens=8_001))
    (fault,) = caught.value.faults
    assert fault.where == "unit/a" and "`unit/mood` asks for up to 8,001 tokens" in fault.what
    assert "configs/models/fake-chat.yaml" in (fault.hint or "")
    assert server.asked == [] and house.spent() == (0, 0)
    assert house.ask(text(max_tokens=8_000))["result"]["success"]
