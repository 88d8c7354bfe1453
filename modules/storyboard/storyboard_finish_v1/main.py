"""The finished board: full size, from the approved pencil as first reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Given, Input, StageResult
from cine_forge.film.requests.agreement import agree
from cine_forge.film.requests.assets import KeptSheet, resolve_references
from cine_forge.film.requests.boards import KeptBoard, Panel, board_draft, brief_of, finish_payload
from cine_forge.film.requests.fitting import fit_still
from cine_forge.film.requests.purchase import buy
from cine_forge.film.schemas.asset import Sheet
from cine_forge.film.schemas.board import Board, BoardApproval
from cine_forge.film.schemas.shot import Shot
from cine_forge.staging.grammar import Tier


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Buy the finish of one approved board and keep it."""
    given, drawn, approved = inputs["shot"], inputs["pencil"], inputs["approval"]
    sheets = inputs["sheets"]
    assert isinstance(given, Given) and isinstance(drawn, Given) and isinstance(approved, Given)
    assert isinstance(sheets, tuple)
    shot = Shot.model_validate(given.data)
    pencil = KeptBoard(Board.model_validate(drawn.data), drawn.ref, drawn.digest, drawn.media)
    kept = [KeptSheet(Sheet.model_validate(sheet.data), sheet.media) for sheet in sheets]
    panel = Panel(
        shot,
        resolve_references(shot.refs, kept, f"shot {shot.label}"),
        model=params["prompt_model"],
        seed=context.seed,
        width=int(context.facts["delivery.width"]),
        height=int(context.facts["delivery.height"]),
    )
    wish = finish_payload(panel, pencil, BoardApproval.model_validate(approved.data))
    agreed = agree(context.dispatch, wish, brief_of(panel, Tier.FINISH), model=panel.model)
    made = buy(context.dispatch, agreed.data)
    bought = fit_still(made, agreed.kept, context.scratch())
    return StageResult((board_draft(shot, agreed, bought, "finish"),), cost_micro_usd=bought.cost_micro_usd)
