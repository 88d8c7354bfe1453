"""Modules are found by their folders; what is broken disables itself and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.ground.errors import ModuleError, RecipeError
from cine_forge.kernel.stages.discovery import discover


def module(
    root: Path, stage: str, name: str, more: str = "", main: str | None = "raise SystemExit(1)\n"
) -> Path:
    folder = root / stage.partition(".")[0] / name
    folder.mkdir(parents=True)
    (folder / "module.yaml").write_text(
        f"module_id: {name}\nstage: {stage}\ndescription: d\nversion: 1\n{more}"
    )
    if main is not None:
        (folder / "main.py").write_text(main)
    return folder


@pytest.mark.row("A23")
def test_a_folder_that_is_dropped_in_is_found_without_running_its_code(tmp_path: Path) -> None:
    folder = module(tmp_path, "draw.pencil", "pencil_v1")
    found = discover([tmp_path]).get("pencil_v1")
    assert (found.folder, found.root) == (folder, tmp_path)
    assert found.manifest.stage == "draw.pencil"
    assert found.where == str(folder / "module.yaml")
    assert found.place("version") == f"{folder / 'module.yaml'}:4:1"


@pytest.mark.row("A25")
def test_a_broken_module_disables_only_itself(tmp_path: Path) -> None:
    module(tmp_path, "a", "good_v1")
    module(tmp_path, "a", "broken_v1", more="determinsm: pure\n")
    module(tmp_path, "b", "empty_v1", main=None)
    registry = discover([tmp_path])
    assert list(registry.modules) == ["good_v1"]
    assert [fault.code for fault in registry.broken] == ["CF-M002", "CF-M001"]


def test_a_disabled_module_that_a_recipe_asks_for_tells_why(tmp_path: Path) -> None:
    module(tmp_path, "a", "broken_v1", more="determinsm: pure\n")
    with pytest.raises(RecipeError, match=r"CF-M012 module `broken_v1` is disabled") as refusal:
        discover([tmp_path]).get("broken_v1")
    assert "unknown key `determinsm`" in refusal.value.faults[0].hint


def test_an_unknown_module_names_the_nearest_and_the_command_that_lists_them(tmp_path: Path) -> None:
    module(tmp_path, "a", "pencil_v1")
    with pytest.raises(RecipeError) as refusal:
        discover([tmp_path]).get("pencl_v1")
    (fault,) = refusal.value.faults
    assert (fault.code, fault.what) == ("CF-M006", "there is no module `pencl_v1`")
    assert fault.hint == "did you mean `pencil_v1`?; `cine-forge modules list` lists them"


@pytest.mark.row("A25")
def test_two_modules_with_one_id_are_refused_with_both_paths(tmp_path: Path) -> None:
    first = module(tmp_path / "one", "a", "echo_v1")
    second = module(tmp_path / "two", "b", "echo_v1")
    with pytest.raises(ModuleError) as refusal:
        discover([tmp_path / "one", tmp_path / "two"])
    (fault,) = refusal.value.faults
    assert fault.code == "CF-M004"
    assert f"`{first}` and `{second}`" in fault.what


@pytest.mark.row("A26")
def test_several_roots_are_looked_through(tmp_path: Path) -> None:
    module(tmp_path / "one", "a", "first_v1")
    module(tmp_path / "two", "a", "second_v1")
    assert list(discover([tmp_path / "two", tmp_path / "one"]).modules) == ["second_v1", "first_v1"]


def test_one_root_named_twice_is_one_root(tmp_path: Path) -> None:
    module(tmp_path, "a", "first_v1")
    assert list(discover([tmp_path, tmp_path / "a" / ".."]).modules) == ["first_v1"]


def test_a_root_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match=r"CF-M011 there is no folder `.*nowhere`"):
        discover([tmp_path / "nowhere"])


def test_folders_without_module_and_hidden_ones_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a" / "notes").mkdir(parents=True)
    (tmp_path / "a" / "__pycache__").mkdir()
    module(tmp_path, ".hidden", "x_v1")
    (tmp_path / "README.md").touch()
    assert discover([tmp_path]) == discover([])


def test_a_folder_with_code_and_no_manifest_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "bare_v1"
    folder.mkdir(parents=True)
    (folder / "main.py").touch()
    (fault,) = discover([tmp_path]).broken
    assert (fault.code, fault.what) == ("CF-U201", f"there is no file `{folder / 'module.yaml'}`")


@pytest.mark.row("A20")
def test_a_private_schema_of_one_module_may_be_used_by_another(tmp_path: Path) -> None:
    maker = module(
        tmp_path, "a", "maker_v1", "outputs:\n  x: {schema: mine@1}\nschemas: [schemas/mine@1.json]\n"
    )
    (maker / "schemas").mkdir()
    (maker / "schemas" / "mine@1.json").write_text('{"type": "object"}')
    module(tmp_path, "b", "user_v1", "inputs:\n  x: {schema: mine@1}\n")
    registry = discover([tmp_path], known_schemas=())
    assert registry.broken == ()
    assert registry.get("maker_v1").schemas == {"mine@1": {"type": "object"}}


def test_schema_names_are_not_judged_when_none_are_given(tmp_path: Path) -> None:
    module(tmp_path, "a", "user_v1", "inputs:\n  x: {schema: nobody@1}\n")
    assert list(discover([tmp_path]).modules) == ["user_v1"]
    assert list(discover([tmp_path], known_schemas=()).modules) == []
