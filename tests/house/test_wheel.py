"""The wheel carries the modules, the configs and the pages of errors inside the package."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
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


class Installed:
    """A wheel unpacked where nothing of the checkout is, and an empty folder to work in."""

    def __init__(self, wheel: Path, place: Path) -> None:
        self.work = place / "work"
        self.work.mkdir()
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(place / "site")
        self._environment = {**os.environ, "PYTHONPATH": str(place / "site")}

    def told(self, *words: str) -> str:
        """Return what `cine-forge` prints when it is called in the folder; it must succeed."""
        command = [sys.executable, "-m", "cine_forge.cli", *words]
        ended = subprocess.run(
            command, cwd=self.work, env=self._environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


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
    place = Installed(wheel, tmp_path)
    assert place.told("errors", "CF-U101").startswith("CF-U101 ")
    assert "script_breakdown_v1" in place.told("modules", "list")


@pytest.mark.sweep
@pytest.mark.needs("uv")
def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    ours = [file.relative_to(ROOT) for file in (ROOT / "cine_forge").rglob("*") if file.is_file()]
    kept = {str(file) for file in ours if not {"__pycache__", "_bundled"} & set(file.parts)}
    assert "cine_forge/generation/conformance/template/adapter.py" in kept
    assert not kept - names


@pytest.mark.sweep
@pytest.mark.needs("uv")
@pytest.mark.row("H15")
def test_an_installed_wheel_makes_a_film_and_a_provider_in_an_empty_folder(
    wheel: Path, tmp_path: Path
) -> None:
    place = Installed(wheel, tmp_path)
    (place.work / "film.fountain").write_text("INT. KITCHEN - DAY\n\nANN turns a brass KEY over.\n")
    place.told("init", "film.fountain", "--project", "film")
    run = place.told("run", "--project", "film", "--approve", "auto", "--quiet")
    assert ".mp4" in run and ".otio" in run
    place.told("providers", "new", "acme", "--project", "film")
    fault = place.told("providers", "test", "acme", "--project", "film", "--fault", "submit-503")
    assert "1 fault, all borne" in fault


def test_what_the_code_opens_beside_the_package_is_bundled_with_it() -> None:
    opened = set()
    for file in (ROOT / "cine_forge").rglob("*.py"):
        opened |= set(re.findall(r"bundled / \"(\w+)\"(?: / \"(\w+)\")?", file.read_text()))
    wanted = {first if first != "docs" else f"{first}/{second}" for first, second in opened}
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wanted == {"configs", "modules", "docs/errors"} == set(built["force-include"])
