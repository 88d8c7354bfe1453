"""Every guarded invariant has a test that goes red: each planted break is made in a copy of the tree."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contracts.breaks import Break, all_breaks

ROOT = Path(__file__).resolve().parents[2]
TREE = (
    "cine_forge",
    "modules",
    "configs",
    "tests",
    "bench",
    "docs",
    "projects/sample/project.yaml",
    "projects/sample/scripts",
    "pyproject.toml",
    "uv.lock",
    "Makefile",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)
CACHES = shutil.ignore_patterns("__pycache__", "*.pyc")
BREAKS = all_breaks()
TESTS_FAILED = 1


def copy_of_the_tree(to: Path) -> Path:
    """Copy what the tests need; nothing that a run makes."""
    for name in TREE:
        source, copy = ROOT / name, to / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=CACHES)
        elif source.exists():
            shutil.copy2(source, copy)
    return to


@pytest.fixture(scope="session")
def whole_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy with its bytecode, so that after a break one file has to be compiled and not all."""
    tree = copy_of_the_tree(tmp_path_factory.mktemp("tree"))
    for name in ("cine_forge", "modules", "tests"):
        compileall.compile_dir(tree / name, quiet=1)
    return tree


class WarmStart:
    """Runs single tests against a copy: first-party code comes from there, in child processes too."""

    def __init__(self, tree: Path) -> None:
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join([str(tree), str(tree / "tests" / "guard")])
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment.pop("PYTEST_XDIST_WORKER", None)
        environment.pop("PYTEST_ADDOPTS", None)
        command = [sys.executable, "-P", "tests/contracts/warm_start.py"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, cwd=tree, env=environment, stdin=pipe, stdout=pipe, text=True
        )
        self._output = tree / "printed.txt"

    def run(self, node: str) -> tuple[int, str]:
        """Return how a test ended, and what was printed."""
        arguments = [node, "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]
        arguments.append("--hypothesis-profile=first_failure")
        asked = json.dumps({"arguments": arguments, "output": str(self._output)})
        assert self._process.stdin is not None and self._process.stdout is not None
        print(asked, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline()), self._output.read_text(errors="replace")

    def close(self) -> None:
        """End the process that forks."""
        self._process.communicate()


@pytest.fixture(scope="session")
def warm_start(whole_tree: Path) -> Iterator[WarmStart]:
    """Return a process that is warm for the copy."""
    started = WarmStart(whole_tree)
    yield started
    started.close()


@contextmanager
def broken(file: Path, old: str, new: str) -> Iterator[None]:
    """Replace a text in a file meanwhile; afterwards the file is what it was, to the time of its bytecode."""
    content, times = file.read_text(), file.stat()
    assert content.count(old) == 1, f"`{old}` must stand once in {file}"
    file.write_text(content.replace(old, new))
    try:
        yield
    finally:
        file.write_text(content)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("planted", BREAKS, ids=[entry.name for entry in BREAKS])
def test_a_planted_break_is_found(planted: Break, whole_tree: Path, warm_start: WarmStart) -> None:
    with broken(whole_tree / planted.file, planted.old, planted.new):
        status, printed = warm_start.run(planted.test)
    assert status == TESTS_FAILED, f"status {status}, expected a failing test\n{printed[-3000:]}"


def test_breaks_have_names_of_their_own() -> None:
    assert not [name for name, count in Counter(entry.name for entry in BREAKS).items() if count > 1]


def test_breaks_say_what_they_change() -> None:
    missing = [entry.name for entry in BREAKS if (ROOT / entry.file).read_text().count(entry.old) != 1]
    assert not missing, f"the text to replace does not stand exactly once for {missing}"


def test_breaks_name_a_test_file_that_exists() -> None:
    assert not [entry.test for entry in BREAKS if not (ROOT / entry.test.partition("::")[0]).is_file()]
