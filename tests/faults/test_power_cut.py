"""The power fails after every step of a save: the project opens, and what was acknowledged is there."""

import pytest

from tests.faults.acts import ACTS
from tests.faults.apart import apart
from tests.faults.payments import Payments
from tests.faults.power_cut import cut_after_kills, power_cuts

pytestmark = pytest.mark.needs("seccomp")

_BY_NAME = {act.name: act for act in ACTS}


@pytest.mark.row("H3")
@pytest.mark.row("A6")
def test_a_save_whose_power_fails_after_any_step_is_whole_or_not_there(tmp_path):
    report = apart(power_cuts, _BY_NAME["save"], tmp_path, mixes=1)
    assert report.findings == []
    assert report.points > 150


@pytest.mark.row("H3")
@pytest.mark.parametrize(
    "name", ["first save", "edit", "keep nothing new, then save", "open without an index"]
)
def test_other_acts_whose_power_fails_are_whole_or_not_there(tmp_path, name):
    report = apart(power_cuts, _BY_NAME[name], tmp_path, mixes=1, every=5)
    assert report.findings == []
    assert report.points > 20


@pytest.mark.row("H3")
def test_what_stands_on_the_work_of_a_killed_writer_outlives_a_power_cut(tmp_path):
    report = apart(cut_after_kills, _BY_NAME["first save"], tmp_path, first=2, every=6)
    assert report.findings == []
    assert report.points > 20


@pytest.mark.row("H3")
def test_a_payment_whose_power_fails_is_in_the_ledger_once_it_was_acknowledged(tmp_path):
    report = apart(power_cuts, Payments(), tmp_path, mixes=2, every=2)
    assert report.findings == []
    assert report.points > 40


@pytest.mark.row("H3")
@pytest.mark.sweep
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_every_act_outlives_every_cut_and_every_kill_before_a_cut(tmp_path, act):
    assert apart(power_cuts, act, tmp_path / "cuts", mixes=6).findings == []
    assert apart(cut_after_kills, act, tmp_path / "kills").findings == []
