"""A recipe as run is YAML that means the same when it is loaded again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.driver.plans.recipe_text import recipe_text
from cine_forge.kernel.ground.hashing import canonical_json
from cine_forge.kernel.ground.source import parse_source
from cine_forge.kernel.recipes.placeholder import resolve_placeholders
from cine_forge.kernel.recipes.recipe import Recipe, StageEntry, parse_recipe

_TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["no", "12:30", "1e3", "1.5e3", "~", "", "${a}", "$${a}", "# no", "- x", "a: b"])
    | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=12,
)


def read_back(recipe: Recipe) -> Recipe:
    """Return the recipe that the text of a recipe is loaded as."""
    source = parse_source(recipe_text(recipe, head=["any\nhead", "more"]), "recipe.yaml")
    return resolve_placeholders(parse_recipe(source), {}).recipe


@pytest.mark.row("B22")
@settings(max_examples=300, deadline=None)
@given(st.dictionaries(_TEXTS, _VALUES, max_size=4), st.dictionaries(_TEXTS, _VALUES, max_size=3))
def test_whatever_the_params_hold_the_text_means_the_same_again(
    params: dict[str, Any], own: dict[str, Any]
) -> None:
    stage = StageEntry(id="one", module="echo_v1", params=own)
    recipe = Recipe(recipe_id="any", params=params, stages=(stage,), description="Of: all # things.")
    again = read_back(recipe)
    assert canonical_json(again.model_dump(mode="json")) == canonical_json(recipe.model_dump(mode="json"))


def test_a_recipe_is_written_as_people_write_it() -> None:
    stages = (
        StageEntry(id="a", module="echo_v1", params={"text": "no", "n": 2}),
        StageEntry(
            id="b", module="echo_v1", needs=("a",), params={"deep": [{"x": 1.5, "y": ["long " * 20]}]}
        ),
    )
    text = recipe_text(Recipe(recipe_id="two", stages=stages), head=["From a test."])
    assert text == (
        "# From a test.\nrecipe_id: two\nstages:\n"
        '  - id: a\n    module: echo_v1\n    params: {text: "no", n: 2}\n'
        "  - id: b\n    module: echo_v1\n    params:\n      deep:\n        - x: 1.5\n          y:\n"
        f'            - "{"long " * 20}"\n    needs: [a]\n'
    )
