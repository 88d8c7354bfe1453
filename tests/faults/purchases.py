"""Purchases as a subject of the kill sweep: media bought from a vendor on loopback, one or several at a time.

The adapters are those that ship; the vendor is a fake in another process than the one that is killed. Both
go by one clock, which moves only while everybody waits, so that waiting costs nothing and nothing depends on
how fast the machine is.
"""

from __future__ import annotations

import mmap
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.held import Finding, close_held
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import HOLDING, Receipt, State
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.profiles import find_profile, read_profiles
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.routing import Routes, Strategy
from cine_forge.kernel.ground.errors import StageError
from tests.fakes import ark, fal, kling
from tests.fakes.fault import Fault
from tests.fakes.medium import medium
from tests.fakes.vendor import Job, Manner, VendorServer, Wanted
from tests.generation.support import BLOCKING

ROOT = Path(__file__).resolve().parents[2]
EPOCH = datetime(2026, 11, 21, 12, tzinfo=UTC)
GRACE_S = 12.0
"""Longer than any vendor here takes to enter a task into its books, and shorter than is declared."""

_QUIET_S, _BREATH_S = 0.004, 0.002


class Hours:
    """A clock that all processes share. It stands still while anybody acts, and moves on to the next waking.

    So whatever goes over a connection takes no time, however slow the machine is.
    """

    def __init__(self) -> None:
        self._held = mmap.mmap(-1, 8)
        self._turn = threading.Condition()
        self._actors = 0
        self._wakings: list[float] = []

    def seconds(self) -> float:
        return float(struct.unpack("d", self._held[:8])[0])

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds())

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Count this thread among those for which the clock stands still unless they pause."""
        with self._turn:
            self._actors += 1
        try:
            yield
        finally:
            with self._turn:
                self._actors -= 1
                self._move_on()

    def pause(self, seconds: float) -> None:
        """Wait until so much time is over, which is when nobody acts any more."""
        with self._turn:
            wakes_at = self.seconds() + max(0.0, seconds)
            self._wakings.append(wakes_at)
            self._move_on()
            self._turn.wait_for(lambda: self.seconds() >= wakes_at)
            self._wakings.remove(wakes_at)

    def begin(self) -> None:
        """Set it back."""
        self._held[:8] = struct.pack("d", 0.0)

    def _move_on(self) -> None:
        if self._wakings and len(self._wakings) >= self._actors:
            self._held[:8] = struct.pack("d", max(self.seconds(), min(self._wakings)))
            self._turn.notify_all()


@dataclass(frozen=True)
class Trade:
    """A vendor with what is bought from it. `charge` is what it takes for each, in micro-USD.

    None charges what the plan estimates, since the vendor never tells.
    """

    name: str
    manner: Callable[[Hours], Manner]
    keys: Mapping[str, str]
    model: str
    payload: Mapping[str, Any]
    charge: int | None = None

    def asked(self, number: int) -> dict[str, Any]:
        """Return the payload of a number."""
        return {**self.payload, "prompt": f"a lamp, number {number}"}


class _Careless(kling.KlingManner):
    """Takes an id twice, so that whoever sends twice is charged twice."""

    def wanted(self, asked: Any, jobs: Any) -> Any:
        return super().wanted(asked, ())


_STILL = {
    "modality": "image_t2i",
    "entity": "shot:a",
    "tier": "finish",
    "width": 1024,
    "height": 576,
    "seed": 7,
}
_CLIP = {"modality": "video_i2v", "entity": "shot:a", "fps": "24", "width": 1280, "height": 720,
         "frames": 120, "blocking": BLOCKING}  # fmt: skip
BY_KEY = Trade("kling", lambda at: _Careless(now=at.now), kling.KEYS, "kling-image", _STILL, 280_000)
BY_LIST = Trade(
    "ark", lambda at: ark.ArkManner(), ark.KEYS, "ark-seedance-2.0", {**_CLIP, "seed": 7}, 112_000
)
BY_NOTHING = Trade("fal", lambda at: fal.FalManner(), {"FAL_KEY": fal.KEY}, "fal-nano-banana-pro", _STILL)
TRADES = {"key": BY_KEY, "list": BY_LIST, "none": BY_NOTHING}


@dataclass
class Purchases:
    """`number` payloads in flight at once, at a vendor that knows of each `delay_s` after it took it.

    The first `runs` looks at each find that it still runs.
    """

    trade: Trade
    number: int = 1
    delay_s: float = 0.0
    runs: int = 1
    hours: Hours = field(default_factory=Hours)

    def __post_init__(self) -> None:
        self.vendor = VendorServer(
            self.trade.manner(self.hours),
            Fault("late in the books", "submit", times=None, seen_after_s=self.delay_s),
            clock=self.hours,  # type: ignore[arg-type]
            tariff=lambda wanted: self.estimate if self.trade.charge is None else self.trade.charge,
            makes=_same_each_time,
            pace=(0, self.runs, 0.0),
        )
        self._profiles = read_profiles([ROOT / "configs" / "models"])
        modality = str(self.trade.payload["modality"])
        strategy = {
            "providers": {self.trade.name: {modality: self.trade.model}},
            "primary": {modality: {"provider": self.trade.name}},
            "endpoints": {self.trade.name: {"base_url": self.vendor.base_url}},
        }
        self._strategy = Strategy.model_validate(strategy)
        from cine_forge.generation.money.prices import estimate

        self._capabilities = read_capabilities(self.trade.name).model_copy(update={"grace_s": GRACE_S})
        self._adapter = import_module(f"cine_forge.generation.providers.{self.trade.name}.adapter")
        profile = find_profile(self._profiles, self.trade.model)
        self.estimate = estimate(profile, read_payload(self.trade.asked(1))).micro_usd

    def __enter__(self) -> Purchases:
        self.vendor.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.vendor.__exit__()

    def begin(self) -> None:
        """Let the vendor know of nothing, at the beginning of time."""
        self.vendor.jobs.clear()
        self.vendor.asked.clear()
        self.hours.begin()

    def desk(self, project: Path) -> Desk:
        """Open the desk as a new process would, over the adapter that ships."""
        name = self.trade.name
        around = Surroundings(
            clock=self.hours.now,
            receipts_log=lambda run_id: project / "runs" / run_id / "receipts.jsonl",
            environment=self.trade.keys,
            tick=self.hours.seconds,
            pause=self.hours.pause,
        )
        opening = Opening(
            project / "receipts" / ".work" / name, self.trade.keys, endpoints=self._strategy.endpoints,
            clock=self.hours.now,
        )  # fmt: skip
        opened = {name: self._adapter.open_provider(opening, self._capabilities)}
        return open_desk(project, Routes(self._strategy), self._profiles, around, Providers(opening, opened))

    def act(self, project: Path, _say: object = None) -> list[StageError]:
        """Buy all of them, at once; return why any of them is held. What runs is waited for."""
        desk = self.desk(project)
        try:
            if self.number == 1:
                return [error for error in (self._buy(desk, 1),) if error]
            with ThreadPoolExecutor(self.number) as pool:
                found = list(pool.map(lambda number: self._bought(desk, number), range(1, self.number + 1)))
            return [error for error in found if error]
        finally:
            desk.close()

    def recover(self, project: Path) -> None:
        """Take up what is open, as `providers recover` does, until all that it can tell has ended."""
        desk = self.desk(project)
        try:
            desk.recovery.recover(receipts(project, open_only=True), {"sought": 1000, "running": 1000})
        finally:
            desk.close()

    def look_at_the_books(self, project: Path) -> int:
        """Be the person who ends what is held by the vendor's own books; return how many there were."""
        held = [one for one in receipts(project) if one.state in (State.SUBMITTING, State.SUBMIT_UNKNOWN)]
        for one in held:
            charged = any(prompt_of(job) == one.prompt for job in self.vendor.jobs.values())
            close_held(project, one.id, Finding(charged, by="kim", at=""))
        return len(held)

    def come_to_rest(self) -> None:
        """Wait until the vendor has dealt with all that reached it from a process that is gone."""
        time.sleep(_QUIET_S)
        for _ in range(200):
            if not any("process_request" in thread.name for thread in threading.enumerate()):
                return
            time.sleep(_BREATH_S)

    def faults(self, project: Path, whole: Mapping[str, str], *, held: int) -> list[str]:
        """Return what is wrong in the end: paid twice, forgotten, another sum, another result."""
        jobs, kept = list(self.vendor.jobs.values()), receipts(project)
        wrong = [f"paid {count} times: {prompt}" for prompt, count in
                 Counter(map(prompt_of, jobs)).items() if count > 1]  # fmt: skip
        by_prompt = {one.prompt: one for one in kept}
        for job in jobs:
            receipt = by_prompt.get(prompt_of(job))
            if receipt is None or not _is_accounted(receipt):
                wrong.append(f"forgotten: {prompt_of(job)} is {receipt.state if receipt else 'unknown'}")
        totals = Ledger(project / "ledger.sqlite").totals()
        if (totals.spent, totals.reserved) != (self.vendor.invoice, 0):
            wrong.append(f"the ledger says {totals}, the invoice {self.vendor.invoice}")
        results = digests(project)
        if results != {prompt: digest for prompt, digest in whole.items() if prompt in results}:
            wrong.append("a result differs from that of an unbroken purchase")
        if len(results) < self.number - held:
            wrong.append(f"{len(results)} of {self.number} results, and {held} were held")
        return wrong

    def _bought(self, desk: Desk, number: int) -> StageError | None:
        with self.hours.acting():
            return self._buy(desk, number)

    def _buy(self, desk: Desk, number: int) -> StageError | None:
        origin = {"run_id": "run-1", "stage": "generation", "entity": f"shot:{number}"}
        request = {"act": "send", "payload": self.trade.asked(number)}
        for _ in range(100):
            try:
                if "parked" not in desk.ask(request, origin):
                    return None
            except StageError as error:
                if error.faults[0].code != "CF-G030":
                    raise
                return error
            self.hours.pause(5.0)
        raise AssertionError("it never ends")


