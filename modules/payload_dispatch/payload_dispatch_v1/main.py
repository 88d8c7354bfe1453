"""Payload dispatch: one routed, priced and frozen video request for a shot; nothing is spent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Given, Input, StageResult
from cine_forge.film.requests.agreement import agree
from cine_forge.film.requests.assets import KeptSheet, resolve_references
from cine_forge.film.requests.boards import KeptBoard
from cine_forge.film.requests.clips import ClipFormat, ClipReferences, clip_payload, freeze, payload_draft
from cine_forge.film.requests.prompts import Brief
from cine_forge.film.requests.purchase import prepare
from cine_forge.film.schemas.asset import Sheet
from cine_forge.film.schemas.board import Board
from cine_forge.film.schemas.shot import Shot


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Freeze the first attempt of one shot."""
    given, drawn, sheets = inputs["shot"], inputs["board"], inputs["sheets"]
    assert isinstance(given, Given) and isinstance(drawn, Given) and isinstance(sheets, tuple)
    shot = Shot.model_validate(given.data)
    board = KeptBoard(Board.model_validate(drawn.data), drawn.ref, drawn.digest, drawn.media)
    kept = [KeptSheet(Sheet.model_validate(sheet.data), sheet.media) for sheet in sheets]
    facts = context.facts
    sheets_wanted = resolve_references(shot.refs, kept, f"shot {shot.label}")
    model = params["prompt_model"]
    wish = clip_payload(
        shot,
        ClipReferences(board.reference(), sheets_wanted),
        model=model,
        seed=context.seed,
        form=ClipFormat(
            int(facts["delivery.width"]),
            int(facts["delivery.height"]),
            str(facts["delivery.fps"]),
            sound=params["sound"],
        ),
    )
    agreed = agree(context.dispatch, wish, Brief(shot=shot), model=model)
    frozen = freeze(shot, agreed, prepare(context.dispatch, agreed.payload), attempt=1, model=model)
    return StageResult((payload_draft(frozen, "payloads", frozen.routing_reason),))
