"""The kernel stands alone: a clean interpreter imports all of it with every other room absent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("networkx", "numpy", "httpx", "click", "rich", "av")


def _imported_alone(folder: Path, statement: str) -> subprocess.CompletedProcess[str]:
    """Run `statement` in a clean interpreter that sees `folder` and the installed libraries, no more."""
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", statement]
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)


def _kernel_modules(folder: Path) -> list[str]:
    files = sorted(folder.glob("cine_forge/kernel/**/*.py"))
    dotted = [".".join(file.relative_to(folder).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in dotted]


@pytest.fixture
def lifted(tmp_path: Path) -> Path:
    """Return a folder that holds the kernel and nothing else of the package."""
    shutil.copytree(
        ROOT / "cine_forge" / "kernel",
        tmp_path / "cine_forge" / "kernel",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (tmp_path / "cine_forge" / "__init__.py").touch()
    return tmp_path


@pytest.mark.row("F1")
def test_the_kernel_imports_with_every_other_room_absent(lifted: Path) -> None:
    modules = _kernel_modules(lifted)
    body = "\n".join(f"import {name}" for name in modules)
    place = "\nimport cine_forge; print(cine_forge.__file__)"
    alone = _imported_alone(lifted, body + place)
    assert alone.returncode == 0, alone.stderr
    assert alone.stdout.strip() == str(lifted / "cine_forge" / "__init__.py")
    assert len(modules) > 15


def _loaded_by(statement: str, *names: str) -> str:
    """Return, as printed text, those of `names` that `statement` loads in a clean interpreter."""
    report = f"import sys; {statement}; print([name for name in {names!r} if name in sys.modules])"
    alone = _imported_alone(ROOT, report)
    return alone.stdout.strip() + alone.stderr


def test_importing_the_face_loads_nothing_heavy() -> None:
    assert _loaded_by("import cine_forge", *HEAVY, "pydantic", "cine_forge.film") == "[]"


def test_the_contract_of_a_module_loads_nothing_heavy() -> None:
    assert _loaded_by("from cine_forge import Draft", *HEAVY, "cine_forge.film") == "[]"
