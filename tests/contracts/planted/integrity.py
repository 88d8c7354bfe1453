"""Breaks of integrity: every fault found, nothing damaged handed out, nothing in use thrown away."""

from tests.contracts.breaks import Break

_ROOM = "cine_forge/kernel/artifacts"
_TESTS = "tests/kernel/artifacts"

BREAKS = (
    Break(
        "a media file is handed out unread",
        f"{_ROOM}/keeping/kept_file.py",
        "if FILE_DIGESTS.digest_of(path) != sha256:",
        "if not sha256:",
        "tests/kernel/stages/test_contract.py"
        "::test_media_that_are_not_what_was_kept_are_not_given_to_anybody",
    ),
    Break(
        "a digest is remembered over a change",
        "cine_forge/kernel/ground/digest_memory.py",
        "return status.st_size, status.st_mtime_ns, status.st_ctime_ns",
        "return status.st_size, status.st_mtime_ns, 0",
        "tests/kernel/ground/test_digest_memory.py"
        "::test_a_byte_that_is_another_is_seen_though_size_and_time_of_change_are_put_back",
    ),
    Break(
        "a slice leaves out what lies elsewhere",
        f"{_ROOM}/verify/slice.py",
        "% self.of == self.part - 1",
        "% (self.of + 1) == self.part - 1",
        f"{_TESTS}/verify/test_slice.py::test_all_slices_find_what_the_whole_finds",
    ),
    Break(
        "what stands on a damaged file is told one step deep",
        f"{_ROOM}/verify/damage.py",
        "consequences_of(ref, transitive=True)",
        "consequences_of(ref)",
        f"{_TESTS}/verify/test_damage.py"
        "::test_a_damaged_record_names_all_that_stands_on_it_and_the_run_that_makes_it_again",
    ),
    Break(
        "content that is made again leaves the damaged file",
        f"{_ROOM}/store/mending.py",
        "if any(check_media(blobs, file, deep=True)):",
        "if any(check_media(blobs, file, deep=False)):",
        f"{_TESTS}/store/test_mending.py::test_a_version_that_is_made_alike_is_whole_again_and_keeps_its_number",
    ),
    Break(
        "what something current was made from is thrown away",
        f"{_ROOM}/store/disuse.py",
        "                queue.append(link.made_from)",
        "                continue",
        f"{_TESTS}/store/test_disuse.py"
        "::test_what_something_current_was_made_from_stays_and_what_that_was_made_from",
    ),
    Break(
        "a decided version is thrown away",
        f"{_ROOM}/store/disuse.py",
        "index.stated(KINDS)",
        "index.stated(KINDS[:1])",
        f"{_TESTS}/store/test_disuse.py::test_a_version_that_somebody_decided_about_stays",
    ),
)
