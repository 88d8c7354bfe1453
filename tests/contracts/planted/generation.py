"""The planted breaks of generation: one door, money, receipts, results."""

from __future__ import annotations

from tests.contracts.breaks import Break

ROOM = "cine_forge/generation"
TESTS = "tests/generation"

BREAKS = (
    Break(
        name="generation: a module-side file reaches the runners past the desk",
        file=f"{ROOM}/routing.py",
        old="from cine_forge.generation.action import Action, action_of\n",
        new="from cine_forge.generation.action import Action, action_of\n"
        "from cine_forge.generation.runners.registry import get_runner as get_runner\n",
        test=f"{TESTS}/test_one_door.py::test_only_the_desk_and_what_stands_behind_it_reach_a_runner[runners.registry]",
    ),
    Break(
        name="generation: a second file makes a seal",
        file=f"{ROOM}/desk.py",
        old="    def close(self) -> None:\n",
        new="    def seal(self) -> object:\n"
        "        from cine_forge.generation.providers.provider import Seal\n\n"
        "        return Seal()\n\n    def close(self) -> None:\n",
        test=f"{TESTS}/test_one_door.py::test_only_dispatch_makes_a_submission[Seal]",
    ),
    Break(
        name="generation: an interrupted paid submit is sent again",
        file=f"{ROOM}/dispatch/walk.py",
        old="            State.SUBMITTING: self._look_up,\n",
        new="            State.SUBMITTING: self._submit,\n",
        test=f"{TESTS}/dispatch/test_dispatch.py::test_a_submit_that_nobody_can_look_up_is_held_and_keeps_its_reservation",
    ),
    Break(
        name="generation: reservations do not count against the cap",
        file=f"{ROOM}/money/ledger.py",
        old="    if wanted and spent + held + wanted > cap.micro_usd:\n",
        new="    if wanted and spent + wanted > cap.micro_usd:\n",
        test=f"{TESTS}/money/test_ledger.py::test_the_last_micro_dollar_may_be_spent_and_not_one_more",
    ),
    Break(
        name="generation: the cap refuses what just fits",
        file=f"{ROOM}/money/ledger.py",
        old="    if wanted and spent + held + wanted > cap.micro_usd:\n",
        new="    if wanted and spent + held + wanted >= cap.micro_usd:\n",
        test=f"{TESTS}/money/test_ledger.py::test_the_last_micro_dollar_may_be_spent_and_not_one_more",
    ),
    Break(
        name="generation: a line of the log is written again after a crash",
        file=f"{ROOM}/dispatch/dispatch.py",
        old="            if not is_logged(log, receipt):\n",
        new="            if not is_logged(log, receipt) or True:\n",
        test=f"{TESTS}/dispatch/test_dispatch.py::"
        "test_a_walk_that_dies_round_a_file_ends_with_one_charge_and_one_line[True-log_receipt]",
    ),
    Break(
        name="generation: success is read from the text of the state",
        file=f"{ROOM}/runners/runner.py",
        old="        success=step.success,\n",
        new='        success=step.final_state == "settled",\n',
        test=f"{TESTS}/runners/test_runner.py::test_success_is_the_real_flag_whatever_the_final_state_says",
    ),
    Break(
        name="generation: a reference with other bytes passes",
        file=f"{ROOM}/dispatch/inspection.py",
        old="    if digest != reference.sha256:\n",
        new="    if not digest:\n",
        test=f"{TESTS}/test_order_inspection.py::test_a_reference_must_be_there_with_its_own_bytes_and_within_the_project",
    ),
)
