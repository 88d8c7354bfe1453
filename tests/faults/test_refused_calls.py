"""The disk refuses a call, once or for good: an error with a code, nothing lost, and it goes on later."""

import pytest

from tests.faults.acts import ACTS
from tests.faults.apart import apart
from tests.faults.sweep import FAILED, FAILING, FULL, FULL_FOR_A_MOMENT, sweep

pytestmark = pytest.mark.needs("seccomp")

_BY_NAME = {act.name: act for act in ACTS}


@pytest.mark.row("H4")
@pytest.mark.parametrize(
    ("name", "harm", "every"),
    [("save", FAILED, 1), ("edit", FAILED, 2), ("save", FULL, 2), ("confirm", FULL_FOR_A_MOMENT, 2),
     ("announce", FAILING, 3), ("open without an index", FAILING, 4)],
    ids=lambda value: getattr(value, "name", value),
)  # fmt: skip
def test_a_refused_call_costs_nothing_that_was_kept_and_the_act_goes_on_later(tmp_path, name, harm, every):
    report = apart(sweep, _BY_NAME[name], tmp_path, harm, every=every)
    assert report.findings == []
    assert report.points >= 15


@pytest.mark.row("H4")
@pytest.mark.sweep
@pytest.mark.parametrize("harm", [FAILED, FAILING, FULL, FULL_FOR_A_MOMENT], ids=lambda harm: harm.name)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_every_act_outlives_every_refused_call(tmp_path, act, harm):
    assert apart(sweep, act, tmp_path, harm).findings == []
