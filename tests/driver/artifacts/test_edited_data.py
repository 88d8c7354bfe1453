"""The data of an edit: from JSON or YAML, or set by paths; every fault stands where it was written."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cine_forge.driver.artifacts.edited_data import read_data, set_values
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.ground.errors import ArtifactError, CineForgeError, UsageError

LINE = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "n/m": {"type": "integer"}},
    "required": ["text"],
    "additionalProperties": False,
}
SHAPE = {
    "type": "object",
    "properties": {"lines": {"type": "array", "items": LINE}, "weight": {"type": "number"}},
    "additionalProperties": False,
}
DATA = {"lines": [{"text": "a"}, {"text": "b"}], "weight": 1}


@pytest.fixture
def registry() -> SchemaRegistry:
    found = SchemaRegistry()
    found.register_json("scene@1", SHAPE)
    return found


def written(tmp_path: Path, text: str, name: str = "data.json") -> str:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / name)


def places(registry: SchemaRegistry, file: str) -> list[str]:
    with pytest.raises(ArtifactError) as raised:
        read_data(file).check("scene@1", registry)
    return [fault.where.removeprefix(str(Path(file).parent) + "/") for fault in raised.value.faults]


@pytest.mark.row("B10")
def test_every_fault_of_a_json_file_is_told_with_line_and_column(
    registry: SchemaRegistry, tmp_path: Path
) -> None:
    text = '{\n\t"lines": [\n\t\t{"text": 1},\n\t\t{"n/m": 2}\n\t],\n\t"wieght": 1\n}'
    assert places(registry, written(tmp_path, text)) == [
        "data.json:3:4 /lines/0/text",
        "data.json:4:3 /lines/1/text",
        "data.json:6:2 /wieght",
    ]


@pytest.mark.row("B10")
def test_every_fault_of_a_yaml_file_is_told_with_line_and_column(
    registry: SchemaRegistry, tmp_path: Path
) -> None:
    text = "weight: heavy\nlines:\n  - text: a\n    n/m: 1.5\n"
    assert places(registry, written(tmp_path, text, "data.yaml")) == [
        "data.yaml:1:1 /weight",
        "data.yaml:4:5 /lines/0/n~1m",
    ]


def test_what_the_show_command_prints_is_taken_and_located_within_it(
    registry: SchemaRegistry, tmp_path: Path
) -> None:
    envelope = {"schema": "artifact/1", "ref": "scene/x@v1", "schema_name": "scene@1", "digest": "d"}
    text = json.dumps({**envelope, "data": {"weight": "x"}}, indent=1)
    file = written(tmp_path, text)
    assert read_data(file).value == {"weight": "x"}
    assert places(registry, file) == ["data.json:7:3 /weight"]


def test_data_that_fit_are_let_through(registry: SchemaRegistry, tmp_path: Path) -> None:
    data = read_data(written(tmp_path, json.dumps(DATA)))
    data.check("scene@1", registry)
    assert data.value == DATA


def test_json_means_what_it_means_in_json(tmp_path: Path) -> None:
    text = '\ufeff{"a": 1e3, "b": "\\ud83d\\ude00\\/", "c": null}'
    assert read_data(written(tmp_path, text)).value == {"a": 1000.0, "b": "😀/", "c": None}


def test_stdin_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch, registry: SchemaRegistry) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"weight: x\n")))
    with pytest.raises(ArtifactError, match="CF-A033 stdin:1:1 /weight"):
        read_data("-").check("scene@1", registry)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[1]", "CF-U053 .*data.json:1:1: an artifact's data are a mapping, found a list"),
        ("", "CF-U053 .*found nothing"),
        ('{"a": 1, "a": 2}', "CF-U205 .*data.json:1:10: key `a` stands here a second time"),
        ("a: [1", "CF-U204 .*data.json:"),
        ('{"a": NaN, "b": [}', "CF-U204"),
    ],
)
def test_what_holds_no_mapping_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_data(written(tmp_path, text))


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(UsageError, match=r"CF-U053 .*byte 0xff is not UTF-8"):
        read_data(str(tmp_path / "data.json"))


def test_no_number_of_json_is_taken_as_text_that_the_schema_refuses(
    tmp_path: Path, registry: SchemaRegistry
) -> None:
    assert places(registry, written(tmp_path, '{"weight": NaN}')) == ["data.json:1:2 /weight"]


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("/lines/1/text=c", {"lines": [{"text": "a"}, {"text": "c"}], "weight": 1}),
        ("/lines/0={text: c}", {"lines": [{"text": "c"}, {"text": "b"}], "weight": 1}),
        ("new=Ann: #5, she said", {**DATA, "new": "Ann: #5, she said"}),
        ('new="No," he said', {**DATA, "new": '"No," he said'}),
        ("new=true", {**DATA, "new": True}),
        ("new=2026-01-02", {**DATA, "new": "2026-01-02"}),
        ("lines.0.n/m=3", {"lines": [{"text": "a", "n/m": 3}, {"text": "b"}], "weight": 1}),
        ("/lines/0/n~1m=3", {"lines": [{"text": "a", "n/m": 3}, {"text": "b"}], "weight": 1}),
        ("/lines/-={text: c}", {"lines": [*DATA["lines"], {"text": "c"}], "weight": 1}),
        ("/lines=[]", {"lines": [], "weight": 1}),
        ("weight=2.5", {**DATA, "weight": 2.5}),
        ("weight=", {**DATA, "weight": None}),
        ('weight="2"', {**DATA, "weight": "2"}),
        ("new=a=b", {**DATA, "new": "a=b"}),
    ],
)
def test_a_value_is_put_at_its_path(said: str, result: dict[str, object]) -> None:
    before = json.dumps(DATA)
    assert set_values(DATA, [said]).value == result
    assert json.dumps(DATA) == before


def test_later_values_stand_on_earlier_ones() -> None:
    found = set_values({}, ["/lines=[]", "/lines/-={text: a}", "/lines/0/text=b"])
    assert found.value == {"lines": [{"text": "b"}]}


def test_every_path_that_leads_nowhere_is_named() -> None:
    said = [
        "/lnes/0=1",
        "/lines/2/text=1",
        "/lines/x=1",
        "/weight/a=1",
        "nothing",
        "/=1",
        "/lines/0={a: 1, a: 2}",
    ]
    with pytest.raises(UsageError) as raised:
        set_values(DATA, said)
    told = [(fault.code, fault.where, fault.what, fault.hint) for fault in raised.value.faults]
    assert told[:4] == [
        ("CF-U054", "--set /lnes/0", "there is no `lnes`", "did you mean `lines`?"),
        ("CF-U054", "--set /lines/2/text", "the list has no place `2`",
         "places count from 0 to 1, and `-` adds one"),
        ("CF-U054", "--set /lines/x", "the list has no place `x`",
         "places count from 0 to 1, and `-` adds one"),
        ("CF-U054", "--set /weight/a", "`a` leads into the number `1`", ""),
    ]  # fmt: skip
    assert [code for code, *_ in told[4:]] == ["CF-U054", "CF-U054", "CF-U205"]
    with pytest.raises(UsageError, match="`-` adds one"):
        set_values({"a": []}, ["a.0=1"])


def test_faults_of_values_name_the_option_that_brought_them(registry: SchemaRegistry) -> None:
    data = set_values({**DATA, "weight": "x"}, ["/lines/0/text=5", "/lines/0/n~1m=a"])
    with pytest.raises(CineForgeError) as raised:
        data.check("scene@1", registry)
    assert sorted(fault.where for fault in raised.value.faults) == [
        "--set /lines/0/n~1m",
        "--set /lines/0/text",
        "/weight",
    ]


def test_a_fault_of_the_whole_is_told_for_the_whole(registry: SchemaRegistry, tmp_path: Path) -> None:
    registry.register_json("odd@1", {"type": "object", "required": ["a"]})
    file = written(tmp_path, "{}")
    with pytest.raises(ArtifactError, match=r"CF-A033 .*data.json:1:1 /a: .*missing"):
        read_data(file).check("odd@1", registry)
