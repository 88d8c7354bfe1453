"""Breaks of the store: nothing lost, nothing overwritten, everything explained."""

from tests.contracts.breaks import Break

_ROOM = "cine_forge/kernel/artifacts"
_TESTS = "tests/kernel/artifacts"

BREAKS = (
    Break(
        "a version can be overwritten",
        "cine_forge/kernel/ground/files.py",
        "os.link(temporary, path)",
        "os.replace(temporary, path)",
        "tests/kernel/ground/test_files.py::test_a_published_file_is_read_only_and_never_overwritten",
    ),
    Break(
        "two commands hold one project",
        "cine_forge/kernel/ground/lock.py",
        "LOCK_EX | fcntl.LOCK_NB)\n        except BlockingIOError:\n            os.close",
        "LOCK_SH | fcntl.LOCK_NB)\n        except BlockingIOError:\n            os.close",
        "tests/kernel/ground/test_lock.py::test_a_second_lock_is_refused_and_told_who_holds_the_first",
    ),
    Break(
        "versions are ordered as text",
        f"{_ROOM}/index/index_tables.py",
        "ORDER BY a.version DESC",
        "ORDER BY CAST(a.version AS TEXT) DESC",
        f"{_TESTS}/store/test_store.py::test_twelve_saves_list_one_to_twelve_and_the_twelfth_is_current",
    ),
    Break(
        "an input is left out of the lineage",
        f"{_ROOM}/store/store.py",
        "edges = (*work.edges, ",
        "edges = (*work.edges[:1], ",
        f"{_TESTS}/store/test_store.py::test_every_output_lists_every_input_once_and_what_it_revises",
    ),
    Break(
        "an artifact may be kept without its intent",
        f"{_ROOM}/store/work.py",
        "if not draft.intent.strip():",
        "if draft.intent is None:",
        f"{_TESTS}/store/test_store.py"
        "::test_a_draft_that_does_not_say_what_the_envelope_asks_is_refused_field_by_field",
    ),
    Break(
        "a flipped bit is not seen",
        f"{_ROOM}/keeping/seal.py",
        "if seal != _OPENING",
        "if len(content) < 80 and seal != _OPENING",
        f"{_TESTS}/verify/test_verify.py::test_every_flipped_bit_of_a_record_is_found",
    ),
    Break(
        "what a killed writer left stays in the way",
        f"{_ROOM}/store/opening.py",
        "if entry and entry.pending:",
        "if entry and entry.pending and entry.closed:",
        f"{_TESTS}/test_kill.py"
        "::test_a_kill_at_any_change_leaves_a_whole_project_that_ends_as_an_unbroken_one",
    ),
)
