"""SIGKILL in front of every call by which the store changes something: nothing damaged, nothing lost."""

import pytest

from tests.faults.acts import ACTS
from tests.faults.apart import apart
from tests.faults.payments import Payments
from tests.faults.sweep import sweep

pytestmark = pytest.mark.needs("seccomp")

LEAST = {"save": 80, "first save": 90, "rebuild": 50}


@pytest.mark.row("H1")
@pytest.mark.row("A6")
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_an_act_killed_at_every_call_of_its_ends_as_an_unbroken_one(tmp_path, act):
    report = apart(sweep, act, tmp_path)
    assert report.findings == []
    assert report.points >= LEAST.get(act.name, 16)


@pytest.mark.row("H1")
@pytest.mark.parametrize("every", [2, pytest.param(1, marks=pytest.mark.sweep)])
def test_a_payment_killed_at_any_call_is_in_the_ledger_once_it_was_acknowledged(tmp_path, every):
    report = apart(sweep, Payments(), tmp_path, every=every)
    assert report.findings == []
    assert report.points >= 30
