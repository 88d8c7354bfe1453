"""SIGKILL in front of every call by which the store changes something: nothing damaged, nothing lost."""

import pytest

from tests.faults.acts import ACTS
from tests.faults.sweep import sweep

pytestmark = pytest.mark.needs("seccomp")

LEAST = {"save": 80, "first save": 90, "rebuild": 50}


@pytest.mark.row("H1")
@pytest.mark.row("A6")
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_an_act_killed_at_every_call_of_its_ends_as_an_unbroken_one(tmp_path, act):
    report = sweep(act, tmp_path)
    assert report.findings == []
    assert report.points >= LEAST.get(act.name, 16)
