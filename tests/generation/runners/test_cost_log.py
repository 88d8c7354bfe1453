"""The cost log and labels: each receipt counted once, each thing called by its shot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.generation.money.receipt import State
from cine_forge.generation.runners.cost_log import CostLog, label_of
from cine_forge.generation.runners.shot_label import canonical_label, keyframe_label, video_label
from tests.generation.support import draft


@pytest.mark.row("C14")
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10**6), st.sampled_from(State)), max_size=12))
def test_the_total_is_the_sum_of_what_ended_and_nothing_counts_twice(
    noted: list[tuple[int, int, State]],
) -> None:
    log, last = CostLog(), dict[int, int]()
    for number, cost, state in noted:
        receipt = draft(number, cost).model_copy(update={"state": state, "cost_micro_usd": cost})
        log.note(receipt)
        if state in (State.SETTLED, State.FAILED, State.REFUSED):
            last[number] = cost
    assert log.total_micro_usd == sum(last.values())
    assert [line.cost_micro_usd for line in log.lines] == list(last.values())


@pytest.mark.row("C12")
@pytest.mark.parametrize(
    ("entity", "canonical"),
    [
        ("ep001/setup:12A/take:3", "12A"),
        ("setup:12A/attempt:2", "12A"),
        ("shot:k3f2", "k3f2"),
        ("plain", "plain"),
        ("shot:a b/../c", "c"),
        ("shot:Ä ö!", "Ä_ö"),
        ("", "shot"),
        ("take:1", "take_1"),
    ],
)
def test_a_label_follows_from_the_entity_alone(entity: str, canonical: str) -> None:
    assert canonical_label(entity) == canonical
    assert keyframe_label(entity, 2) == f"{canonical}_keyframe2"
    assert video_label(entity, 3) == f"{canonical}_take3"


@pytest.mark.row("C12")
@given(st.text(max_size=40))
def test_any_label_is_a_file_name(entity: str) -> None:
    label = canonical_label(entity)
    assert label and "/" not in label and label not in (".", "..") and "\0" not in label
    assert label == canonical_label(entity)


@pytest.mark.row("C12")
@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"take": 4}, "a_take4"),
        ({"attempt": 2}, "a_keyframe2"),
        ({"modality": "audio_t2a"}, "a"),
    ],
)
def test_a_receipt_is_called_by_its_take_its_attempt_or_its_shot(
    changes: dict[str, object], label: str
) -> None:
    assert label_of(draft(1, 0).model_copy(update=changes)) == label
