"""A recipe that asks a model about every scene, from end to end, with a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.generation.chat_house import KEY, VARIABLE, chat_profile
from tests.spine.studio import ROOT, SHORT, Film, new_film
from tests.spine.warm import run
from tests.wire.chat_server import ChatServer, Say, completion, fault

RECIPE = """recipe_id: asked
description: A breakdown, and what an author adds to it.
entity: ${project.episode}
params:
  script: ${project.script}
stages:
  - id: script_breakdown
    module: script_breakdown_v1
    params: {script: "${script}"}
  - id: breakdown_author
    module: breakdown_author_v1
    needs: [script_breakdown]
  - id: breakdown_sheet
    module: breakdown_sheet_v1
    needs: [script_breakdown, breakdown_author]
"""


TALK = """recipe_id: talked
description: Two voices that cannot do without a model.
stages:
  - id: talk
    module: dialogue_v1
    params: {topic: the lamp}
"""


def answer(asked: Mapping[str, Any]) -> Say:
    """Answer as a model that found a table where there is one."""
    told = json.loads(asked["messages"][1]["content"].split("\n", 1)[1])
    found = [one["line"] for one in told["lines"] if "table" in one["text"]]
    mentions = [{"line": line, "words": "over", "category": "sound", "entity": None} for line in found]
    return completion({"mentions": mentions, "aliases": []})


class Asked(Film):
    """A film whose author is asked."""

    def go(self, *options: str, key: str | None = KEY, status: int = 0) -> subprocess.CompletedProcess[str]:
        """Run the recipe; what is said on the way is kept to be searched."""
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
        environment |= {VARIABLE: key} if key else {}
        command = [*self.command(str(self.folder / "asked.yaml")), *options]
        done = run(command, environment)
        assert done.returncode == status, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def configure(self, base_url: str) -> None:
        """Send texts to a server."""
        strategy = {
            "providers": {"local": {"image_t2i": "local-still"}, "openai_chat": {"text_author": "fake-chat"}},
            "primary": {"text_author": {"provider": "openai_chat"}},
            "endpoints": {"openai_chat": {"base_url": base_url, "key_variable": VARIABLE}},
        }
        models = self.folder / "configs" / "models"
        models.mkdir(parents=True)
        (models.parent / "providers.yaml").write_text(json.dumps(strategy))
        (models / "fake-chat.yaml").write_text(chat_profile().model_dump_json(exclude_none=True))

    def events(self, name: str) -> list[dict[str, Any]]:
        newest = max((self.folder / "runs").glob("*/pipeline_events.jsonl"))
        lines = map(json.loads, newest.read_text().splitlines())
        return [one for one in lines if one["event"] == name]

    def sheet_items(self) -> list[str]:
        """Return what stands on the sheets under `sound`."""
        paths = (self.folder / "artifacts" / "breakdown_sheet").rglob("v0001.json")
        items = [item for path in paths for item in json.loads(path.read_text())["data"]["items"]]
        return [item["name"] for item in items if item["category"] == "sound"]

    def added(self) -> list[dict[str, Any]]:
        """Return the data of what was added, scene by scene."""
        paths = sorted((self.folder / "artifacts" / "breakdown_additions").rglob("v0001.json"))
        return [json.loads(path.read_text())["data"] for path in paths]


@pytest.fixture
def film(tmp_path: Path) -> Asked:
    folder = new_film(tmp_path / "film", SHORT).folder
    (folder / "asked.yaml").write_text(RECIPE)
    return Asked(folder)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer(answer) as running:
        yield running


@pytest.mark.row("G1")
def test_with_no_key_and_no_network_it_adds_nothing_asks_nobody_and_is_done(film: Asked) -> None:
    film.go(key=None)
    assert [one["author"] for one in film.added()] == ["code"] * 3
    assert not (film.folder / "ledger.sqlite").exists() and film.events("warning") == []
    logged = [one["values"]["source"] for one in film.events("unit_log")]
    assert logged == ["code"] * 3


@pytest.mark.row("H2")
def test_every_scene_is_asked_once_kept_and_never_bought_again(film: Asked, server: ChatServer) -> None:
    film.configure(server.base_url)
    said = film.go().stdout
    assert [len(one["mentions"]) for one in film.added()].count(1) == 1 and len(server.asked) == 3
    assert film.sheet_items() == ["over"]
    units = json.loads(film.go("--force", "--dry-run", "--json").stdout)["units"]
    prices = [one["est_cost_usd"] for one in units if one.get("provider") == "openai_chat"]
    said += film.go("--force").stdout
    assert len(server.asked) == 3 == len(prices) and 0.02 < min(prices) < max(prices) < 0.08
    kept = json.loads(next((film.folder / "artifacts/transcript").rglob("v0001.json")).read_text())
    assert (
        kept["data"]["steps"][0]["path"] == "breakdown_author_v1/scene"
        and kept["data"]["steps"][0]["receipt"]
    )
    written = b"".join(path.read_bytes() for path in film.folder.rglob("*") if path.is_file())
    assert KEY.encode() not in written and KEY not in said


@pytest.mark.row("D33")
def test_a_cap_pauses_the_run_before_anything_is_sent(film: Asked, server: ChatServer) -> None:
    film.configure(server.base_url)
    film.go("--budget", "0.000001", status=4)
    assert server.asked == []


@pytest.mark.row("D16")
def test_a_server_that_fails_is_left_alone_and_the_run_says_that_nobody_answered(
    film: Asked, server: ChatServer
) -> None:
    film.configure(server.base_url)
    server.script = [fault(401, f"wrong key {KEY}")]
    done = film.go("--jobs", "1")
    assert [one["author"] for one in film.added()] == ["code"] * 3
    told = [one["message"] for one in film.events("warning")]
    assert sum("was answered without a language model" in one for one in told) == 3
    assert any("3 times in a row" in one for one in told) and KEY not in done.stdout + done.stderr
    assert "without a language model" in done.stdout + done.stderr


@pytest.mark.row("D16")
def test_what_cannot_do_without_an_answer_is_resumable_while_its_server_is_busy(
    film: Asked, server: ChatServer
) -> None:
    film.configure(server.base_url)
    (film.folder / "asked.yaml").write_text(TALK)
    server.script = [completion("Yes."), fault(429, headers={"Retry-After": "86400"})]
    said = film.go("--jobs", "1", status=6)
    assert "CF-S040" in said.stdout + said.stderr and len(server.asked) == 2
    server.script = [completion("Fine.")]
    film.go("--jobs", "1")
    assert len(server.asked) == 5, "what was answered before is not asked again"


@pytest.mark.row("H2")
def test_a_driver_that_is_killed_over_a_call_never_sends_it_again(film: Asked, server: ChatServer) -> None:
    film.configure(server.base_url)
    running: list[subprocess.Popen[bytes]] = []

    def kill(asked: Mapping[str, Any]) -> Say:
        running[0].kill()
        running[0].wait()
        return answer(asked)

    server.script = [answer, kill, answer]
    command = [*film.command(str(film.folder / "asked.yaml")), "--jobs", "1", "--quiet"]
    running.append(subprocess.Popen(command, cwd=ROOT, env={**os.environ, VARIABLE: KEY}))
    assert running[0].wait() == -9
    film.go()
    told = [one["message"] for one in film.events("warning")]
    assert len(server.asked) == 3 == server.billed and len(film.added()) == 3
    assert sum("CF-G030" in one for one in told) == 1
