"""Which test guards which row of the mission: `docs/rows.md`, generated from the markers.

`python -m tests.contracts.rows write` writes the page, `check` says whether it is as the markers say.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "rows.md"

LAST_ROW = {"A": 47, "B": 22, "C": 34, "D": 37, "E": 35, "F": 28, "G": 28, "H": 15}
"""Area to the number of its last row; rows count from 1."""

_ROW = re.compile(r"^(?P<area>[A-Z])(?P<number>[1-9]\d*)$")
_HEAD = """# Rows and their tests

Generated from the `row` markers by `python -m tests.contracts.rows write`; do not edit. A row is one line of
what the product must do (areas: A store, recipes and driver; B round the driver; C modalities; D spine and
invariants; E procedural generator; F kernel; G film craft; H trust and reach). Rows without a test are not
listed.

| row | tests |
|---|---|
"""


def is_row(name: str) -> bool:
    """Say whether `name` is the id of a row."""
    found = _ROW.match(name)
    return bool(found) and int(found["number"]) <= LAST_ROW.get(found["area"], 0)


@cache
def marked_tests() -> tuple[tuple[str, str], ...]:
    """Return row and test (`path::name`) for each marker in the tree."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    texts = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}
    return tuple(found for place, text in texts.items() if ".row" in text for found in _marked(place, text))


def _marked(place: str, text: str) -> Iterator[tuple[str, str]]:
    tree = ast.parse(text)
    yield from ((row, place) for row in _rows_of_file(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            rows = (row for decorator in node.decorator_list for row in _rows_in(decorator))
            yield from ((row, f"{place}::{node.name}") for row in rows)


def _rows_of_file(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            yield from _rows_in(node.value)


def _rows_in(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.row":
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


def page() -> str:
    """Return the text of `docs/rows.md`."""
    tests: dict[str, set[str]] = defaultdict(set)
    for row, test in marked_tests():
        tests[row].add(test)
    ordered = sorted(tests, key=lambda row: (row[0], int(row[1:])))
    return _HEAD + "".join(
        f"| {row} | {'<br>'.join(f'`{test}`' for test in sorted(tests[row]))} |\n" for row in ordered
    )


def main(arguments: list[str]) -> int:
    """Write or check the page."""
    match arguments:
        case ["write"]:
            PAGE.write_text(page(), encoding="utf-8")
            return 0
        case ["check"]:
            fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
            print("docs/rows.md is as the markers say" if fresh else "docs/rows.md is old: run `make fmt`")
            return 0 if fresh else 1
    print("usage: python -m tests.contracts.rows write|check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
