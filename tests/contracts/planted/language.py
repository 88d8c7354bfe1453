"""Planted breaks of the recipe language: conditions, layers, the project's artifacts, defaults, decisions."""

from __future__ import annotations

from tests.contracts.breaks import Break

_PLANNING = "cine_forge/kernel/planning"
_LANGUAGE = "tests/kernel/planning/test_language.py"
_MEETING = "tests/kernel/planning/test_meeting.py"

BREAKS = (
    Break(
        "a config key that nobody read passes",
        "cine_forge/kernel/ground/config.py",
        "            if key not in known:",
        "            if key not in known and not known:",
        "tests/kernel/ground/test_config.py::"
        "test_a_key_that_nobody_read_is_refused_with_its_path_and_what_was_read",
    ),
    Break(
        "a layer of config replaces a value of another kind",
        "cine_forge/kernel/recipes/layers.py",
        "            if key in under and not _same_kind(under[key], value):",
        "            if False:",
        "tests/kernel/recipes/test_layers.py::test_a_value_never_replaces_one_of_another_kind",
    ),
    Break(
        "a stale artifact is taken from the project",
        f"{_PLANNING}/held.py",
        'HEALTHY = frozenset({"valid", "confirmed_valid"})',
        'HEALTHY = frozenset({"valid", "confirmed_valid", "stale"})',
        f"{_LANGUAGE}::test_what_is_held_and_stale_is_refused_until_somebody_confirms_it",
    ),
    Break(
        "names that merely overlap feed an input",
        "cine_forge/kernel/artifacts/schemas/promise.py",
        "            if name not in promised:",
        '            if name not in made.get("properties", {}):',
        "tests/kernel/artifacts/schemas/test_promise.py::test_names_that_merely_overlap_are_not_enough",
    ),
    Break(
        "what only comes first is read",
        f"{_PLANNING}/wires.py",
        "        self._one = [split_need(need, wiring.loaded.positions) for need in entry.needs]",
        "        self._one = [split_need(n, wiring.loaded.positions) for n in (*entry.needs, *entry.after)]",
        f"{_LANGUAGE}::test_needs_gives_data_and_after_gives_none_of_it",
    ),
    Break(
        "a default is not told",
        f"{_PLANNING}/meeting.py",
        "        for name in params.defaults:",
        "        for name in ():",
        f"{_MEETING}::test_a_value_that_is_given_is_no_default",
    ),
    Break(
        "a strict command passes a warning",
        f"{_PLANNING}/meeting.py",
        "            self.faults += self.around.record.warnings",
        "            self.faults += ()",
        f"{_MEETING}::test_strict_makes_warnings_errors_and_leaves_a_complete_recipe_alone",
    ),
    Break(
        "an extension that nobody reads passes",
        f"{_PLANNING}/meeting.py",
        "        self.faults += [*self._unread_extensions(), *self._unmatched_overrides()]",
        "        self.faults += self._unmatched_overrides()",
        "tests/kernel/planning/test_bad_meetings.py::"
        "test_a_recipe_that_does_not_fit_is_refused_with_all_its_faults",
    ),
    Break(
        "what the project gives a stage beats the command",
        "cine_forge/driver/giving.py",
        "            if not commanded & names_within(written.get(name)):",
        "            if True:",
        "tests/driver/test_giving.py::test_what_a_project_gives_a_stage_beats_the_recipe_and_not_the_command",
    ),
)
