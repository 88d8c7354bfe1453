"""A module's code is loaded by itself, anew after an edit, and refused where it is wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cine_forge.kernel.ground.errors import Fault, ModuleError
from cine_forge.kernel.stages.discovery import Module, discover
from cine_forge.kernel.stages.loading import load_entry

GOOD = "def run_module(inputs, params, context):\n    return {}\n"


def module(root: Path, main: str, name: str = "m", **others: str) -> Module:
    folder = root / "s" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "module.yaml").write_text(f"module_id: {name}\nstage: s\ndescription: d\nversion: 1\n")
    (folder / "main.py").write_text(main)
    for other, text in others.items():
        (folder / f"{other}.py").write_text(text)
    return discover([root]).get(name)


def refusal(root: Path, main: str, **others: str) -> Fault:
    with pytest.raises(ModuleError) as refused:
        load_entry(module(root, main, **others))
    (fault,) = refused.value.faults
    return fault


def said(found: Module) -> object:
    return load_entry(found)({}, {}, None)  # type: ignore[arg-type]  # the context is not asked for anything


def test_the_function_of_the_module_is_returned(tmp_path: Path) -> None:
    assert said(module(tmp_path, GOOD.format(7))) == 7


def test_two_modules_may_have_a_file_of_the_same_name(tmp_path: Path) -> None:
    main = "from .words import WORD\n" + GOOD.format("WORD")
    first = module(tmp_path, main, "first_v1", words="WORD = 1\n")
    second = module(tmp_path, main, "second_v1", words="WORD = 2\n")
    assert (said(first), said(second), said(first)) == (1, 2, 1)


def test_an_edit_of_equal_length_is_seen_at_once(tmp_path: Path) -> None:
    main = "from .words import WORD\n" + GOOD.format("WORD")
    assert said(module(tmp_path, main, words="WORD = 1\n")) == 1
    assert said(module(tmp_path, main, words="WORD = 2\n")) == 2


def test_nothing_is_left_in_the_folder_and_the_path_is_not_touched(tmp_path: Path) -> None:
    before = list(sys.path)
    found = module(tmp_path, "from .words import WORD\n" + GOOD.format("WORD"), words="WORD = 1\n")
    said(found)
    assert sorted(path.name for path in found.folder.iterdir()) == ["main.py", "module.yaml", "words.py"]
    assert sys.path == before


@pytest.mark.parametrize(
    ("main", "line", "what"),
    [
        ("def run_module(:\n", 1, "invalid syntax"),
        ("x = 1\nimport nobody_has_this\n", 2, "No module named 'nobody_has_this'"),
        ("x = 1\n\ny = 1 / 0\n", 3, "ZeroDivisionError"),
        ("raise SystemExit(3)\n", 1, "SystemExit: 3"),
    ],
)
def test_code_that_cannot_be_imported_is_refused_with_its_line(
    main: str, line: int, what: str, tmp_path: Path
) -> None:
    fault = refusal(tmp_path, main)
    assert fault.code == "CF-M013"
    assert fault.where.startswith(f"{tmp_path}/s/m/main.py:{line}:")
    assert what in fault.what


def test_a_fault_in_a_file_of_the_module_is_located_there(tmp_path: Path) -> None:
    fault = refusal(tmp_path, "from .words import WORD\n", words="\nWORD = nobody\n")
    assert fault.where == f"{tmp_path}/s/m/words.py:2:1"


@pytest.mark.parametrize(
    ("main", "what", "hint"),
    [
        ("x = 1\n", "`main.py` has no `run_module`", "write `def run_module"),
        ("def run_modul(a, b, c): ...\n", "`main.py` has no `run_module`", "did you mean `run_modul`?"),
        ("run_module = 3\n", "`run_module` is not a function", "write `def`"),
        ("def run_module(inputs): ...\n", "`run_module` cannot be called: too many positional", "write `def"),
        (
            "def run_module(a, b, c, d): ...\n",
            "`run_module` cannot be called: missing a required",
            "write `def",
        ),
    ],
)
def test_a_module_without_a_fitting_function_is_refused(
    main: str, what: str, hint: str, tmp_path: Path
) -> None:
    fault = refusal(tmp_path, main)
    assert fault.code == "CF-M014"
    assert fault.what.startswith(what)
    assert fault.hint.startswith(hint)
