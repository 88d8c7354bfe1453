"""The inspection: every fault of an order at once, and no fault where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.dispatch.inspection import inspect
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.profiles import PromptLimit
from cine_forge.kernel.ground.errors import StageError
from tests.generation.support import capabilities, image, profile, reference, video

CLIP = {
    "modality": "video_i2v",
    "actions": {"t2v": {}, "f2v": {"start_frame": 1, "end_frame": 1}},
    "durations": {"most_s": 10, "only_s": [5, 10]},
}
CLIP_MAKER = capabilities().model_copy(
    update={"actions": ("t2v", "f2v"), "reference_slots": {"start_frame": 1, "end_frame": 1}}
)


def codes(payload: dict[str, Any], project: Path, **changes: Any) -> list[str]:
    """Return the codes of a payload's faults under a changed profile."""
    maker = CLIP_MAKER if payload["modality"] == "video_i2v" else capabilities()
    order = Order(read_payload(payload))
    return [fault.code for fault in inspect(order, profile(**changes), maker, project)]


def test_an_order_that_fits_has_no_fault(tmp_path: Path) -> None:
    assert codes(image(identity_refs=[reference(tmp_path)]), tmp_path) == []
    assert codes(video(), tmp_path, **CLIP) == []


@pytest.mark.row("G10")
def test_a_reference_must_be_there_with_its_own_bytes_and_within_the_project(tmp_path: Path) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    bound = reference(inside)
    (tmp_path / "secret.png").write_bytes((inside / "sheet.png").read_bytes())
    (inside / "link.png").symlink_to(tmp_path / "secret.png")
    wrong = [{**bound, "path": "gone.png"}, {**bound, "sha256": "0" * 64}, {**bound, "path": "link.png"}]
    for broken in wrong:
        assert codes(image(identity_refs=[broken]), inside) == ["CF-G020"], broken
    for path in ("../secret.png", str(tmp_path / "secret.png")):
        with pytest.raises(StageError, match=r"CF-G004 .*leaves the project"):
            codes(image(identity_refs=[{**bound, "path": path}]), inside)


@pytest.mark.row("C30")
def test_an_end_frame_that_is_not_there_is_found_here(tmp_path: Path) -> None:
    start = reference(tmp_path, "start.png", "board")
    end = {**start, "path": "end.png", "role": "end_frame"}
    assert codes(video(start_frame=start, end_frame=end), tmp_path, **CLIP) == ["CF-G020"]


@pytest.mark.row("B20")
def test_a_prompt_is_measured_in_the_models_own_unit(tmp_path: Path) -> None:
    prompt = {"prompt": {"most": 4, "unit": "utf16"}}
    assert codes(image(prompt="🎬🎬"), tmp_path, **prompt) == []
    assert codes(image(prompt="🎬🎬a"), tmp_path, **prompt) == ["CF-G021"]
    assert codes(image(prompt="a", negative_prompt="abcde"), tmp_path, **prompt) == ["CF-G021"]


@pytest.mark.parametrize(("unit", "length"), [("characters", 6), ("utf16", 7), ("bytes", 10), ("words", 3)])
def test_each_unit_counts_in_its_own_way(unit: Any, length: int) -> None:
    assert PromptLimit(most=1, unit=unit).length_of("né 🎬 a") == length


@pytest.mark.row("D32")
def test_a_size_or_aspect_that_the_model_does_not_make_is_refused(tmp_path: Path) -> None:
    assert codes(image(), tmp_path, sizes={"aspect_ratios": ["16:9", "1:1"]}) == []
    assert codes(image(width=60), tmp_path, sizes={"aspect_ratios": ["16:9", "1:1"]}) == ["CF-G022"]
    assert codes(image(), tmp_path, sizes={"least": 100}) == ["CF-G022"]
    assert codes(image(width=65), tmp_path, sizes={"multiple_of": 2}) == ["CF-G022"]


