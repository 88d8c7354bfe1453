"""Breaks in prompt modules, each with the test that must see it."""

from __future__ import annotations

from tests.contracts.breaks import Break

_STEPS = "cine_forge/kernel/stages/steps/"
_TESTS = "tests/kernel/stages/steps/"

BREAKS = (
    Break(
        "a failure somewhere leaves something behind",
        _STEPS + "runner.py",
        "branch = parent.copied()",
        "branch = parent",
        _TESTS + "test_always_copy.py::test_a_failure_anywhere_leaves_the_parent_conversation_as_it_was",
    ),
    Break(
        "an action works on what was captured itself",
        _STEPS + "conversation.py",
        "return deepcopy(self._captured)",
        "return self._captured",
        _TESTS + "test_block_runner.py::test_an_action_reads_a_copy_and_its_value_is_captured",
    ),
    Break(
        "steps are counted from another number",
        _STEPS + "naming.py",
        "for number, node in enumerate(block.nodes, 1):",
        "for number, node in enumerate(block.nodes, 0):",
        _TESTS + "test_block_naming.py::test_the_paths_of_a_tree_are_pinned",
    ),
    Break(
        "two neighbours may have one name",
        _STEPS + "naming.py",
        "        if name in taken:",
        "        if name in ():",
        _TESTS + "test_block_naming.py::test_two_nodes_of_one_name_are_refused_before_anything_runs",
    ),
    Break(
        "a prompt may read what comes later",
        _STEPS + "supply.py",
        "        if name in self.names:",
        "        if name:",
        _TESTS + "test_block_compilation.py::test_what_is_read_and_not_there_is_refused_before_anything_runs",
    ),
    Break(
        "a fixed step is overridden",
        "cine_forge/authoring/conventions.py",
        'if not one.node.meta.get("fixed")]',
        "]",
        _TESTS + "test_block_compilation.py::test_an_override_that_cannot_be_is_refused",
    ),
    Break(
        "the choice of a capture is not told",
        _STEPS + "compilation.py",
        '        self.decisions.append(BlockDecision("capture", asked, chosen.paths, chosen.reason))',
        "        pass",
        _TESTS
        + "test_block_compilation.py::test_what_nothing_captures_is_taken_from_the_last_answer_and_told",
    ),
    Break(
        "an error forgets the path of its step",
        _STEPS + "runner.py",
        '    return f"{path} ({fault.where})" if fault.where else path',
        "    return fault.where",
        _TESTS + "test_block_runner.py::test_an_error_keeps_its_family_its_own_place_and_the_path",
    ),
    Break(
        "any recorder will do",
        _STEPS + "recorder.py",
        "    if not callable(method):",
        "    if False:",
        _TESTS + "test_step_recorder.py::test_a_recorder_that_cannot_record_is_refused_at_construction",
    ),
    Break(
        "changed answers are not noticed",
        "cine_forge/kernel/stages/prompting.py",
        '    config.bind("answers", found)\n',
        "",
        "tests/kernel/stages/test_prompting.py::test_a_file_of_answers_is_bound_by_its_digest",
    ),
)
