"""`cine-forge providers`: what is held is listed with the way out, and a person ends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cine_forge.cli.main import main
from cine_forge.kernel.ground.errors import IntegrityError, StageError
from tests.generation.chat_house import ChatHouse
from tests.spine.studio import new_film
from tests.wire.chat_server import ChatServer, completion, fault


def reach_chat(folder: Path, server: ChatServer) -> None:
    """Say in the project where the language model is reached."""
    (folder / "configs").mkdir()
    endpoint = {"base_url": server.base_url, "key_variable": "FAKE_API_KEY"}
    strategy = {
        "providers": {"openai_chat": {"text_author": "m"}},
        "primary": {"text_author": {"provider": "openai_chat"}},
        "endpoints": {"openai_chat": endpoint},
    }
    (folder / "configs" / "providers.yaml").write_text(json.dumps(strategy))


@pytest.mark.row("H2")
def test_a_held_receipt_is_listed_and_ended_by_a_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_film(tmp_path / "film").folder
    with ChatServer(fault(502), completion({"mood": "calm"})) as server:
        house = ChatHouse(folder, server.base_url)
        with pytest.raises(StageError):
            house.ask()
        house.new_process()
        own = house.receipt()["id"]
        reach_chat(folder, server)
        monkeypatch.setenv("FAKE_API_KEY", "sk-canary-0123456789")
        assert main(["providers", "recover", "--project", str(folder)]) == 5
        told = capsys.readouterr().out
        assert f"{own}  openai_chat" in told and f"providers close {own}" in told
        assert (
            main(["providers", "close", own, "--not-charged", "--as", "ida", "--project", str(folder)]) == 0
        )
        assert "`ida` found that it was not charged" in capsys.readouterr().out
        assert house.ask()["result"]["success"] and len(server.asked) == 2
        house.new_process()


@pytest.mark.row("H2")
def test_a_lost_ledger_is_made_again_and_what_it_held_is_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = new_film(tmp_path / "film").folder
    assert main(["providers", "restore", "--project", str(folder)]) == 0
    assert capsys.readouterr().out == "the ledger knows every receipt\n"
    with ChatServer(completion({"mood": "calm"})) as server:
        house = ChatHouse(folder, server.base_url)
        assert house.ask()["result"]["success"]
        house.new_process()
        before = house.spent()
        for path in folder.glob("ledger.sqlite*"):
            path.unlink()
        house.new_process()
        with pytest.raises(IntegrityError, match="cine-forge providers restore"):
            house.ask()
        house.new_process()
        assert main(["providers", "restore", "--project", str(folder)]) == 0
        told = capsys.readouterr().out
        assert told.startswith("restored receipts: 1; $") and "next: cine-forge run" in told
        assert house.ask()["result"]["success"] and len(server.asked) == 1
        assert house.spent() == before
        house.new_process()


def test_what_is_not_held_is_refused_with_what_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = new_film(tmp_path / "film").folder
    assert main(["providers", "close", "rc-1", "--charged", "--project", str(folder)]) == 2
    assert "CF-G034" in (told := capsys.readouterr().err) and "nothing is held" in told


def test_a_check_says_who_could_be_asked_and_asks_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FAKE_API_KEY", raising=False)
    (tmp_path / "configs").mkdir()
    strategy = {
        "providers": {"scripted": {"text_author": "scripted-text"}, "openai_chat": {"text_author": "m"}},
        "primary": {"text_author": {"provider": "openai_chat"}},
        "endpoints": {"openai_chat": {"base_url": "http://127.0.0.1:9/v1", "key_variable": "FAKE_API_KEY"}},
    }
    (tmp_path / "configs" / "providers.yaml").write_text(json.dumps(strategy))
    assert main(["providers", "check", "--project", str(tmp_path)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert (
        "openai_chat  not ready" in first
        and "`FAKE_API_KEY`" in first
        and second.split() == ["scripted", "ready"]
    )
    monkeypatch.setenv("FAKE_API_KEY", "sk-canary-0123456789")
    assert main(["providers", "check", "--project", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "ready at http://127.0.0.1:9/v1" in told and "canary" not in told


def test_what_is_said_of_every_provider_begins_in_one_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["providers", "check", "--project", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    starts = {len(line) - len(line.partition("  ")[2].lstrip()) for line in lines}
    assert len(lines) > 5 and len(starts) == 1