def receipts(project: Path, *, open_only: bool = False) -> tuple[Receipt, ...]:
    """Return the receipts of a project."""
    return Ledger(project / "ledger.sqlite").receipts(*([HOLDING] if open_only else []))


def digests(project: Path) -> dict[str, str]:
    """Return the results' sha-256 by prompt, read from the files themselves."""
    found = {}
    for one in receipts(project):
        if one.output is not None:
            from cine_forge.kernel.ground.hashing import digest_of_file

            found[one.prompt] = digest_of_file(project / one.output.path)
    return found


def prompt_of(job: Job) -> str:
    """Return the words that a job was asked in."""
    told = job.asked.json
    return str(told.get("prompt") or next(one["text"] for one in told["content"] if one["type"] == "text"))


def _is_accounted(receipt: Receipt) -> bool:
    told = receipt.state is State.FAILED and "found that it was charged" in (receipt.error or "")
    return receipt.state is State.SETTLED or told


def _same_each_time(wanted: Wanted, _number: int) -> Any:
    """Return a medium that follows from the words, whichever job came first."""
    with suppress(StopIteration):
        words = str(wanted.settings.get("prompt") or wanted.settings["content"][0]["text"])
        return _made(wanted.kind, int(words.rpartition(" ")[2]))
    raise AssertionError(wanted)


_MADE: dict[tuple[str, int], Any] = {}


def _made(kind: Any, number: int) -> Any:
    if (kind, number) not in _MADE:
        _MADE[kind, number] = medium(kind, number)
    return _MADE[kind, number]
