"""What is wrong is said in one located sentence with the next command, status 2, and nothing is written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.spine.studio import ROOT, Film, new_film
from tests.spine.warm import run

RECIPE = (ROOT / "configs" / "recipes" / "ep001.yaml").read_text()

NEEDS = "    needs: [scene_assembly, asset_prep]\n"
PARAMS = 'params: {script: "${script}"}'

CASES = {
    "no such recipe": (None, "CF-R001", "there is no recipe `nowhere.yaml`"),
    "an unknown key": ((NEEDS, NEEDS.replace("needs", "need")), "recipe.yaml:", "did you mean `needs`?"),
    "a cycle": ((PARAMS, f"{PARAMS}\n    needs: [delivery]"), "recipe.yaml:", "→"),
    "an unknown module": (("module: cut_v1", "module: cutt_v1"), "CF-M006", "did you mean `cut_v1`?"),
    "an unknown param": ((PARAMS, PARAMS.replace("script:", "scritp:")), "CF-P010", "did you mean `script`?"),
}


def drive(film: Film, recipe: str) -> subprocess.CompletedProcess[str]:
    return run(film.command(recipe))


def paths(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


def check(film: Film, recipe: str, code: str, sentence: str) -> None:
    before = paths(film.folder)
    done = drive(film, recipe)
    assert (done.returncode, done.stdout) == (2, "")
    assert code in done.stderr and sentence in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert paths(film.folder) == before


@pytest.mark.parametrize("name", CASES)
def test_a_bad_recipe_is_refused_with_its_place_and_what_was_meant(name: str, tmp_path: Path) -> None:
    edit, code, sentence = CASES[name]
    film, path = new_film(tmp_path / "film"), tmp_path / "recipe.yaml"
    if edit is not None:
        assert edit[0] in RECIPE
        path.write_text(RECIPE.replace(*edit))
    check(film, str(path) if edit else "nowhere.yaml", code, sentence)


def test_a_missing_script_is_named_with_what_is_there(tmp_path: Path) -> None:
    film = new_film(tmp_path / "film")
    film.script().rename(film.folder / "scripts" / "ep_01.md")
    check(film, "ep001.yaml", "CF-U108", "project.yaml:2:")


def test_a_script_without_a_scene_says_what_a_heading_looks_like(tmp_path: Path) -> None:
    film = new_film(tmp_path / "film", "Once upon a time there was a lighthouse.\n\nIt was dark.\n")
    check(film, "ep001.yaml", "CF-F010", "INT.")
