"""What README and docs say can be done: commands and options exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import click
import pytest

from cine_forge.cli.commands import cine_forge

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md"), *ROOT.glob("modules/**/*.md")]
)

_CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_ADVICE = re.compile(r"`((?:cine-forge|python -m cine_forge\.driver) [^`\n]+)`")
_FILE = re.compile(r"`((?:cine_forge|configs|tests|bench|docs)/[\w/.-]+\.(?:md|py|yaml|json))`")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def commands_of(page: Path) -> list[str]:
    """Return the lines after `$ ` in the console blocks of a page, parted at `&&`."""
    blocks = _CONSOLE.findall(page.read_text(encoding="utf-8"))
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [part.strip() for line in lines for part in line.partition(" #")[0].split("&&")]


COMMANDS = sorted({command for page in PAGES for command in commands_of(page)})


def advice() -> list[str]:
    """Return every command that a message, docstring or comment of the shipped code tells a person to use."""
    files = [*ROOT.glob("cine_forge/**/*.py"), *ROOT.glob("modules/**/*.py"), *ROOT.glob("docs/errors/*.md")]
    texts = (file.read_text(encoding="utf-8") for file in files)
    return sorted({command.replace("…", "") for text in texts for command in _ADVICE.findall(text)})


@cache
def driver_options() -> frozenset[str]:
    """Return the options that the driver says it has."""
    command = [sys.executable, "-m", "cine_forge.driver", "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(_OPTION.findall(told.stdout))


@cache
def make_targets() -> frozenset[str]:
    """Return the targets of the Makefile that a person may call."""
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    return frozenset(phony[1].split())


def unknown_in(command: str) -> list[str]:
    """Return the words of a command that its program does not know."""
    words = shlex.split(command)
    if words[0] == "make":
        return [word for word in words[1:] if word not in make_targets() and "=" not in word]
    if Path(words[0]).name == "cine-forge":
        return _unknown_to_cli(words[1:])
    if words[1:3] == ["-m", "cine_forge.driver"]:
        return [word for word in _OPTION.findall(command) if word not in driver_options()]
    return (
        [] if words[0] in {"git", "cd", "cp", "ls", "export"} or words[0].endswith("python") else [words[0]]
    )


def _unknown_to_cli(words: list[str]) -> list[str]:
    command: click.Command = cine_forge
    context = click.Context(command)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            return [words[0]]
        command, words = found, words[1:]
        context = click.Context(command)
    known = {option for parameter in command.get_params(context) for option in parameter.opts}
    return [word for word in _OPTION.findall(" ".join(words)) if word not in known]


@pytest.mark.row("A46")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_docs_exists(command: str) -> None:
    assert not unknown_in(command)


@pytest.mark.row("A46")
@pytest.mark.parametrize("command", advice())
def test_a_command_that_a_message_names_exists(command: str) -> None:
    assert not unknown_in(command)


def test_the_docs_have_commands_to_hold_to() -> None:
    assert "make demo" in COMMANDS


@pytest.mark.parametrize("command", ["make tea", "cine-forge brew", "cine-forge init X --milk", "tea --hot"])
def test_a_command_that_does_not_exist_is_found(command: str) -> None:
    assert unknown_in(command)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = [
        link for link in _LINK.findall(text) if not link.startswith(("http://", "https://", "mailto:"))
    ]
    broken = [link for link in targets if not _leads(page, link)]
    assert not broken


PROSE = sorted([*PAGES, *ROOT.glob("cine_forge/**/*.py"), *ROOT.glob("bench/**/*.py")])
EXAMPLES = frozenset({"configs/models/my-model.yaml"})
"""Files that a reader is told to make."""


def test_a_file_that_prose_names_is_there() -> None:
    named = {(name, file.name) for file in PROSE for name in _FILE.findall(file.read_text(encoding="utf-8"))}
    assert len(named) > 20
    assert not [(name, by) for name, by in named if name not in EXAMPLES and not (ROOT / name).exists()]


def _leads(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).strip().replace(" ", "-") for head in heads}
