"""What the author of a module sees of an input."""

from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.envelope import MediaFile
from cine_forge.kernel.stages.contract import Given, Parked, StageResult

FILES = tuple(
    MediaFile(name=name, path=f"artifacts/a/{name}", sha256="0" * 64, bytes=1, media_type="image/png")
    for name in ("one.png", "two.png")
)


def test_media_open_by_name_below_the_project() -> None:
    given = Given("a/b@v1", "d", "b", {}, FILES, Path("/project"))
    assert given.open_media("two.png") == Path("/project/artifacts/a/two.png")
    with pytest.raises(KeyError, match=r"three\.png"):
        given.open_media("three.png")


def test_where_the_project_lies_makes_no_other_input() -> None:
    assert Given("a/b@v1", "d", "b", {}, root=Path("/x")) == Given("a/b@v1", "d", "b", {}, root=Path("/y"))


def test_a_parked_unit_names_its_receipt_and_is_no_error_that_a_module_catches() -> None:
    parked = Parked("rc-1")
    assert (parked.receipt, str(parked)) == ("rc-1", "rc-1")
    assert not isinstance(parked, Exception)


def test_a_result_says_nothing_unless_it_is_told_to() -> None:
    bare = StageResult()
    assert (bare.outputs, bare.cost_micro_usd, bare.warnings, bare.waiting) == ((), 0, (), None)
