"""Nobody reads kept media but through the door that checks their bytes.

A path into `artifacts/` is made of the project's folder and what a record says (`file.path`), so wherever
code joins such two, it stands here with the reason why nothing is read there, or passes `checked_file`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

ALLOWED = {
    "cine_forge/kernel/stages/contract.py: self.root / file.path": "the door itself",
    "cine_forge/driver/prompting.py: self._project / answers['answers']['path']": "a person's own file",
    "cine_forge/driver/report.py: wired.folder / file.path": "told to a person",
    "cine_forge/driver/upkeep/clearing.py: folder / one.path": "deleted, not read",
    "cine_forge/generation/dispatch/walk.py: self._project / one.path": "hashed by the inspection before",
    "cine_forge/generation/dispatch/kept_output.py: self._project / output.path": "passes `checked_file`",
    "cine_forge/generation/dispatch/uploads.py: self._project / reference.path": "hashed before",
    "cine_forge/generation/dispatch/inspection.py: project / reference.path": "hashed there",
    "cine_forge/generation/desk.py: self._dispatch.project / output.path": "passes `checked_file`",
    "cine_forge/generation/runners/step_runner.py: self._folder / output.path": "passes `checked_file`",
    "cine_forge/generation/desk.py: project / receipt.output.path": "checked before by the desk",
    "cine_forge/generation/money/audit.py: project / output.path": "hashed there",
    "cine_forge/generation/conformance/trial.py: trial.project / output.path": "compared there",
}


def _joins(text: str) -> Iterator[str]:
    """Yield every `x / y.path` and `x / y['path']`; what has no such word in it need not be parsed."""
    for node in ast.walk(ast.parse(text)) if "path" in text and "/" in text else ():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            right = node.right
            named = isinstance(right, ast.Attribute) and right.attr == "path"
            keyed = isinstance(right, ast.Subscript) and ast.unparse(right.slice) == "'path'"
            if named or keyed:
                yield ast.unparse(node)


def _sources() -> Iterator[Path]:
    for folder in ("cine_forge", "modules"):
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.row("H5")
def test_whoever_makes_a_path_of_what_a_record_says_is_known() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {join}"
        for path in _sources()
        for join in _joins(path.read_text(encoding="utf-8"))
    }
    assert found == ALLOWED.keys()


def test_no_module_makes_a_path_of_its_inputs_folder() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path in sorted((ROOT / "modules").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "root"
    ]
    assert found == [], "a module reads media by `open_media`, which checks them"
