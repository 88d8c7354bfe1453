"""The list of shared film schemas, for wiring to register."""

from __future__ import annotations

from cine_forge.film.schemas.asset import Asset, Sheet
from cine_forge.film.schemas.board import Board, BoardApproval
from cine_forge.film.schemas.cut import Cut, Delivery
from cine_forge.film.schemas.record import Record
from cine_forge.film.schemas.scene import EntitySet, MentionLedger, Scene, Script
from cine_forge.film.schemas.shot import SceneGrouping, Shot
from cine_forge.film.schemas.take import FrozenPayload, Selection, Take, TakeVerdict
from cine_forge.kernel.artifacts.schemas import SchemaRegistry

FILM_SCHEMAS: dict[str, type[Record]] = {
    "script@1": Script,
    "mention_ledger@1": MentionLedger,
    "scene_set@1": EntitySet,
    "scene@1": Scene,
    "asset_set@1": EntitySet,
    "asset@1": Asset,
    "sheet@1": Sheet,
    "shot_set@1": EntitySet,
    "shot@1": Shot,
    "scene_grouping@1": SceneGrouping,
    "pencil_board@1": Board,
    "board_approval@1": BoardApproval,
    "finish_board@1": Board,
    "payload@1": FrozenPayload,
    "take@1": Take,
    "verdict@1": TakeVerdict,
    "selection@1": Selection,
    "cut@1": Cut,
    "delivery@1": Delivery,
}


def register_film_schemas(registry: SchemaRegistry) -> None:
    """Make every shared film schema known by its name and version."""
    for name, model in FILM_SCHEMAS.items():
        registry.register_model(name, model)
