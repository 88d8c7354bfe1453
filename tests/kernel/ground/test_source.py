"""YAML is read strictly, every place is known, and hostile text is refused before it is built."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from cine_forge.kernel.ground import source, yaml_text
from cine_forge.kernel.ground.errors import ProjectError, RecipeError
from cine_forge.kernel.ground.source import MAX_BYTES, load_source, parse_source, validate_model
from cine_forge.kernel.ground.yaml_text import MAX_DEPTH, MAX_FAULTS


def refused(text: str) -> list[tuple[str, str]]:
    """Return code and place of every fault."""
    with pytest.raises(ProjectError) as refusal:
        parse_source(text, "x.yaml")
    return [(fault.code, fault.where) for fault in refusal.value.faults]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("Yes", "Yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("010", "010"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("2024-01-02", "2024-01-02"),
        (".5", ".5"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1.5e999", "1.5e999"),
        ("1234567890123456789", "1234567890123456789"),
        ("=", "="),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("1.25", 1.25),
        ("-1.5e3", -1500.0),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'7'", "7"),
        ('"true"', "true"),
        ("''", ""),
    ],
)
def test_a_plain_scalar_means_what_it_looks_like(written: str, value: object) -> None:
    read = parse_source(f"key: {written}\n", "x.yaml").value["key"]
    assert (read, type(read)) == (value, type(value))


def test_every_key_and_value_has_its_place() -> None:
    text = "recipe: r\nstages:\n  - id: a\n    params:\n      x: 1\n  - [b,\n     c]\n"
    read = parse_source(text, "x.yaml")
    assert read.where("recipe") == "x.yaml:1:1"
    assert read.where("stages", 0) == "x.yaml:3:5"
    assert read.where("stages", 0, "params", "x") == "x.yaml:5:7"
    assert read.where("stages", 1, 1) == "x.yaml:7:6"
    assert read.said(read.place_of_value("stages", 0, "params", "x")) == "x.yaml:5:10"


def test_a_path_that_is_not_there_has_the_place_of_the_nearest_above_it() -> None:
    read = parse_source("a:\n  b: 1\n", "x.yaml")
    assert read.where("a", "c", "d") == "x.yaml:1:1"
    assert read.where("z") == "x.yaml:1:1"
    assert read.where("a", "b", "c") == "x.yaml:2:3"


@pytest.mark.row("H7")
@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("a: 1\nb: 2\na: 3\n", [("CF-U205", "x.yaml:3:1")]),
        ("a: {b: 1, b: 2}\n", [("CF-U205", "x.yaml:1:11")]),
        ("a: &x 1\nb: *x\n", [("CF-U206", "x.yaml:1:4"), ("CF-U206", "x.yaml:2:4")]),
        ("a: &x [*x]\n", [("CF-U206", "x.yaml:1:4"), ("CF-U206", "x.yaml:1:8")]),
        ("*a : 1\n", [("CF-U206", "x.yaml:1:1"), ("CF-U209", "x.yaml:1:1")]),
        ("<<: {a: 1}\n", [("CF-U206", "x.yaml:1:1")]),
        ("a: !!python/object/apply:os.system [id]\n", [("CF-U207", "x.yaml:1:4")]),
        ("a: !!str 7\nb: !mine {}\n", [("CF-U207", "x.yaml:1:4"), ("CF-U207", "x.yaml:2:4")]),
        ("1: a\n2.5: b\nnull: c\n", [("CF-U209", f"x.yaml:{line}:1") for line in (1, 2, 3)]),
        ("? [a]\n: b\n", [("CF-U209", "x.yaml:1:3")]),
        ("? {a: b}\n: b\n", [("CF-U209", "x.yaml:1:3")]),
        ("a: 1\n---\nb: 2\n", [("CF-U210", "x.yaml:2:1")]),
        ("a: 'open\n", [("CF-U204", "x.yaml:2:1")]),
        ("a: 1\n\tb: 2\n", [("CF-U204", "x.yaml:2:1")]),
        ("a: *nobody\n", [("CF-U206", "x.yaml:1:4")]),
        ("a: \x00\n", [("CF-U204", "x.yaml")]),
        ("a: 1\na: *x\nb: !t 1\n: [", [("CF-U205", "x.yaml:2:1"), ("CF-U206", "x.yaml:2:4")]),
    ],
)
def test_hostile_yaml_is_refused_where_it_stands(text: str, faults: list[tuple[str, str]]) -> None:
    assert refused(text)[: len(faults)] == faults


@pytest.mark.row("H7")
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "- - ? "])
def test_depth_is_refused_after_a_few_events_however_deep_it_goes(
    opening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    events = yaml_text._events
    monkeypatch.setattr(yaml_text, "_events", lambda text: (seen.append(one) or one for one in events(text)))
    assert refused(opening * 200_000)[-1][0] in ("CF-U208", "CF-U209")
    assert len(seen) <= 3 * MAX_DEPTH


@pytest.mark.row("H7")
def test_a_bomb_of_aliases_is_given_up_after_twenty_faults() -> None:
    text = "a: &a [x]\n" + "".join(f"k{n}: [*a, *a, *a, *a]\n" for n in range(10_000))
    assert len(refused(text)) == MAX_FAULTS


def test_depth_up_to_the_limit_is_read() -> None:
    parse_source("[" * MAX_DEPTH + "]" * MAX_DEPTH, "x.yaml")
    assert refused("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == [
        ("CF-U208", f"x.yaml:1:{MAX_DEPTH + 1}")
    ]


@pytest.mark.row("H7")
def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(ProjectError, match=r"CF-U203 `.*large.yaml` has 8,388,609 bytes; at most 8,388,608"):
        load_source(path)


def test_a_text_over_the_limit_is_refused() -> None:
    assert refused("a" * (MAX_BYTES + 1)) == [("CF-U203", "")]


def test_a_missing_file_names_its_nearest_neighbour_and_the_next_command(tmp_path: Path) -> None:
    (tmp_path / "project.yaml").touch()
    with pytest.raises(ProjectError) as refusal:
        load_source(tmp_path / "projct.yaml", command="`cine-forge init SCRIPT` makes one")
    (fault,) = refusal.value.faults
    assert fault.what == f"there is no file `{tmp_path}/projct.yaml`"
    assert fault.hint == "did you mean `project.yaml`?; `cine-forge init SCRIPT` makes one"


def test_a_missing_folder_is_named_with_the_nearest_one_that_exists(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="its folder does not exist") as refusal:
        load_source(tmp_path / "no" / "where" / "x.yaml")
    assert refusal.value.faults[0].hint == f"`ls {tmp_path}` lists what is there"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"CF-U202 .* is not a file"):
        load_source(tmp_path, family=RecipeError)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "x.yaml").touch()
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ProjectError, match=r"CF-U202 .* cannot be read: Permission denied"):
        load_source(tmp_path / "x.yaml")


def test_a_file_that_is_larger_than_it_says_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = Path("/proc/self/status")
    if not grown.is_file():
        pytest.skip("no file here says another size than it has")
    monkeypatch.setattr(source, "MAX_BYTES", 10)
    with pytest.raises(ProjectError, match="CF-U203"):
        load_source(grown)


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(ProjectError, match=r"latin.yaml:2:1: byte 0xe9 is not UTF-8"):
        load_source(path)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert load_source(path).value == {"a": 1}


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_what_a_yaml_writer_writes_is_read_back(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"' if isinstance(value, str) else None)
    try:
        read = parse_source(text, "x.yaml").value
    except ProjectError as error:
        assert {fault.code for fault in error.faults} <= {"CF-U204", "CF-U206", "CF-U207", "CF-U209"}
    else:
        assert read == value or yaml.safe_load(text) != value


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    size: int = 1
    kind: str = Field("a", alias="type")


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    parts: list[Inner] = []
    either: Inner | int | None = None
    deep: dict[str, Inner] | list[Inner] = []
    by_name: dict[str, Inner] = {}


def misfits(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(ProjectError) as refusal:
        validate_model(
            parse_source(text, "m.yaml"), Outer, family=ProjectError, code="CF-U202", command="see"
        )
    return [(fault.where, fault.what, fault.hint) for fault in refusal.value.faults]


def test_a_model_gets_its_values() -> None:
    read = parse_source("name: n\nparts: [{type: b}]\n", "m.yaml")
    model = validate_model(read, Outer, family=ProjectError, code="CF-U202")
    assert model.parts[0].kind == "b"


@pytest.mark.parametrize(
    ("text", "where", "what", "hint"),
    [
        ("parts: []", "m.yaml:1:1", "key `name` is missing", "add it\n    see"),
        ("name: 7", "m.yaml:1:7", "`name`: expected text, found the number `7`", "see"),
        ("name: true", "m.yaml:1:7", "`name`: expected text, found `true`", "see"),
        (
            "name: n\nparts: [{sise: 1}]",
            "m.yaml:2:10",
            "`parts.0`: unknown key `sise`",
            "did you mean `size`?",
        ),
        (
            "name: n\nparts: [{kind: a}]",
            "m.yaml:2:10",
            "`parts.0`: unknown key `kind`",
            "keys here: `size`, `type`",
        ),
        ("name: n\nparts: [{size: 1.5}]", "m.yaml:2:16", "`parts.0.size`: expected a whole number", ""),
        (
            "name: n\nby_name: {x: {siz: 1}}",
            "m.yaml:2:15",
            "`by_name.x`: unknown key `siz`",
            "did you mean `size`?",
        ),
        (
            "name: n\neither: [1]",
            "m.yaml:2:9",
            "`either`: expected a mapping or a whole number, found a list",
            "",
        ),
        ("name: n\neither: {siz: 1}", "m.yaml:2:10", "`either`: unknown key `siz`", "did you mean `size`?"),
        ("name: n\ndeep: {x: {siz: 1}}", "m.yaml:2:12", "`deep.x`: unknown key `siz`", "see"),
        ("name: n\nparts: {a: 1}", "m.yaml:2:8", "`parts`: expected a list, found a mapping", ""),
        ("- name", "m.yaml:1:1", "expected a mapping of keys, found a list", "see"),
    ],
)
def test_what_does_not_fit_a_model_is_located(text: str, where: str, what: str, hint: str) -> None:
    place, said, hinted = misfits(text)[-1]
    assert place == where
    assert said.startswith(what)
    assert hinted.startswith(hint)


def test_all_misfits_come_at_once_in_the_order_of_the_text() -> None:
    found = misfits("zzz: 1\nparts: [{size: x}]\nname: 1\n")
    assert [place for place, _, _ in found] == ["m.yaml:1:1", "m.yaml:2:16", "m.yaml:3:7"]


def test_found_text_is_cut_when_it_is_long() -> None:
    ((_, what, _),) = misfits(f"name: n\neither: {'x' * 500}\n")
    assert len(what) < 140
