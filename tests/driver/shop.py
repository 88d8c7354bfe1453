"""A shop: a project whose stages buy stills from a vendor on loopback, by the real commands."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cine_forge.driver.money.market import Market
from cine_forge.driver.places import Places
from cine_forge.driver.wiring import utc_now
from cine_forge.generation.desk import open_desk
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt
from cine_forge.kernel.ground.errors import StageError
from tests.driver.stand import Told, told_by
from tests.fakes import fal, kling
from tests.fakes.fault import Fault
from tests.fakes.vendor import VendorServer

_MANIFEST = """module_id: {id}
stage: test
description: For tests.
version: 1
inputs:
  before: {{schema: echo@1, entities: all, optional: true}}
outputs:
  echo: {{schema: echo@1, entities: one}}
params:
  prompts: {{type: string, default: "", description: What is drawn.}}
determinism: external
"""
_MAIN = """from cine_forge import Draft, StageResult
from cine_forge.film.requests.purchase import buy

STILL = {"modality": "image_t2i", "entity": "shot:a", "tier": "finish", "width": 1024, "height": 576,
         "seed": 7}

def run_module(inputs, params, context):
    bought = [buy(context.dispatch, STILL | {"prompt": prompt}) for prompt in params["prompts"].split()]
    data = {"text": " ".join(one.sha256 for one in bought), "heard": []}
    cost = sum(one.cost_micro_usd for one in bought)
    return StageResult(outputs=(Draft(output="echo", entity=f"{context.entity}/{context.stage_id}",
        data=data, intent="Test.", rationale="Test."),), cost_micro_usd=cost)
"""
_RECIPE = """recipe_id: shop
stages:
  - id: first
    module: shop_v1
    params: {prompts: lamp door}
  - id: second
    module: shop_v1
    needs: [first]
    params: {prompts: stair}
"""
_STILL = {
    "modality": "image_t2i",
    "entity": "shot:z",
    "tier": "finish",
    "width": 1024,
    "height": 576,
    "seed": 1,
}
MODELS = {"kling": "kling-image", "fal": "fal-nano-banana-pro"}
KEYS = {**kling.KEYS, "FAL_KEY": fal.KEY}


@dataclass(frozen=True)
class Shop:
    """A folder with `recipe.yaml`, `modules/` and `project/`, and its vendor."""

    root: Path
    vendor: VendorServer

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def module(self) -> Path:
        """Return the code that buys."""
        return self.root / "modules" / "test" / "shop_v1" / "main.py"

    @property
    def paid(self) -> int:
        """Return how many stills the vendor made and charges."""
        return len(self.vendor.jobs)

    def cli(self, *words: str) -> Told:
        """Call `cine-forge` in the project."""
        return told_by(words, self.project)

    def run(self, *options: str, status: int = 0) -> Told:
        """Run the recipe."""
        modules = ("--modules", str(self.root / "modules"))
        told = self.cli("run", str(self.root / "recipe.yaml"), *modules, "--quiet", *options)
        assert told.status == status, told.err
        return told

    def receipts(self) -> tuple[Receipt, ...]:
        return Ledger(self.project / "ledger.sqlite").receipts()

    def spent(self) -> tuple[int, int]:
        """Return what is spent and what is reserved, in micro-USD."""
        totals = Ledger(self.project / "ledger.sqlite").totals()
        return totals.spent, totals.reserved

    def events(self) -> list[dict[str, Any]]:
        """Return every event of every run."""
        paths = sorted((self.project / "runs").glob("*/pipeline_events.jsonl"))
        return [json.loads(line) for path in paths for line in path.read_text().splitlines()]

    def leave_open(self) -> str:
        """Send something as a stage of another recipe does that then ends; return the receipt's id."""
        places = Places.here(os.environ)
        market = Market.of_files(places.providers(self.project), places.models(self.project), None)
        log = self.project / "runs" / "before" / "receipts.jsonl"
        around = Surroundings(clock=utc_now, receipts_log=lambda _: log, environment=KEYS)
        desk = open_desk(self.project, market.routes, market.profiles, around)
        origin = {"run_id": "before", "stage": "elsewhere", "entity": "shot:z"}
        with closing(desk), suppress(StageError):
            desk.ask({"act": "send", "payload": {**_STILL, "prompt": "a stair"}}, origin)
        [receipt] = self.receipts()
        return receipt.id

    def write_recipe(self, text: str) -> None:
        (self.root / "recipe.yaml").write_text(text)


def new_shop(root: Path, name: str, *faults: Fault, patch: pytest.MonkeyPatch, **pace: Any) -> Shop:
    """Make a shop at a vendor, which is not yet open."""
    manner = kling.KlingManner() if name == "kling" else fal.FalManner()
    shop = Shop(root, VendorServer(manner, *faults, tariff=lambda _: 140_000, **pace))
    shop.module.parent.mkdir(parents=True)
    shop.module.write_text(_MAIN)
    (shop.module.parent / "module.yaml").write_text(_MANIFEST.format(id="shop_v1"))
    shop.write_recipe(_RECIPE)
    (shop.project / "configs").mkdir(parents=True)
    (shop.project / "configs" / "providers.yaml").write_text(json.dumps(_strategy(name, shop.vendor)))
    for variable, value in KEYS.items():
        patch.setenv(variable, value)
    return shop


def _strategy(name: str, vendor: VendorServer) -> Mapping[str, Any]:
    return {
        "providers": {name: {"image_t2i": MODELS[name]}},
        "primary": {"image_t2i": {"provider": name}},
        "endpoints": {name: {"base_url": vendor.base_url}},
    }
