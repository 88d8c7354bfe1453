"""The pencil board: half size, from the shot's blocking and its reference sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Given, Input, StageResult
from cine_forge.film.requests.agreement import agree
from cine_forge.film.requests.assets import KeptSheet, resolve_references
from cine_forge.film.requests.boards import Panel, board_draft, brief_of, pencil_payload
from cine_forge.film.requests.fitting import fit_still
from cine_forge.film.requests.purchase import buy
from cine_forge.film.schemas.asset import Sheet
from cine_forge.film.schemas.shot import Shot
from cine_forge.staging.grammar import Tier


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Buy the pencil of one shot and keep it."""
    given, sheets = inputs["shot"], inputs["sheets"]
    assert isinstance(given, Given) and isinstance(sheets, tuple)
    shot = Shot.model_validate(given.data)
    kept = [KeptSheet(Sheet.model_validate(sheet.data), sheet.media) for sheet in sheets]
    panel = Panel(
        shot,
        resolve_references(shot.refs, kept, f"shot {shot.label}"),
        model=params["prompt_model"],
        seed=context.seed,
        width=int(context.facts["delivery.width"]),
        height=int(context.facts["delivery.height"]),
    )
    brief = brief_of(panel, Tier.PENCIL)
    agreed = agree(context.dispatch, pencil_payload(panel), brief, model=panel.model)
    made = buy(context.dispatch, agreed.data)
    bought = fit_still(made, agreed.kept, context.scratch())
    return StageResult((board_draft(shot, agreed, bought, "pencil"),), cost_micro_usd=bought.cost_micro_usd)
