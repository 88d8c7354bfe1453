"""The desk: plain data in and out, and nothing written before something is prepared or sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation import desk as desk_file
from cine_forge.generation.dispatch.dispatch import Dispatch
from cine_forge.generation.money.account import read_account
from cine_forge.generation.payloads import Modality
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.kernel.ground.errors import StageError, UsageError
from tests.generation.support import ORIGIN, House, image, reference

QUOTED = {"receipt", "provider", "model", "routing_reason", "est_cost_micro_usd", "est_seconds"}


def files_of(project: Path) -> list[str]:
    """Return every file below the project."""
    return sorted(str(file.relative_to(project)) for file in project.rglob("*") if file.is_file())


@pytest.mark.row("D10")
@pytest.mark.row("D18")
def test_a_quote_says_who_and_how_much_and_writes_nothing(tmp_path: Path) -> None:
    quote = House(tmp_path).desk().ask({"act": "quote", "payload": image()}, ORIGIN)
    assert set(quote) == QUOTED
    assert (quote["provider"], quote["model"], quote["est_cost_micro_usd"]) == ("fake", "fake-still", 400_000)
    assert quote["routing_reason"] == "primary of image_t2i"
    assert files_of(tmp_path) == []


@pytest.mark.row("D10")
def test_preparing_keeps_a_receipt_spends_nothing_and_may_be_repeated(tmp_path: Path) -> None:
    house = House(tmp_path)
    first = house.desk().ask({"act": "prepare", "payload": image()}, ORIGIN)
    second = house.desk().ask({"act": "prepare", "payload": image()}, ORIGIN)
    kept = json.loads((tmp_path / "receipts" / first["receipt"] / "receipt.json").read_text())
    assert first == second
    assert (kept["schema"], kept["state"]) == ("receipt/1", "prepared")
    assert (house.provider.sent, house.log_lines()) == ([], [])


@pytest.mark.row("D10")
@pytest.mark.row("G10")
def test_what_could_not_be_sent_is_refused_as_it_is_frozen_and_nothing_is_kept_of_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    unbound = {**reference(tmp_path), "path": "gone.png"}
    with pytest.raises(StageError) as refused:
        house.desk().ask(
            {"act": "prepare", "payload": image(prompt="a" * 101, identity_refs=[unbound])}, ORIGIN
        )
    assert [fault.code for fault in refused.value.faults] == ["CF-G020", "CF-G021"]
    assert not list(tmp_path.rglob("receipt.json"))


@pytest.mark.row("D32")
def test_what_the_vendor_says_it_charged_is_what_the_receipt_and_the_ledger_say(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.provider.outcome = PollOutcome("succeeded", cost_micro_usd=123_457)
    answer = house.send()
    kept = json.loads((tmp_path / "receipts" / answer["receipt"] / "receipt.json").read_text())
    assert (answer["cost_micro_usd"], kept["cost_micro_usd"]) == (123_457, 123_457)
    assert kept["est_cost_micro_usd"] == 400_000
    assert read_account(tmp_path).spent == 123_457


@pytest.mark.row("C23")
def test_what_a_request_was_made_from_comes_back_and_enters_no_receipt(
    tmp_path: Path,
) -> None:
    house, snapshot = House(tmp_path), {"refs": ["a.png"], "bible": {"tone": "dusk"}, "overrides": None}
    answer = house.desk().ask({"act": "send", "payload": image(), "inputs_snapshot": snapshot}, ORIGIN)
    assert answer["result"]["metadata"]["inputs_snapshot"] == snapshot
    assert house.send()["receipt"] == answer["receipt"]
    assert "dusk" not in (tmp_path / "receipts" / answer["receipt"] / "receipt.json").read_text()


@pytest.mark.row("C23")
def test_what_takes_no_snapshot_says_so_before_any_spend(tmp_path: Path) -> None:
    payload = {"modality": "text_author", "entity": "scene:1", "messages": [], "max_tokens": 10}
    with pytest.raises(StageError, match="`text_author` takes none") as refused:
        House(tmp_path).desk().ask({"act": "send", "payload": payload, "inputs_snapshot": {}}, ORIGIN)
    assert [fault.code for fault in refused.value.faults] == ["CF-G008"]


def test_quote_prepare_and_send_name_the_same_receipt_before_and_after(tmp_path: Path) -> None:
    desk = House(tmp_path).desk()
    acts = ("quote", "prepare", "send", "prepare", "quote")
    answers = [desk.ask({"act": act, "payload": image()}, ORIGIN) for act in acts]
    assert len({answer["receipt"] for answer in answers}) == 1
    assert answers[0] == answers[1] == answers[3] == answers[4]


@pytest.mark.row("C33")
def test_the_answer_to_a_send_is_plain_data_of_a_fixed_shape(tmp_path: Path) -> None:
    answer = House(tmp_path).send(take_owner="shot:a")
    assert json.loads(json.dumps(answer)) == answer
    assert list(answer) == [
        "result",
        "receipt",
        "provider",
        "model",
        "cost_micro_usd",
        "take",
        "sha256",
        "width",
        "height",
        "fps",
        "frames",
        "seconds",
    ]
    assert list(answer["result"]) == [
        "id",
        "modality",
        "output_path",
        "output_url",
        "metadata",
        "success",
        "error",
    ]


@pytest.mark.row("C15")
@pytest.mark.row("D32")
def test_a_receipt_holds_the_frozen_request_and_who_asked(tmp_path: Path) -> None:
    house = House(tmp_path)
    bound = reference(tmp_path)
    answer = house.send(image(identity_refs=[bound]))
    kept = json.loads((tmp_path / "receipts" / answer["receipt"] / "receipt.json").read_text())
    assert kept["request"]["prompt"] == kept["prompt"] == "a lamp"
    assert kept["references"] == [bound]
    assert [kept[name] for name in ("run_id", "stage", "entity")] == ["run-1", "generation", "shot:a"]
    assert [kept[name] for name in ("provider", "model", "endpoint")] == ["fake", "fake-still", "fake:still"]
    assert (kept["cost_micro_usd"], kept["attempt"], kept["action"]) == (400_000, 1, "i2i")


def test_the_line_of_a_dispatch_belongs_to_the_run_that_sent_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.desk().ask({"act": "prepare", "payload": image()}, {**ORIGIN, "run_id": "run-0"})
    house.send()
    assert (len(house.log_lines("run-0")), len(house.log_lines("run-1"))) == (0, 1)


@pytest.mark.parametrize("act", ["quote", "prepare", "send"])
def test_an_unknown_key_of_the_payload_stops_every_act(tmp_path: Path, act: str) -> None:
    house = House(tmp_path)
    with pytest.raises(StageError, match=r"CF-G004.*`hints`"):
        house.desk().ask({"act": act, "payload": image(hints={})}, ORIGIN)
    assert files_of(tmp_path) == []


@pytest.mark.parametrize(
    "request_data",
    [
        {"act": "buy", "payload": {}},
        {"act": "send"},
        {"act": "send", "payload": {}, "budget": 5},
        {"act": "send", "payload": {}, "attempt": "second"},
    ],
)
def test_a_request_of_another_shape_is_refused(tmp_path: Path, request_data: dict[str, Any]) -> None:
    with pytest.raises(StageError, match="CF-G008"):
        House(tmp_path).desk().ask(request_data, ORIGIN)


@pytest.mark.row("C6")
@pytest.mark.parametrize("act", ["quote", "send"])
def test_a_modality_with_no_live_runner_says_what_is_missing_before_any_spend(
    tmp_path: Path, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    monkeypatch.setattr(desk_file, "is_carried", lambda name, folders: name is not Modality.LIPSYNC_POST)
    with pytest.raises(StageError, match=r"CF-G006.*lipsync_post.*moves lips to a voice; no adapter"):
        house.desk().ask({"act": act, "payload": {"modality": "lipsync_post"}}, ORIGIN)
    with pytest.raises(UsageError, match="CF-G001"):
        house.desk().ask({"act": act, "payload": {"modality": "image_t2"}}, ORIGIN)


@pytest.mark.row("D14")
def test_a_runner_that_is_called_by_hand_still_passes_the_door(tmp_path: Path) -> None:
    house = House(tmp_path)
    runner = house.desk()._registry.get("image_t2i")
    assert runner.run(image()).success
    with pytest.raises(StageError, match="CF-G021"):
        runner.run(image(prompt="a" * 101))
    assert (len(house.provider.sent), len(house.log_lines(""))) == (1, 2)


@pytest.mark.row("D14")
def test_a_runner_that_returns_without_a_receipt_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    desk = house.desk()
    monkeypatch.setattr(Dispatch, "carry", lambda self, order: Dispatch.draft(self, order))
    from cine_forge.kernel.ground.errors import InternalError

    with pytest.raises(InternalError, match="CF-G007"):
        desk.ask({"act": "send", "payload": image()}, ORIGIN)


def test_closing_a_desk_folds_the_ledger_into_one_file(tmp_path: Path) -> None:
    house = House(tmp_path)
    desk = house.desk()
    desk.ask({"act": "send", "payload": image()}, ORIGIN)
    desk.close()
    assert [name for name in files_of(tmp_path) if name.startswith("ledger")] == ["ledger.sqlite"]
