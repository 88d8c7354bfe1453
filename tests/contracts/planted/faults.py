"""Breaks that only a real fault brings to light: kills, power cuts, full disks, flipped bits."""

from tests.contracts.breaks import Break

_ROOM = "cine_forge/kernel/artifacts"
_TESTS = "tests/kernel/artifacts"
_FAULTS = "tests/faults"

BREAKS = (
    Break(
        "the name of a record is not made durable",
        f"{_ROOM}/keeping/blobs.py",
        "        for folder in dict.fromkeys(path.parent for path, _ in step if path in waiting):\n"
        "            fsync_folder(folder)",
        "        return None",
        f"{_FAULTS}/test_power_cut.py::test_other_acts_whose_power_fails_are_whole_or_not_there[edit]",
    ),
    Break(
        "what a killed writer named is taken for durable",
        f"{_ROOM}/keeping/blobs.py",
        "            self._make_durable(folders)",
        "            return None",
        f"{_FAULTS}/test_power_cut.py::test_what_stands_on_the_work_of_a_killed_writer_outlives_a_power_cut",
    ),
    Break(
        "the record of a unit is linked before its results",
        f"{_ROOM}/store/publish.py",
        'self._blobs.publish(media, records, [Blob(commit, sealed(derivation.model_dump(mode="json")))])',
        'self._blobs.publish([Blob(commit, sealed(derivation.model_dump(mode="json")))], media, records)',
        f"{_FAULTS}/test_killed_store.py"
        "::test_an_act_killed_at_every_call_of_its_ends_as_an_unbroken_one[offer a candidate]",
    ),
    Break(
        "an index that was begun is taken for whole",
        f"{_ROOM}/index/sql_index.py",
        ' or not self._all("SELECT once FROM filled")',
        "",
        f"{_TESTS}/test_kill.py"
        "::test_an_index_that_a_killed_writer_had_begun_to_make_again_is_not_taken_for_whole",
    ),
    Break(
        "a closed journal is written over in place",
        f"{_ROOM}/keeping/journal.py",
        "        if found and found.pending:\n            self._write(_idle())",
        "        if found:\n            self._write(_idle())",
        f"{_TESTS}/keeping/test_journal.py::test_a_closed_journal_stays_closed_until_it_is_opened_durably",
    ),
    Break(
        "a lock whose text the disk refused is held for ever",
        "cine_forge/kernel/ground/lock.py",
        "            os.close(handle)\n            raise\n        self._handle = handle",
        "            raise\n        self._handle = handle",
        "tests/kernel/ground/test_lock.py::test_a_lock_whose_text_cannot_be_written_is_not_held_by_anybody",
    ),
    Break(
        "what the disk refuses has no code",
        f"{_ROOM}/store/turn.py",
        "except (OSError, sqlite3.Error) as error:",
        "except sqlite3.Error as error:",
        f"{_TESTS}/test_refused.py"
        "::test_a_store_that_the_disk_refuses_to_open_says_so_and_opens_when_it_can[0]",
    ),
    Break(
        "a flipped bit of media is given out",
        f"{_ROOM}/keeping/seal.py",
        "if FILE_DIGESTS.digest_of(path) != file.sha256:",
        "if path.stat().st_size != file.bytes:",
        f"{_FAULTS}/test_bit_flips.py"
        "::test_every_one_of_1000_flipped_bits_of_media_is_found_and_it_is_never_given_out",
    ),
)
