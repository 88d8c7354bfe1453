"""What a ComfyUI server had already: told as a fact in the receipt, and found where the server is silent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.money.receipt import Receipt, State, read_receipt
from cine_forge.generation.providers.call import Answer, Call
from cine_forge.generation.providers.comfyui.adapter import ComfyUi as Dialect
from cine_forge.generation.providers.comfyui.graph import Template
from cine_forge.generation.providers.provider import PollOutcome
from cine_forge.generation.providers.remote import Remote
from cine_forge.generation.providers.trouble import Trouble
from tests.fakes.comfyui import ComfyUi
from tests.fakes.counter import Counter
from tests.fakes.vendor import VendorServer
from tests.generation.support import image
from tests.generation.vendor_orders import answer

GRAPH = {"3": {"class_type": "SaveImage", "inputs": {}}}
SAVED = {"filename": "a.png", "subfolder": "cf", "type": "output"}


class Unnamed(Dialect):
    """A dialect whose graph has no place for a name of ours, so that the same one is asked for twice."""

    def submit(self, submission: Any) -> Call:
        call = super().submit(submission)
        body = json.loads(json.dumps(call.body))
        body["prompt"]["3"]["inputs"]["filename_prefix"] = "mine"
        return replace(call, body=body)


def buy_twice(folder: Path, server: VendorServer) -> list[Receipt]:
    """Buy two stills whose prompts differ, of a graph that reads none."""
    shop = Counter(folder, server, "comfyui-plain-still", {})
    templates: Mapping[str, Template] = shop.provider._dialect._templates  # type: ignore[attr-defined]
    shop.provider = Remote(shop._opening, shop.provider.capabilities, Unnamed(templates))
    shop.buy(image(blocking=None, prompt="1: a lamp"))
    shop.buy(image(blocking=None, prompt="2: a door"))
    return sorted(shop.receipts(), key=lambda receipt: receipt.prompt)


@pytest.mark.parametrize("caches", ["told", "untold"])
def test_what_came_from_the_cache_is_settled_and_says_so(tmp_path: Path, caches: Any) -> None:
    with VendorServer(ComfyUi(caches=caches)) as server:
        first, second = buy_twice(tmp_path, server)
    assert [one.state for one in (first, second)] == [State.SETTLED] * 2, second.error
    assert [one.cached for one in (first, second)] == [False, True]
    assert first.output is not None and second.output is not None
    assert (first.output.sha256, second.cost_micro_usd) == (second.output.sha256, 0)
    kept = read_receipt(tmp_path / "receipts" / second.id / "receipt.json")
    assert kept is not None and kept.cached


def test_what_is_made_anew_says_nothing_of_a_cache(tmp_path: Path) -> None:
    with VendorServer(ComfyUi()) as server:
        first, second = buy_twice(tmp_path, server)
    assert not first.cached and not second.cached
    assert first.output is not None and second.output is not None
    assert first.output.sha256 != second.output.sha256


def entry(*cached: str, graph: Any = GRAPH, **outputs: Any) -> dict[str, Any]:
    messages = [["execution_start", {}], ["execution_cached", {"nodes": list(cached)}]]
    return {
        "prompt": [1, "x", graph, {}, ["3"]],
        "outputs": outputs,
        "status": {"status_str": "success", "messages": messages},
    }


def read(path: str, data: Any) -> Answer:
    return replace(
        answer(data), call=Call("GET", path, query={"max_items": "200"} if path == "/history" else {})
    )


def test_a_node_that_ran_after_others_were_had_is_no_copy() -> None:
    fresh = entry("1", "2", **{"3": {"images": [SAVED]}})
    outcome = Dialect({}).polled(read("/history/now", {"now": fresh}), "now")
    assert isinstance(outcome, PollOutcome) and (outcome.state, outcome.cached) == ("succeeded", False)


@pytest.mark.parametrize("others", [
    {}, {"old": entry("3")}, {"old": entry(graph={"3": {"class_type": "SaveImage", "inputs": {"x": 1}}},
                                           **{"3": {"images": [SAVED]}})},
    {"old": {"outputs": {"3": {"images": [SAVED]}}}}, {"old": None}, {"old": {"prompt": "?"}},
])  # fmt: skip
def test_a_file_that_nobody_tells_is_a_failure_that_says_what_to_do(others: dict[str, Any]) -> None:
    dialect = Dialect({})
    call = dialect.polled(read("/history/now", {"now": entry("3")}), "now")
    assert isinstance(call, Call) and call.path == "/history"
    outcome = dialect.polled(read("/history", {**others, "now": entry("3")}), "now")
    assert isinstance(outcome, PollOutcome) and (outcome.state, outcome.trouble) == ("failed", Trouble.EMPTY)
    assert outcome.cost_micro_usd == 0 and "another attempt has another seed" in (outcome.error or "")


def test_the_newest_job_of_the_same_graph_is_believed() -> None:
    old, new = ({"images": [{**SAVED, "filename": name}]} for name in ("old.png", "new.png"))
    history = {"a": entry(**{"3": old}), "b": entry("3", **{"3": new}), "now": entry("3")}
    outcome = Dialect({}).polled(read("/history", history), "now")
    assert isinstance(outcome, PollOutcome) and outcome.cached
    assert outcome.output_url == "/view?filename=new.png&subfolder=cf&type=output"
