"""Delivery: the film, its timeline, a contact sheet and the storyboard of one episode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Given, Input, StageResult
from cine_forge.exchange.package import Material, deliver, delivery_draft
from cine_forge.exchange.storyboard import BoardPicture
from cine_forge.film.paths import CLIP_TYPES, board_file
from cine_forge.film.schemas.cut import Cut
from cine_forge.film.schemas.scene import Scene
from cine_forge.film.schemas.shot import Shot
from cine_forge.staging.grammar import Tier


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Make and keep what is delivered of one episode."""
    material = _material(inputs)
    wide, _, high = str(context.facts["delivery.aspect"]).partition(":")
    aspect = float(wide) / float(high or 1)
    media = deliver(material, context.scratch(), aspect=aspect, columns=params["contact_columns"])
    return StageResult((delivery_draft(material, media, context.entity),))


def _material(inputs: Mapping[str, Input]) -> Material:
    cut = inputs["cut"]
    assert isinstance(cut, Given)
    takes = _all(inputs, "takes")
    return Material(
        cut=Cut.model_validate(cut.data),
        scenes=[Scene.model_validate(scene.data) for scene in _all(inputs, "scenes")],
        shots=[Shot.model_validate(shot.data) for shot in _all(inputs, "shots")],
        clips={
            take.entity: take.open_media(file.name)
            for take in takes
            for file in take.media
            if file.name.endswith(tuple(CLIP_TYPES))
        },
        boards={board.entity: _picture(board) for board in _all(inputs, "boards")},
        refs={"cut": cut.ref, **{take.entity: take.ref for take in takes}},
    )


def _picture(board: Given) -> BoardPicture:
    name = board_file(Tier.FINISH)
    file = next(file for file in board.media if file.name == name)
    return BoardPicture(board.open_media(name), file.path)


def _all(inputs: Mapping[str, Input], name: str) -> tuple[Given, ...]:
    given = inputs[name]
    assert isinstance(given, tuple)
    return given
