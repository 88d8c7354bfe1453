"""The planted breaks of lost submits: what vendors say of them is believed no further than it goes."""

from __future__ import annotations

from tests.contracts.breaks import Break

ROOM = "cine_forge/generation"
TESTS = "tests/generation"

BREAKS = (
    Break(
        name="lost submit: a refusal under the status of a success means that there is nothing",
        file=f"{ROOM}/providers/remote.py",
        old="        good = answer.is_good and self._line.trouble(answer) is None\n",
        new="        good = answer.is_good\n",
        test=f"{TESTS}/test_kling.py::test_a_lost_task_is_found_by_our_own_id_and_an_error_is_no_absence",
    ),
    Break(
        name="lost submit: what a vendor says it has is sent again",
        file=f"{ROOM}/dispatch/search.py",
        old='        return "held" if receipt.trouble is Trouble.TAKEN else "absent"\n',
        new='        return "absent"\n',
        test=f"{TESTS}/test_lost_submits.py::test_a_key_that_a_vendor_knows_is_held_when_its_list_shows_no_run",
    ),
    Break(
        name="lost submit: a run that may be another's is claimed",
        file=f"{ROOM}/providers/flora/listing.py",
        old="    if len(fitting) == 1 and not sought.rivals:\n",
        new="    if len(fitting) == 1:\n",
        test=f"{TESTS}/test_flora.py::test_one_run_that_fits_is_ours_unless_somebody_elses_is_missing_too",
    ),
)
