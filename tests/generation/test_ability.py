"""What a model takes of a request: all that its profile allows, by weight, and never in silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cine_forge.generation.ability import Ability, agreed, nearest_size
from cine_forge.generation.action import slots_of
from cine_forge.generation.payloads import AnyPayload, read_payload
from cine_forge.generation.profiles import Profile, Sizes
from cine_forge.generation.providers.capabilities import Capabilities
from tests.generation.support import image, profile, video

SLOTS = ("start_frame", "end_frame", "reference_images")
CLIP = {"modality": "video_i2v", "model": "fake-clip", "sound": True, "durations": {"most_s": 10}}
ABLE = Capabilities.model_validate(
    {"name": "fake", "description": "a fake", "actions": ["t2v", "i2v", "f2v", "r2v", "t2i", "i2i", "is2i"],
     "reference_slots": dict.fromkeys((*SLOTS, "scene_ref", "identity_refs"), 9), "idempotency": "key",
     "price_source": "a test"}
)  # fmt: skip


def picture(number: int) -> dict[str, Any]:
    name = f"{number}.png"
    return {"entity": f"character:{number}", "role": "identity", "path": name, "sha256": f"{number}"}


def clip(*, start: bool = False, end: bool = False, many: int = 0, **more: Any) -> AnyPayload:
    frames = {"start_frame": picture(90) if start else None, "end_frame": picture(91) if end else None}
    return read_payload(video(**frames, reference_images=[picture(one) for one in range(many)], **more))


def taker(**changes: Any) -> Ability:
    return Ability(profile(**{**CLIP, **changes}), ABLE)


def counts(payload: AnyPayload) -> Mapping[str, int]:
    return {name: len(held) for name, held in slots_of(payload).items()}


_PICTURES = st.dictionaries(st.sampled_from(SLOTS), st.integers(0, 4), max_size=3)
_ACTIONS = st.dictionaries(st.sampled_from(["t2v", "i2v", "f2v", "r2v"]), _PICTURES, min_size=1)
_EXCLUSIVE = st.lists(st.permutations(SLOTS).map(lambda slots: slots[:2]), max_size=2)


@settings(max_examples=60, deadline=None)
@given(_ACTIONS, _EXCLUSIVE, st.booleans(), st.booleans(), st.integers(0, 5))
def test_what_is_taken_fits_and_what_is_left_out_is_told(
    actions: dict[str, dict[str, int]], exclusive: list[list[str]], start: bool, end: bool, many: int
) -> None:
    able = taker(actions={"t2v": {}, **actions}, exclusive=exclusive)
    payload = clip(start=start, end=end, many=many)
    taken = able.take(payload)
    assert able.unfit(taken.payload) == ()
    before, after = counts(payload), counts(taken.payload)
    assert {name for name in before if after.get(name, 0) < before[name]} == {
        one.part for one in taken.conceded
    }
    assert able.take(taken.payload) == (taken.payload, ())
    assert bool(taken.conceded) == bool(able.unfit(payload))


def test_of_slots_that_exclude_each_other_the_weightier_is_filled() -> None:
    actions = {"i2v": {"start_frame": 1}, "r2v": {"start_frame": 1, "reference_images": 4}}
    able = taker(actions=actions, exclusive=[["start_frame", "reference_images"]])
    taken = able.take(clip(start=True, many=2))
    assert counts(taken.payload) == {"start_frame": 1}
    assert taken.conceded[0].why == "`fake-clip` takes either them or a start frame"


def test_the_first_references_are_kept_where_not_all_are_taken() -> None:
    taken = taker(actions={"r2v": {"start_frame": 1, "reference_images": 2}}).take(clip(start=True, many=4))
    assert [one.entity for one in slots_of(taken.payload)["reference_images"]] == [
        "character:0",
        "character:1",
    ]
    assert taken.conceded[0].detail == "2 left out: character:2, character:3"


def test_what_nothing_would_mend_is_left_for_the_inspection() -> None:
    able = taker(actions={"r2v": {"reference_images": 1}})
    assert able.take(clip(start=True)) == (clip(start=True), ())
    assert [fault.code for fault in able.unfit(clip(start=True))] == ["CF-G023"]
    assert taker(actions={"t2v": {}}).take(clip(frames=241)).conceded == ()


def test_who_is_asked_after_something_was_left_out_is_asked_in_his_turn() -> None:
    first = taker(actions={"i2v": {"start_frame": 1}, "r2v": {}})
    second = taker(model="fake-mute", sound=False, actions={"i2v": {"start_frame": 1}})

    def asked(payload: AnyPayload) -> Ability:
        return first if "reference_images" in slots_of(payload) else second

    taken = agreed(clip(start=True, many=1), asked)
    assert [one.part for one in taken.conceded] == ["reference_images", "generate_audio"]
    assert second.unfit(taken.payload) == ()


def test_a_still_goes_without_a_second_picture_where_one_is_taken() -> None:
    one = {"scene_ref": 1, "identity_refs": 1}
    able = Ability(profile(actions={"t2i": {}, "i2i": one}), ABLE)
    taken = able.take(read_payload(image(scene_ref=picture(1), identity_refs=[picture(2)])))
    assert counts(taken.payload) == {"scene_ref": 1}
    assert taken.conceded[0].why == "`fake-still` takes none beside a picture of the scene"


@pytest.mark.parametrize(
    ("sizes", "wanted", "made"),
    [
        ({}, (1920, 1080), (1920, 1080)),
        ({"most": 1280}, (1920, 1080), (1280, 720)),
        ({"least": 720}, (640, 360), (1280, 720)),
        ({"multiple_of": 16}, (1920, 1080), (2048, 1152)),
        ({"aspect_ratios": ["16:9", "1:1"]}, (854, 480), (848, 477)),
        ({"aspect_ratios": ["16:9", "1:1"]}, (2048, 858), None),
        ({"least": 600, "most": 700}, (1280, 720), None),
    ],
)  # fmt: skip
def test_a_size_is_brought_to_the_nearest_of_its_shape(
    sizes: dict[str, Any], wanted: tuple[int, int], made: tuple[int, int] | None
) -> None:
    assert nearest_size(*wanted, Sizes.model_validate(sizes)) == made


def test_another_size_is_told() -> None:
    sizes = {"most": 1280}
    taken = taker(actions={"t2v": {}}, sizes=sizes).take(clip(width=1920, height=1080))
    assert [str(one) for one in taken.conceded] == [
        "at another size, and then brought to the film's: `fake-clip` makes sides of 16 to 1280 pixels "
        "(1280×720 in place of 1920×1080)"
    ]


def test_limits_of_a_provider_count_as_those_of_its_model() -> None:
    short = ABLE.model_copy(update={"reference_slots": {"start_frame": 1}})
    able = Ability(
        profile(**CLIP, actions={"i2v": {"start_frame": 1}, "r2v": {"reference_images": 3}}), short
    )
    assert counts(able.take(clip(start=True, many=3)).payload) == {"start_frame": 1}


def test_a_profile_of_texts_changes_nothing() -> None:
    payload = read_payload({"modality": "text_author", "entity": "e", "step": "s", "seed": 1,
                            "messages": [{"role": "user", "text": "hi"}]})  # fmt: skip
    made: Profile = profile(actions={"t2t": {}})
    assert Ability(made, ABLE).take(payload) == (payload, ())
