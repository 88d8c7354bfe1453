"""How large a file, a function and a signature may be, and which words no file is named with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES_OF_A_FILE = 450
MOST_LINES_OF_A_FUNCTION = 60
MOST_PARAMETERS = 5
UNUSED_NAMES = frozenset(
    {"manager", "handler", "helper", "helpers", "utils", "util", "base", "common", "engine"}
)
BOUNDARY = frozenset(
    {
        "cine_forge/driver/foresight.py",  # a module may be tried before it runs
        "cine_forge/generation/providers/loading.py",  # where an adapter of one's own is imported
        "cine_forge/generation/conformance/trial.py",  # where an adapter under trial is called
        "cine_forge/driver/terminal/refusal.py",  # the last resort: a fault of ours becomes a sentence
        "cine_forge/kernel/running/executors.py",  # the last resort of a thread that the run waits for
        "cine_forge/kernel/running/report.py",  # where a module is called
        "cine_forge/kernel/stages/loading.py",  # where a module is imported
        "cine_forge/kernel/stages/steps/runner.py",  # where a step of a module is called
    }
)


class Function(NamedTuple):
    """A function by its place (`path:line name`), its lines without decorators, and its parameters."""

    place: str
    lines: int
    parameters: int


class Walked(NamedTuple):
    """What one file holds: its functions, and whether it catches everything somewhere."""

    functions: tuple[Function, ...]
    catches_everything: bool


def files(*tops: str) -> list[Path]:
    """Return the Python files below the given folders of the repository."""
    found = (file for top in tops for file in (ROOT / top).rglob("*.py"))
    return sorted(file for file in found if "_bundled" not in file.parts)


OURS = files("cine_forge", "modules", "tests", "bench")
SHIPPED = files("cine_forge", "modules")


@cache
def walked(file: Path) -> Walked:
    """Return what `file` holds; each is parsed once."""
    found = list(statements(ast.parse(file.read_text())))
    name = file.relative_to(ROOT)
    functions = [one for one in found if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    places = (f"{name}:{one.lineno} {one.name}" for one in functions)
    return Walked(
        tuple(
            Function(place, _lines(one), _parameters(one))
            for place, one in zip(places, functions, strict=True)
        ),
        any(isinstance(one, ast.ExceptHandler) and _catches_everything(one) for one in found),
    )


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in the blocks of `node`, at any depth: statements, handlers and cases."""
    for block in ("body", "handlers", "orelse", "finalbody", "cases"):
        for one in getattr(node, block, ()):
            yield one
            yield from statements(one)


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many parameters a caller may give, `self` and `cls` left out."""
    spec = function.args
    names = [argument.arg for argument in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def test_no_file_is_longer_than_450_lines() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in OURS}
    assert not {file: length for file, length in lengths.items() if length > MOST_LINES_OF_A_FILE}


def test_no_function_is_longer_than_60_lines() -> None:
    lengths = {one.place: one.lines for file in OURS for one in walked(file).functions}
    assert lengths
    assert not {place: length for place, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION}


def test_no_function_takes_more_than_5_parameters() -> None:
    counts = {one.place: one.parameters for file in SHIPPED for one in walked(file).functions}
    assert counts
    assert not {place: count for place, count in counts.items() if count > MOST_PARAMETERS}


@pytest.mark.row("F18")
def test_package_files_are_empty_but_for_the_face() -> None:
    full = [
        str(file.relative_to(ROOT))
        for file in SHIPPED
        if file.name == "__init__.py" and file.read_text().strip()
    ]
    assert full == ["cine_forge/__init__.py"]


def test_no_file_has_a_name_that_says_nothing() -> None:
    named = [
        str(file.relative_to(ROOT)) for file in SHIPPED if set(re.split(r"[_.]", file.stem)) & UNUSED_NAMES
    ]
    assert not named


def test_only_the_boundary_of_a_stage_catches_everything() -> None:
    wide = {str(file.relative_to(ROOT)) for file in SHIPPED if walked(file).catches_everything}
    assert wide <= BOUNDARY, f"catch a named error: {sorted(wide - BOUNDARY)}"


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = "BaseException" if handler.type is None else ast.unparse(handler.type)
    return bool({"Exception", "BaseException"} & set(re.split(r"\W+", caught))) and not _raises_again(handler)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
