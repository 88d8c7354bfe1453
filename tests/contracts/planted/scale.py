"""Breaks of stores beyond one disk: nothing overwritten, nothing shown by halves, no secret told."""

from tests.contracts.breaks import Break

_ROOM = "cine_forge/scale"
_TESTS = "tests/scale"

BREAKS = (
    Break(
        "a name in a bucket can be given twice",
        f"{_ROOM}/s3_blobs.py",
        'obstore.put(self._bucket, blob.name, blob.content, mode="create")',
        "obstore.put(self._bucket, blob.name, blob.content)",
        f"{_TESTS}/test_places.py::test_a_name_is_given_once[s3]",
    ),
    Break(
        "changed media of a bucket are handed out",
        f"{_ROOM}/s3_blobs.py",
        "if running.hexdigest() != sha256:",
        "if not running.hexdigest():",
        f"{_TESTS}/test_s3_media.py::test_changed_bytes_in_the_bucket_are_never_handed_out",
    ),
    Break(
        "a writer that lost its lock gives its commit a name",
        f"{_ROOM}/s3_blobs.py",
        "if step is steps[-1]:",
        "if step is None:",
        f"{_TESTS}/test_shared_lock.py::test_who_lost_the_lock_gives_no_commit_its_name_in_a_bucket",
    ),
    Break(
        "two indexes write one prefix",
        f"{_ROOM}/location.py",
        'if blobs and mode == "write":',
        "if blobs and mode is None:",
        f"{_TESTS}/test_location.py::test_a_prefix_is_written_with_one_index_alone",
    ),
    Break(
        "two writers of a shared store write at once",
        f"{_ROOM}/postgres_database.py",
        '"SELECT pg_advisory_lock(%s)"',
        '"SELECT pg_advisory_lock(%s + pg_backend_pid())"',
        f"{_TESTS}/test_shared_lock.py::test_a_second_writer_waits_until_the_first_is_done[postgres]",
    ),
    Break(
        "texts in PostgreSQL are ordered as its locale likes",
        f"{_ROOM}/postgres_database.py",
        """("TEXT", 'TEXT COLLATE "C"'),""",
        """("TEXT", 'TEXT COLLATE "en-x-icu"'),""",
        f"{_TESTS}/test_places.py"
        "::test_an_index_made_again_has_an_equal_dump_and_every_place_the_same[postgres]",
    ),
    Break(
        "a password in a URL is taken",
        f"{_ROOM}/location.py",
        "secret = parts.password or any(",
        "secret = any(",
        f"{_TESTS}/test_location.py::test_a_password_in_a_url_is_refused_and_not_shown",
    ),
    Break(
        "a unit begins before its media are there",
        "cine_forge/kernel/running/executors.py",
        "            self._supply(order)\n",
        "",
        "tests/kernel/running/test_supply.py::test_a_unit_whose_inputs_cannot_be_brought_fails_and_says_why",
    ),
)
