"""Bounds: each that a profile can name is kept to the last sign, pixel and frame, before any money."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

from cine_forge.generation.dispatch.inspection import inspect
from cine_forge.generation.dispatch.order import Order
from cine_forge.generation.money.ledger import Ledger, Totals
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.profiles import Durations, Profile, PromptLimit, Sizes
from cine_forge.kernel.ground.errors import StageError
from tests.generation.support import House, capabilities, image, profile, reference, shipped_profiles, video

LAMP = "a 🏮"


class Bound(NamedTuple):
    """A profile with the bound, a payload that just keeps to it, one that does not, and the fault's code."""

    changes: dict[str, Any]
    fits: dict[str, Any]
    over: dict[str, Any]
    code: str


def shots(prompt: str) -> dict[str, Any]:
    """Return two shots in one request."""
    plain = {
        "modality": "r2v_multi",
        "entity": "scene:a",
        "width": 64,
        "height": 36,
        "seed": 7,
        "native": True,
    }
    sheet = {"entity": "a", "role": "identity", "path": "sheet.png", "sha256": "0" * 64}
    plain["reference_images"] = [sheet]
    stretch = [{"entity": f"shot:{name}", "prompt": prompt, "frames": 6} for name in "ab"]
    return {**plain, "shots": stretch}


def clip(frames: int) -> dict[str, Any]:
    return video(frames=frames)


def still(**changes: Any) -> dict[str, Any]:
    return image(**changes)


FIVE_OR_TEN = {"durations": {"most_s": 10, "only_s": [5, 10]}}
BOUNDS = {
    "prompt.most": Bound({"prompt": {"most": 3}}, still(prompt="abc"), still(prompt="abcd"), "CF-G021"),
    "prompt.unit": Bound(
        {"prompt": {"most": 4, "unit": "utf16"}}, still(prompt=LAMP), still(prompt=LAMP + "!"), "CF-G021"
    ),
    "prompt.most_negative": Bound(
        {"prompt": {"most": 99, "most_negative": 3}},
        still(negative_prompt="abc"),
        still(negative_prompt="abcd"),
        "CF-G021",
    ),
    "prompt.most_of_a_shot": Bound(
        {"prompt": {"most": 99, "most_of_a_shot": 3}}, shots("abc"), shots("abcd"), "CF-G021"
    ),
    "sizes.least": Bound({"sizes": {"least": 36}}, still(), still(height=35), "CF-G022"),
    "sizes.most": Bound({"sizes": {"most": 64}}, still(), still(width=65), "CF-G022"),
    "sizes.multiple_of": Bound({"sizes": {"multiple_of": 4}}, still(), still(width=66), "CF-G022"),
    "sizes.aspect_ratios": Bound(
        {"sizes": {"aspect_ratios": ["16:9"]}}, still(), still(width=65), "CF-G022"
    ),
    "durations.least_s": Bound({"durations": {"least_s": 5, "most_s": 10}}, clip(120), clip(119), "CF-G025"),
    "durations.most_s": Bound({"durations": {"most_s": 10}}, clip(240), clip(241), "CF-G025"),
    "durations.only_s": Bound(FIVE_OR_TEN, clip(240), clip(241), "CF-G025"),
}  # fmt: skip


def codes(payload: dict[str, Any], project: Path, found: Profile, **able: Any) -> set[str]:
    maker = capabilities().model_copy(update=able)
    return {fault.code for fault in inspect(Order(read_payload(payload)), found, maker, project)}


@pytest.mark.row("B20")
@pytest.mark.parametrize("name", BOUNDS)
def test_each_bound_of_a_profile_is_kept_to_the_last(tmp_path: Path, name: str) -> None:
    bound = BOUNDS[name]
    found = profile(**bound.changes)
    assert bound.code not in codes(bound.fits, tmp_path, found)
    assert bound.code in codes(bound.over, tmp_path, found)


@pytest.mark.row("B20")
def test_no_bound_of_a_profile_is_without_a_test() -> None:
    parts: dict[str, type[BaseModel]] = {"prompt": PromptLimit, "sizes": Sizes, "durations": Durations}
    assert set(BOUNDS) == {f"{part}.{field}" for part, kind in parts.items() for field in kind.model_fields}


@pytest.mark.row("B20")
@pytest.mark.parametrize("name", ["prompt.most", "durations.most_s"])
def test_a_providers_own_bounds_are_kept_like_its_models(tmp_path: Path, name: str) -> None:
    bound = BOUNDS[name]
    part = name.partition(".")[0]
    able = {part: getattr(profile(**bound.changes), part)}
    assert bound.code not in codes(bound.fits, tmp_path, profile(), **able)
    assert bound.code in codes(bound.over, tmp_path, profile(), **able)


@pytest.mark.row("B20")
def test_slots_are_kept_to_the_last_reference_by_action_and_by_provider(tmp_path: Path) -> None:
    one = reference(tmp_path)
    two, three = image(identity_refs=[one] * 2), image(identity_refs=[one] * 3)
    assert "CF-G024" not in codes(two, tmp_path, profile())
    assert "CF-G024" in codes(three, tmp_path, profile())
    assert "CF-G024" in codes(two, tmp_path, profile(), reference_slots={"identity_refs": 1})


@pytest.mark.row("B20")
@pytest.mark.parametrize("model", sorted(shipped_profiles()))
def test_a_prompt_over_a_shipped_models_maximum_is_refused(tmp_path: Path, model: str) -> None:
    found = shipped_profiles()[model]
    word = "a " if found.prompt.unit == "words" else "a"
    asked = {"image_t2i": image, "video_i2v": video}.get(found.modality, image)
    most = found.prompt.most
    assert "CF-G021" not in codes(asked(prompt=word * most), tmp_path, found)
    assert "CF-G021" in codes(asked(prompt=word * (most + 1)), tmp_path, found)


@pytest.mark.row("B20")
@pytest.mark.parametrize("name", ["prompt.most", "sizes.most"])
def test_what_is_over_a_maximum_is_never_sent_and_sets_nothing_aside(tmp_path: Path, name: str) -> None:
    house = House(tmp_path)
    house.profile = profile(**BOUNDS[name].changes)
    with pytest.raises(StageError, match=BOUNDS[name].code):
        house.send(BOUNDS[name].over)
    assert house.provider.sent == [] and Ledger(tmp_path / "ledger.sqlite").totals() == Totals(0, 0)
