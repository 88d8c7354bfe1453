"""Planted breaks of the breakdown's sheets: what is there, how long it is, and on which day."""

from __future__ import annotations

from tests.contracts.breaks import Break

BREAKS = (
    Break(
        name="what is not there is on the sheet",
        file="cine_forge/film/breakdown/phrases.py",
        old="if self._is_not_there(first if lead is None else lead) or",
        new="if",
        test="tests/film/breakdown/test_things.py::test_what_is_no_thing_is_left_out",
    ),
    Break(
        name="a short scene has no length",
        file="cine_forge/film/breakdown/page.py",
        old="return max(1, (2 * lines",
        new="return max(0, (2 * lines",
        test="tests/film/breakdown/test_page.py::test_a_scene_is_at_least_an_eighth_and_the_nearest_one",
    ),
    Break(
        name="a flashback takes a day",
        file="cine_forge/film/breakdown/story_day.py",
        old="last = self._aside(draft) or self._main(draft)",
        new="last = self._main(draft)",
        test="tests/film/breakdown/test_story_day.py"
        "::test_what_is_remembered_or_dreamt_has_marks_of_its_own_and_no_day_passes",
    ),
    Break(
        name="a voice from elsewhere is seen",
        file="cine_forge/film/breakdown/sheet.py",
        old="part.seen = part.seen or not is_off_screen(extension)",
        new="part.seen = True",
        test="tests/film/breakdown/test_sheet.py::test_people_speak_are_silent_or_are_only_heard",
    ),
)
