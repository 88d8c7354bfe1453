"""A run that reaches a cap pauses, keeps what it bought, and goes on as the same run when it is raised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cine_forge.cli.main import main
from cine_forge.generation.money.account import read_account
from tests.spine.studio import ROOT, Film, new_film

PRICE = "price: {as_of: '2026-01-01', source: a test, per_dispatch_micro_usd: 400000}"
SHEETS = ("--end-at", "asset_prep", "--jobs", "1")
PROVIDER = """from dataclasses import replace

from cine_forge.generation.providers.local.adapter import LocalProvider


class Shop(LocalProvider):
    def submit(self, submission):
        told = super().submit(submission)
        return replace(told, finished=told.finished and replace(told.finished, cost_micro_usd=None))

    def poll(self, provider_id):
        return replace(super().poll(provider_id), cost_micro_usd=None)


def open_provider(opening, capabilities):
    return Shop(opening, capabilities)
"""


@pytest.fixture
def film(tmp_path: Path) -> Film:
    """Return a film of four reference sheets, and a shop of its own in which a picture costs 0.40 USD."""
    film = new_film(tmp_path / "film")
    shop, configs = film.folder / "providers" / "shop", film.folder / "configs"
    for place in (shop / "models", configs):
        place.mkdir(parents=True)
    own = ROOT / "cine_forge" / "generation" / "providers" / "local" / "provider.yaml"
    (shop / "provider.yaml").write_text(own.read_text().replace("name: local", "name: shop"))
    (shop / "adapter.py").write_text(PROVIDER)
    text = (ROOT / "configs" / "models" / "local-still.yaml").read_text().replace("local-still", "shop-still")
    lines = (PRICE if line.startswith("price:") else line for line in text.splitlines())
    (shop / "models" / "shop-still.yaml").write_text("\n".join(lines))
    strategy = {
        "providers": {"shop": {"image_t2i": "shop-still"}, "local": {"video_i2v": "local-clip"}},
        "primary": {"image_t2i": {"provider": "shop"}, "video_i2v": {"provider": "local"}},
    }
    (configs / "providers.yaml").write_text(json.dumps(strategy))
    return film


def told(film: Film, *names: str) -> list[dict[str, Any]]:
    """Return the events of these names, in their order, of the only run there is."""
    (path,) = (film.folder / "runs").glob("*/pipeline_events.jsonl")
    events = map(json.loads, path.read_text().splitlines())
    return [event for event in events if event["event"] in names]


def sheets(film: Film, *options: str) -> tuple[int, int]:
    """Run up to the reference sheets in this process; return the exit status and what is spent by then."""
    status = main(["run", "ep001.yaml", "--project", str(film.folder), "--quiet", *SHEETS, *options])
    return status, read_account(film.folder).spent


@pytest.mark.row("B16")
def test_a_cap_of_one_dollar_stops_before_the_third_picture_and_the_same_run_goes_on(
    film: Film, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sheets(film, "--budget", "1.00") == (4, 800_000)
    assert (read_account(film.folder).reserved, read_account(film.folder).unsettled) == (0, ())
    warned, *reached = told(film, "budget_warned", "budget_reached")
    assert (warned["event"], warned["scope"], len(reached)) == ("budget_warned", "run_id", 2)
    assert [(one["spent_micro_usd"], one["wanted_micro_usd"]) for one in reached] == [(800_000, 400_000)] * 2
    assert sheets(film) == (4, 800_000)
    with (film.folder / "project.yaml").open("a") as text:
        text.write("budget: {project: 1.2}\n")
    assert sheets(film, "--budget", "9") == (4, 1_200_000)
    assert told(film, "budget_reached")[-1]["scope"] == "project"
    assert [event["status"] for event in told(film, "run_finished")] == ["paused"] * 3
    capsys.readouterr()
    assert main(["runs", "show", "--project", str(film.folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "budget: 80 % of the run's cap of 1.00 USD is spent or reserved" in lines
