"""Planted breaks of the readers of other formats, and of the writers."""

from __future__ import annotations

from tests.contracts.breaks import Break

BREAKS = (
    Break(
        name="two speeches side by side are two in a row",
        file="cine_forge/film/screenplay/formats/pdf_column.py",
        old="            yield from _one_by_one(lines[index:end])",
        new="            yield from lines[index:end]",
        test="tests/film/screenplay/test_pdf.py::test_two_columns_are_dual_dialogue",
    ),
    Break(
        name="page numbers and running heads stay in the script",
        file="cine_forge/film/screenplay/formats/pdf_furniture.py",
        old="    while start < min(end, _MOST_EDGE) and _is_furniture(lines[start], heads):",
        new="    while start < 0 and _is_furniture(lines[start], heads):",
        test="tests/film/screenplay/test_pdf.py::test_no_word_is_lost_and_no_furniture_is_left",
    ),
    Break(
        name="a written line is read as something else",
        file="cine_forge/film/screenplay/writing/fountain.py",
        old="next((one for one in ways if _is_read(element, before, one, after)), ways[-1])",
        new="ways[0]",
        test="tests/film/screenplay/test_round_trip.py::test_drawn_documents_come_back_from_fountain",
    ),
    Break(
        name="a script that was edited since it was read is kept",
        file="cine_forge/film/screenplay/original.py",
        old="media_type=media_type, sha256=source.sha256)",
        new="media_type=media_type)",
        test="tests/modules/script_breakdown/test_script_breakdown.py"
        "::test_the_file_is_kept_byte_for_byte_with_its_digest",
    ),
)
