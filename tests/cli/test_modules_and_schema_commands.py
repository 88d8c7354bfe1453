"""`cine-forge modules` and `cine-forge schema`: what can be used, and every key that can be written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cine_forge.cli.main import main


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    main(list(words))
    return capsys.readouterr().out


def test_the_bundled_modules_are_listed_with_their_stage(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "modules", "list").splitlines()
    assert any(line.split()[:2] == ["test", "echo_v1"] for line in lines)


@pytest.mark.row("A25")
@pytest.mark.row("A26")
def test_a_broken_module_of_a_given_folder_is_named_and_others_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "stage" / "broken_v1"
    folder.mkdir(parents=True)
    (folder / "module.yaml").write_text("module_id: broken_v1\n")
    assert main(["modules", "list", "--modules", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "echo_v1" in told.out
    assert f"{folder}/module.yaml:1:1: key `stage` is missing" in told.err


def test_the_list_comes_as_json_with_what_is_disabled(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed(capsys, "modules", "list", "--json"))
    assert document["schema"] == "modules/1"
    assert {"module_id", "stage", "version", "description", "folder"} == document["modules"][0].keys()


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("recipe",), "stages"),
        (("module",), "module_id"),
        (("project",), "delivery"),
        (("artifact", "shot@1"), "lens_mm"),
    ],
)
def test_every_key_of_a_file_is_shown(
    words: tuple[str, ...], key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert key in json.loads(printed(capsys, "schema", *words))["properties"]


def test_without_a_name_the_artifact_types_are_listed_private_ones_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = printed(capsys, "schema", "artifact").splitlines()
    assert {"shot@1", "echo@1"} <= set(names)


def test_an_unknown_type_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "artifact", "shoot@1"]) != 0
    assert "did you mean `shot@1`?" in capsys.readouterr().err
