"""Config namespaces: what is read by kind, what nobody read, which defaults were used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cine_forge.kernel.ground.config import ConfigNamespace, Opening
from cine_forge.kernel.ground.errors import Fault, ModuleError, RecipeError


def opened(values: dict[str, Any], told: list[tuple[str, Any]] | None = None) -> ConfigNamespace:
    heard: list[tuple[str, Any]] = [] if told is None else told
    return ConfigNamespace(
        values,
        Opening(
            name="config",
            where=lambda path: "r.yaml:" + "/".join(map(str, path)),
            on_default=lambda name, value: heard.append((name, value)),
        ),
    )


def faults_of(work: Callable[[], Any]) -> tuple[Fault, ...]:
    with pytest.raises(RecipeError) as refusal:
        work()
    return refusal.value.faults


@pytest.mark.row("F10")
def test_values_are_read_by_their_kind() -> None:
    config = opened(
        {"a": "x", "b": 2, "c": 0.5, "d": False, "e": ["x", "y"], "f": "p/q.txt", "g": {"k": 1}, "h": None}
    )
    assert config.text("a") == "x"
    assert config.integer("b", min=2, max=2) == 2
    assert config.number("c", min=0, max=1) == 0.5
    assert config.flag("d") is False
    assert config.items("e", choices=("x", "y", "z")) == ("x", "y")
    assert config.path("f") == "p/q.txt"
    assert config.table("g") == {"k": 1}
    assert config.value("h") is None
    assert config.finish() == {
        "a": "x", "b": 2, "c": 0.5, "d": False, "e": ["x", "y"], "f": "p/q.txt", "g": {"k": 1}, "h": None,
    }  # fmt: skip


REFUSED: tuple[tuple[Any, Callable[[ConfigNamespace], Any], str], ...] = (
    (3, lambda c: c.text("k", "d"), "expected text, found the number `3`"),
    ("cold", lambda c: c.text("k", "d", pattern="[A-Z]+"), "expected text like `[A-Z]+`, found text `cold`"),
    ("wram", lambda c: c.choice("k", ("cool", "warm"), "cool"),
     "expected one of `cool`, `warm` (did you mean `warm`?), found text `wram`"),
    ("3", lambda c: c.integer("k", 1), "expected a whole number, found text `3`"),
    (True, lambda c: c.integer("k", 1), "expected a whole number, found `true`"),
    (1.5, lambda c: c.integer("k", 1), "expected a whole number, found the number `1.5`"),
    (0, lambda c: c.integer("k", 1, min=1), "expected at least 1, found the number `0`"),
    (9, lambda c: c.integer("k", 1, max=8), "expected at most 8, found the number `9`"),
    (True, lambda c: c.number("k", 1.0), "expected a number, found `true`"),
    (1.5, lambda c: c.number("k", 0.5, max=1), "expected at most 1, found the number `1.5`"),
    (float("nan"), lambda c: c.number("k", 0.5), "expected a finite number, found the number `nan`"),
    ("yes", lambda c: c.flag("k", False), "expected `true` or `false`, found text `yes`"),
    ("x", lambda c: c.items("k", ()), "expected a list, found text `x`"),
    ([1], lambda c: c.items("k", ()), "expected a list of text (not the number `1`), found a list"),
    ([True], lambda c: c.items("k", (), of=int),
     "expected a list of whole numbers (not `true`), found a list"),
    (["xx"], lambda c: c.items("k", (), choices=("x",)),
     "expected items out of `x` (did you mean `x`?), found a list"),
    ("../x", lambda c: c.path("k", "x"), "expected a relative path without `..`, found text `../x`"),
    ("/x", lambda c: c.path("k", "x"), "expected a relative path without `..`, found text `/x`"),
    ("a\\b", lambda c: c.path("k", "x"), "expected a relative path without `..`, found text `a\\b`"),
    ("", lambda c: c.path("k", "x"), "expected a relative path without `..`, found text ``"),
    ([], lambda c: c.table("k", {}), "expected a mapping, found a list"),
    ("x", lambda c: c.nested("k"), "expected a mapping, found text `x`"),
    ([1], lambda c: c.each("k"), "expected a list of mappings, found a list"),
)  # fmt: skip


@pytest.mark.row("F10")
@pytest.mark.parametrize(("value", "read", "what"), REFUSED, ids=[case[2] for case in REFUSED])
def test_a_value_of_another_kind_is_refused_at_its_place(
    value: Any, read: Callable[[ConfigNamespace], Any], what: str
) -> None:
    config = opened({"k": value})
    read(config)
    assert faults_of(config.finish) == (Fault("CF-R021", f"`config.k`: {what}", "r.yaml:k"),)


@pytest.mark.row("F10")
def test_a_key_that_nobody_read_is_refused_with_its_path_and_what_was_read() -> None:
    config = opened({"tone": "dry", "style": {"lenght": 3, "ends": {"late": True}}, "extra": {"a": 1}})
    config.text("tone")
    config.nested("style").integer("length", 4)
    config.nested("style").nested("ends").flag("early", False)
    assert faults_of(config.finish) == (
        Fault(
            "CF-R020", "nobody reads `config.extra`", "r.yaml:extra",
            "read are `config.tone`, `config.style`",
        ),
        Fault(
            "CF-R020", "nobody reads `config.style.lenght`", "r.yaml:style/lenght",
            "did you mean `length`?; read are `config.style.length`, `config.style.ends`",
        ),
        Fault(
            "CF-R020", "nobody reads `config.style.ends.late`", "r.yaml:style/ends/late",
            "read are `config.style.ends.early`",
        ),
    )  # fmt: skip


def test_a_namespace_that_nobody_reads_refuses_every_key() -> None:
    hints = {fault.hint for fault in faults_of(opened({"a": 1, "b": 2}).finish)}
    assert hints == {"nothing is read here"}


def test_refused_values_and_unread_keys_come_in_one_pass() -> None:
    config = opened({"a": "x", "deep": {"b": "y"}, "c": 1})
    config.integer("a", 1)
    config.nested("deep").integer("b", 2)
    assert [fault.where for fault in faults_of(config.finish)] == ["r.yaml:a", "r.yaml:deep/b", "r.yaml:c"]


def test_a_required_key_that_is_missing_or_refused_raises_with_all_that_was_found_before() -> None:
    config = opened({"a": "x", "deep": {"c": 1}})
    config.integer("a", 1)
    deep = config.nested("deep")
    assert [fault.what for fault in faults_of(lambda: deep.text("b"))] == [
        "`config.a`: expected a whole number, found text `x`", "`config.deep.b` is missing",
    ]  # fmt: skip
    assert faults_of(lambda: deep.text("c"))[-1].code == "CF-R021"


@pytest.mark.row("F13")
def test_each_default_that_is_used_is_told_once_by_its_full_name() -> None:
    told: list[tuple[str, Any]] = []
    config = opened({"given": 1}, told)
    for _ in range(2):
        config.integer("given", 2)
        config.text("tone", "dry")
        config.nested("style").items("words", ("a",))
        assert config.text("note", None) is None
    assert told == [("config.tone", "dry"), ("config.style.words", ("a",)), ("config.note", None)]
    assert config.finish() == {"given": 1, "tone": "dry", "note": None, "style": {"words": ["a"]}}


def test_a_list_of_mappings_is_read_one_namespace_each() -> None:
    config = opened({"parts": [{"n": 1}, {"n": 2, "m": 3}]})
    assert [part.integer("n") for part in config.each("parts")] == [1, 2]
    assert [(fault.what, fault.where) for fault in faults_of(config.finish)] == [
        ("nobody reads `config.parts.1.m`", "r.yaml:parts/1/m")
    ]
    config.each("parts")[1].integer("m")
    assert config.finish() == {"parts": [{"n": 1}, {"n": 2, "m": 3}]}
    assert opened({}).each("parts") == ()


def test_the_family_of_the_error_is_the_openers() -> None:
    config = ConfigNamespace({"x": 1}, Opening(name="resources", family=ModuleError))
    with pytest.raises(ModuleError, match=r"nobody reads `resources\.x`"):
        config.finish()
