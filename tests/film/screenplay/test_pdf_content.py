"""The lexer of drawing operators: rows of operators, each with the operands of its first one."""

from __future__ import annotations

import pytest

from cine_forge.film.screenplay.formats.pdf_content import Operand, operations_of

DRAWN: dict[bytes, list[tuple[list[bytes], list[Operand]]]] = {
    b"q BT 1 0 0 1 72 -.5 Tm (Rain.) Tj T* ET": [
        ([b"q", b"BT"], []),
        ([b"Tm"], [1.0, 0.0, 0.0, 1.0, 72.0, -0.5]),
        ([b"Tj", b"T*", b"ET"], [b"Rain."]),
    ],
    b"[(A) -120 <42>] TJ /F 12 Tf": [([b"TJ"], [[b"A", -120.0, b"B"]]), ([b"Tf"], ["/F", 12.0])],
    rb"(a\)\101(b)) Tj (a\)\101) '": [([b"Tj"], [b"a)A(b)"]), ([b"'"], [b"a)A"])],
    b"/P <</A 1 /B (x) q>> BDC": [([b"BDC"], ["/P"])],
    b"BI /W 1 ID \0(Tj\n EI Q": [([b"BI"], []), ([b"ID"], ["/W", 1.0]), ([b"Q"], [])],
    b"BT ID (Tj EI ET": [([b"BT", b"ID"], []), ([b"ET"], [])],
    b"1.0.5-2 Td % Td\n(cut off": [([b"Td"], [1.0, 0.5, -2.0])],
}


@pytest.mark.parametrize("content", DRAWN)
def test_operators_come_with_what_stands_before_them(content: bytes) -> None:
    assert list(operations_of(content)) == DRAWN[content]


def test_of_more_operands_than_any_operator_takes_the_first_are_kept() -> None:
    ((words, operands),) = operations_of(b"7 " * 1_000 + b"m")
    assert (words, operands) == ([b"m"], [7.0] * 64)


def test_a_long_row_of_operators_comes_in_parts() -> None:
    rows = [words for words, _ in operations_of(b"q " * 1_000)]
    assert sum(map(len, rows)) == 1_000
    assert max(map(len, rows)) == 64
