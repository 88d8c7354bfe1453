"""The command line as a whole: quick to help, one place for errors, a status for every end."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from cine_forge.cli.commands import COMMANDS
from cine_forge.cli.main import main
from cine_forge.cli.project import SAMPLE, project_around

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("pydantic", "rich", "yaml", "networkx", "numpy", "av", "httpx", "asyncio", "cine_forge.film")


def test_help_imports_nothing_heavy_and_no_command() -> None:
    files = [f"cine_forge.cli.{row.place.partition('.')[0]}" for row in COMMANDS.values()]
    code = (
        "import sys; from cine_forge.cli.main import main; status = main(['--help']);"
        f"print([name for name in {(*HEAVY, *files)!r} if name in sys.modules], status)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[] 0"


def test_help_lists_every_command_with_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(name in text and row.help.split()[0] in text for name, row in COMMANDS.items())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_the_table_is_there_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    assert f"cine-forge {name}" in capsys.readouterr().out


def test_the_table_and_the_files_name_the_same_commands() -> None:
    for row in COMMANDS.values():
        file, _, name = row.place.partition(".")
        assert hasattr(import_module(f"cine_forge.cli.{file}"), name)


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (["scirpt"], "CF-U004", "did you mean `script`?"),
        (["init"], "CF-U003", "cine-forge init --help"),
        (["errors", "--loud"], "CF-U003", "cine-forge errors --help"),
    ],
)
def test_a_wrong_command_ends_with_status_2_one_sentence_and_a_next_step(
    words: list[str], code: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(code)
    assert hint in told.err
    assert "Traceback" not in told.err


def test_no_word_shows_the_help_and_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().out


def test_the_default_project_is_the_one_around_the_working_folder(tmp_path: Path) -> None:
    inner = tmp_path / "film" / "scripts"
    inner.mkdir(parents=True)
    assert project_around(inner) == SAMPLE
    (tmp_path / "film" / "project.yaml").touch()
    assert project_around(inner) == tmp_path / "film"
