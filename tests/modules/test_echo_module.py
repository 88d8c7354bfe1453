"""The echo module: found by its folder, offline, and answering what it hears."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge import Given, StageResult
from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry
from cine_forge.kernel.recipes.placeholder import resolve_placeholders
from cine_forge.kernel.recipes.recipe import load_recipe
from cine_forge.kernel.stages.discovery import Module, discover
from cine_forge.kernel.stages.loading import load_entry

ROOT = Path(__file__).resolve().parents[2]


class Alone:
    """A context for a module that asks for nothing but its names."""

    entity = "project"
    stage_id = "first"

    def progress(self, done: int, total: int) -> None:
        assert 1 <= done <= total


@pytest.fixture(scope="module")
def echo() -> Module:
    return discover([ROOT / "modules"]).get("echo_v1")


def said(echo: Module, before: Any = (), **params: Any) -> StageResult:
    return load_entry(echo)({"before": before}, {"text": "", "entities": 1, **params}, Alone())  # type: ignore[arg-type]


def heard(text: str) -> Given:
    return Given("echo/project@v1", "0" * 64, "project", {"text": text, "heard": []})


@pytest.mark.row("A27")
def test_an_echo_says_its_text_and_what_it_heard(echo: Module) -> None:
    (draft,) = said(echo, (heard("a"), heard("b")), text="c").outputs
    assert (draft.entity, draft.data) == ("project/first", {"text": "c", "heard": ["a", "b"]})


@pytest.mark.row("A27")
def test_an_echo_without_text_repeats(echo: Module) -> None:
    (draft,) = said(echo, (heard("a"), heard("b"))).outputs
    assert draft.data["text"] == "a b"


@pytest.mark.row("A27")
def test_an_echo_may_keep_several_entities(echo: Module) -> None:
    found = said(echo, None, text="c", entities=3).outputs
    assert [draft.entity for draft in found] == [f"project/first/echo:{n}" for n in (1, 2, 3)]


@pytest.mark.row("A27")
def test_what_an_echo_keeps_fits_its_own_schema(echo: Module) -> None:
    schemas = SchemaRegistry()
    schemas.register_json("echo@1", dict(echo.schemas["echo@1"]))
    (draft,) = said(echo, (heard("a"),)).outputs
    assert schemas.validate("echo@1", draft.data) == ()
    assert schemas.validate("echo@1", {"text": 1})


@pytest.mark.row("A27")
def test_the_echo_recipe_is_a_diamond_of_echoes() -> None:
    loaded = resolve_placeholders(
        load_recipe("test-echo", search=[ROOT / "configs" / "recipes"]), {"text": "hi"}
    )
    assert loaded.recipe.links() == {
        "first": (),
        "left": ("first",),
        "right": ("first",),
        "last": ("left", "right"),
    }
    assert {entry.module for entry in loaded.recipe.stages} == {"echo_v1"}
    assert loaded.stage("left").params == {"text": "hi from the left"}
