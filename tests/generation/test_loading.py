"""Providers of one's own: found by their folder, imported when asked for, broken ones disabled alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cine_forge.generation.conformance.folder import write_folder
from cine_forge.generation.providers.capabilities import provider_folders, provider_names, read_capabilities
from cine_forge.generation.providers.loading import load_adapter
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.routing import read_routes
from cine_forge.kernel.ground.errors import ProjectError


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with one provider."""
    write_folder("mine", tmp_path / "providers")
    return tmp_path / "providers"


def spoil(shelf: Path, text: str) -> None:
    (shelf / "mine" / "adapter.py").write_text(text)


def test_a_folder_with_a_declaration_is_a_provider_and_nothing_is_imported_for_that(shelf: Path) -> None:
    spoil(shelf, "raise RuntimeError('imported')")
    (shelf / "not_one").mkdir()
    assert set(provider_names([shelf])) == {*provider_names(), "mine"}
    assert read_capabilities("mine", [shelf]).description.endswith("Mine")


def test_it_is_opened_when_it_is_first_asked_for(shelf: Path, tmp_path: Path) -> None:
    providers = Providers(Opening(tmp_path / "work", folders=(shelf,)))
    assert providers.get("mine").capabilities.name == "mine"
    providers.close()


def test_a_name_of_ours_stays_ours(shelf: Path) -> None:
    (shelf / "mine").rename(shelf / "fal")
    assert provider_folders([shelf])["fal"] == provider_folders()["fal"]


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("def open_provider(:\n", "invalid syntax", 1),
        ("x = 1\nimport no_such_package\n", "No module named", 2),
        ("\n\n1 / 0\n", "division by zero", 3),
        ("x = 1\n", "has no `open_provider`", 1),
        ("raise SystemExit(3)\n", "SystemExit", 1),
    ],
)
def test_a_broken_one_is_named_with_its_line_and_the_others_go_on(
    shelf: Path, text: str, why: str, line: int
) -> None:
    spoil(shelf, text)
    providers = Providers(Opening(shelf / "work", folders=(shelf,)))
    with pytest.raises(ProjectError) as error:
        providers.get("mine")
    fault = error.value.faults[0]
    assert fault.code == "CF-G088" and why in fault.what
    assert fault.where is not None and f"adapter.py:{line}:" in fault.where
    assert providers.get("scripted").capabilities.name == "scripted"


def test_two_of_them_may_both_have_words_of_their_own(shelf: Path) -> None:
    write_folder("yours", shelf)
    for name in ("mine", "yours"):
        (shelf / name / "words.py").write_text(f"WORD = '{name}'\n")
        adapter = shelf / name / "adapter.py"
        adapter.write_text(adapter.read_text() + "\nfrom .words import WORD\nNewName = WORD\n")
    providers = Providers(Opening(shelf / "work", folders=(shelf,)))
    modules = {name: type(providers.get(name)._dialect).__module__ for name in ("mine", "yours")}  # type: ignore[attr-defined]
    assert modules["mine"] != modules["yours"]


def test_an_edited_adapter_is_read_anew(shelf: Path) -> None:
    Providers(Opening(shelf / "work", folders=(shelf,))).get("mine")
    spoil(shelf, "1 / 0\n")
    with pytest.raises(ProjectError, match="division"):
        Providers(Opening(shelf / "work", folders=(shelf,))).get("mine")


def test_an_edit_of_the_same_length_and_second_is_read_anew(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    adapter = shelf / "mine" / "adapter.py"
    for word in ("one", "two"):
        spoil(shelf, f"word = '{word}'\n\ndef open_provider(): ...\n")
        os.utime(adapter, (1_700_000_000, 1_700_000_000))
        loaded = load_adapter(shelf / "mine")
        assert loaded.word == word


def test_a_folder_under_another_name_is_refused(shelf: Path) -> None:
    (shelf / "mine").rename(shelf / "other")
    with pytest.raises(ProjectError, match="the folder is called `other`"):
        read_capabilities("other", [shelf])


def test_a_route_may_name_a_provider_by_its_folder_alone(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "providers.yaml").write_text(
        "providers: {local: {image_t2i: local-still}}\nprimary: {image_t2i: {provider: local}}\n"
    )
    routes = read_routes(tmp_path / "providers.yaml", "mine", (shelf,))
    assert routes.strategy.providers["mine"] == {"image_t2i": "mine-still"}
