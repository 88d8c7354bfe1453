"""Every bad manifest of the corpus disables its module, with each of its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.stages.discovery import discover
from tests.kernel.corpus import Case, read_corpus

HEAD = "module_id: m\nstage: s\ndescription: d\nversion: 1\n"
CASES = read_corpus(Path(__file__).parent / "bad_manifests.txt", HEAD)
SHARED = ("a@1", "b@1", "c@1", "board@1", "sheet@1")
SCHEMAS = {"echo@1": "{}", "echo@2": "{}", "broken@1": "{", "list@1": "[]", "odd@1": '{"minItmes": 3}'}


def root_with(manifest: str, place: Path) -> Path:
    folder = place / "mods" / "s" / "m"
    (folder / "schemas").mkdir(parents=True)
    (folder / "module.yaml").write_text(manifest)
    (folder / "main.py").write_text("def run_module(inputs, params, context): ...\n")
    for name, text in SCHEMAS.items():
        (folder / "schemas" / f"{name}.json").write_text(text)
    return place / "mods"


@pytest.mark.row("A20")
@pytest.mark.row("A24")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_manifest_disables_its_module_with_all_its_faults(case: Case, tmp_path: Path) -> None:
    root = root_with(case.text, tmp_path)
    registry = discover([root], known_schemas=SHARED)
    assert case.found(registry.broken, hide=str(root)) == case.faults
    assert not registry.modules


def test_the_good_head_of_the_corpus_is_accepted(tmp_path: Path) -> None:
    registry = discover([root_with(HEAD, tmp_path)], known_schemas=SHARED)
    assert list(registry.modules) == ["m"]
    assert registry.broken == ()


def test_the_corpus_of_manifests_is_large_and_names_each_case_once() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
