"""The JSON Schemas that editors read: fresh, described to the last key, and true of our own files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cine_forge.cli.main import main
from cine_forge.cli.schema import module_schema, recipe_schema

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {"recipe": recipe_schema(), "module": module_schema()}
HINT = "# yaml-language-server: $schema="


def properties(shape: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property of a schema with its path, those of its parts too."""
    for name, inner in shape.get("properties", {}).items():
        yield f"{path}.{name}", inner
    for name, inner in shape.get("$defs", {}).items():
        yield from properties(inner, f"{path}.{name}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_copy_is_what_the_command_prints(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["schema", name])
    printed = capsys.readouterr().out
    assert (ROOT / "configs" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_is_described_and_no_other_is_allowed(name: str) -> None:
    found = dict(properties(SCHEMAS[name]))
    assert len(found) > 20
    assert not [path for path, inner in found.items() if not inner.get("description")]
    parts = [SCHEMAS[name], *SCHEMAS[name]["$defs"].values()]
    assert all(part["additionalProperties"] is False for part in parts if part.get("type") == "object")


@pytest.mark.parametrize("path", sorted(ROOT.glob("configs/recipes/*.yaml")), ids=lambda path: path.stem)
def test_a_sample_recipe_names_the_schema_that_editors_read(path: Path) -> None:
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith(HINT)
    schema = (path.parent / first.removeprefix(HINT)).resolve()
    assert json.loads(schema.read_text(encoding="utf-8")) == SCHEMAS["recipe"]
