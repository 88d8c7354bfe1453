"""Profiles, prices and actions: a model's limits and costs are data, and a payload's action is one table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.generation.action import Action, action_of, references_of
from cine_forge.generation.money.prices import Estimate, estimate
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.profiles import Durations, find_profile, read_profiles
from cine_forge.generation.providers.capabilities import provider_names, read_capabilities
from cine_forge.kernel.ground.errors import ProjectError
from tests.generation.support import ROOT, image, profile, shipped_profiles, video

MODELS = ROOT / "configs" / "models"
BOUND = {"entity": "character:ann", "role": "identity", "path": "a.png", "sha256": "0" * 64}


@pytest.mark.row("G20")
def test_each_shipped_model_is_a_file_named_after_it_with_a_dated_price() -> None:
    profiles = shipped_profiles()
    assert sorted(profiles) == sorted(path.stem for path in MODELS.glob("*.yaml"))
    assert {"local-clip", "local-still"} <= profiles.keys()
    assert all(found.price.as_of >= "2026-01-01" for found in profiles.values())


@pytest.mark.row("G20")
def test_an_earlier_folder_wins_so_that_a_project_may_set_its_own_prices(tmp_path: Path) -> None:
    own = (MODELS / "local-still.yaml").read_text().replace("the user's own machine", "our price list")
    (tmp_path / "local-still.yaml").write_text(own)
    profiles = read_profiles([tmp_path, MODELS])
    assert profiles["local-still"].price.source == "our price list"
    assert profiles["local-clip"] == shipped_profiles()["local-clip"]


@pytest.mark.row("G20")
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("description:", "descripton:", r"unknown key `descripton`(.|\n)*did you mean `description`"),
        ("unit: characters", "unit: tokens", "tokens"),
        ("model: local-still", "model: other-still", "called `local-still` and its model `other-still`"),
        ('{as_of: "2026-11-21", ', "{", "as_of"),
        ('"2026-11-21"', "2026", "as_of"),
        ("2026-11-21", "2026-13-21", "as_of"),
        ("2026-11-21", "lately", "as_of"),
        *(
            ("{as_of:", f"{{per_dispatch_micro_usd: {price}, as_of:", "per_dispatch_micro_usd")
            for price in ("-1", "0.5", ".nan", ".inf", "true", "10000000000000000000")
        ),
    ],
)
def test_a_profile_that_is_wrong_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = (MODELS / "local-still.yaml").read_text()
    (tmp_path / "local-still.yaml").write_text(text.replace(old, new))
    with pytest.raises(ProjectError, match=rf"CF-G043 .*local-still\.yaml:\d+:\d+(.|\n)*{message}"):
        read_profiles([tmp_path])


def test_a_model_without_a_profile_is_answered_with_the_nearest() -> None:
    with pytest.raises(ProjectError, match=r"CF-G042.*`local-stil`\n.*did you mean `local-still`"):
        find_profile(shipped_profiles(), "local-stil")


def test_every_provider_that_ships_declares_what_it_can_do() -> None:
    assert "local" in provider_names()
    assert all(read_capabilities(name).name == name for name in provider_names())


def test_a_still_costs_its_price_and_a_clip_its_seconds_rounded_up() -> None:
    price = {
        "as_of": "2026-01-01",
        "source": "a test",
        "per_dispatch_micro_usd": 5,
        "per_second_micro_usd": 7,
    }
    priced = profile(price=price, pace={"least_s": 1.0, "per_second_s": 2.0})
    assert estimate(priced, read_payload(image())) == Estimate(5, 1.0)
    assert estimate(priced, read_payload(video(frames=36))) == Estimate(5 + 11, 4.0)


def test_what_is_drawn_on_this_machine_takes_its_time_by_the_pixel() -> None:
    drawn = profile(pace={"least_s": 0.5, "per_megapixel_s": 2.0})
    assert estimate(drawn, read_payload(image(width=1000, height=500))).seconds == 1.5
    assert estimate(drawn, read_payload(video(width=1000, height=500, frames=10))).seconds == 10.5


def test_a_length_between_two_slots_is_billed_as_the_longer_one() -> None:
    price = {"as_of": "2026-01-01", "source": "a test", "per_second_micro_usd": 100}
    priced = profile(price=price, durations={"most_s": 10, "only_s": [5, 10]})
    assert estimate(priced, read_payload(video(frames=24 * 5))).micro_usd == 500
    assert estimate(priced, read_payload(video(frames=24 * 5 + 1))).micro_usd == 1000


def test_a_slot_that_is_short_by_a_part_of_a_frame_is_long_enough() -> None:
    price = {"as_of": "2026-01-01", "source": "a test", "per_second_micro_usd": 100}
    priced = profile(price=price, durations={"most_s": 10, "only_s": [5, 10]})
    assert estimate(priced, read_payload(video(frames=120, fps="24000/1001"))).micro_usd == 500


@given(seconds=st.floats(0, 60), slots=st.lists(st.floats(1, 60), min_size=1))
def test_what_is_billed_is_never_shorter_than_what_is_asked(seconds: float, slots: list[float]) -> None:
    billed = Durations(most_s=60, only_s=tuple(slots)).billed_s(seconds)
    half_a_frame_s = 0.5 / 60
    if billed is None:
        assert seconds > max(slots)
    else:
        assert billed >= seconds - half_a_frame_s


@pytest.mark.row("D21")
@pytest.mark.parametrize(
    ("filled", "action"),
    [
        ({}, Action.T2V),
        ({"start_frame": BOUND}, Action.I2V),
        ({"start_frame": BOUND, "end_frame": BOUND}, Action.F2V),
        ({"reference_images": [BOUND]}, Action.R2V),
        ({"start_frame": BOUND, "reference_images": [BOUND]}, Action.R2V),
        ({"start_frame": BOUND, "end_frame": BOUND, "reference_images": [BOUND]}, Action.F2V),
        ({"end_frame": BOUND}, Action.T2V),
    ],
)
def test_the_action_of_a_clip_follows_from_its_filled_slots(filled: dict[str, Any], action: Action) -> None:
    assert action_of(read_payload(video(**filled))) is action


@pytest.mark.row("D21")
@pytest.mark.parametrize(
    ("filled", "action"),
    [
        ({}, Action.T2I),
        ({"scene_ref": BOUND}, Action.I2I),
        ({"identity_refs": [BOUND]}, Action.I2I),
        ({"identity_refs": [BOUND, BOUND]}, Action.IS2I),
        ({"scene_ref": BOUND, "pose_ref": BOUND}, Action.IS2I),
    ],
)
def test_the_action_of_a_still_follows_from_how_many_pictures_it_has(
    filled: dict[str, Any], action: Action
) -> None:
    payload = read_payload(image(**filled))
    assert action_of(payload) is action
    assert len(references_of(payload)) == sum(len(v) if isinstance(v, list) else 1 for v in filled.values())


@pytest.mark.row("D21")
@pytest.mark.row("C33")
def test_the_words_of_the_actions_are_a_contract() -> None:
    assert " ".join(Action) == "t2v i2v r2v f2v t2i i2i is2i t2t t2s t2a t2m ms2v v2v lipsync eval"
