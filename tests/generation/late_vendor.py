"""A paid vendor in memory whose books lag behind, and a house whose process may die at any act.

The clock stands still but for pauses. What was submitted is charged at once, appears in the vendor's books
`delay_s` later, and is ready `takes_s` after that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch import dispatch, held, kept_output, walk
from cine_forge.generation.dispatch.recovery import Recovered
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.budget import Budget
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import HOLDING, Receipt
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from tests.generation.support import NOON, ORIGIN, FakeProvider, Lost, image, profile, routes

GRACE_S = 30.0
PRICE = 400_000


class Hours:
    """Time that only pauses pass. The clock on the wall may be set, and is `off_s` then; the tick may not."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.off_s = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed_s + self.off_s)

    def pause(self, seconds: float) -> None:
        self.passed_s += max(0.0, seconds)


class Fuse:
    """Ends the process at the act that it was set for, by number or by name; acts burn it as they go on."""

    def __init__(self) -> None:
        self.left = 0
        self.name = ""

    def burn(self, name: str) -> None:
        self.left -= 1
        if self.left == 0 or name == self.name:
            self.left, self.name = 0, ""
            raise Lost

    def led(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return an act that burns the fuse."""

        def burning(*taken: Any, **named: Any) -> Any:
            self.burn(f"before {act.__name__}")
            given = act(*taken, **named)
            self.burn(f"after {act.__name__}")
            return given

        return burning


_ACTS: tuple[tuple[Any, str], ...] = (
    *((Ledger, name) for name in ("prepare", "reserve", "advance", "reopen", "end_held", "mark_logged")),
    (Ledger, "restore"),
    *((owner, name) for owner in (dispatch, held) for name in ("write_receipt", "log_receipt")),
    (walk, "write_receipt"),
    (kept_output, "publish_file_once"),
)


@contextmanager
def fused(fuse: Fuse) -> Iterator[None]:
    """Lead a fuse through every durable act of dispatch."""
    with ExitStack() as stack:
        for owner, name in _ACTS:
            stack.enter_context(patch.object(owner, name, fuse.led(getattr(owner, name))))
        yield


class LateProvider(FakeProvider):
    """The vendor. `charges` are its invoice, by our own ids.

    The next `line_breaks` answers are lost; a request is under way for `slow_s` before the vendor has it, and
    before the next one gets there `meanwhile` is done.
    """

    def __init__(self, kind: str, hours: Hours, fuse: Fuse, *, delay_s: float, takes_s: float) -> None:
        super().__init__(kind, PRICE)
        self.capabilities = self.capabilities.model_copy(update={"grace_s": GRACE_S})
        self.hours, self.fuse = hours, fuse
        self.delay_s, self.takes_s = delay_s, takes_s
        self.charges: list[str] = []
        self.known_at: dict[str, float] = {}
        self.line_breaks = 0
        self.slow_s = 0.0
        self.meanwhile: Callable[[], object] = lambda: None

    @property
    def invoice(self) -> int:
        return PRICE * len(self.charges)

    def submit(self, submission: Submission) -> SubmitOutcome:
        self.fuse.burn("before submit")
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        self.hours.pause(self.slow_s)
        self.charges.append(submission.own_id)
        self.known_at[f"job-{submission.own_id}"] = self.hours.passed_s + self.delay_s
        self.fuse.burn("after submit")
        if self.line_breaks:
            self.line_breaks -= 1
            return SubmitOutcome("unknown", error="the connection was reset")
        return SubmitOutcome("submitted", provider_id=f"job-{submission.own_id}")

    def poll(self, provider_id: str) -> PollOutcome:
        self.fuse.burn("poll")
        ready = self.hours.passed_s >= self.known_at[provider_id] + self.takes_s
        return PollOutcome("succeeded", cost_micro_usd=PRICE) if ready else PollOutcome("running")

    def find(self, sought: Sought) -> str | None:
        self.fuse.burn("find")
        name, asked = f"job-{sought.own_id}", self.capabilities.idempotency != "none"
        return name if asked and self.known_at.get(name, float("inf")) <= self.hours.passed_s else None


class LateHouse:
    """A project at one late vendor. Every act of its is a process of its own, which may die."""

    def __init__(
        self, project: Path, kind: str, *, delay_s: float = 0, takes_s: float = 0, budget: int | None = None
    ) -> None:
        self.project = project
        self.hours, self.fuse = Hours(), Fuse()
        self.vendor = LateProvider(kind, self.hours, self.fuse, delay_s=delay_s, takes_s=takes_s)
        self.budget = budget
        self.rebuys = False

    def desk(self) -> Desk:
        """Open the desk anew, as a new process would."""
        around = Surroundings(
            clock=self.hours.now,
            receipts_log=lambda run_id: self.project / "runs" / run_id / "receipts.jsonl",
            budget=Budget(project=self.budget),
            tick=lambda: self.hours.passed_s,
            pause=self.hours.pause,
            rebuys=self.rebuys,
        )
        providers = Providers(Opening(self.project), {"fake": self.vendor})
        return open_desk(self.project, routes(), {"fake-still": profile()}, around, providers)

    def send(self, number: int = 1, run_id: str = "run-1") -> Mapping[str, Any]:
        """Send the payload of a number."""
        desk = self.desk()
        try:
            return desk.ask(
                {"act": "send", "payload": image(prompt=f"lamp {number}")}, {**ORIGIN, "run_id": run_id}
            )
        finally:
            desk.close()

    def recover(self, **waits_s: float) -> tuple[Recovered, ...]:
        """Take up all that is open."""
        desk = self.desk()
        try:
            return desk.recovery.recover(self.receipts(open_only=True), waits_s)  # type: ignore[arg-type]
        finally:
            desk.close()

    def receipts(self, *, open_only: bool = False) -> tuple[Receipt, ...]:
        """Return the receipts, by id."""
        return Ledger(self.project / "ledger.sqlite").receipts(*([HOLDING] if open_only else []))

    def sums(self) -> tuple[int, int]:
        """Return what is spent and what is set aside."""
        totals = Ledger(self.project / "ledger.sqlite").totals()
        return totals.spent, totals.reserved
