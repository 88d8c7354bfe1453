"""What the author of a module sees of an input."""

from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.records.envelope import MediaFile
from cine_forge.kernel.ground.errors import IntegrityError
from cine_forge.kernel.ground.hashing import digest_of_bytes
from cine_forge.kernel.stages.contract import Given, Parked, StageResult

FILES = tuple(
    MediaFile(name=name, path=name, sha256=digest_of_bytes(name.encode()), bytes=7, media_type="image/png")
    for name in ("one.png", "two.png")
)


@pytest.fixture
def given(tmp_path: Path) -> Given:
    for file in FILES:
        (tmp_path / file.path).write_text(file.name)
    return Given("a/b@v1", "d", "b", {}, FILES, tmp_path)


def test_media_open_by_name_below_the_project(given: Given) -> None:
    assert given.open_media("two.png") == given.root / "two.png"
    with pytest.raises(KeyError, match=r"three\.png"):
        given.open_media("three.png")


@pytest.mark.row("H5", "A6")
def test_media_that_are_not_what_was_kept_are_not_given_to_anybody(given: Given) -> None:
    (given.root / "one.png").write_text("One.png")
    (given.root / "two.png").write_text("shorter"[:3])
    for name, code in (("one.png", "CF-A020"), ("two.png", "CF-A020")):
        with pytest.raises(IntegrityError) as raised:
            given.open_media(name)
        assert [fault.code for fault in raised.value.faults] == [code]
    (given.root / "two.png").unlink()
    for name, code in (("one.png", "CF-A020"), ("two.png", "CF-A021")):
        with pytest.raises(IntegrityError) as raised:
            given.open_media(name)
        assert [fault.code for fault in raised.value.faults] == [code]


def test_where_the_project_lies_makes_no_other_input() -> None:
    assert Given("a/b@v1", "d", "b", {}, root=Path("/x")) == Given("a/b@v1", "d", "b", {}, root=Path("/y"))


def test_a_parked_unit_names_its_receipt_and_is_no_error_that_a_module_catches() -> None:
    parked = Parked("rc-1")
    assert (parked.receipt, str(parked)) == ("rc-1", "rc-1")
    assert not isinstance(parked, Exception)


def test_a_result_says_nothing_unless_it_is_told_to() -> None:
    bare = StageResult()
    assert (bare.outputs, bare.cost_micro_usd, bare.warnings, bare.waiting) == ((), 0, (), None)
