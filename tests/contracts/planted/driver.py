"""Planted breaks of runs: their snapshots, how they stand, how they are compared, tried and carried on."""

from __future__ import annotations

from tests.contracts.breaks import Break

DRIVER = "tests/driver"
RUNS = "tests/cli/test_runs_command.py"

BREAKS = (
    Break(
        "text that looks like a number is written bare",
        "cine_forge/driver/plans/recipe_text.py",
        "    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:",
        '    if _PLAIN.match(text + "x"):',
        f"{DRIVER}/plans/test_recipe_text.py::test_whatever_the_params_hold_the_text_means_the_same_again",
    ),
    Break(
        "a resolved recipe keeps live placeholders",
        "cine_forge/driver/plans/recipe_text.py",
        '        return value.replace("${", "$${")',
        "        return value",
        f"{DRIVER}/plans/test_recipe_text.py::test_whatever_the_params_hold_the_text_means_the_same_again",
    ),
    Break(
        "a run is planned again with today's prices",
        "cine_forge/driver/plans/replan.py",
        "        return {model: Profile.model_validate(one) for model, one in snapshot.profiles.items()}",
        "        return {}",
        f"{DRIVER}/plans/test_snapshot.py::test_the_plan_of_a_run_is_priced_as_it_was_then",
    ),
    Break(
        "changed code of a module goes unnoticed",
        "cine_forge/driver/plans/difference.py",
        '    status = "changed" if files or old.version != new.version else "same"',
        '    status = "changed" if old.version != new.version else "same"',
        f"{DRIVER}/plans/test_snapshot.py::test_each_module_is_said_to_be_the_same_or_changed_with_its_files",
    ),
    Break(
        "a killed run counts as running",
        "cine_forge/driver/runs.py",
        '    if state.status in ("running", "pending") and not carried_out(run):',
        '    if state.status == "pending" and not carried_out(run):',
        f"{DRIVER}/test_runs.py::test_a_run_is_interrupted_when_nobody_holds_it_though_the_project_is_held",
    ),
    Break(
        "a run that failed is taken up without being named",
        "cine_forge/driver/runs.py",
        'state.get("status") in RESUMABLE:',
        'state.get("status") in ON_DEMAND:',
        f"{DRIVER}/test_runs.py::test_a_failed_run_goes_on_when_it_is_named_and_never_by_itself",
    ),
    Break(
        "carrying on forces again what was forced",
        "cine_forge/driver/plans/again.py",
        "        return request._replace(force=False)",
        "        return request",
        f"{RUNS}::test_a_failed_run_is_carried_on_by_one_command_and_nothing_is_made_twice",
    ),
    Break(
        "results without a digest count as equal",
        "cine_forge/driver/history/comparison.py",
        'left["digest"] is not None and left["digest"] == right["digest"]',
        "True",
        f"{DRIVER}/history/test_comparison.py::test_a_changed_param_and_all_that_came_of_it_are_found_and_nothing_else",
    ),
    Break(
        "the arms of an experiment run in the project itself",
        "cine_forge/driver/experiments/experiment_run.py",
        "asked = self.experiment.request(arm, self.folder / arm.name)",
        "asked = self.experiment.request(arm, self.project)",
        f"{DRIVER}/experiments/test_experiment_run.py::"
        "test_each_arm_is_made_in_a_project_of_its_own_and_the_project_is_untouched",
    ),
)
