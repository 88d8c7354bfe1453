"""A vendor on loopback: real sockets, jobs, an invoice, and faults as they are armed.

What all vendors share is here; how one speaks is its `Manner` (a fake of its protocol). What was asked is
kept, and the invoice is what the vendor would charge: on acceptance, whether or not the answer arrives.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Protocol, runtime_checkable
from uuid import NAMESPACE_URL, uuid5

from cine_forge.generation.conformance.fault import Fault, Place, Word
from cine_forge.generation.conformance.medium import Kind, Made, medium
from cine_forge.wire.loopback import Asked, Line, LoopbackServer, Said

DOWNLOADS = "/media/"
"""Where every vendor's results lie; `?Signature=` changes with every telling."""


@dataclass(frozen=True)
class Clock:
    """A clock that runs `rate` times as fast as the wall's, the same in every process that is given it."""

    rate: float = 1.0
    start: float = field(default_factory=monotonic)
    epoch: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def seconds(self) -> float:
        """Return scaled seconds since the start."""
        return (monotonic() - self.start) * self.rate

    def now(self) -> datetime:
        """Return the scaled time of day."""
        return self.epoch + timedelta(seconds=self.seconds())

    def pause(self, seconds: float) -> None:
        """Wait for scaled seconds."""
        threading.Event().wait(max(0.0, seconds) / self.rate)


@dataclass(frozen=True)
class Wanted:
    """What a request asks for. `charge` is in micro-USD, `settings` what the model is told."""

    kind: Kind
    model: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    own_id: str | None = None


@dataclass
class Job:
    """One generation. `at` and `seen_at` are by the fake's clock."""

    id: str
    number: int
    wanted: Wanted
    asked: Asked
    charge: int
    at: float
    seen_at: float
    content: Made
    polls: int = 0
    tellings: int = 0
    word: Word | None = None
    cancelled: bool = False


@dataclass(frozen=True)
class Result:
    """Where the result lies, and what it is, for whoever puts it into an answer."""

    url: str
    content: bytes
    media_type: str


class Manner(Protocol):
    """How one vendor speaks. It answers in its own words and knows no socket."""

    name: str
    places: frozenset[Place]
    """What can be asked at all; a vendor that answers at once has no `poll`."""

    def place(self, asked: Asked) -> Place | None:
        """Say what a request is for, or None for one that the vendor does not know."""

    def trusts(self, asked: Asked) -> bool:
        """Say whether it proves who asks, by the key that tests use."""

    def wanted(self, asked: Asked, jobs: Iterable[Job]) -> Wanted | Said:
        """Read a submit, or refuse it as the vendor would."""

    def named(self, asked: Asked) -> str:
        """Return the id in a poll, a result or a cancel: the vendor's, or ours where it goes by that."""

    def told(self, place: Place, job: Job, word: Word, result: Result) -> Said:
        """Answer a submit, a poll or a result. At a submit the word is `waiting` unless all comes at once."""

    def listed(self, jobs: Iterable[tuple[Job, Word, Result]], asked: Asked) -> Said:
        """Answer a list; the jobs come newest first."""

    def cancelled(self, job: Job) -> Said:
        """Answer a cancel."""

    def uploaded(self, asked: Asked, url: str) -> Said:
        """Answer one request of an upload; the file will be found at `url`."""

    def error(self, status: int, message: str) -> Said:
        """Return an error as the vendor says it."""


def small(wanted: Wanted, number: int) -> Made:
    """Return what a vendor makes, unless a test says another."""
    return medium(wanted.kind, number)


@runtime_checkable
class Checked(Protocol):
    """A manner of a vendor that is asked something before anything is bought."""

    def checked(self, asked: Asked) -> Said:
        """Answer."""


@runtime_checkable
class Forgetful(Protocol):
    """A manner of a vendor that knows nothing of a job in another way than by an error of status 404."""

    def absent(self, asked: Asked) -> Said:
        """Answer who asks for a job that is not there."""


def same_for_all(_: Wanted) -> int:
    """Return the price of everything in micro-USD, unless a test says another."""
    return 50_000


