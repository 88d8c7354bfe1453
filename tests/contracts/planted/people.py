"""Planted breaks of who is who."""

from __future__ import annotations

from tests.contracts.breaks import Break

ONE = "tests/film/people/test_one_person.py"

BREAKS = (
    Break(
        name="two who answer each other may be one person",
        file="cine_forge/film/people/gathering.py",
        old="return not link.told and any(self.company.answer_each_other(*pair) for pair in pairs)",
        new="return False",
        test=f"{ONE}::test_these_are_not_one_person",
    ),
    Break(
        name="a name that could mean two is given to the first",
        file="cine_forge/film/people/likeness.py",
        old="    if len(others) == 1:\n",
        new="    if others:\n",
        test=f"{ONE}::test_what_is_not_sure_is_asked_with_its_line_and_the_command_that_settles_it",
    ),
    Break(
        name="an id goes by today's name alone",
        file="cine_forge/film/people/register.py",
        old="return tuple(dict.fromkeys((*led, *self._past.ids_of(circle), *self._past.ids_of(former))))",
        new="return led",
        test="tests/film/people/test_steady_people.py"
        "::test_a_person_renamed_at_every_cue_keeps_id_look_and_scenes",
    ),
    Break(
        name="a ruling is kept and not read",
        file="modules/script_breakdown/script_breakdown_v1/main.py",
        old="return Casting.model_validate(given.data) if isinstance(given, Given) else Casting()",
        new="return Casting()",
        test="tests/driver/people/test_ruling.py"
        "::test_a_merge_makes_only_the_scenes_of_the_two_again_and_a_split_brings_back_who_they_were",
    ),
)
