"""Breaks of evolution and of names: older projects open, and no name leads out."""

from tests.contracts.breaks import Break

_ROOM = "cine_forge/kernel/artifacts"
_TESTS = "tests/kernel/artifacts"
_HOSTILE = f"{_TESTS}/test_hostile_names.py"
_PLANTED = f"{_TESTS}/test_planted.py"

BREAKS = (
    Break(
        "an upcast changes the data that was read",
        f"{_ROOM}/schemas/upcast.py",
        "found: dict[str, Any] = json.loads(canonical_json(data))",
        "found: dict[str, Any] = data  # type: ignore",
        f"{_TESTS}/schemas/test_upcast.py::test_upcasts_are_chained_and_the_data_that_was_read_stays_as_it_is",
    ),
    Break(
        "a move puts a value over another",
        f"{_ROOM}/schemas/upcast.py",
        "    if name in data:\n        raise",
        "    if not name:\n        raise",
        f"{_TESTS}/schemas/test_upcast.py::test_a_move_never_puts_a_value_over_another",
    ),
    Break(
        "an older program writes into a newer project",
        f"{_ROOM}/records/edition.py",
        "if found and found.format > own.format:",
        "if found and found.format > own.format + 9:",
        f"{_TESTS}/records/test_edition.py::test_a_project_of_a_newer_program_is_not_written_but_read",
    ),
    Break(
        "an older record is not brought up",
        f"{_ROOM}/records/edition.py",
        "while number < self.newest and number in self.upcasts:",
        "while number < self.newest - 9 and number in self.upcasts:",
        f"{_TESTS}/records/test_edition.py::test_an_envelope_of_form_1_is_read_by_form_2_code_and_its_file_stays",
    ),
    Break(
        "two names that differ in capitals share a folder",
        f"{_ROOM}/records/refs.py",
        "{digest_of_bytes(entity.encode('utf-8', 'surrogatepass'))[:16]}",
        "{digest_of_bytes(entity.lower().encode('utf-8', 'surrogatepass'))[:16]}",
        f"{_HOSTILE}::test_every_name_gets_a_folder_of_its_own_that_any_disk_can_hold",
    ),
    Break(
        "a stage is a folder under whatever name",
        f"{_ROOM}/records/refs.py",
        "return stage if plain else entity_folder(stage)",
        "return stage",
        f"{_HOSTILE}::test_stages_that_differ_never_share_a_folder",
    ),
    Break(
        "a planted link is followed to the folder behind it",
        "cine_forge/kernel/ground/files.py",
        'if kind not in ("folder", None):\n            raise',
        'if kind not in ("folder", "link", None):\n            raise',
        "tests/kernel/ground/test_files.py::test_a_link_among_the_folders_on_the_way_is_refused",
    ),
    Break(
        "a version is moved away because another name shares its folder",
        f"{_ROOM}/store/publish.py",
        '        if known:\n            what = f"`{name}` lies here',
        '        if not known:\n            what = f"`{name}` lies here',
        f"{_PLANTED}::test_two_names_that_share_a_folder_never_lose_a_version",
    ),
    Break(
        "a record may name a file outside",
        f"{_ROOM}/records/envelope.py",
        "        if not stays_inside(path):",
        "        if not path:",
        f"{_PLANTED}::test_a_record_that_names_a_file_outside_is_no_record",
    ),
)
