"""The wheel carries the modules, the configs and the pages of errors inside the package."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel; the build back end comes from the package index, so this is no test without one."""
    out = tmp_path_factory.mktemp("dist")
    environment = {key: value for key, value in os.environ.items() if key != "CINE_FORGE_GUARD"}
    command = ["uv", "build", "--wheel", "--quiet", "--out-dir", str(out), str(ROOT)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.mark.sweep
@pytest.mark.needs("uv")
def test_modules_and_configs_ship_inside_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"cine_forge"}
    for folder in ("modules", "configs", "docs/errors"):
        files = [
            file for file in (ROOT / folder).rglob("*") if file.is_file() and "__pycache__" not in file.parts
        ]
        missing = [file for file in files if f"cine_forge/_bundled/{file.relative_to(ROOT)}" not in names]
        assert files
        assert not missing


@pytest.mark.sweep
@pytest.mark.needs("uv")
def test_an_installed_wheel_finds_what_it_ships(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    command = [
        sys.executable,
        "-c",
        "from cine_forge.cli.main import main; raise SystemExit(main(['errors', 'CF-U101']))",
    ]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    told = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.startswith("CF-U101 ")
