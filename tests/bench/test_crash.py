"""SIGKILL at half of a run: what had ended is not done again, and a worker loses at most what it held."""

from __future__ import annotations

import pytest

from bench.crash import repeated_after_kill
from bench.workload import layers


@pytest.mark.row("H1")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_killed_at_half_repeats_at_most_one_unit_for_each_worker(jobs: int) -> None:
    assert len(repeated_after_kill(layers(10, 12), jobs)) <= jobs
