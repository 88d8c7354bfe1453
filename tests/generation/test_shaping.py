"""A submission said by its profile's table: nothing twice, nothing made up, nothing rounded away."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cine_forge.generation.action import Action, action_of, references_of
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.profiles import Durations, Shape, Spoken
from cine_forge.generation.providers.provider import Seal, Submission
from cine_forge.generation.providers.shaping import (
    address_of,
    media_type_of,
    ratio_of,
    resolution_of,
    seconds_of,
    shape_of,
    shaped,
)
from cine_forge.kernel.ground.errors import StageError
from tests.generation.support import image, png, profile, reference, video


def asked(payload: Mapping[str, Any], folder: Path | None = None, **shape: Any) -> Submission:
    """Return a submission of a payload whose action is asked by this table."""
    typed = read_payload(payload)
    table = Shape.model_validate({"fields": {"prompt": "prompt"}, **shape})
    known = profile(sizes={"aspect_ratios": ["21:9", "16:9"]}).model_copy(
        update={"shapes": {action_of(typed): table}}
    )
    files = {one.path: (folder or Path()) / one.path for one in references_of(typed)}
    return Submission(
        Seal(), "rc-1", typed, 1, action_of(typed), "m", "vendor/model", files=files, profile=known
    )


def test_what_is_filled_is_said_and_what_is_absent_is_not() -> None:
    fields = {"prompt": "text", "negative_prompt": "avoid", "seed": "options.seed", "no_such_part": "x"}
    assert shaped(asked(image(), fields=fields)) == {"text": "a lamp", "options": {"seed": 7}}
    told = shaped(asked(image(negative_prompt="", seed=0), fields=fields))
    assert told == {"text": "a lamp", "avoid": "", "options": {"seed": 0}}


def test_what_is_fixed_is_sent_as_it_is_and_lies_where_the_dots_lead() -> None:
    fields = {"prompt": "input.prompt", "model": "model", "own_id": "input.tag"}
    told = shaped(asked(image(), fields=fields, fixed={"input.num": 1, "sync": False}))
    assert told == {
        "input": {"prompt": "a lamp", "tag": "rc-1", "num": 1},
        "model": "vendor/model",
        "sync": False,
    }


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    payload = image(scene_ref=reference(tmp_path))
    fields = {"prompt": "prompt", "scene_ref": "image"}
    ours = asked(payload, tmp_path / "nowhere", fields=fields, fixed={"n": 1, "m": 2})
    assert shaped(ours, only={"prompt", "n"}) == {"prompt": "a lamp", "n": 1}


@pytest.mark.parametrize(
    ("part", "how", "value", "told"),
    [
        ("duration", None, {}, 0.25), ("duration", "text", {}, "0.25"), ("duration", "seconds", {}, "0.25s"),
        ("duration", "milliseconds", {}, 250), ("duration", "number", {"frames": 48}, 2),
        ("duration", "text", {"frames": 48}, "2"), ("duration", "seconds", {"frames": 48}, "2s"),
        ("seed", "text", {"seed": 4_294_967_295}, "4294967295"), ("seed", None, {"seed": 2**33}, 2**33),
        ("seed", "seed", {"seed": 2**33 + 5}, 5), ("seed", "list", {}, [7]), ("seed", "seconds", {}, "7s"),
        ("generate_audio", "switch", {"generate_audio": False}, "off"),
        ("generate_audio", "switch", {}, "on"),
        ("generate_audio", None, {"generate_audio": False}, False),
        ("size", None, {}, "64x36"), ("frame", None, {}, "64:36"), ("aspect_ratio", None, {}, "16:9"),
        ("aspect_ratio", None, {"width": 2520, "height": 1080}, "21:9"),
        ("resolution", None, {"width": 1080, "height": 1920}, "1080p"),
    ],
)  # fmt: skip
def test_a_part_is_said_as_the_table_says(
    part: str, how: Spoken | None, value: dict[str, Any], told: Any
) -> None:
    spoken = {} if how is None else {part: how}
    found = shaped(asked(video(**value), fields={part: "x"}, spoken=spoken))["x"]
    assert found == told and type(found) is type(told)


def test_a_value_of_ours_is_said_in_the_vendors_word() -> None:
    shape: dict[str, Any] = {"fields": {"tier": "quality"}, "words": {"tier": {"pencil": "draft"}}}
    assert shaped(asked(image(), **shape)) == {"quality": "draft"}
    assert shaped(asked(image(tier="finish"), **shape)) == {"quality": "finish"}


def test_a_still_plays_for_no_time_and_says_none() -> None:
    assert shaped(asked(image(), fields={"duration": "seconds", "prompt": "p"})) == {"p": "a lamp"}


def test_references_are_urls_where_they_were_brought_and_files_where_not(tmp_path: Path) -> None:
    payload = image(identity_refs=[reference(tmp_path, "a.png"), reference(tmp_path, "b.png")])
    ours = asked(payload, tmp_path, fields={"identity_refs": "images"})
    brought = Submission(**{**ours.__dict__, "urls": {"b.png": "https://files.test/b"}})
    data = f"data:image/png;base64,{base64.b64encode(png(8, 8)).decode()}"
    assert shaped(brought) == {"images": [data, "https://files.test/b"]}
    (first, _) = references_of(ours.payload)
    assert address_of(ours, first, bare=True) == data.partition(",")[2]


@pytest.mark.parametrize(("how", "many"), [(None, False), ("list", True), ("base64", False)])
def test_one_reference_is_a_list_only_where_the_table_says(
    tmp_path: Path, how: Spoken | None, many: bool
) -> None:
    spoken = {"scene_ref": how} if how else {}
    shape: dict[str, Any] = {"fields": {"scene_ref": "x"}, "spoken": spoken}
    told = shaped(asked(image(scene_ref=reference(tmp_path)), tmp_path, **shape))["x"]
    assert isinstance(told, list) is many
    assert (told if isinstance(told, str) else told[0]).startswith("data:") is (how != "base64")


@pytest.mark.parametrize("spoken", [{}, {"identity_refs": "list", "expression_refs": "list"}])
def test_slots_of_one_key_are_joined_and_an_empty_one_takes_nothing_away(
    tmp_path: Path, spoken: dict[str, Any]
) -> None:
    fields = {"identity_refs": "images", "expression_refs": "images"}
    two = [reference(tmp_path, "a.png"), reference(tmp_path, "b.png")]
    only_first = asked(image(identity_refs=two), tmp_path, fields=fields, spoken=spoken)
    assert len(shaped(only_first)["images"]) == 2
    both = asked(image(identity_refs=two, expression_refs=two), tmp_path, fields=fields, spoken=spoken)
    assert len(shaped(both)["images"]) == 4
    assert shaped(asked(image(), fields=fields, spoken=spoken)) == {}


def test_what_can_be_shaped_can_be_sent(tmp_path: Path) -> None:
    payload = image(scene_ref=reference(tmp_path), identity_refs=[reference(tmp_path, "b.png")])
    parts = ["prompt", "seed", "scene_ref", "identity_refs", "references", "size", "resolution", "own_id"]
    told = shaped(asked(payload, tmp_path, fields={part: f"in.{part}" for part in parts}))
    assert sorted(json.loads(json.dumps(told))["in"]) == sorted(parts)


def test_an_action_without_a_table_is_refused_by_name() -> None:
    ours = asked(image())
    other = replace(ours, action=Action.I2I)
    for lacking in (other, replace(ours, profile=None)):
        with pytest.raises(StageError, match="CF-G023 the profile of `m`"):
            shape_of(lacking)


def test_a_reference_is_called_what_it_is_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(png(8, 8))
    (tmp_path / "b.png").write_bytes(b"\xff\xd8\xff\xe0")
    (tmp_path / "c.mp4").write_bytes(b"who knows")
    found = [media_type_of(tmp_path / name) for name in ("a.jpg", "b.png", "c.mp4")]
    assert found == ["image/png", "image/jpeg", "application/octet-stream"]


@given(width=st.integers(16, 8192), height=st.integers(16, 8192))
def test_a_ratio_is_of_the_size_and_in_its_least_figures(width: int, height: int) -> None:
    across, down = map(int, ratio_of(width, height).split(":"))
    assert across * height == down * width
    assert ratio_of(width, height, [f"{across * 3}:{down * 3}", "1:1"]) == (
        "1:1" if width == height and across * 3 == 1 else f"{across * 3}:{down * 3}"
    )


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [(64, 36, "360p"), (854, 480, "480p"), (1280, 720, "720p"), (720, 1280, "720p"), (1280, 721, "1080p"),
     (1920, 1080, "1080p"), (2048, 2048, "2160p"), (8192, 4320, "2160p")],
)  # fmt: skip
def test_a_size_has_the_name_of_its_shorter_side(width: int, height: int, name: str) -> None:
    assert resolution_of(width, height) == name


@pytest.mark.parametrize(("frames", "seconds"), [(24, 5), (120, 5), (121, 10), (240, 10), (480, 20)])
def test_a_clip_is_asked_for_in_a_length_that_the_model_makes(frames: int, seconds: float) -> None:
    ours = asked(video(frames=frames))
    assert ours.profile
    made = ours.profile.model_copy(update={"durations": Durations(most_s=10, only_s=(5, 10))})
    assert seconds_of(replace(ours, profile=made)) == seconds
