"""Breaks in starting and planning a command, each with the test that must see it."""

from __future__ import annotations

from tests.contracts.breaks import Break

_PROBE = "tests/driver/test_probe.py::"
_PLANNED = "tests/driver/plans/test_planned.py::"

BREAKS = (
    Break(
        "a dry run waits for the lock",
        "cine_forge/driver/probe.py",
        '_READING = frozenset({"--dry-run", "--help", "-h"})',
        '_READING = frozenset({"--help", "-h"})',
        _PROBE + "test_reading_and_another_project_and_what_cannot_be_told_are_let_through",
    ),
    Break(
        "click is imported before the lock is looked at",
        "cine_forge/driver/__main__.py",
        "import os\nimport sys\n",
        "import os\nimport sys\n\nimport click\n",
        _PROBE + "test_a_second_driver_ends_with_3_and_has_imported_only_the_standard_library",
    ),
    Break(
        "a plan of before another run is carried out",
        "cine_forge/kernel/planning/view.py",
        "if store.stamp() != self._known.stamp:",
        "if store.stamp() == ():",
        _PLANNED + "test_a_plan_is_made_anew_when_another_run_came_between",
    ),
    Break(
        "every unit of a plan asks the index for itself",
        "cine_forge/kernel/planning/compilation.py",
        "self.view.gather(self.commission.order, self.commission.types)",
        "self.view.refresh()",
        _PLANNED + "test_a_plan_asks_as_many_questions_for_many_stages_as_for_few",
    ),
    Break(
        "routes are read for every recipe",
        "cine_forge/driver/wiring.py",
        "from cine_forge.film.paths import PROJECT_FILE\n",
        "from cine_forge.film.paths import PROJECT_FILE\nfrom cine_forge.generation import routing\n",
        _PLANNED + "test_a_recipe_without_film_and_generation_imports_neither",
    ),
)
