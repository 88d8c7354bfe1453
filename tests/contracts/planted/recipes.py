"""Planted breaks of reading recipes, finding modules and telling a run."""

from __future__ import annotations

from tests.contracts.breaks import Break

RECIPES = "tests/kernel/recipes"
STAGES = "tests/kernel/stages"
RUNNING = "tests/kernel/running"

BREAKS = (
    Break(
        "a key may stand twice",
        "cine_forge/kernel/ground/yaml_text.py",
        "        elif value in frame.items:",
        "        elif value in ():",
        f"{RECIPES}/test_bad_recipes.py::test_a_bad_recipe_is_refused_with_all_its_faults",
    ),
    Break(
        "YAML may be nested without end",
        "cine_forge/kernel/ground/yaml_text.py",
        "        if len(self._stack) >= MAX_DEPTH:",
        "        if len(self._stack) >= 100 * MAX_DEPTH:",
        "tests/kernel/ground/test_source.py::test_depth_is_refused_after_a_few_events_however_deep_it_goes",
    ),
    Break(
        "what a placeholder brings is read again",
        "cine_forge/kernel/recipes/placeholder.py",
        "            return self._value(whole[1], path)",
        "            return self.fill(self._value(whole[1], path), path)",
        f"{RECIPES}/test_placeholder.py::test_what_is_put_in_is_never_read_again",
    ),
    Break(
        "a cycle is not looked for",
        "cine_forge/kernel/recipes/soundness.py",
        "    for cycle in RecipeGraph(_Links(found)).cycles():",
        "    for cycle in RecipeGraph(_Links({})).cycles():",
        f"{RECIPES}/test_bad_recipes.py::test_a_bad_recipe_is_refused_with_all_its_faults",
    ),
    Break(
        "the second of two modules with one id wins",
        "cine_forge/kernel/stages/discovery.py",
        "        if twin is not module:",
        "        if twin is None:",
        f"{STAGES}/test_discovery.py::test_two_modules_with_one_id_are_refused_with_both_paths",
    ),
    Break(
        "imports inside imported code are not followed",
        "cine_forge/kernel/stages/closure.py",
        "                    open_files.append(target)",
        "                    pass",
        f"{STAGES}/test_closure.py::test_the_closure_is_own_files_named_code_and_all_that_these_import",
    ),
    Break(
        "a torn last line swallows the next event",
        "cine_forge/kernel/running/events.py",
        "        if not _ends_whole(self._handle):",
        "        if False:",
        f"{RUNNING}/test_events.py::test_a_torn_last_line_is_closed_off_and_passed_over",
    ),
)
