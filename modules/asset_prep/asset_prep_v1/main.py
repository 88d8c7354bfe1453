"""Asset preparation: one composite reference sheet for each character and location."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge import Context, Given, Input, StageResult
from cine_forge.film.requests.agreement import agree
from cine_forge.film.requests.assets import sheet_draft, sheet_payload
from cine_forge.film.requests.prompts import Brief
from cine_forge.film.requests.purchase import buy
from cine_forge.film.schemas.asset import Asset


def run_module(inputs: Mapping[str, Input], params: Mapping[str, Any], context: Context) -> StageResult:
    """Buy the sheet of one asset and keep it."""
    given = inputs["asset"]
    assert isinstance(given, Given)
    asset = Asset.model_validate(given.data)
    wish = sheet_payload(
        asset,
        model=params["prompt_model"],
        seed=context.seed,
        width=params["sheet_width"],
        height=params["sheet_height"],
    )
    agreed = agree(context.dispatch, wish, Brief(asset=asset), model=params["prompt_model"])
    bought = buy(context.dispatch, agreed.data)
    return StageResult((sheet_draft(asset, agreed, bought),), cost_micro_usd=bought.cost_micro_usd)
