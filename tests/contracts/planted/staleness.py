"""Breaks of staleness: exact by digests, to the end of every chain, and told with its cause."""

from tests.contracts.breaks import Break

_ROOM = "cine_forge/kernel/artifacts"
_TESTS = "tests/kernel/artifacts"

BREAKS = (
    Break(
        "an artifact makes itself stale",
        f"{_ROOM}/index/index_graph.py",
        "\n    AND cs.key <> ms.key",
        "",
        f"{_TESTS}/lineage/test_lineage.py::test_a_new_version_never_makes_itself_or_a_sibling_stale",
    ),
    Break(
        "a consequence of a consequence is not stale",
        f"{_ROOM}/lineage/staleness.py",
        "frontier = ordered(reached)",
        "frontier = []",
        f"{_TESTS}/lineage/test_staleness.py"
        "::test_a_chain_of_ten_thousand_is_stale_to_its_end_by_a_handful_of_questions",
    ),
    Break(
        "a confirmation outlives a further change",
        f"{_ROOM}/records/statements.py",
        'said.values.get("inputs") == inputs',
        '"inputs" in said.values',
        f"{_TESTS}/lineage/test_lineage.py"
        "::test_only_what_is_stale_can_be_confirmed_or_need_revision_and_only_for_these_inputs",
    ),
    Break(
        "a machine overrules a person",
        f"{_ROOM}/records/statements.py",
        "reversed(of_people or bound)",
        "reversed(bound)",
        f"{_TESTS}/lineage/test_staleness.py"
        "::test_health_follows_what_was_said_of_these_inputs_and_a_person_holds_before_a_machine",
    ),
    Break(
        "what a unit dropped passes its staleness on",
        f"{_ROOM}/index/index_graph.py",
        "return (row for row in rows if row[user] not in old) if old else iter(rows)",
        "return iter(rows)",
        f"{_TESTS}/lineage/test_staleness.py::test_what_a_unit_no_longer_keeps_is_not_listed_and_passes_nothing_on",
    ),
    Break(
        "whether anything is stale is asked of every edge",
        f"{_ROOM}/index/index_graph.py",
        "CROSS JOIN subject ms LEFT JOIN artifact h ON h.key = ms.head\n"
        "    CROSS JOIN {edges} e CROSS JOIN artifact c CROSS JOIN subject cs",
        "JOIN subject ms LEFT JOIN artifact h ON h.key = ms.head\n"
        "    JOIN {edges} e JOIN artifact c JOIN subject cs",
        f"{_TESTS}/lineage/test_staleness.py"
        "::test_asking_whether_anything_is_stale_looks_at_no_edge_of_what_never_changed",
    ),
    Break(
        "what is pinned counts as dropped when its unit goes on",
        f"{_ROOM}/index/index_graph.py",
        "k.side = 1 AND ka.subject = s.key)",
        "k.side = 1 AND ka.key = a.key)",
        f"{_TESTS}/lineage/test_lineage.py"
        "::test_what_is_pinned_or_locked_stays_judged_when_its_unit_goes_on_without_it",
    ),
    Break(
        "a machine judges what is locked",
        f"{_ROOM}/records/judgement.py",
        "if lock is not None:",
        "if lock is not None and lock.hard:",
        f"{_TESTS}/triage/test_triage.py"
        "::test_a_machines_word_is_refused_also_when_a_person_spoke_while_it_was_looking",
    ),
    Break(
        "a finding is kept although its inputs changed meanwhile",
        f"{_ROOM}/records/judgement.py",
        "elif not saw_all:",
        "elif False:",
        f"{_TESTS}/triage/test_triage.py::test_a_finding_about_inputs_that_changed_meanwhile_is_not_kept",
    ),
    Break(
        "what nobody is sure of counts as confirmed",
        f"{_ROOM}/triage/triage.py",
        'if finding.answer == "unsure":',
        "if not finding.answer:",
        f"{_TESTS}/triage/test_triage.py::test_what_nobody_is_sure_of_stays_stale_and_its_consequences_are_not_asked_about",
    ),
    Break(
        "a model is asked past the door",
        "cine_forge/driver/artifacts/triage.py",
        '"stage": STAGE',
        '"stage": ""',
        "tests/driver/artifacts/test_triage.py"
        "::test_a_model_is_asked_through_the_door_and_its_answers_are_statements_with_receipts",
    ),
    Break(
        "an unchanged input is told as a cause",
        "cine_forge/driver/artifacts/explained.py",
        "if held is None or held.digest != edge.digest:",
        "if held is None:",
        "tests/driver/artifacts/test_explained.py"
        "::test_an_input_that_is_gone_a_changed_picture_and_many_fields_are_told_as_such",
    ),
    Break(
        "a change that was cut off is told as nothing",
        "cine_forge/driver/artifacts/explained.py",
        "made.ordinal < mine.ordinal",
        "made.ordinal > mine.ordinal",
        "tests/driver/artifacts/test_explained.py::test_a_change_that_came_out_the_same_again_is_told_as_cut_off",
    ),
    Break(
        "finished stills are priced as boards",
        "cine_forge/film/depths.py",
        'return "boards" if tier == Tier.PENCIL else "stills"',
        'return "boards"',
        "tests/film/test_depths.py::test_our_own_modules_reach_every_depth",
    ),
    Break(
        "what was confirmed is made again",
        "cine_forge/kernel/planning/decision.py",
        "if confirmed:",
        "if confirmed and not changed:",
        "tests/kernel/planning/test_decision.py"
        "::test_what_was_confirmed_on_these_inputs_is_reused_although_they_changed",
    ),
    Break(
        "a confirmation spares from what nobody has seen yet",
        "cine_forge/kernel/planning/confirmed.py",
        "held is not None and held.digest == item.seen.digest",
        "held is not None",
        "tests/kernel/planning/test_decision.py"
        "::test_a_confirmation_of_something_else_or_of_a_part_reuses_nothing",
    ),
)
