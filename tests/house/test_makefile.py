"""The Makefile sets up on a bare machine, and says what is missing when it cannot."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.needs("make")

NEITHER = "#!/bin/sh\nexit 1\n"
PIP_ONLY = """#!/bin/sh
case "$*" in
  "-m venv"*) exit 1 ;;
  "-m pip --version") exit 0 ;;
  "-m pip install"*) mkdir -p .uv/bin && printf '#!/bin/sh\\n' > .uv/bin/uv && chmod +x .uv/bin/uv ;;
esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--no-print-directory", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def make_with(python: str, clone: Path) -> subprocess.CompletedProcess[str]:
    """Fetch uv with a Python that can do no more than the script `python` does."""
    stand_in = clone / "python"
    stand_in.write_text(python)
    stand_in.chmod(0o755)
    return make(clone, ".uv/bin/uv", f"PYTHON={stand_in}", "UV_PATH=")


def test_the_demo_runs_the_sample_project_by_its_recipe(clone: Path) -> None:
    printed = make(clone, "-n", "demo").stdout
    assert ".venv/bin/python -m cine_forge.driver --recipe ep001.yaml --project projects/sample" in printed
    assert "sync --locked" in printed


def test_without_uv_on_the_path_it_is_put_into_a_folder_of_the_clone(clone: Path) -> None:
    printed = make(clone, "-n", "demo", "UV_PATH=").stdout
    assert printed.index("-m venv .uv") < printed.index(".uv/bin/uv sync --locked")


def test_a_python_with_pip_alone_will_do(clone: Path) -> None:
    assert make_with(PIP_ONLY, clone).returncode == 0
    assert (clone / ".uv" / "bin" / "uv").exists()


def test_a_python_with_neither_is_told_what_to_install(clone: Path) -> None:
    done = make_with(NEITHER, clone)
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr
    assert not (clone / ".uv").exists()


def test_set_up_is_done_once_until_the_lock_changes(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".ready").touch()
    assert "sync --locked" not in make(clone, "-n", "test").stdout
    assert "sync --locked" in make(clone, "-n", "-W", "uv.lock", "test").stdout
