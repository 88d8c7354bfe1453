"""Breaks in what is made again and in what order, each with the test that must see it."""

from __future__ import annotations

from tests.contracts.breaks import Break

_EXACT = "tests/kernel/planning/test_exact_reuse.py::"
_HONEST = "tests/kernel/planning/test_honesty.py::"

BREAKS = (
    Break(
        "a template is no part of a result",
        "cine_forge/kernel/stages/closure.py",
        'if name in _LEFT_OUT or name.startswith((".", "README"))',
        'if name in _LEFT_OUT or name.startswith((".", "README", "prompts"))',
        _EXACT + "test_an_edit_of_one_stage_plans_just_that_stage_and_its_consequences",
    ),
    Break(
        "a fact is no part of a result",
        "cine_forge/kernel/planning/fingerprint.py",
        'found |= {f"fact:{name}": digest_of(value) for name, value in parts.facts.items()}',
        "",
        _EXACT + "test_a_fact_runs_the_stage_that_reads_it_and_no_other",
    ),
    Break(
        "a test beside a module is part of a result",
        "cine_forge/kernel/stages/closure.py",
        '{"module.yaml", "tests", "examples", "__pycache__"}',
        '{"module.yaml", "examples", "__pycache__"}',
        _EXACT + "test_a_file_that_no_result_depends_on_runs_nothing",
    ),
    Break(
        "another model buys again",
        "cine_forge/kernel/planning/fingerprint.py",
        'MAKER_KINDS = frozenset({"code", "schema", "module", "policy", "seed"})',
        'MAKER_KINDS = frozenset({"code", "schema", "module", "seed"})',
        _EXACT + "test_another_maker_makes_bought_results_eligible_and_buys_none",
    ),
    Break(
        "what failed leaves its older result to others",
        "cine_forge/kernel/planning/compilation.py",
        '_KEPT_OUTCOMES = frozenset({"done", "reused", "skipped"})',
        '_KEPT_OUTCOMES = frozenset({"done", "reused", "skipped", "failed"})',
        _HONEST + "test_the_run_does_what_the_plan_said_and_a_second_plan_reuses_everything",
    ),
    Break(
        "an input that may change counts as unchanged",
        "cine_forge/kernel/planning/compilation.py",
        "        if decision is None or decision.action in _RUNS:\n            return Standing.OPEN",
        '        if decision is None or decision.action == "run":\n            return Standing.OPEN',
        _HONEST + "test_the_run_does_what_the_plan_said_and_a_second_plan_reuses_everything",
    ),
    Break(
        "what is found in a run is left out of what was asked for",
        "cine_forge/kernel/planning/compilation.py",
        "                self._only |= wanted\n",
        "",
        "tests/kernel/planning/test_compilation.py::"
        "test_only_takes_what_belongs_to_its_entity_when_that_is_found_in_the_run",
    ),
    Break(
        "what took long the last time is forgotten",
        "cine_forge/kernel/running/remaining.py",
        "before = decision.newest.seconds if decision.newest else 0.0",
        "before = 0.0",
        "tests/kernel/running/test_workflows.py::test_what_took_longest_the_last_time_starts_first",
    ),
)