@pytest.mark.row("D21")
def test_an_action_that_model_or_provider_lacks_is_refused_by_both(tmp_path: Path) -> None:
    start = reference(tmp_path, "start.png", "board")
    assert codes(video(start_frame=start), tmp_path, **CLIP) == ["CF-G023", "CF-G023"]
    assert codes(video(), tmp_path) == ["CF-G023", "CF-G023"]


@pytest.mark.row("D21")
def test_a_filled_slot_that_the_action_does_not_take_is_refused_and_not_dropped(tmp_path: Path) -> None:
    bound = reference(tmp_path)
    assert codes(image(expression_refs=[bound]), tmp_path) == ["CF-G024", "CF-G024"]
    assert codes(image(identity_refs=[bound] * 3), tmp_path) == ["CF-G024"]


def test_slots_that_exclude_each_other_cannot_be_filled_together(tmp_path: Path) -> None:
    start = reference(tmp_path, "start.png", "board")
    exclusive = {**CLIP, "exclusive": [["start_frame", "end_frame"]]}
    assert codes(video(start_frame=start, end_frame=start), tmp_path, **exclusive) == ["CF-G024"]


def test_a_clip_longer_than_the_longest_slot_is_refused(tmp_path: Path) -> None:
    assert codes(video(frames=240), tmp_path, **CLIP) == []
    assert codes(video(frames=241), tmp_path, **CLIP) == ["CF-G025"]


def test_a_model_that_draws_blocking_needs_one_or_a_subject(tmp_path: Path) -> None:
    draws = {"draws_blocking": True}
    look = image()["blocking"]["figures"][0]["look"]
    subject = {"entity": "character:ann", "name": "ANN", "look": look}
    assert codes(image(), tmp_path, **draws) == []
    assert codes(image(blocking=None, subject=subject), tmp_path, **draws) == []
    assert codes(image(blocking=None), tmp_path, **draws) == ["CF-G026"]
    assert codes(image(blocking=None, subject={**subject, "look": None}), tmp_path, **draws) == ["CF-G026"]


def test_all_faults_come_at_once_with_the_entity_they_belong_to(tmp_path: Path) -> None:
    payload = image(prompt="a" * 200, width=63, expression_refs=[{**reference(tmp_path), "sha256": "0" * 64}])
    order = Order(read_payload(payload))
    faults = inspect(order, profile(sizes={"multiple_of": 2}), capabilities(), tmp_path)
    assert [fault.code for fault in faults] == ["CF-G020", "CF-G021", "CF-G022", "CF-G024", "CF-G024"]
    assert {fault.where for fault in faults} == {"shot:a"}


SHAPE = {"t2v": {"fields": {"prompt": "prompt"}}}


@pytest.mark.row("D19")
@pytest.mark.row("C28")
@pytest.mark.parametrize(
    ("asked", "named"),
    [({"negative_prompt": "blur"}, "negative prompt"), ({"hints": {"tier": "pro"}}, "hint `tier`"),
     ({"hints": {"elements": {"a": 1}}}, "hint `elements`")],
)  # fmt: skip
def test_what_no_table_of_the_model_says_is_refused_and_not_left_out(
    tmp_path: Path, asked: dict[str, Any], named: str
) -> None:
    order = Order(read_payload(video(**asked)))
    (fault,) = inspect(order, profile(**CLIP, shapes=SHAPE), CLIP_MAKER, tmp_path)
    assert (fault.code, named in fault.what) == ("CF-G023", True)
    names = dict.fromkeys(("prompt", "negative_prompt", "tier", "elements"), "any")
    assert inspect(order, profile(**CLIP, shapes={"t2v": {"fields": names}}), CLIP_MAKER, tmp_path) == ()


@pytest.mark.row("D19")
def test_a_hint_is_refused_where_nobody_reads_any(tmp_path: Path) -> None:
    assert codes(video(hints={"tier": "fast"}), tmp_path, **CLIP) == ["CF-G023"]
    assert codes(video(hints={}), tmp_path, **CLIP) == []
