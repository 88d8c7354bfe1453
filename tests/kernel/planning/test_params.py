"""Effective params: the recipe's values over the manifest's defaults, and every fault of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.ground.errors import Fault
from cine_forge.kernel.ground.hashing import digest_of_bytes
from cine_forge.kernel.planning.params import EffectiveParams, effective_params
from tests.kernel.planning.making import manifest

TEXT = {"text": {"type": "string", "default": "x"}, "size": {"type": "integer"}}
LOOK = {"look": {"type": "string", "format": "file"}}


def effective(
    params: dict[str, Any], given: dict[str, Any], root: Path = Path()
) -> tuple[EffectiveParams, list[Fault]]:
    return effective_params(manifest(params=params), given, root, lambda name: f"r.yaml/{name}")


def test_a_default_stands_until_the_recipe_says_otherwise() -> None:
    assert effective(TEXT, {})[0].values == {"text": "x"}
    found, faults = effective(TEXT, {"text": "y", "size": 0})
    assert (found.values, found.files, faults) == ({"text": "y", "size": 0}, {}, [])


def test_nothing_given_is_the_same_as_not_given() -> None:
    found, faults = effective(TEXT, {"size": None, "text": None})
    assert (found.values, faults) == ({}, [])


def test_a_value_that_is_not_allowed_is_refused_with_its_place() -> None:
    assert effective(TEXT, {"size": "3"})[1] == [
        Fault("CF-P014", "param `size`: expected integer, found text `3`", "r.yaml/size")
    ]


def test_a_required_param_is_asked_for_with_what_it_is() -> None:
    params = {"size": {"type": "integer", "required": True, "description": "how large"}}
    assert effective(params, {})[1] == [
        Fault("CF-P013", "module `maker` needs the param `size`", "r.yaml/", "how large")
    ]
    assert effective(params, {"size": 1})[1] == []


@pytest.mark.parametrize(
    ("params", "hint"),
    [(TEXT, "did you mean `text`?"), ({"a": {"type": "string"}}, "it takes `a`"), ({}, "it takes no params")],
)
def test_an_unknown_param_is_refused_with_the_nearest_or_all_there_are(
    params: dict[str, Any], hint: str
) -> None:
    what = "module `maker` has no param `txt`"
    assert effective(params, {"txt": 1})[1] == [Fault("CF-P010", what, "r.yaml/txt", hint)]


def test_a_file_reaches_the_module_absolute_and_counts_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "look.png").write_bytes(b"light")
    found, faults = effective(LOOK | TEXT, {"look": "look.png"}, tmp_path)
    assert (found.values["look"], faults) == ("look.png", [])
    assert found.files == {"look": digest_of_bytes(b"light")}
    assert found.for_module() == {"look": str(tmp_path / "look.png"), "text": "x"}


def test_a_stand_in_counts_by_its_own_bytes_and_reaches_the_module_in_the_place_of_the_file(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "new.txt").write_bytes(b"new")
    found, _ = effective(LOOK, {"look": "a.txt"}, tmp_path)
    other = found.with_stand_in("look", tmp_path / "new.txt")
    assert (other.values, other.files) == (found.values, {"look": digest_of_bytes(b"new")})
    assert other.for_module() == {"look": str((tmp_path / "new.txt").resolve())}
    assert found.for_module() == {"look": str(tmp_path / "a.txt")}


@pytest.mark.parametrize("value", ["../look.png", "/etc/passwd", "a/../../look.png"])
def test_a_file_outside_the_project_is_refused(tmp_path: Path, value: str) -> None:
    what = f"param `look`: `{value}` lies outside the project `{tmp_path}`"
    assert effective(LOOK, {"look": value}, tmp_path)[1] == [
        Fault("CF-P012", what, "r.yaml/look", "copy it into the project, and name it from there")
    ]


@pytest.mark.parametrize(
    ("value", "hint"),
    [("lok.png", "did you mean `look.png`?"), ("xyz", "there are `look.png`, `zoo`"), ("no/look.png", "")],
)
def test_a_file_that_is_not_there_is_refused_with_what_lies_beside_it(
    tmp_path: Path, value: str, hint: str
) -> None:
    (tmp_path / "look.png").write_bytes(b"light")
    (tmp_path / "zoo").mkdir()
    what = f"param `look`: there is no file `{value}` in `{tmp_path}`"
    assert effective(LOOK, {"look": value}, tmp_path)[1] == [Fault("CF-P011", what, "r.yaml/look", hint)]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert [fault.code for fault in effective(LOOK, {"look": "empty"}, tmp_path)[1]] == ["CF-P011"]


def test_a_param_without_a_value_hides_none_that_stands_after_it() -> None:
    params = {"a": {"type": "integer"}, "b": {"type": "integer", "required": True}, "c": {"type": "string"}}
    found, faults = effective(params, {"c": "x"})
    assert (found.values, [fault.code for fault in faults]) == ({"c": "x"}, ["CF-P013"])
