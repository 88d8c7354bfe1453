"""What a commit costs does not grow with the project."""

import os
import sys

import pytest

from tests.kernel.artifacts.keeping import keep, open_store


def _calls_of(action) -> int:
    calls = 0

    def watch(_frame, event, _function) -> None:
        nonlocal calls
        calls += event == "c_call"

    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.row("A45")
def test_a_commit_makes_as_many_calls_in_a_large_project_as_in_a_small_one(tmp_path):
    with open_store(tmp_path / "project") as store:
        for number in range(100, 110):
            keep(store, f"n{number}", "x")
        small = _calls_of(lambda: keep(store, "n109", "y"))
        for number in range(110, 300):
            keep(store, f"n{number}", "x")
        large = _calls_of(lambda: keep(store, "n299", "y"))
    assert abs(large - small) <= 5


def test_the_next_version_of_a_small_artifact_is_made_durable_in_four_steps(tmp_path, monkeypatch):
    durable: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: durable.append(handle) or real(handle))
    with open_store(tmp_path / "project") as store:
        keep(store, "ann", "one")
        durable.clear()
        keep(store, "ann", "two")
        assert len(durable) == 4
