"""A project with two fake providers, of which the second takes over, in a run with a clock of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.generation.routing import Routes, Strategy
from tests.generation.support import NOON, ORIGIN, FakeProvider, capabilities, image, profile

PRICES = {"first": 400_000, "second": 300_000}


class Vendor(FakeProvider):
    """A paid provider that says at each submit what its script says, the last word for ever."""

    def __init__(self, name: str, **able: Any) -> None:
        super().__init__(price=PRICES[name])
        plain = {**capabilities().model_dump(), "name": name, "poll_every_s": 4.0, **able}
        self.capabilities = Capabilities.model_validate(plain)
        self.script: list[SubmitOutcome] = []
        self.asked_at: list[float] = []
        self.found_after: dict[str, float] = {}
        self.now: Callable[[], float] = lambda: 0.0

    def submit(self, submission: Submission) -> SubmitOutcome:
        self.asked_at.append(self.now())
        said = (self.script.pop(0) if len(self.script) > 1 else self.script[0]) if self.script else None
        if said is None or said.state == "submitted":
            return super().submit(submission)
        return said

    def find(self, sought: Sought) -> str | None:
        """Find what stands in the list by now: `found_after` says when it does."""
        late = self.found_after.get(sought.own_id)
        if late is not None and self.now() >= late:
            return f"job-{sought.own_id}"
        return super().find(sought)


class Run:
    """One run over both vendors. `pass_s` lets time pass as the run's loop does."""

    def __init__(self, project: Path, *, parks: bool = True, first: Mapping[str, Any] | None = None) -> None:
        self.project = project
        self.parks = parks
        self.first, self.second = Vendor("first", **(first or {})), Vendor("second")
        self.first.now = self.second.now = lambda: self.now
        self.strategy: dict[str, Any] = {
            "providers": {name: {"image_t2i": f"{name}-still"} for name in PRICES},
            "primary": {"image_t2i": {"provider": "first"}},
        }
        self.override: str | None = None
        self.take_owner: str | None = None
        self.now, self.paused, self.run_id = 0.0, 0.0, "run-1"
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self._desk: Desk | None = None

    def with_fallback(self, **more: Any) -> Run:
        """Wire the second vendor as the first one's fallback."""
        self.strategy["primary"]["image_t2i"] |= {"fallback": "second", **more}
        return self

    @property
    def desk(self) -> Desk:
        """Return the desk of this process."""
        if self._desk is None:
            around = Surroundings(
                clock=lambda: NOON + timedelta(seconds=self.now),
                receipts_log=lambda run_id: self.project / "runs" / run_id / "receipts.jsonl",
                tell=lambda name, fields: self.told.append((name, fields)),
                tick=lambda: self.now,
                pause=self._pause,
                chance=lambda: 1.0,
                parks=self.parks,
            )
            routes = Routes(Strategy.model_validate(self.strategy), self.override)
            providers = Providers(Opening(self.project), {"first": self.first, "second": self.second})
            self._desk = open_desk(self.project, routes, _profiles(), around, providers)
        return self._desk

    def new_process(self) -> None:
        """Forget what only this process knows."""
        self.desk.close()
        self._desk = None

    def send(self, number: int = 1, **payload: Any) -> Mapping[str, Any]:
        """Send a payload; another number is another one."""
        asked = {"act": "send", "payload": image(prompt=f"lamp {number}", **payload)}
        asked |= {"take_owner": self.take_owner} if self.take_owner else {}
        return self.desk.ask(asked, {**ORIGIN, "run_id": self.run_id})

    def until_done(self, number: int = 1, most_s: float = 4000.0, **payload: Any) -> Mapping[str, Any]:
        """Send again whenever it is ready, as a run does with what is parked, until it is answered."""
        until = self.now + most_s
        while "parked" in (answer := self.send(number, **payload)):
            while answer["parked"] not in self.desk.ready([answer["parked"]]):
                assert self.now < until, "it waits for ever"
                self.now += 0.25
        return answer

    def receipts(self) -> dict[str, Receipt]:
        """Return the receipts by provider."""
        return {one.provider: one for one in Ledger(self.project / "ledger.sqlite").receipts()}

    def warnings(self) -> list[str]:
        return [str(fields["message"]) for name, fields in self.told if name == "warning"]

    def _pause(self, seconds: float) -> None:
        self.now += seconds
        self.paused += seconds


def refused(trouble: Any, wait_s: float | None = None) -> SubmitOutcome:
    """Return the outcome of a submit that took nothing."""
    return SubmitOutcome("refused", error=f"it is {trouble}", trouble=trouble, wait_s=wait_s)


def failed(trouble: Any) -> PollOutcome:
    return PollOutcome("failed", error=f"it is {trouble}", trouble=trouble)


def _profiles() -> dict[str, Any]:
    return {
        f"{name}-still": profile(
            model=f"{name}-still",
            price={"as_of": "2026-01-01", "source": "a test", "per_dispatch_micro_usd": price},
        )
        for name, price in PRICES.items()
    }
