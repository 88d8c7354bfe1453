"""A whole film whose artifacts lie in a bucket and their index in PostgreSQL, made on two computers."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.cli.main import main
from tests.spine.studio import Film, new_film


@pytest.fixture
def urls(s3_environment, postgres_url, monkeypatch) -> str:
    """Return the lines of `project.yaml` that say where the store lies; the keys are in the environment."""
    for name, value in s3_environment.items():
        monkeypatch.setenv(name, value)
    return f"store: s3://films/whole\nindex: {postgres_url}&schema=whole\n"


def _film(folder: Path, urls: str) -> Film:
    film = new_film(folder)
    path = film.folder / "project.yaml"
    path.write_text(path.read_text() + urls)
    return film


@pytest.mark.row("H13")
def test_one_computer_goes_on_with_what_the_other_kept(tmp_path, urls, capsys):
    here, there = _film(tmp_path / "here", urls), _film(tmp_path / "there", urls)
    assert set(here.run().values()) == {"done"}
    assert not [*here.folder.glob("artifacts/*/*/v0001.json"), *here.folder.glob("index.sqlite")]
    assert {unit["action"] for unit in there.plan().values()} == {"reuse"}
    assert not list(there.folder.rglob("*.png"))
    there.edit("It was under the stone all along.", "It was under the stone.")
    statuses = there.run()
    assert set(statuses.values()) == {"done", "reused"}
    assert main(["artifacts", "verify", "--project", str(here.folder)]) == 0
    assert main(["stale", "--project", str(here.folder)]) == 0
    assert "nothing is stale" in capsys.readouterr().out
