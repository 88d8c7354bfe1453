"""What stopped is said once for those of which the same is to be said, and the next command leads on."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from cine_forge.driver.terminal.stopped import Stopped, stopped_lines
from tests.driver.shop import new_shop
from tests.fakes.fault import Fault


def capped(label: str, usd: str) -> Stopped:
    said = f"CF-G010 generation/s:{label}: the run's cap does not allow {usd} USD more\n    raise it"
    return Stopped("paused", "generation", f"s:{label}", label, said)


def test_units_that_a_cap_stopped_are_one_sentence_with_their_names() -> None:
    lines = [line for _, line in stopped_lines([capped("1A", "1.68"), capped("1B", "2")])]
    assert lines == [
        "paused: generation 1A, 1B: CF-G010 the run's cap does not allow 1.68 USD more",
        "    raise it",
    ]


def test_what_fails_for_another_reason_is_said_by_itself_and_before_what_waits() -> None:
    waits = Stopped("waiting", "gate", "s:1", "1", "waits for approval")
    fails = [Stopped("failed", "cut", f"s:{n}", str(n), why) for n, why in ((2, "no light"), (3, "no sound"))]
    lines = [line for _, line in stopped_lines([waits, *fails])]
    assert lines == [
        "failed: cut 2: no light",
        "failed: cut 3: no sound",
        "waiting: gate 1: waits for approval",
    ]


def test_what_follows_from_it_is_one_line() -> None:
    units = [
        Stopped("blocked", stage, "s:1", "1A", "input `x` is not there") for stage in ("cut", "delivery")
    ]
    told = "blocked: cut 1A; delivery 1A: what they need did not come"
    assert list(stopped_lines(units)) == [("blocked", told)]


@pytest.mark.row("H14")
def test_the_next_command_of_a_run_that_reached_its_cap_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path, "fal", patch=monkeypatch)
    with shop.vendor:
        told = shop.run("--budget", "0.2", status=4)
        [command] = [line for line in told.out.splitlines() if line.startswith("next: ")]
        words = shlex.split(command.removeprefix("next: cine-forge "))
        at = words.index("--project")
        again = shop.cli(*words[:at], *words[at + 2 :], "--quiet")
        assert (again.status, shop.paid, shop.spent()[1]) == (0, 3, 0)
    assert command.endswith(" --budget 1")


@pytest.mark.row("H14")
def test_the_next_command_of_a_run_that_waits_for_a_lost_submit_looks_at_the_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path, "fal", Fault("lost", "submit", line="drop"), patch=monkeypatch)
    with shop.vendor:
        told = shop.run(status=5)
    after = [line for line in told.out.splitlines() if line.startswith("next: ")]
    assert "providers recover" in after[0] and not any("review" in line for line in after)
    assert shop.cli("status").out.splitlines()[-2:] == after
