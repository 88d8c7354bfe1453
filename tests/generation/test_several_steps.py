"""Several shots, takes and segments: loops over single orders, as many results as were asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.generation.action import Action, action_of
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.money.prices import MICRO_USD
from cine_forge.generation.part import parts_of
from cine_forge.generation.payloads import PassPayload, PrevizPayload, ReferencesPayload, read_payload
from cine_forge.generation.runners.runner import (
    PassRunner,
    PrevizRunner,
    R2VMultiRunner,
    ReferencesRunner,
    pass_result,
)
from cine_forge.generation.runners.step_result import PassResult, SegmentResult, StepResult
from cine_forge.generation.runners.step_runner import StepRunner
from cine_forge.generation.verdict import GateVerdict
from cine_forge.kernel.ground.errors import InternalError, StageError
from tests.generation.asked import EVERY, SHEET, previz, references, several, stretches
from tests.generation.studio import Studio


def plain(asked: dict[str, Any]) -> dict[str, Any]:
    """Return slots without the name of the modality."""
    return {name: value for name, value in asked.items() if name != "modality"}


@pytest.mark.row("D20")
@pytest.mark.row("C11")
@pytest.mark.parametrize("count", [1, 2, 5])
def test_several_shots_go_one_after_another_and_none_is_dropped(tmp_path: Path, count: int) -> None:
    studio = Studio(tmp_path)
    result = StepRunner(studio).execute_multi_shot(**plain(several(*range(6, 6 + count))))
    payloads = [order.payload for order in studio.orders]
    assert [getattr(payload, "frames", 0) for payload in payloads] == list(range(6, 6 + count))
    assert {action_of(payload) for payload in payloads} == {Action.R2V}
    assert [one.segment_id for one in result.segments] == [f"shot:{number}" for number in range(1, count + 1)]


@pytest.mark.row("D20")
def test_a_shot_alone_has_the_prompt_and_references_of_all_and_its_own(tmp_path: Path) -> None:
    own = {**SHEET, "path": "own.png"}
    asked = several(6, 8)
    asked["shots"][1]["reference_images"] = [own, SHEET]
    payload = parts_of(read_payload(asked))[1]
    assert isinstance(payload, ReferencesPayload)
    assert payload.prompt == "at the door\nshot 2"
    assert [one.path for one in payload.reference_images] == ["sheet.png", "own.png"]


@pytest.mark.row("D20")
def test_native_shots_are_one_order_of_an_action_of_their_own(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    result = StepRunner(studio).execute_multi_shot(**plain(several(native=True)))
    assert [action_of(order.payload) for order in studio.orders] == [Action.MS2V]
    assert len(result.segments) == 1


@pytest.mark.row("C11")
def test_takes_are_attempts_each_with_receipts_of_its_own(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    slots = {**plain(several()), "take_owner": "shot:a", "attempt": 2}
    takes = StepRunner(studio).execute_multi_shot_with_takes(takes=3, **slots)
    assert [order.attempt for order in studio.orders] == [2, 2, 3, 3, 4, 4]
    assert len({order.receipt_id for order in studio.orders}) == 6
    assert [take.step().take_index for take in takes] == [2, 4, 6]


@pytest.mark.parametrize("takes", [0, -1])
def test_no_takes_are_refused_before_anything_is_sent(tmp_path: Path, takes: int) -> None:
    studio = Studio(tmp_path)
    with pytest.raises(StageError, match=r"CF-G060.*`takes`"):
        StepRunner(studio).execute_multi_shot_with_takes(takes=takes, **plain(several()))
    assert studio.orders == []


@pytest.mark.row("C34")
def test_a_pass_is_one_result_with_an_entry_for_each_segment(tmp_path: Path) -> None:
    def second(order: Order) -> str | None:
        assert isinstance(order.payload, PassPayload)
        return "too dark" if order.payload.segments[0].first == 12 else None

    runner = PassRunner(StepRunner(Studio(tmp_path, second)), lambda: "run-1")
    result = runner.run(plain(stretches(0, 12, 24)))
    entries = result.metadata["segments"]
    assert [entry["segment_id"] for entry in entries] == ["segment:1", "segment:2", "segment:3"]
    assert [entry["success"] for entry in entries] == [True, False, True]
    assert (result.id, result.success, result.metadata["final_state"]) == ("run-1", False, "failed")
    assert (result.error, result.metadata["cost_usd"]) == ("segment:2: too dark", 1.2)


@pytest.mark.row("C34")
def test_each_segment_of_a_pass_is_a_request_that_names_the_whole_clip(tmp_path: Path) -> None:
    parts = parts_of(read_payload(stretches(0, 12)))
    assert [action_of(part) for part in parts] == [Action.V2V, Action.V2V]
    assert len({Order(part).receipt_id for part in parts}) == 2
    assert {part.clip.path for part in parts if isinstance(part, PassPayload)} == {"take.mp4"}


@pytest.mark.row("C34")
@pytest.mark.row("C8")
def test_a_segment_that_lacks_a_field_fails_loudly() -> None:
    class Crippled:
        shot_id, success = "shot:a", True

    passed = PassResult("shot:a", (SegmentResult(1, "segment:1", Crippled()),))  # type: ignore[arg-type]
    with pytest.raises(InternalError, match=r"CF-G003.*final_state"):
        pass_result("video_pass", passed, "run-1")


@pytest.mark.row("C31")
@pytest.mark.row("C34")
def test_verdicts_of_segments_become_one(tmp_path: Path) -> None:
    def step(passed: bool) -> StepResult:
        verdict = GateVerdict("identity", passed, says="0.2", score=0.2)
        return StepResult("shot:a", passed, "settled", "x", 0.4, None, 1, verdict)

    whole = PassResult("shot:a", tuple(SegmentResult(n, f"s{n}", step(n != 2)) for n in (1, 2, 3))).step()
    assert whole.gate_verdict == GateVerdict("identity", False, "0.2", 0.2)
    assert whole.success is False


@pytest.mark.row("C34")
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10**9)), min_size=1, max_size=9))
def test_a_pass_costs_exactly_the_sum_of_its_segments_and_succeeds_when_all_do(
    made: list[tuple[bool, int]],
) -> None:
    def step(success: bool, cost: int) -> StepResult:
        state, error = ("settled", None) if success else ("failed", "no")
        return StepResult("shot:a", success, state, None, cost / MICRO_USD, error, 1, None)

    steps = [SegmentResult(n, f"s{n}", step(*one)) for n, one in enumerate(made, start=1)]
    result = pass_result("video_pass", PassResult("shot:a", tuple(steps)), "run-1")
    assert round(result.metadata["cost_usd"] * MICRO_USD) == sum(cost for _, cost in made)
    assert result.success is all(success for success, _ in made)
    assert len(result.metadata["segments"]) == len(made)
    assert (result.error or "").count("no") == sum(not success for success, _ in made)


@pytest.mark.row("C11")
def test_the_eight_slots_of_a_previz_stay_apart(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    asked = previz()
    for number, name in enumerate(name for name in asked if name.endswith(("_ref", "_refs"))):
        one = {**SHEET, "path": f"{number}.png"}
        asked[name] = one if name.endswith("_ref") else [one]
    PrevizRunner(StepRunner(studio)).run(plain(asked))
    payload = studio.orders[0].payload
    assert isinstance(payload, PrevizPayload)
    sent = payload.model_dump(mode="json")
    slots = [name for name in sent if name.endswith(("_ref", "_refs"))]
    assert len(slots) == 8
    assert {name: sent[name] for name in slots} == {name: asked[name] for name in slots}


@pytest.mark.row("C11")
def test_a_clip_of_references_alone_is_one_order(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    result = ReferencesRunner(StepRunner(studio)).run(plain(references()))
    assert (result.modality, result.success, len(studio.orders)) == ("video_r2v", True, 1)


@pytest.mark.row("C11")
@pytest.mark.row("D14")
def test_several_shots_cost_what_their_receipts_cost(tmp_path: Path) -> None:
    runner = StepRunner(Studio(tmp_path))
    result = R2VMultiRunner(runner).run(plain(several(6, 7, 8)))
    assert result.metadata["cost_usd"] == 1.2
    assert runner.costs.total_micro_usd == 1_200_000


@pytest.mark.row("D21")
@pytest.mark.parametrize(
    ("modality", "action"),
    [
        ("image_t2i", "t2i"),
        ("video_i2v", "t2v"),
        ("text_author", "t2t"),
        ("audio_t2a", "t2s"),
        ("lipsync_post", "lipsync"),
        ("video_r2v", "r2v"),
        ("r2v_multi", "ms2v"),
        ("video_pass", "v2v"),
        ("image_previz", "is2i"),
        ("eval_image_v1", "eval"),
        ("eval_video_v1", "eval"),
    ],
)
def test_one_table_says_what_every_payload_asks_for(modality: str, action: str) -> None:
    assert action_of(read_payload(EVERY[modality])) == action
    assert parts_of(read_payload(EVERY[modality]))
