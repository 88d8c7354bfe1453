"""Depths of refreshing: known by what a stage generates."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cine_forge.film.depths import DEPTHS, depth_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("resources", "depth"),
    [
        ({"modality": "image_t2i", "tier": "pencil"}, "boards"),
        ({"modality": "image_t2i", "tier": "finish"}, "stills"),
        ({"modality": "image_t2i"}, None),
        ({"modality": "video_i2v"}, "video"),
        ({"modality": "video_r2v"}, "video"),
        ({"modality": "text_author"}, None),
        ({}, None),
    ],
)
def test_a_stage_ends_the_depth_that_its_pictures_belong_to(resources, depth):
    assert depth_of(resources) == depth


@pytest.mark.row("B17")
def test_our_own_modules_reach_every_depth():
    manifests = (ROOT / "modules").glob("*/*/module.yaml")
    found = {depth_of(yaml.safe_load(path.read_text()).get("resources", {})) for path in manifests}
    assert found == {*DEPTHS, None}
