"""Breaks of what people do with artifacts: comparing, editing, locking, rejecting, copying a project."""

from tests.contracts.breaks import Break

_ROOM = "cine_forge/kernel/artifacts"
_TESTS = "tests/kernel/artifacts"

BREAKS = (
    Break(
        "one inserted element changes all that follow",
        f"{_ROOM}/diff/alignment.py",
        "    for end in [*_common(texts_old, texts_new), (len(texts_old), len(texts_new))]:\n",
        "    for end in [(len(texts_old), len(texts_new))]:\n",
        f"{_TESTS}/diff/test_diff.py::test_an_inserted_element_is_one_addition",
    ),
    Break(
        "a pin moves what is hard-locked",
        f"{_ROOM}/index/decisions.py",
        '_MOVING = ("accept", "pin", "unpin")\n',
        '_MOVING = ("accept",)\n',
        f"{_TESTS}/test_locks.py::test_nothing_takes_the_place_of_what_is_hard_locked",
    ),
    Break(
        "what is locked is edited without a word",
        f"{_ROOM}/records/lock.py",
        "    if lock is not None and not note.strip():\n",
        "    if lock is None and not note.strip():\n",
        f"{_TESTS}/test_locks.py::test_a_person_edits_over_a_soft_lock_only_with_a_note",
    ),
    Break(
        "money is spent on what a hard lock keeps out",
        "cine_forge/kernel/planning/locked.py",
        "    if not locks or (not spends and len(locks) < len(subjects)):\n",
        "    if locks or (not spends and len(locks) < len(subjects)):\n",
        "tests/kernel/planning/test_decision.py"
        "::test_a_unit_whose_result_is_hard_locked_is_skipped_before_it_costs_anything",
    ),
    Break(
        "a copied project buys what its original has under way",
        "cine_forge/generation/dispatch/dispatch.py",
        "        if self._at.is_copy:\n            self._refuse_in_copy(order)\n        found =",
        "        if self._at.is_copy and order.attempt > 1:\n"
        "            self._refuse_in_copy(order)\n        found =",
        "tests/generation/test_copied_project.py::test_a_copy_takes_up_nothing_that_is_open_and_asks_nobody",
    ),
    Break(
        "a copied folder takes itself for its original",
        "cine_forge/driver/upkeep/identity.py",
        "        return self.inode == now.inode and (",
        "        return bool(",
        "tests/driver/upkeep/test_project_identity.py"
        "::test_a_copy_works_says_once_that_it_is_one_and_changes_nothing_of_its_original",
    ),
    Break(
        "a run in a copy does not tell its door",
        "cine_forge/driver/run.py",
        "        is_copy=original_of(wired.folder) is not None,\n",
        "        is_copy=False,\n",
        "tests/driver/upkeep/test_project_identity.py"
        "::test_the_door_of_a_run_is_told_that_it_stands_in_a_copy_and_later_whose_ids_to_use",
    ),
    Break(
        "an adopted copy goes on with what is its original's",
        "cine_forge/driver/upkeep/adoption.py",
        "        left = () if adopting.with_receipts else _leave_receipts(folder)\n",
        "        left: tuple[str, ...] = ()\n",
        "tests/driver/upkeep/test_project_identity.py"
        "::test_adopting_a_copy_gives_it_an_id_leaves_what_is_open_and_says_who_and_when",
    ),
)
