"""Runs that cost money: nothing is bought twice, and what was left open is taken up by whoever comes next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.dispatch.held import Finding, close_held
from cine_forge.generation.money.receipt import State
from tests.driver.shop import Shop, new_shop
from tests.fakes.fault import Fault

PRICE = 140_000
RUNNING = {"pace": (0, 1, 0.0)}
"""The first look at a generation finds that it runs, the next that it is done."""

DROPPED = Fault("the answer is lost", "submit", line="drop")


@pytest.mark.row("D14")
@pytest.mark.row("H2")
def test_neither_force_nor_a_start_nor_new_code_pays_again_and_rebuy_does_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path, "kling", patch=monkeypatch)
    with shop.vendor:
        shop.run()
        assert (shop.paid, shop.spent()) == (3, (3 * PRICE, 0))
        for options in (["--start-from", "first"], ["--force"]):
            shop.run("--new-run", *options)
        shop.module.write_text(shop.module.read_text() + "\n# drawn by hand\n")
        shop.run("--new-run")
        shop.run("--new-run", "--force", "--rebuy", "--dry-run")
        assert (shop.paid, shop.spent()) == (3, (3 * PRICE, 0))
        shop.run("--new-run", "--start-from", "second", "--rebuy")
        assert (shop.paid, shop.spent()) == (4, (4 * PRICE, 0))
        shop.run("--new-run", "--force", "--rebuy")
        assert (shop.paid, shop.spent()) == (7, (7 * PRICE, 0))


@pytest.mark.row("D37")
@pytest.mark.parametrize("options", [["--dry-run"], []])
def test_an_override_that_nobody_is_called_is_told_also_where_nothing_is_forecast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    shop = new_shop(tmp_path, "kling", patch=monkeypatch)
    told = shop.run("--provider", "kilng", *options, status=2)
    assert "CF-G040" in told.err and "did you mean `kling`?" in told.err
    assert not (shop.project / "runs").exists()


@pytest.mark.row("D18")
@pytest.mark.row("D33")
def test_a_run_takes_up_at_its_start_what_its_plan_does_not_touch_and_a_dry_run_asks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path, "kling", patch=monkeypatch, **RUNNING)
    with shop.vendor:
        shop.leave_open()
        asked = len(shop.vendor.asked)
        shop.run("--dry-run")
        assert len(shop.vendor.asked) == asked
        monkeypatch.setattr(shop.vendor, "runs", 0)
        shop.run()
        assert (shop.paid, shop.spent()) == (4, (4 * PRICE, 0))
    settled = [one for one in shop.events() if one["event"] == "dispatch_settled"]
    assert (settled[0]["left_by"], "stage" in settled[0]) == ("elsewhere/shot:z", False)
    assert len(settled) == 4


def test_what_a_run_cannot_bring_to_its_end_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path, "fal", DROPPED, patch=monkeypatch)
    with shop.vendor:
        receipt = shop.leave_open()
        shop.run()
    [told] = [one["message"] for one in shop.events() if one["event"] == "warning"]
    assert f"`{receipt}` may or may not have reached `fal`" in told
    assert f"cine-forge providers close {receipt} --charged (or --not-charged)" in told


@pytest.mark.row("H2")
def test_a_run_that_only_a_person_can_help_waits_for_one_and_goes_on_with_what_they_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path, "fal", DROPPED, patch=monkeypatch)
    with shop.vendor:
        told = shop.run(status=5)
        assert "waiting: first project: CF-G030" in told.out and shop.paid == 2  # of which one is held
        shop.run(status=5)
        [held] = [one for one in shop.receipts() if one.state is State.SUBMIT_UNKNOWN]
        close_held(shop.project, held.id, Finding(charged=True, by="ida", at=""))
        shop.run(status=1)
        assert shop.paid == 2 and shop.spent()[1] == 0
        shop.run("--new-run", "--rebuy", "--include", "first")
        assert shop.paid == 4


@pytest.mark.row("H2")
def test_a_waiting_run_makes_another_attempt_of_what_a_person_ended_when_it_may_pay_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path, "fal", DROPPED, patch=monkeypatch)
    with shop.vendor:
        shop.run(status=5)
        [held] = [one for one in shop.receipts() if one.state is State.SUBMIT_UNKNOWN]
        close_held(shop.project, held.id, Finding(charged=True, by="ida", at=""))
        shop.run("--rebuy")
        assert len(list((shop.project / "runs").glob("*/run_state.json"))) == 1
        assert sorted((one.state, one.attempt) for one in shop.receipts()) == [
            (State.FAILED, 1), (State.SETTLED, 1), (State.SETTLED, 1), (State.SETTLED, 2),
        ]  # fmt: skip
        shop.run("--new-run")
    assert shop.paid == 4 and shop.spent()[1] == 0


def recovered(shop: Shop, *options: str, status: int) -> dict[str, Any]:
    """Recover, and return what is said of the one receipt."""
    told = shop.cli("providers", "recover", "--json", *options)
    assert told.status == status, told.err
    [one] = told.json()["receipts"]
    return dict(one)


@pytest.mark.row("D33")
@pytest.mark.row("D11")
def test_recover_says_what_still_runs_and_brings_home_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path, "kling", patch=monkeypatch, pace=(0, 2, 0.0))
    with shop.vendor:
        shop.leave_open()
        one = recovered(shop, status=6)
        assert (one["was"], one["is"], one["reserved_usd"] > 0) == ("submitted", "running", True)
        assert one["next"] == "cine-forge providers recover"
        one = recovered(shop, status=0)
        assert (one["was"], one["is"], one["cost_usd"]) == ("submitted", "settled", 0.14)
        assert shop.cli("providers", "recover").out == "every generation is settled\n"
        monkeypatch.setattr(shop.vendor, "runs", 0)
        shop.run()
    assert (shop.paid, shop.spent()) == (4, (4 * PRICE, 0))


@pytest.mark.row("H2")
def test_recover_asks_for_what_may_have_arrived_and_leaves_to_a_person_what_nobody_can_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path / "kling", "kling", DROPPED, patch=monkeypatch)
    with shop.vendor:
        shop.leave_open()
        assert shop.spent() == (PRICE, 0) and shop.paid == 1  # it was found by our own id at once
    shop = new_shop(tmp_path / "fal", "fal", DROPPED, patch=monkeypatch)
    with shop.vendor:
        receipt = shop.leave_open()
        assert recovered(shop, status=5)["is"] == "held"
        told = shop.cli("providers", "recover")
        assert (told.status, f"providers close {receipt}" in told.out) == (5, True)
    assert shop.paid == 1


def test_recover_without_a_key_says_which_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path, "kling", patch=monkeypatch, **RUNNING)
    with shop.vendor:
        shop.leave_open()
        before, asked = shop.receipts(), len(shop.vendor.asked)
        monkeypatch.delenv("KLING_SECRET_KEY")
        one = recovered(shop, status=1)
        assert (one["is"], one["code"]) == ("stuck", "CF-G093") and "KLING_SECRET_KEY" in one["text"]
        assert (shop.receipts(), len(shop.vendor.asked)) == (before, asked)


def test_recover_waits_for_nobody_who_works_in_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cine_forge.kernel.ground.lock import Holder, ProjectLock

    shop = new_shop(tmp_path, "kling", patch=monkeypatch, **RUNNING)
    with shop.vendor:
        shop.leave_open()
        with ProjectLock(shop.project / "run.lock") as lock:
            lock.try_acquire(Holder.here(command="cine-forge run", since="now"))
            told = shop.cli("providers", "recover")
    assert told.status == 3 and "CF-U030" in told.err
