"""The closure of a module: each file that can change its result counts, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cine_forge.kernel.stages.closure import code_digests
from cine_forge.kernel.stages.discovery import Module, discover

FILES = {
    "mods/s/m/module.yaml": "module_id: m\nstage: s\ndescription: d\nversion: 1\ncode: [../words.txt]\n",
    "mods/s/m/main.py": "from house.film.board import draw\nfrom .near import late\n",
    "mods/s/m/near.py": "def late():\n    import house.film.late\n    import house.nobody.here\n",
    "mods/s/m/prompts/ask.j2": "{{ x }}",
    "mods/s/m/README.md": "x",
    "mods/s/m/tests/test_m.py": "from house.film import unused",
    "mods/s/words.txt": "x",
    "house/__init__.py": "face = 1",
    "house/film/__init__.py": "",
    "house/film/board.py": "from . import frame\nfrom house.kernel import store\n",
    "house/film/frame.py": "if True:\n    from ..media.sound import play\n",
    "house/film/late.py": "",
    "house/film/words.yaml": "x",
    "house/film/unused.py": "",
    "house/media/__init__.py": "import house.media.start\n",
    "house/media/start.py": "",
    "house/media/sound.py": "from house.film import board\nimport os\n",
    "house/kernel/store.py": "from house.film import unused\n",
}

LABELS = [
    "../words.txt",
    "house/film/board.py",
    "house/film/frame.py",
    "house/film/late.py",
    "house/film/words.yaml",
    "house/media/__init__.py",
    "house/media/sound.py",
    "house/media/start.py",
    "main.py",
    "near.py",
    "prompts/ask.j2",
]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def module_in(place: Path) -> Module:
    return discover([place / "mods"]).get("m")


def digests(place: Path) -> dict[str, str]:
    return dict(code_digests(module_in(place), place / "house"))


@pytest.mark.row("A33")
def test_the_closure_is_own_files_named_code_and_all_that_these_import(place: Path) -> None:
    assert list(digests(place)) == LABELS


@pytest.mark.row("A33")
@pytest.mark.parametrize("label", LABELS)
def test_an_edit_of_a_file_in_the_closure_changes_its_digest_alone(place: Path, label: str) -> None:
    before = digests(place)
    path = place / label if label.startswith("house/") else place / "mods" / "s" / "m" / label
    path.write_text(path.read_text() + "\n# edited\n")
    after = digests(place)
    assert {name for name in after if after[name] != before[name]} == {label}


@pytest.mark.row("A33")
@pytest.mark.parametrize(
    "name", ["house/kernel/store.py", "house/film/unused.py", "mods/s/m/README.md", "mods/s/m/module.yaml"]
)
def test_an_edit_elsewhere_changes_nothing(place: Path, name: str) -> None:
    before = digests(place)
    with (place / name).open("a") as stream:
        stream.write("\n# edited\n")
    assert digests(place) == before


def test_labels_do_not_depend_on_where_the_tree_lies(place: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    (place / "mods").rename(moved / "mods")
    (place / "house").rename(moved / "house")
    assert list(digests(moved)) == LABELS
    assert not [label for label in digests(moved) if label.startswith("/")]


def test_code_that_is_no_python_counts_with_its_bytes_and_imports_nothing(place: Path) -> None:
    (place / "mods/s/m/main.py").write_text("from house.film import (\n")
    assert "main.py" in digests(place)
    assert "house/film/board.py" not in digests(place)


def test_an_unchanged_file_is_read_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digests(place)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"read {path} again"))
    assert digests(place) == before
