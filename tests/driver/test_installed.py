"""An installed package brings providers and modules by its entry points, and is not imported for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.driver.installed import MODULES, PROVIDERS, installed
from cine_forge.driver.places import Places
from cine_forge.generation.conformance.folder import write_folder
from cine_forge.generation.providers.capabilities import provider_names
from cine_forge.kernel.stages.discovery import discover

ENTRIES = """[console_scripts]
acme = acme_cine.main:main

[cine_forge.providers]
acme = acme_cine.providers
gone = acme_cine.nowhere
out = ..

[cine_forge.modules]
acme = acme_cine.modules
"""
MANIFEST = """module_id: acme_v1
stage: test
description: For tests.
version: 1
outputs:
  echo: {schema: echo@1, entities: one}
determinism: pure
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages with one that brings a provider and a module, and fails when it is imported."""
    package = tmp_path / "site" / "acme_cine"
    write_folder("acme", package / "providers")
    module = package / "modules" / "test" / "acme_v1"
    module.mkdir(parents=True)
    (module / "module.yaml").write_text(MANIFEST)
    (module / "main.py").write_text("def run_module(inputs, params, context): ...\n")
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    record = tmp_path / "site" / "acme_cine-1.0.dist-info"
    record.mkdir()
    (record / "entry_points.txt").write_text(ENTRIES)
    return tmp_path / "site"


@pytest.mark.row("H15")
def test_a_package_brings_a_provider_and_a_module(site: Path, tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, packages=(str(tmp_path / "absent"), str(site)))
    assert "acme" in provider_names(places.adapters(tmp_path))
    assert site / "acme_cine" / "providers" / "acme" / "models" in places.models(tmp_path)
    assert "acme_v1" in discover(places.modules((), tmp_path)).modules


def test_what_is_no_folder_of_a_package_is_passed_over(site: Path) -> None:
    assert installed(PROVIDERS, [str(site)]) == (site / "acme_cine" / "providers",)


def test_a_record_that_cannot_be_read_brings_nothing(site: Path) -> None:
    (site / "acme_cine-1.0.dist-info" / "entry_points.txt").write_text("[cine_forge.modules]\nno")
    assert installed(MODULES, [str(site)]) == ()


def test_a_project_comes_before_a_package(site: Path, tmp_path: Path) -> None:
    own = tmp_path / "project" / "providers"
    own.mkdir(parents=True)
    places = Places(tmp_path / "elsewhere", tmp_path, packages=(str(site),))
    assert places.adapters(own.parent) == (own, site / "acme_cine" / "providers")
