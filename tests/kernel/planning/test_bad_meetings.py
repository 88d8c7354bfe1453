"""Every recipe of the corpus that does not fit its modules is refused with all its faults, in one pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.corpus import Case, read_corpus
from tests.kernel.planning.kit import Kit

HEAD = "recipe_id: r\nstages:\n"
CASES = read_corpus(Path(__file__).parent / "bad_meetings.txt", HEAD)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return Kit.laid_out(tmp_path_factory.mktemp("kit"))


@pytest.mark.row("A21")
@pytest.mark.row("A29")
@pytest.mark.row("F11")
@pytest.mark.row("F20")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_recipe_that_does_not_fit_is_refused_with_all_its_faults(case: Case, kit: Kit) -> None:
    assert case.found(kit.faults(case.text), hide=str(kit.around.project)) == case.faults


def test_the_corpus_of_meetings_is_large_and_names_each_case_once() -> None:
    assert len(CASES) >= 70
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.faults for case in CASES)


def test_a_recipe_that_fits_meets_every_module_of_the_kit(kit: Kit) -> None:
    text = f"""{HEAD}
- {{id: a, module: maker_v1}}
- {{id: b, module: reader_v1, needs: [a]}}
- {{id: c, module: binder_v1, needs_all: [a], after: [b]}}
- {{id: d, module: mixer_v1, needs: [a, b]}}
- {{id: e, module: each_v1, after: [a]}}
- {{id: f, module: gate_v1, needs: [a], params: {{approve: auto}}}}
- {{id: g, module: prompt_v1, config: {{tone: warm}}}}
"""
    assert kit.faults(text) == ()
    assert list(kit.commission(text).briefs) == list("abcdefg")
