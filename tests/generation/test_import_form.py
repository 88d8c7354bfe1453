"""One form of import: the package is imported by its own name whatever else lies on the path."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.generation.support import ROOT

TRAPS = ("generation", "kernel", "core", "registry", "runner", "wire", "media", "reference", "sound", "part")
ASK = """
import sys
sys.path[:0] = sys.argv[1:]
from cine_forge.generation.runners.registry import get_runner
print(get_runner.__module__, sys.modules["cine_forge.generation.runners.registry"].__file__)
"""


@pytest.mark.row("C18")
@pytest.mark.parametrize("first", ["traps", "tree"])
def test_modules_of_the_same_names_on_the_path_are_never_taken_for_ours(tmp_path: Path, first: str) -> None:
    for name in TRAPS:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a trap')\n")
    order = [str(tmp_path), str(ROOT)] if first == "traps" else [str(ROOT), str(tmp_path)]
    asked = subprocess.run([sys.executable, "-c", ASK, *order], capture_output=True, text=True, cwd=tmp_path)
    where = ROOT / "cine_forge/generation/runners/registry.py"
    assert asked.stdout.split() == ["cine_forge.generation.runners.registry", str(where)], asked.stderr


@pytest.mark.row("C18")
def test_everything_of_ours_is_imported_by_its_whole_name() -> None:
    rooms = {path.stem for path in (ROOT / "cine_forge").iterdir() if not path.name.startswith("_")}
    for file in (ROOT / "cine_forge" / "generation").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0 and (node.module or "").partition(".")[0] not in rooms, file
                assert all(alias.name != "*" for alias in node.names), file
            if isinstance(node, ast.Import):
                assert not {alias.name.partition(".")[0] for alias in node.names} & rooms, file
