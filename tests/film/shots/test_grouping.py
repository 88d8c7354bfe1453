"""Grouping: strategies, batches and their thresholds."""

from __future__ import annotations

import pytest

from cine_forge.film.schemas.shot import Batch
from cine_forge.film.shots.grouping import check_batch, group_shots, strategy_of
from cine_forge.kernel.ground.errors import StageError
from tests.film.builders import scene

BOTH = ("video_i2v", "r2v_multi")
SHOTS = tuple(f"shot:{number}" for number in range(8))


@pytest.mark.row("D23")
@pytest.mark.parametrize(("count", "below", "modality"), [(2, True, "video_i2v"), (3, False, "r2v_multi")])
def test_a_continuity_batch_of_fewer_than_three_goes_shot_by_shot(
    count: int, below: bool, modality: str
) -> None:
    (batch,) = group_shots("s", SHOTS[:count], "continuity", modalities=BOTH).batches
    assert (batch.below_threshold, batch.modality) == (below, modality)


@pytest.mark.row("D23")
def test_a_oner_of_one_shot_is_below_the_threshold() -> None:
    (batch,) = group_shots("s", SHOTS[:1], "oner", modalities=BOTH).batches
    assert (batch.id, batch.below_threshold, batch.modality) == ("ONER_001", True, "video_i2v")


@pytest.mark.row("D23")
def test_a_coverage_pass_is_one_batch_whatever_its_count() -> None:
    (batch,) = group_shots("s", SHOTS, "coverage", modalities=BOTH).batches
    assert batch.shots == SHOTS and not batch.below_threshold


@pytest.mark.row("D23")
def test_shots_go_together_only_where_that_can_be_made() -> None:
    assert {b.modality for b in group_shots("s", SHOTS, "continuity").batches} == {"video_i2v"}


@pytest.mark.row("D23")
def test_a_small_batch_forced_together_is_refused() -> None:
    grouping = group_shots("s", SHOTS[:2], "continuity", modalities=BOTH)
    forced = grouping.batches[0].model_copy(update={"modality": "r2v_multi"})
    with pytest.raises(StageError, match="CF-F121"):
        check_batch(grouping, forced, "continuity")


@pytest.mark.row("D22")
def test_ordinals_round_trip_and_another_strategy_is_refused() -> None:
    grouping = group_shots("s", SHOTS, "continuity", modalities=BOTH)
    assert [batch.id for batch in grouping.batches] == ["BATCH_001", "BATCH_002"]
    for batch in grouping.batches:
        check_batch(grouping, batch, "continuity")
    with pytest.raises(StageError, match="CF-F120"):
        check_batch(grouping, grouping.batches[0], "coverage")
    with pytest.raises(StageError, match="CF-F120"):
        check_batch(grouping, Batch(id="ONER_001", modality="video_i2v", shots=SHOTS), "continuity")


@pytest.mark.row("D22")
@pytest.mark.parametrize(
    ("text", "strategy"),
    [
        ("This plays as a ONER.", "oner"),
        ("We stay with her in a single unbroken take.", "oner"),
        ("All of it in one continuous shot.", "oner"),
        ("He drinks it in one shot of the bar's light.", "coverage"),
        ("One shot rings out.", "coverage"),
    ],
)
def test_a_scene_is_a_oner_where_the_script_says_so(text: str, strategy: str) -> None:
    assert strategy_of(scene(text)) == strategy
    assert strategy_of(scene(text), "continuity") == "continuity"
