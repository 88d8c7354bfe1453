"""A lost submit is looked for as often as it takes, and never sent again where nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.generation.conformance.case import WoundClock
from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.search import Search
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt, State
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.providers.provider import Sought
from cine_forge.generation.providers.trouble import Trouble
from cine_forge.generation.routing import Routes, Strategy
from cine_forge.kernel.ground.errors import StageError
from tests.fakes import ark, flora
from tests.fakes.vendor import FAULTS, Fault, VendorServer
from tests.generation.support import NOON, ORIGIN, FakeProvider, draft, image, shipped_profiles
from tests.generation.vendor_orders import opened, submission

AT = NOON.isoformat()


def desk_at(server: VendorServer, folder: Path, model: str, keys: Mapping[str, str]) -> Desk:
    """Open a desk over one vendor, with a clock that goes only while somebody pauses."""
    name, clock = server.manner.name, server.clock
    opening = Opening(folder / "work", keys, endpoints={name: Endpoint(base_url=server.base_url)})
    provider = opened(name, server.base_url, folder, keys)
    strategy = {"providers": {name: {"image_t2i": model}}, "primary": {"image_t2i": {"provider": name}}}
    surroundings = Surroundings(
        clock=clock.now, receipts_log=lambda run_id: folder / f"{run_id}.jsonl", pause=clock.pause,
        tick=clock.seconds, environment=dict(keys),
    )  # fmt: skip
    profiles = {model: shipped_profiles()[model]}
    providers = Providers(opening, {name: provider})
    return open_desk(folder, Routes(Strategy.model_validate(strategy)), profiles, surroundings, providers)


def only(folder: Path) -> Receipt:
    ledger = Ledger(folder / "ledger.sqlite")
    try:
        [receipt] = ledger.receipts()
        return receipt
    finally:
        ledger.close()


def send(desk: Desk) -> Any:
    return desk.ask({"act": "send", "payload": image(width=1280, height=720)}, ORIGIN)


@pytest.mark.row("D33")
def test_a_key_that_a_vendor_knows_is_held_when_its_list_shows_no_run(tmp_path: Path) -> None:
    never = Fault("taken-and-never-listed", "submit", line="drop", seen_after_s=1e9)
    with VendorServer(flora.FloraManner(), never, clock=WoundClock()) as server:
        desk = desk_at(server, tmp_path, "flora-nano-banana-2", flora.KEYS)
        with pytest.raises(StageError, match="not sent again"):
            send(desk)
        desk.close()
        held = only(tmp_path)
        assert (held.state, held.trouble) == (State.SUBMIT_UNKNOWN, Trouble.TAKEN)
        keys = [asked.headers["idempotency-key"] for asked in server.requests("submit")]
        assert len(server.jobs) == 1 and keys == [held.own_id] * 2


@pytest.mark.row("D33")
def test_what_stands_in_no_list_is_held_at_once(tmp_path: Path) -> None:
    with VendorServer(ark.ArkManner(), FAULTS["accept-then-drop"], clock=WoundClock()) as server:
        desk = desk_at(server, tmp_path, "ark-seedream-4.5", ark.KEYS)
        with pytest.raises(StageError, match="not sent again"):
            send(desk)
        desk.close()
        assert (only(tmp_path).state, len(server.requests("submit"))) == (State.SUBMIT_UNKNOWN, 1)
        assert server.requests("list") == []


class Watching(FakeProvider):
    """Finds nothing, and meanwhile another submit gets its answer."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__("list")
        self.capabilities = self.capabilities.model_copy(update={"grace_s": 10.0})
        self.ledger = ledger
        self.asked: list[Sought] = []

    def find(self, sought: Sought) -> str | None:
        self.asked.append(sought)
        if len(self.asked) == 1:
            other = next(one for one in self.ledger.receipts() if one.own_id != sought.own_id)
            self.ledger.advance(other, State.SUBMITTED, AT, provider_id="job-of-another")
        return None


def test_each_look_knows_what_others_were_answered_meanwhile(tmp_path: Path) -> None:
    clock, ledger = WoundClock(epoch=NOON), Ledger(tmp_path / "ledger.sqlite")
    mine, _ = (
        ledger.advance(ledger.reserve(ledger.prepare(draft(number, 10)), [], AT), State.SUBMITTING, AT)
        for number in (1, 2)
    )
    provider = Watching(ledger)
    wanted = submission("kling-image", image(), tmp_path, mine.own_id)
    search = Search(ledger, clock.now, tick=clock.seconds, pause=clock.pause)
    assert search.find(mine, wanted, provider) == "absent"
    assert [(sought.rivals, sorted(sought.taken)) for sought in provider.asked[:2]] == [
        (1, []),
        (0, ["job-of-another"]),
    ]
    ledger.close()
