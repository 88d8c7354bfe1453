"""Breaks of writing together, of what a commit costs, and of what only the model of a store notices."""

from tests.contracts.breaks import Break

_ROOM = "cine_forge/kernel/artifacts"
_TESTS = "tests/kernel/artifacts"

BREAKS = (
    Break(
        "who waits for a lock hears nothing",
        f"{_ROOM}/store/storage.py",
        "tell=_say, ",
        "tell=lambda _: sys.stderr.write(''), ",
        f"{_TESTS}/test_writers.py::test_a_writer_that_waits_long_says_for_whom",
    ),
    Break(
        "media are copied while the lock is held",
        f"{_ROOM}/store/turn.py",
        "            staging(self._incoming, tuple(media)) as staged,\n            self._turn,\n",
        "            self._turn,\n            staging(self._incoming, tuple(media)) as staged,\n",
        f"{_TESTS}/test_writers.py::test_who_copies_long_media_holds_nobody_up",
    ),
    Break(
        "a commit looks at every derivation of the project",
        f"{_ROOM}/index/sql_index.py",
        'self._value("SELECT max(ordinal) FROM derivation")',
        'self._value("SELECT max(ordinal + 0) FROM derivation")',
        f"{_TESTS}/test_commit_cost.py"
        "::test_a_commit_takes_as_many_steps_of_the_database_in_a_large_project_as_in_a_small_one",
    ),
    Break(
        "a commit remembers what it kept",
        f"{_ROOM}/store/publish.py",
        "        self._journal = journal\n",
        "        self._journal = journal\n        self.choose = __import__('functools').cache(self.choose)\n",
        f"{_TESTS}/test_commit_cost.py::test_a_store_that_keeps_more_and_more_holds_no_more_memory",
    ),
    Break(
        "a command announces over what is hard-locked",
        f"{_ROOM}/store/store.py",
        "            if module is None:\n                first",
        "            if False:\n                first",
        f"{_TESTS}/test_locks.py::test_what_a_command_announces_takes_no_place_under_a_hard_lock_either",
    ),
    Break(
        "the edges of an edited version outlive the unit that made the same once more",
        f"{_ROOM}/index/index_graph.py",
        "AND (c.derivation IS NULL OR e.role <> 'derived_from')\n    ORDER BY",
        "ORDER BY",
        f"{_TESTS}/test_store_model.py"
        "::test_a_store_does_what_its_model_says_whatever_is_done_and_whoever_is_killed",
    ),
)
