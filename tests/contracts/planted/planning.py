"""Breaks in planning and running, each with the test that must see it."""

from __future__ import annotations

from tests.contracts.breaks import Break

_PLAN = "tests/kernel/planning/test_compilation.py::"
_RUN = "tests/kernel/running/test_execute.py::"

BREAKS = (
    Break(
        "a param is left out of the fingerprint",
        "cine_forge/kernel/planning/fingerprint.py",
        'found |= {f"param:{name}": digest_of(value) for name, value in parts.params.items()}',
        "",
        _PLAN + "test_a_changed_param_reopens_only_its_consequences",
    ),
    Break(
        "nothing is ever reused",
        "cine_forge/kernel/planning/decision.py",
        '        return "reuse", reasons',
        '        return "run", reasons',
        _PLAN + "test_a_second_run_runs_nothing",
    ),
    Break(
        "the order of a set is forgotten",
        "cine_forge/kernel/planning/fingerprint.py",
        "if len(ids) > 1}",
        "if len(ids) > 99}",
        _PLAN + "test_moved_members_run_nothing_but_what_reads_their_order",
    ),
    Break(
        "a change of code buys again",
        "cine_forge/kernel/planning/reuse.py",
        'return determinism == "external" and only_maker_changed(changed)',
        "return False",
        _PLAN + "test_the_code_of_an_external_unit_makes_it_eligible_and_buys_nothing",
    ),
    Break(
        "entities that are not asked for run as well",
        "cine_forge/kernel/planning/compilation.py",
        "return unit.stage in self._stages and (self._only is None or unit in self._only)",
        "return unit.stage in self._stages",
        _PLAN + "test_only_takes_an_entity_and_what_it_needs",
    ),
    Break(
        "only the first fault of a recipe is told",
        "cine_forge/kernel/planning/commission.py",
        "faults = dict.fromkeys([*around.found, *meeting.faults, *wiring.faults])",
        "faults = dict.fromkeys([*around.found, *meeting.faults, *wiring.faults][:1])",
        _PLAN + "test_every_fault_of_the_meeting_is_said_at_once",
    ),
    Break(
        "a module that raises counts as done",
        "cine_forge/kernel/running/report.py",
        "return Report(order.unit, error=_wrapped(order, error), traceback=_valid(traceback.format_exc()))",
        "return Report(order.unit, result=StageResult())",
        _RUN + "test_a_failing_unit_stops_its_consequences_and_nothing_else",
    ),
    Break(
        "inputs are left out of lineage",
        "cine_forge/kernel/running/execute.py",
        "            inputs=effort.order.bound(),\n            drafts",
        "            inputs=(),\n            drafts",
        _RUN + "test_every_output_lists_every_input_as_its_parent",
    ),
    Break(
        "short ways start before long ones",
        "cine_forge/kernel/running/execute.py",
        "heapq.heappush(self._ready, (-self._remaining.way(unit), self._count, unit))",
        "heapq.heappush(self._ready, (self._remaining.way(unit), self._count, unit))",
        _RUN + "test_what_has_the_longest_way_to_go_starts_first_and_no_wave_waits",
    ),
    Break(
        "an announced artifact is not kept",
        "cine_forge/kernel/running/port.py",
        "        ref = self._store.announce(\n",
        "        return ''\n        ref = self._store.announce(\n",
        _RUN + "test_an_announced_artifact_outlives_the_unit_that_failed",
    ),
    Break(
        "a dry run opens the project for writing",
        "cine_forge/driver/plans/planned.py",
        "wired = wire(request, Places.here(request.environment), write=write)",
        "wired = wire(request, Places.here(request.environment), write=True)",
        "tests/spine/test_dry_run.py::test_a_dry_run_of_a_new_project_leaves_no_trace",
    ),
    Break(
        "explain does not know the line",
        "cine_forge/film/policies.py",
        "return f\"{ledger['source']}:{start + scene['elements'][element]['at']}\" if start else None",
        "return None",
        "tests/film/test_script_locator.py::test_a_value_is_traced_to_the_line_it_came_from",
    ),
)
