"""Planted breaks of the readers and the breakdown."""

from __future__ import annotations

from tests.contracts.breaks import Break

BREAKS = (
    Break(
        name="a heading needs no keyword",
        file="cine_forge/film/screenplay/headings.py",
        old="    if not found:\n        return None\n    capitals",
        new="    return None\n    capitals",
        test="tests/film/screenplay/test_fountain.py::test_a_line_with_a_keyword_is_a_standard_heading",
    ),
    Break(
        name="a note shifts the lines behind it",
        file="cine_forge/film/screenplay/runs.py",
        old="line=index + 1, end_line=index + 1, **more",
        new="line=index + 2, end_line=index + 2, **more",
        test="tests/film/screenplay/test_fountain.py"
        "::test_notes_and_boneyards_are_lifted_and_every_line_number_stays",
    ),
    Break(
        name="a scene's record holds its position",
        file="cine_forge/film/breakdown/breakdown.py",
        old="at=max(0, element.line - draft.heading.line)",
        new="at=element.line",
        test="tests/film/breakdown/test_breakdown.py"
        "::test_an_inserted_scene_gets_a_new_id_and_a_lettered_number_and_changes_no_other_record",
    ),
    Break(
        name="an id may come back",
        file="cine_forge/film/breakdown/breakdown.py",
        old="used = {*history.scene_set.retired, *(member.id for member in history.scene_set.members)}",
        new="used: set[str] = set()",
        test="tests/film/breakdown/test_breakdown.py"
        "::test_a_removed_scene_is_retired_and_neither_its_id_nor_its_number_comes_back",
    ),
    Break(
        name="an edited scene gets a new id",
        file="cine_forge/film/identity.py",
        old="LEAST_LIKENESS = 0.5",
        new="LEAST_LIKENESS = 1.1",
        test="tests/film/test_identity.py"
        "::test_an_edited_scene_is_matched_by_its_words_even_when_a_namesake_is_inserted",
    ),
    Break(
        name="inserted scenes renumber the rest",
        file="cine_forge/film/numbering.py",
        old="known = [written or before for written, before in zip(own, kept, strict=True)]",
        new="known = [written for written, _ in zip(own, kept, strict=True)]",
        test="tests/film/test_numbering.py::test_inserted_scenes_get_letters_and_nothing_is_renumbered",
    ),
    Break(
        name="a voice from elsewhere stands on the set",
        file="cine_forge/film/breakdown/breakdown.py",
        old="if not speaker.off_screen:",
        new="if speaker.ids:",
        test="tests/film/breakdown/test_breakdown.py::test_scenes_say_place_time_cast_and_props",
    ),
    Break(
        name="a mention loses its line",
        file="cine_forge/film/breakdown/line_finder.py",
        old="return min(self.element.end_line, self.element.line + bisect_left(self._ends, offset))",
        new="return 1",
        test="tests/film/breakdown/test_breakdown.py::test_the_ledger_maps_every_scene_cue_and_mention_to_lines",
    ),
)
