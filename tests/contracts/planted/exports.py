"""Breaks of sheets and exports: what they say, and what they must not overwrite."""

from __future__ import annotations

from tests.contracts.breaks import Break

_FORMS = "tests/exchange/sheets/test_sheet_forms.py"

BREAKS = (
    Break(
        name="an export overwrites what a person wrote",
        file="cine_forge/exchange/export_folder.py",
        old="        elif digest_of_bytes(read_plain(path)) != known[name]:\n",
        new="        elif False:\n",
        test="tests/exchange/test_export_folder.py::test_an_export_that_a_person_changed_is_not_overwritten",
    ),
    Break(
        name="a sheet leaves out what the record holds",
        file="cine_forge/exchange/sheets/scene_sheet.py",
        old="*map(_item, sheet.items), ",
        new="*map(_item, sheet.items[:1]), ",
        test=f"{_FORMS}::test_every_box_of_a_sheet_says_what_the_record_says",
    ),
    Break(
        name="a speech goes on overleaf without its name",
        file="cine_forge/exchange/scripts/page_division.py",
        old="        head = [_named_again(rows[start])] if goes_on else []\n",
        new="        head: list[Row] = []\n",
        test="tests/exchange/scripts/test_script_print.py"
        "::test_a_speech_that_goes_on_overleaf_says_more_and_names_its_speaker_again",
    ),
    Break(
        name="a span of the view points beside its word",
        file="cine_forge/film/breakdown/wording.py",
        old="mention.line + offset, first + lead, first + len(words.rstrip())",
        new="mention.line + offset, first + lead + 1, first + len(words.rstrip())",
        test="tests/film/breakdown/test_script_view.py::test_spans_point_to_the_words_they_say",
    ),
)
