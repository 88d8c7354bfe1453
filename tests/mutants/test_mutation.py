"""Every small wrong edit of a file is found once, by a name that outlives moved lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.mutation import Mutation, mutations_of


def mutations(tmp_path: Path, text: str) -> list[Mutation]:
    (tmp_path / "a.py").write_text(text)
    return mutations_of(tmp_path, "a.py")


def edited(tmp_path: Path, text: str) -> set[str]:
    return {one.applied_to(text.encode()).decode() for one in mutations(tmp_path, text)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a == b", {"(a != b)"}),
        ("a < b", {"(a <= b)"}),
        ("a is b", {"(a is not b)"}),
        ("a in b", {"(a not in b)"}),
        ("a and b", {"(a or b)"}),
        ("a + b", {"(a - b)"}),
        ("a | b", {"(a & b)"}),
        ("not a", {"(a)"}),
        ("7", {"(8)"}),
        ("True", {"(False)"}),
        ("'x'", {"('x?')"}),
        ("b'x'", {"(b'x?')"}),
        ("[c for c in d if c]", {"[c for c in d if (not (c))]"}),
        ("a if b else c", {"a if (not (b)) else c"}),
        ("f'{a + 1}b'", {"f'{(a - 1)}b'", "f'{a + (2)}b'"}),
        ("a", set()),
    ],
)
def test_an_expression_is_turned_round(tmp_path: Path, line: str, expected: set[str]) -> None:
    found = edited(tmp_path, f"x({line})\n")
    assert found == {f"x({one})\n" for one in expected} | {"pass\n"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a", {"return None"}),
        ("return None", set()),
        ("return", set()),
        ("a = b", {"a = None"}),
        ("a += b", {"pass"}),
        ("raise a", {"pass"}),
        ("if a: b", {"if (not (a)): b"}),
        ("if not a: b", {"if (a): b"}),
        ("while a: continue", {"while (not (a)): continue", "while a: break"}),
    ],
)
def test_a_statement_is_taken_out_or_turned_round(tmp_path: Path, line: str, expected: set[str]) -> None:
    head = "def f():\n    "
    found = {text.removeprefix(head).rstrip("\n") for text in edited(tmp_path, f"{head}{line}\n")}
    assert found - {line.partition(":")[0] + ": pass"} == expected


def test_what_does_nothing_is_left_alone(tmp_path: Path) -> None:
    text = '''"""Doc."""
from typing import Literal, Protocol
__all__ = ["f"]
Kind = Literal["a", "b"]
@cache(size=3)
def f(a: "x" = b) -> "y":
    """Doc."""
class P(Protocol):
    def g(self) -> None:
        return 3
'''
    assert mutations(tmp_path, text) == []


def test_a_name_says_scope_and_change_and_counts_equal_ones(tmp_path: Path) -> None:
    text = "class C:\n    def f(self):\n        return a(1, 1)\n"
    names = [one.name for one in mutations(tmp_path, text)]
    assert names == ["C.f: return a(1, 1) → return None", "C.f: 1 → (2)", "C.f: 1 → (2) (2)"]
    moved = [one.name for one in mutations(tmp_path, f"import x\n\n{text}")]
    assert moved == names


def test_places_count_bytes_and_not_letters(tmp_path: Path) -> None:
    text = "x('ä', 1)\n"
    assert {"x('ä', (2))\n", "x(('ä?'), 1)\n", "pass\n"} == edited(tmp_path, text)
