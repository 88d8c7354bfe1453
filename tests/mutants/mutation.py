"""Mutations: every small wrong edit that one Python file can suffer, each as a piece of text to replace.

Docstrings, annotations, decorators and the bodies of protocols are left alone: they do nothing. The order
is that of the text, so equal files have equal mutations.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
_EXACT = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
_SHOWN = 70

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Mutation:
    """In `file`, the bytes from `start` to `end` become `text`. `scope`, `change` and `nth` name it."""

    file: str
    line: int
    start: int
    end: int
    text: str
    scope: str
    change: str
    nth: int = 1

    @property
    def name(self) -> str:
        """Return a name that moving lines about does not change."""
        return f"{self.scope}: {self.change}" + (f" ({self.nth})" if self.nth > 1 else "")

    def applied_to(self, source: bytes) -> bytes:
        """Return the mutated file."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def to_json(self) -> dict[str, Any]:
        """Return the mutation as plain data."""
        return asdict(self)


def mutations_of(root: Path, file: str) -> list[Mutation]:
    """Return every mutation of a file below `root`, in the order of the text."""
    source = (root / file).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    times: Counter[tuple[str, str]] = Counter()
    for node, scope, new in _edits(ast.parse(source), "module"):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        change = f"{_shown(source[start:end].decode())} → {_shown(new)}"
        times[scope, change] += 1
        found.append(Mutation(file, node.lineno, start, end, new, scope, change, times[scope, change]))
    return sorted(found, key=lambda mutation: (mutation.start, mutation.end, mutation.text))


def _shown(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _SHOWN else one_line[: _SHOWN - 1] + "…"


def _edits(node: ast.AST, scope: str) -> Iterator[tuple[ast.expr | ast.stmt, str, str]]:
    """Yield each node to replace, where it stands, and the text to put there."""
    if isinstance(node, ast.ClassDef | Function):
        scope = node.name if scope == "module" else f"{scope}.{node.name}"
    if isinstance(node, ast.expr):
        yield from ((node, scope, f"({new})") for new in _other_expressions(node))
    if isinstance(node, ast.stmt) and not _is_type(node):
        yield from ((node, scope, new) for new in _other_statements(node))
    yield from ((test, scope, f"(not ({ast.unparse(test)}))") for test in _tests(node))
    for child in _living(node):
        yield from _edits(child, scope)


def _living(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the children of a node that do something."""
    if isinstance(node, ast.ClassDef) and any(ast.unparse(parent) == "Protocol" for parent in node.bases):
        return
    if isinstance(node, ast.stmt) and _is_type(node):
        return
    if isinstance(node, ast.JoinedStr):
        yield from (part.value for part in node.values if isinstance(part, ast.FormattedValue))
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases", "format_spec"):
            continue
        children = value if isinstance(value, list) else [value]
        yield from (child for child in children if isinstance(child, ast.AST) and not _is_docstring(child))


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_type(node: ast.stmt) -> bool:
    """Say whether a statement only names a type, or the names of the file."""
    if not isinstance(node, ast.Assign):
        return False
    names = [target.id for target in node.targets if isinstance(target, ast.Name)]
    made = ast.unparse(node.value).partition("(")[0].partition("[")[0]
    return "__all__" in names or made in ("Literal", "TypeVar", "tuple", "Callable")


def _tests(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the conditions that choose a way and that no swapped comparison turns round already."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            found = [test]
        case ast.comprehension(ifs=tests):
            found = tests
        case _:
            found = []
    for test in found:
        swapped = isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _EXACT
        if not swapped and not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
            yield test


def _other_expressions(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Compare(ops=[operator]):
            yield ast.unparse(ast.Compare(node.left, [_COMPARE[type(operator)]()], node.comparators))
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield ast.unparse(ast.BoolOp(other, node.values))
        case ast.BinOp() if type(node.op) in _BINARY:
            yield ast.unparse(ast.BinOp(node.left, _BINARY[type(node.op)](), node.right))
        case ast.UnaryOp(op=ast.Not()):
            yield ast.unparse(node.operand)
        case ast.Constant(value=value):
            yield from _other_values(value)


def _other_values(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield repr(not value)
    elif isinstance(value, int | float):
        yield repr(value + 1)
    elif isinstance(value, str):
        yield repr(f"{value}?")
    elif isinstance(value, bytes):
        yield repr(value + b"?")


def _other_statements(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield "return None"
        case ast.Assign(value=value) if ast.unparse(value) != "None":
            targets = " = ".join(ast.unparse(target) for target in node.targets)
            yield f"{targets} = None"
        case ast.Expr() | ast.AugAssign() | ast.Raise():
            yield "pass"
        case ast.Continue():
            yield "break"
        case ast.Break():
            yield "continue"
