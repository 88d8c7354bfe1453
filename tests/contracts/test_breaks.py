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
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.contracts.breaks import Break, all_breaks
from tests.contracts.load_order import load_order

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
PLACES = {file: place for place, file in enumerate(load_order(ROOT))}
BREAKS = sorted(all_breaks(), key=lambda entry: PLACES.get(entry.file, 0))
TESTS_FAILED = 1
PLAIN = (
    *("--disable-plugin-autoload", "-p", "_hypothesis_pytestplugin", "--hypothesis-profile=first_failure"),
    *("-p", "no:cacheprovider", "-p", "no:unraisableexception", "--assert=plain", "--tb=native"),
)
"""Of a run nothing is wanted but its status: it goes without what is for a person who reads its report."""


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
    """Runs single tests against a copy: first-party code comes from there, in child processes too.

    Runs are fast when their broken files come in the order of `load_order`: what comes before a file cannot
    know it, and is in memory already. With a file that comes before the last one all begins anew.
    """

    def __init__(self, tree: Path) -> None:
        self._tree = tree
        self._modules = load_order(tree)
        self._places = {file: place for place, file in enumerate(self._modules)}
        self._begin()

    def _begin(self) -> None:
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join([str(self._tree), str(self._tree / "tests" / "guard")])
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment.pop("PYTEST_XDIST_WORKER", None)
        environment.pop("PYTEST_ADDOPTS", None)
        command = [sys.executable, "-P", str(ROOT / "tests" / "contracts" / "warm_start.py")]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, cwd=self._tree, env=environment, stdin=pipe, stdout=pipe, text=True
        )
        self._reached = 0

    def run(self, node: str, broken_file: str) -> tuple[int, str]:
        """Return how a test ended with a broken file, and what was printed."""
        output = self._tree / "printed.txt"
        asked = {
            "below": self._below(broken_file),
            "broken": self._modules.get(broken_file, ""),
            "arguments": [node, "-x", *PLAIN, f"--basetemp={self._tree.parent / 'scratch'}"],
            "output": str(output),
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "the warm process ended by itself"
        return int(answer), output.read_text(errors="replace")

    def _below(self, file: str) -> list[str]:
        """Return what has to be loaded yet of all that comes before a file."""
        place = self._places.get(file, 0)
        if place < self._reached:
            self.close()
            self._begin()
        below = list(self._modules.values())[self._reached : place]
        self._reached = place
        return below

    def close(self) -> None:
        """End the process that forks."""
        self._process.communicate()


@pytest.fixture(scope="session")
def warm(whole_tree: Path) -> Iterator[WarmStart]:
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
def test_a_planted_break_is_found(planted: Break, whole_tree: Path, warm: WarmStart) -> None:
    with broken(whole_tree / planted.file, planted.old, planted.new):
        status, printed = warm.run(planted.test, planted.file)
    assert status == TESTS_FAILED, f"status {status}, expected a failing test\n{printed[-3000:]}"


def test_breaks_have_names_of_their_own() -> None:
    assert not [name for name, count in Counter(entry.name for entry in BREAKS).items() if count > 1]


def test_breaks_say_what_they_change() -> None:
    missing = [entry.name for entry in BREAKS if (ROOT / entry.file).read_text().count(entry.old) != 1]
    assert not missing, f"the text to replace does not stand exactly once for {missing}"


def test_breaks_name_a_test_file_that_exists() -> None:
    assert not [entry.test for entry in BREAKS if not (ROOT / entry.test.partition("::")[0]).is_file()]


STACKED = {
    "cine_forge/__init__.py": "",
    "cine_forge/low.py": "WORD = 'whole'",
    "cine_forge/high.py": "from cine_forge.low import WORD\nWORD = WORD * 1",
    "tests/conftest.py": "from hypothesis import settings\nsettings.register_profile('first_failure')",
    "tests/test_word.py": "from cine_forge.high import WORD\ndef test_word(): assert WORD == 'whole'",
}
TORN = {"cine_forge/low.py": ("whole", "torn"), "cine_forge/high.py": ("* 1", "* 2")}


def test_no_run_sees_what_was_in_memory_before_its_break(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name, text in STACKED.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    with closing(WarmStart(tree)) as warm:
        for file in (*TORN, *TORN):
            with broken(tree / file, *TORN[file]):
                assert warm.run("tests/test_word.py", file)[0] == TESTS_FAILED
            assert warm.run("tests/test_word.py", file)[0] == 0
