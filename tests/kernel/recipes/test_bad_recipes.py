"""Every bad recipe of the corpus is refused with each of its faults: place, code, sentence, hint."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.ground.errors import RecipeError
from cine_forge.kernel.ground.source import parse_source
from cine_forge.kernel.recipes.recipe import parse_recipe
from tests.kernel.corpus import Case, read_corpus

CASES = read_corpus(Path(__file__).parent / "bad_recipes.txt")


@pytest.mark.row("A28")
@pytest.mark.row("A29")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_recipe_is_refused_with_all_its_faults(case: Case) -> None:
    with pytest.raises(RecipeError) as refusal:
        parse_recipe(parse_source(case.text, "r.yaml", family=RecipeError))
    assert case.found(refusal.value.faults) == case.faults
    assert refusal.value.exit_status == 2


def test_the_corpus_is_large_and_names_each_case_once() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.faults for case in CASES)
