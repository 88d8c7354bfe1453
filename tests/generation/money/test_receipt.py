"""Receipts in the project: one line an outcome, also after a torn one, and a lock of the kernel."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from cine_forge.generation.money.receipt import (
    Receipt,
    State,
    holding,
    is_logged,
    log_receipt,
    read_receipt,
    write_receipt,
)
from tests.generation.support import House, draft, image, profile

SETTLED = draft(1, 400_000).model_copy(update={"state": State.SETTLED})


@pytest.mark.row("C15")
def test_a_receipt_is_frozen_and_takes_no_field_that_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        SETTLED.cost_micro_usd = 0  # type: ignore[misc]  # that is the point
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Receipt.model_validate({**SETTLED.model_dump(), "tip": 1})


@pytest.mark.row("C33")
def test_the_fields_of_a_receipt_are_a_contract() -> None:
    assert set(Receipt.model_fields) >= {
        "id",
        "payload_digest",
        "attempt",
        "state",
        "run_id",
        "stage",
        "entity",
        "take",
        "modality",
        "action",
        "provider",
        "model",
        "endpoint",
        "routing_reason",
        "request",
        "prompt",
        "references",
        "est_cost_micro_usd",
        "cost_micro_usd",
        "own_id",
        "provider_id",
        "output",
        "error",
        "passed",
    }


@pytest.mark.row("C33")
def test_the_words_of_the_states_are_a_contract() -> None:
    assert {state.value for state in State} == {
        "prepared",
        "reserved",
        "submitting",
        "submit_unknown",
        "submitted",
        "terminal",
        "downloaded",
        "settled",
        "failed",
        "refused",
        "foreign",
    }


@pytest.mark.row("D32")
def test_a_receipt_names_its_tier_and_the_table_by_which_the_vendor_was_asked(tmp_path: Path) -> None:
    house = House(tmp_path)
    shape = {"endpoint": "fake:still/pro", "fields": {"prompt": "text"}, "fixed": {"steps": 30}}
    house.profile = profile(shapes={"t2i": shape})
    receipt = house.send(image(tier="finish"))["receipt"]
    kept = read_receipt(tmp_path / "receipts" / receipt / "receipt.json")
    assert kept is not None and (kept.tier, kept.shape) == ("finish", shape)
    (line,) = house.log_lines()
    assert json.loads(line)["tier"] == "finish" and "shape" not in json.loads(line)


def test_a_receipt_of_before_is_still_read(tmp_path: Path) -> None:
    later = {"tier", "shape", "reserved_micro_usd", "trouble", "round"}
    (tmp_path / "receipt.json").write_text(draft(1, 5).model_dump_json(exclude=later))
    assert read_receipt(tmp_path / "receipt.json") == draft(1, 5)


def test_a_receipt_on_disk_is_the_receipt(tmp_path: Path) -> None:
    write_receipt(tmp_path, draft(1, 400_000))
    write_receipt(tmp_path, SETTLED)
    folder = tmp_path / "receipts" / SETTLED.id
    kept = json.loads((folder / "receipt.json").read_text())
    assert kept.pop("schema") == "receipt/1"
    assert Receipt.model_validate(kept) == SETTLED
    assert [file.name for file in folder.iterdir()] == ["receipt.json"]


@pytest.mark.row("C15")
def test_a_torn_line_does_not_count_and_does_not_swallow_the_next(tmp_path: Path) -> None:
    log = tmp_path / "receipts.jsonl"
    log_receipt(log, SETTLED)
    torn = log.read_bytes()[:-20]
    log.write_bytes(torn)
    assert not is_logged(log, SETTLED)
    log_receipt(log, SETTLED)
    assert is_logged(log, SETTLED)
    assert log.read_bytes().splitlines()[0] == torn
    assert json.loads(log.read_text().splitlines()[1])["id"] == SETTLED.id


def test_another_round_of_a_receipt_has_a_line_of_its_own(tmp_path: Path) -> None:
    log = tmp_path / "receipts.jsonl"
    log_receipt(log, SETTLED)
    assert not is_logged(log, SETTLED.model_copy(update={"round": 2}))


@pytest.mark.row("D33")
def test_a_held_receipt_is_held_against_everyone_and_let_go_at_the_end(tmp_path: Path) -> None:
    with holding(tmp_path, "rc-1") as folder:
        another = (folder / ".lock").open("wb")
        with pytest.raises(BlockingIOError):
            fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)
    another.close()