class VendorServer:
    """The vendor; a context manager. `asked` is all that came; `faults` may be armed at any time.

    A job waits for `waits` polls, runs for `runs` more, and at least `takes_s` by the clock. What is too late
    is so by seconds of real time (`late`). `secrets` are planted in every error and every URL.
    """

    def __init__(
        self,
        manner: Manner,
        *faults: Fault,
        clock: Clock | None = None,
        tariff: Callable[[Wanted], int] = same_for_all,
        makes: Callable[[Wanted, int], Made] = small,
        pace: tuple[int, int, float] = (0, 0, 0.0),
    ) -> None:
        self.manner = manner
        self.clock = clock or Clock()
        self.tariff = tariff
        self.makes = makes
        self.waits, self.runs, self.takes_s = pace
        self.asked: list[tuple[Place | None, Asked]] = []
        self.jobs: dict[str, Job] = {}
        self.uploads: dict[str, bytes] = {}
        self.secret = "canary-of-the-vendor"
        self._armed = [_Armed(fault) for fault in faults]
        self._dead: set[str] = set()
        self._lock = threading.RLock()
        self._socket = LoopbackServer(self._answer)

    @property
    def base_url(self) -> str:
        """Return the URL of everything, without a slash at its end."""
        return self._socket.base_url

    def late(self, seconds: float) -> None:
        """Set by how much real time an answer is late that is."""
        self._socket.late_s = seconds

    @property
    def invoice(self) -> int:
        """Return what the vendor charges for all of it, in micro-USD."""
        with self._lock:
            return sum(job.charge for job in self.jobs.values())

    def arm(self, *faults: Fault) -> None:
        """Let faults strike from now on."""
        with self._lock:
            self._armed += [_Armed(fault) for fault in faults]

    def requests(self, place: Place) -> list[Asked]:
        """Return all that was asked for one purpose, in order."""
        with self._lock:
            return [asked for found, asked in self.asked if found == place]

    def met(self, fault: Fault) -> bool:
        """Return whether a fault has struck."""
        with self._lock:
            return any(armed.fault == fault and armed.met > fault.after for armed in self._armed)

    def forget(self) -> None:
        """Lose every job, as a server without a disk does; what was charged stays so."""
        with self._lock:
            for job in self.jobs.values():
                job.seen_at = float("inf")

    def restart(self) -> None:
        """Cut every connection, and come back under the same address."""
        self._socket.restart()

    def __enter__(self) -> VendorServer:
        self._socket.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.stop()

    def _answer(self, asked: Asked) -> tuple[Said, Line]:
        with self._lock:
            place: Place | None = "download" if asked.path.startswith(DOWNLOADS) else self.manner.place(asked)
            self.asked.append((place, asked))
            fault = self._striking(place)
            said = self._said(place, asked, fault)
        if fault.status is not None and not (place == "submit" and said.status >= 400):
            own = self.manner.error(fault.status, f"scripted: {fault.name}; {self.secret}")
            said = own if fault.body is None else Said(fault.status, fault.body)
        return replace(said, headers={**said.headers, **fault.headers}), fault.line

    def _striking(self, place: Place | None) -> Fault:
        """Return the fault of this request; where all comes with a submit, so does what a poll would say."""
        at_once = "poll" not in self.manner.places
        for armed in self._armed:
            own = "submit" if at_once and armed.fault.word else armed.fault.place
            if own == place and armed.strikes():
                return armed.fault
        return _NONE

    def _said(self, place: Place | None, asked: Asked, fault: Fault) -> Said:
        if place == "download":
            return self._file(asked, fault)
        if place is None:
            return self.manner.error(404, f"nothing at {asked.method} {asked.path}")
        if not self.manner.trusts(asked):
            return self.manner.error(401, f"a wrong key; {self.secret}")
        match place:
            case "submit":
                return self._submit(asked, fault)
            case "poll" | "result" | "cancel":
                return self._about(place, asked, fault)
            case "list":
                return self.manner.listed(self._visible(asked), asked)
            case "upload":
                return self._upload(asked)
            case "check" if isinstance(self.manner, Checked):
                return self.manner.checked(asked)
        return self.manner.error(404, f"nothing at {asked.method} {asked.path}")

    def _submit(self, asked: Asked, fault: Fault) -> Said:
        wanted = self.manner.wanted(asked, self.jobs.values())
        if isinstance(wanted, Said):
            return wanted
        if not fault.takes:
            return Said()
        job = self._taken(wanted, asked, fault)
        known = self._newest() if fault.same_id else None
        told = replace(job, id=known.id) if known is not None else job
        self.jobs[job.id] = job
        at_once = "poll" not in self.manner.places
        return self.manner.told(
            "submit", told, self._word(job) if at_once else "waiting", self._result(job, asked)
        )

    def _taken(self, wanted: Wanted, asked: Asked, fault: Fault) -> Job:
        number, at, newest = len(self.jobs) + 1, self.clock.seconds(), self._newest()
        return Job(
            id=str(uuid5(NAMESPACE_URL, f"{self.base_url}/{number}")),
            number=number,
            wanted=wanted,
            asked=asked,
            charge=0 if fault.word in _FREE else self.tariff(wanted) * fault.price,
            at=at,
            seen_at=at + fault.seen_after_s,
            content=newest.content if fault.same_content and newest else self.makes(wanted, number),
            word=fault.word,
        )

    def _about(self, place: Place, asked: Asked, fault: Fault) -> Said:
        job = self._find(self.manner.named(asked))
        if job is None or self.clock.seconds() < job.seen_at:
            if isinstance(self.manner, Forgetful):
                return self.manner.absent(asked)
            return self.manner.error(404, f"no such generation: {self.manner.named(asked)}")
        if place == "cancel":
            if self._word(job) in ("waiting", "running"):
                job.cancelled, job.charge = True, 0
            return self.manner.cancelled(job)
        if place == "poll" and fault.status is None and fault.line == "whole":
            job.polls += 1
        if fault.word in (*_FREE, "empty", "none"):
            job.word, job.charge = fault.word, 0 if fault.word in _FREE else job.charge
        if place == "result" and fault.status in (422, 500) and fault.times is None:
            job.charge = 0
        return self.manner.told(place, job, fault.word or self._word(job), self._result(job, asked))

    def _word(self, job: Job) -> Word:
        if job.word is not None or job.cancelled:
            return job.word or "cancelled"
        if "poll" in self.manner.places:
            if job.polls <= self.waits:
                return "waiting" if self.waits or self.runs or self.takes_s else "done"
            if job.polls <= self.waits + self.runs or self.clock.seconds() < job.at + self.takes_s:
                return "running"
        return "done"

    def _visible(self, asked: Asked) -> list[tuple[Job, Word, Result]]:
        now = self.clock.seconds()
        seen = [job for job in self.jobs.values() if job.seen_at <= now]
        return [(job, self._word(job), self._result(job, asked)) for job in reversed(seen)]

    def _result(self, job: Job, asked: Asked) -> Result:
        content, media_type, ending = job.content
        job.tellings += 1
        signed = f"?Signature={self.secret}-{job.number}-{job.tellings}"
        lies_at = next((one.fault.lies_at for one in self._armed if one.fault.lies_at), None)
        own = f"{asked.origin}{DOWNLOADS}{job.id}{ending}{signed}"
        return Result(lies_at or own, content, media_type)

    def _file(self, asked: Asked, fault: Fault) -> Said:
        if fault.ends_url:
            self._dead.add(asked.target)
        if asked.target in self._dead:
            return self.manner.error(403, "the link has ended")
        name = asked.path.removeprefix(DOWNLOADS)
        if name in self.uploads:
            return Said(200, self.uploads[name])
        own = not asked.path.startswith(DOWNLOADS)
        job = self._find(self.manner.named(asked)) if own else self.jobs.get(name.rpartition(".")[0])
        if job is None:
            return Said(404, b"no such file")
        content, media_type, _ = job.content
        return Said(200, content, {"content-type": media_type})

    def _upload(self, asked: Asked) -> Said:
        name = f"upload-{len(self.uploads) + 1}"
        if asked.body:
            self.uploads[name] = asked.body
        return self.manner.uploaded(asked, f"{asked.origin}{DOWNLOADS}{name}")

    def _find(self, name: str) -> Job | None:
        own = (job for job in self.jobs.values() if job.wanted.own_id == name)
        return self.jobs.get(name) or next(own, None)

    def _newest(self) -> Job | None:
        return next(reversed(self.jobs.values()), None)


_FREE = ("failed", "declined", "cancelled")
"""What came to nothing is not charged."""

_NONE = Fault("none", "poll")


@dataclass
class _Armed:
    """A fault and how often its place was asked."""

    fault: Fault
    met: int = 0

    def strikes(self) -> bool:
        self.met += 1
        late = self.met - self.fault.after
        return late > 0 and (self.fault.times is None or late <= self.fault.times)
