"""Planted breaks of bounded work and of what the measure of script reading guards."""

from __future__ import annotations

from tests.contracts.breaks import Break

_HOSTILE = "tests/film/screenplay/test_hostile_script.py"

BREAKS = (
    Break(
        name="a run of blanks is looked at from each of its blanks",
        file="cine_forge/film/screenplay/classifying/line/furniture.py",
        old='r"(?<![ \\t])[ \\t]{3,}',
        new='r"[ \\t]{3,}',
        test=f"{_HOSTILE}::test_no_pattern_takes_long_on_a_long_line",
    ),
    Break(
        name="lines of any length are read",
        file="cine_forge/film/screenplay/source_text.py",
        old="if len(line) > MOST_LINE_CHARACTERS]",
        new="if len(line) > 100 * MOST_LINE_CHARACTERS]",
        test=f"{_HOSTILE}::test_a_line_of_fifty_thousand_spaces_is_refused_by_its_line",
    ),
    Break(
        name="camera lines are headings",
        file="cine_forge/film/screenplay/classifying/weight.py",
        old='"not_keyed": {"heading": -9.0}',
        new='"not_keyed": {"heading": 9.0}',
        test="tests/film/screenplay/test_camera_line.py"
        "::test_camera_lines_of_a_script_in_trouble_are_no_headings[hard-wraps]",
    ),
)
