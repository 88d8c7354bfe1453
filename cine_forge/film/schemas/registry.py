"""The list of shared film schemas, for wiring to register; each is imported when its shape is asked for."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cine_forge.film.schemas.record import Record
    from cine_forge.kernel.artifacts.schemas.schemas import SchemaRegistry

FILM_SCHEMAS = {
    "script@1": "scene.Script",
    "mention_ledger@1": "scene.MentionLedger",
    "breakdown_additions@1": "addition.BreakdownAdditions",
    "scene_set@1": "scene.EntitySet",
    "scene@1": "scene.Scene",
    "scene_tags@1": "breakdown_sheet.SceneTags",
    "breakdown_sheet@1": "breakdown_sheet.BreakdownSheet",
    "stripboard@1": "breakdown_sheet.Stripboard",
    "continuity@1": "continuity.Continuity",
    "asset_set@1": "scene.EntitySet",
    "asset@1": "asset.Asset",
    "casting@1": "casting.Casting",
    "sheet@1": "asset.Sheet",
    "shot_set@1": "scene.EntitySet",
    "shot@1": "shot.Shot",
    "scene_grouping@1": "shot.SceneGrouping",
    "pencil_board@1": "board.Board",
    "board_approval@1": "board.BoardApproval",
    "finish_board@1": "board.Board",
    "payload@1": "take.FrozenPayload",
    "take@1": "take.Take",
    "verdict@1": "take.TakeVerdict",
    "selection@1": "take.Selection",
    "cut@1": "cut.Cut",
    "delivery@1": "cut.Delivery",
}
"""Name of a schema to where its model is defined: `file.Model` beside this file."""


def register_film_schemas(registry: SchemaRegistry) -> None:
    """Make every shared film schema known by its name and version; imports none of them."""
    for name in FILM_SCHEMAS:
        registry.register_later(name, partial(film_schema, name))


def film_schema(name: str) -> type[Record]:
    """Import the model of a shared schema."""
    file, _, model = FILM_SCHEMAS[name].partition(".")
    found: type[Record] = getattr(import_module(f"cine_forge.film.schemas.{file}"), model)
    return found
