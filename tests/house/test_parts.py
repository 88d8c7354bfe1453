"""What a machine lacks is skipped by name and listed; demanded, it fails. The network stays shut."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TESTS = """
import socket
import pytest

@pytest.mark.needs("strace")
def test_traced(): pass

@pytest.mark.sweep
def test_swept(): pass

def test_swallowing():
    try:
        socket.getaddrinfo("example.org", 80)
    except BaseException:
        pass

def test_data(shared_data): pass
"""
SETTINGS = """
[pytest]
addopts = --strict-markers -p no:cacheprovider
markers =
    needs(part): x
    sweep: x
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a small tree with our conftest and guard, and four tests, far from any shared data."""
    inner = tmp_path / "a" / "tests"
    shutil.copytree(ROOT / "tests" / "guard", inner / "guard", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests" / "conftest.py", inner)
    (inner / "test_them.py").write_text(TESTS)
    (tmp_path / "a" / "pytest.ini").write_text(SETTINGS)
    return tmp_path / "a"


def outcome(house: Path, node: str, **environment: str) -> tuple[int, str]:
    """Run one of the tests on a machine with nothing on PATH; return pytest's status and its words."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("CINE_FORGE", "PYTEST"))}
    command = [sys.executable, "-m", "pytest", f"tests/test_them.py::{node}"]
    settings = {**clean, "PATH": "/nonexistent", "PYTHONPATH": "", **environment}
    done = subprocess.run(command, cwd=house, env=settings, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_missing_part_is_skipped_by_name_and_listed_at_the_end(house: Path) -> None:
    status, words = outcome(house, "test_traced")
    assert status == 0
    assert "strace: 1 tests not run (CINE_FORGE_REQUIRE=strace to demand them)" in words


def test_a_missing_part_that_is_demanded_fails(house: Path) -> None:
    status, words = outcome(house, "test_traced", CINE_FORGE_REQUIRE="strace,ldd")
    assert status == 1
    assert "CINE_FORGE_REQUIRE demands" in words


def test_an_unknown_part_is_refused(house: Path) -> None:
    status, words = outcome(house, "test_traced", CINE_FORGE_REQUIRE="stracee")
    assert status == 4
    assert "known parts" in words


@pytest.mark.parametrize(("asked", "count"), [("0", "1 skipped"), ("1", "1 passed")])
def test_sweeps_run_only_when_asked_for(house: Path, asked: str, count: str) -> None:
    assert count in outcome(house, "test_swept", CINE_FORGE_SWEEP=asked)[1]


def test_outside_data_that_is_absent_is_a_part_like_any_other(house: Path) -> None:
    assert "shared_data: 1 tests not run" in outcome(house, "test_data")[1]
    assert outcome(house, "test_data", CINE_FORGE_REQUIRE="shared_data")[0] == 1


@pytest.mark.row("F24")
def test_a_test_that_swallows_a_refused_connection_still_fails(house: Path) -> None:
    status, words = outcome(house, "test_swallowing")
    assert status == 1
    assert "the test reached for the network" in words
