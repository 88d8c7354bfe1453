"""Drafts under edits drawn at random: ids, numbers and the comparison hold to the truth."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.film.drafts.draft_diff import compare
from cine_forge.film.numbering import number_key
from tests.film.drafts.reworking import EDITS, KEPT_WORDS, Manuscript, draft, kept_share
from tests.film.scripts import broken_down, history_of

pytestmark = pytest.mark.row("G23")

drawn = given(st.integers(0, 10**9), st.integers(2, 24), st.lists(st.sampled_from(EDITS), max_size=6))
few = settings(max_examples=300 if os.environ.get("CINE_FORGE_SWEEP") else 12, deadline=None)


@few
@drawn
def test_every_scene_that_kept_most_of_its_words_keeps_its_id(
    seed: int, count: int, edits: list[str]
) -> None:
    script = Manuscript(count, Random(seed))
    before, old = {scene.key: scene for scene in script.scenes}, draft(script.text())
    keys = [scene.key for scene in script.scenes]
    for edit in edits:
        getattr(script, edit)()
    diff = compare(old, draft(script.text()))
    pairs = {c.new.scene.position: c.old.scene.position for c in diff.scenes if c.old and c.new}
    for position, scene in enumerate(script.scenes):
        if scene.key in before and kept_share(before[scene.key], scene) >= KEPT_WORDS:
            assert keys[pairs[position]] == scene.key
    gone = {keys[c.old.scene.position] for c in diff.scenes if c.old and not c.new}
    assert not gone & {scene.key for scene in script.scenes if scene == before.get(scene.key)}


@few
@drawn
def test_the_comparison_says_of_ids_and_numbers_what_the_breakdown_keeps(
    seed: int, count: int, edits: list[str]
) -> None:
    script = Manuscript(count, Random(seed))
    text = script.text()
    first = broken_down(text)
    for edit in edits:
        getattr(script, edit)()
    second = broken_down(script.text(), history_of(first))
    diff = compare(draft(text), draft(script.text()))
    old_ids = [scene.id for scene in first.scenes]
    told = {c.new.scene.position: old_ids[c.old.scene.position] for c in diff.scenes if c.old and c.new}
    assert [told.get(at) or scene.id for at, scene in enumerate(second.scenes)] == [
        s.id for s in second.scenes
    ]
    assert {scene.id for scene in second.scenes} & set(old_ids) == set(told.values())
    assert diff.new.numbers == tuple(scene.number for scene in second.scenes)


@few
@given(st.integers(0, 10**9), st.integers(1, 30))
def test_a_draft_compared_with_itself_is_as_it_was(seed: int, count: int) -> None:
    text = Manuscript(count, Random(seed)).text()
    diff = compare(draft(text), draft(text))
    assert diff.is_empty
    assert diff.pages() == []
    assert {row["mark"] for row in diff.to_json()["scenes"]} == {"kept"}


@few
@given(st.integers(0, 10**9), st.integers(2, 20), st.sampled_from(("insert", "delete", "move")))
def test_one_scene_put_in_taken_out_or_moved_is_told_as_just_that(seed: int, count: int, edit: str) -> None:
    script = Manuscript(count, Random(seed))
    old, order = draft(script.text()), [scene.key for scene in script.scenes]
    getattr(script, edit)()
    changed = [change for change in compare(old, draft(script.text())).scenes if change.is_change]
    if order == [scene.key for scene in script.scenes]:
        assert changed == []
        return
    (change,) = changed
    assert (change.mark, change.moved) == {
        "insert": ("added", False),
        "delete": ("omitted", False),
        "move": ("kept", True),
    }[edit]


@few
@given(st.integers(0, 10**9), st.lists(st.sampled_from(("insert", "delete")), min_size=1, max_size=12))
def test_numbers_stay_unique_in_order_and_never_come_back(seed: int, edits: list[str]) -> None:
    script = Manuscript(3, Random(seed))
    done, history = broken_down(script.text()), None
    used = {scene.id: scene.number for scene in done.scenes}
    for edit in edits:
        getattr(script, edit)()
        history = history_of(done, history)
        done = broken_down(script.text(), history)
        numbers = [scene.number for scene in done.scenes]
        assert sorted(set(numbers), key=number_key) == numbers
        for scene in done.scenes:
            assert used.setdefault(scene.id, scene.number) == scene.number
        assert len(set(used.values())) == len(used)
