"""Breaks of the film craft: boards, ids, takes, review, the cut."""

from __future__ import annotations

from tests.contracts.breaks import Break

BREAKS = (
    Break(
        name="a finish is made of a board that is not approved",
        file="cine_forge/film/requests/boards.py",
        old="    if not approval.approved:\n",
        new="    if False:\n",
        test="tests/modules/test_film_chain.py::test_a_finish_of_a_refused_board_is_refused_before_anything_is_sent",
    ),
    Break(
        name="the approved pencil is no longer the first reference",
        file="cine_forge/film/requests/boards.py",
        old="scene_ref=pencil,\n        identity_refs=panel.references,",
        new="identity_refs=(*panel.references, pencil),",
        test="tests/modules/test_film_chain.py::test_the_approved_pencil_is_the_first_reference_of_the_finish",
    ),
    Break(
        name="an approval counts for another picture",
        file="cine_forge/film/requests/boards.py",
        old="approval.board_digest != pencil.digest or ",
        new="",
        test="tests/modules/test_film_chain.py::test_an_approval_of_another_picture_does_not_count",
    ),
    Break(
        name="an edited line makes a new shot",
        file="cine_forge/film/shots/division.py",
        old='elif kind == "replace":',
        new='elif kind == "never":',
        test="tests/film/shots/test_shots.py::test_a_changed_line_changes_only_the_shot_that_holds_it",
    ),
    Break(
        name="an inserted beat directs its neighbours anew",
        file="cine_forge/film/shots/coverage.py",
        old="direction = kept or self._choose(group, following)",
        new="direction = self._choose(group, following)",
        test="tests/film/shots/test_shots.py::test_an_inserted_beat_changes_no_other_shot",
    ),
    Break(
        name="a label is given twice",
        file="cine_forge/film/labels.py",
        old="divmod(highest + 1, len(LETTERS))",
        new="divmod(max(highest, 0), len(LETTERS))",
        test="tests/film/test_labels.py::test_labels_never_repeat_and_never_use_i_or_o",
    ),
    Break(
        name="a missing sheet is passed over",
        file="cine_forge/film/requests/assets.py",
        old="    if faults:\n        raise StageError(*faults)\n    return tuple(found)",
        new="    return tuple(found)",
        test="tests/film/requests/test_assets.py::test_all_that_is_missing_is_named_at_once",
    ),
    Break(
        name="a name reaches a prompt",
        file="cine_forge/film/requests/prompts.py",
        old='text = shot.described or ""',
        new="text = shot.action",
        test="tests/film/requests/test_prompts.py::test_no_name_of_the_cast_or_the_place_reaches_a_prompt",
    ),
    Break(
        name="the review never stops or never starts again",
        file="cine_forge/film/takes/review.py",
        old="left = rules.max_attempts - candidate.take.attempt",
        new="left = rules.max_attempts - candidate.take.attempt - 1",
        test="tests/modules/test_film_chain.py::test_a_gate_that_nothing_passes_gives_exactly_two_takes",
    ),
    Break(
        name="a small batch is generated together",
        file="cine_forge/film/shots/grouping.py",
        old="return count < min_batch_size",
        new="return count < min_batch_size - 1",
        test="tests/film/shots/test_grouping.py::test_a_continuity_batch_of_fewer_than_three_goes_shot_by_shot",
    ),
)
