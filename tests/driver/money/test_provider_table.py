"""The table of providers: who does what, and whose key is here, never what it is."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from cine_forge.cli.main import main
from cine_forge.driver.money.provider_table import provider_rows, readiness, table_lines
from cine_forge.generation.conformance.folder import write_folder
from cine_forge.generation.providers.capabilities import provider_names

KEY = "sk-canary-0123456789"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a provider of its own and one that is broken."""
    write_folder("mine", tmp_path / "providers")
    write_folder("broken", tmp_path / "providers")
    (tmp_path / "providers" / "broken" / "provider.yaml").write_text("name: broken\n")
    return tmp_path


def test_every_provider_has_a_row_and_a_broken_one_says_why(project: Path) -> None:
    rows = {row.name: row for row in provider_rows(project, {})}
    assert set(rows) == {*provider_names(), "mine", "broken"}
    assert rows["mine"].own and rows["mine"].models == {"image_t2i": "mine-still"}
    assert rows["broken"].wrong and "missing" in rows["broken"].wrong
    assert not rows["fal"].own and rows["fal"].keys == {"FAL_KEY": False}


def test_the_table_shows_no_key_and_ends_with_the_next_command(project: Path) -> None:
    lines = table_lines(provider_rows(project, {"FAL_KEY": KEY}))
    head, *rest = [click.unstyle(line) for line in lines]
    assert head.split() == ["provider", "keys", "does", "models", "a", "lost", "submit"]
    fal = next(line for line in rest if line.startswith("fal "))
    assert "has FAL_KEY" in fal and KEY not in "".join(rest)
    assert rest[-3].startswith("broken: ") and rest[-1] == "next: cine-forge providers check"


def test_at_80_columns_every_name_is_whole(project: Path) -> None:
    rows = provider_rows(project, {"FAL_KEY": KEY})
    lines = [click.unstyle(line) for line in table_lines(rows, 80)]
    words = {word for line in lines for word in line.split()}
    names = {row.name for row in rows} | {key for row in rows for key in row.keys or {}}
    models = {model for row in rows for model in (row.models or {}).values()}
    assert names | models | {str(action) for row in rows for action in row.actions} <= words
    assert max(len(line) for line in lines if not line.startswith("broken:")) <= 80


def test_who_is_ready_is_said_of_ours_and_of_ones_own(project: Path) -> None:
    told = dict(readiness(project, {"MINE_API_KEY": KEY}))
    assert told["mine"] == "ready" and told["local"] == "ready"
    assert told["fal"] == "not ready: the environment has no `FAL_KEY`"
    assert told["broken"].startswith("not ready: ")
    (project / "providers" / "mine" / "adapter.py").write_text("1 / 0\n")
    assert "disabled" in dict(readiness(project, {"MINE_API_KEY": KEY}))["mine"]


def test_the_command_prints_it_for_people_and_for_programs(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINE_API_KEY", KEY)
    assert main(["providers", "list", "--project", str(project)]) == 0
    assert "mine *" in (told := capsys.readouterr().out) and KEY not in told
    assert main(["providers", "list", "--json", "--project", str(project)]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["providers"]}
    assert rows["mine"]["keys"] == {"MINE_API_KEY": True} and rows["comfyui"]["idempotency"] == "key"
    assert main(["providers", "check", "--json", "--project", str(project)]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["schema"] == "readiness/1"
    assert {row["name"]: row["ready"] for row in checked["providers"]}.items() >= {
        ("mine", True),
        ("broken", False),
    }
