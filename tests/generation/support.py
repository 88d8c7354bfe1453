"""Builders and fakes for the tests of this room: payloads, routes, providers that count, a desk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PIL import Image

from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.budget import Budget
from cine_forge.generation.money.receipt import Receipt
from cine_forge.generation.profiles import Profile, read_profiles
from cine_forge.generation.providers.capabilities import Capabilities
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.providers.provider import PollOutcome, Sought, Submission, SubmitOutcome
from cine_forge.generation.routing import Routes, Strategy
from cine_forge.kernel.ground.hashing import digest_of_file

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ORIGIN = {"run_id": "run-1", "stage": "generation", "entity": "shot:a"}
CAMERA = {"eye": [0, 1.6, -4], "target": [0, 1.4, 0], "lens_mm": 35, "size": "MS"}
SET = {"kind": "room", "ground": "#8a7a66", "wall": "#c8beac", "accent": "#445566"}
LOOK = {
    "skin": "#c58c6c",
    "hair": "#2a1b12",
    "top": "#334455",
    "bottom": "#222222",
    "accent": "#cc3333",
}
FIGURE = {"id": "character:ann", "name": "ANN", "look": LOOK, "at": [0.0, 0.5]}
BLOCKING = {"place": "INT", "daytime": "day", "set": SET, "camera": CAMERA, "figures": [FIGURE]}


def image(**changes: Any) -> dict[str, Any]:
    """Return a still's payload as plain data."""
    plain = {"modality": "image_t2i", "entity": "shot:a", "prompt": "a lamp", "tier": "pencil"}
    return {**plain, "width": 64, "height": 36, "seed": 7, "blocking": BLOCKING, **changes}


def video(**changes: Any) -> dict[str, Any]:
    """Return a clip's payload as plain data."""
    plain = {"modality": "video_i2v", "entity": "shot:a", "prompt": "she turns", "fps": "24"}
    return {**plain, "width": 64, "height": 36, "frames": 6, "seed": 7, "blocking": BLOCKING, **changes}


def reference(project: Path, name: str = "sheet.png", role: str = "identity") -> dict[str, Any]:
    """Write a small picture into the project and return a reference to it."""
    (project / name).write_bytes(png(8, 8))
    return {"entity": "character:ann", "role": role, "path": name, "sha256": digest_of_file(project / name)}


def png(width: int, height: int) -> bytes:
    """Return a plain picture."""
    content = BytesIO()
    Image.new("RGB", (width, height), "#336699").save(content, "PNG")
    return content.getvalue()


def profile(**changes: Any) -> Profile:
    """Return the profile of the fake model: 0.40 USD a still."""
    plain: dict[str, Any] = {
        "model": "fake-still",
        "description": "a fake",
        "modality": "image_t2i",
        "endpoint": "fake:still",
        "actions": {"t2i": {}, "i2i": {"identity_refs": 2}, "is2i": {"identity_refs": 2}},
        "prompt": {"most": 100},
        "sizes": {},
        "price": {"as_of": "2026-01-01", "source": "a test", "per_dispatch_micro_usd": 400_000},
        "pace": {"least_s": 2.0},
    }
    return Profile.model_validate({**plain, **changes})


def routes(override: str | None = None, **changes: Any) -> Routes:
    """Return a strategy in which `fake` is the primary of stills."""
    plain = {
        "providers": {"fake": {"image_t2i": "fake-still"}},
        "primary": {"image_t2i": {"provider": "fake"}},
    }
    return Routes(Strategy.model_validate({**plain, **changes}), override)


@cache
def shipped_profiles() -> Mapping[str, Profile]:
    """Return the profiles that ship with us."""
    return MappingProxyType(dict(read_profiles([ROOT / "configs" / "models"])))


def capabilities(idempotency: str = "key") -> Capabilities:
    """Return what the fake can do."""
    return Capabilities.model_validate(
        {
            "name": "fake",
            "description": "a fake",
            "actions": ["t2i", "i2i", "is2i"],
            "reference_slots": {"identity_refs": 4},
            "idempotency": idempotency,
            "grace_s": 0,
            "price_source": "a test",
        }
    )


class Lost(Exception):
    """The process died here."""


class FakeProvider:
    """A paid provider in memory: it charges at the submit and remembers what it was sent."""

    def __init__(self, idempotency: str = "key", price: int = 400_000) -> None:
        self.capabilities = capabilities(idempotency)
        self.price = price
        self.sent: list[Submission] = []
        self.lose_answer = False
        self.refuse: str | None = None
        self.outcome = PollOutcome("succeeded", cost_micro_usd=price)
        self.content = png(64, 36)
        self._lock = threading.Lock()

    @property
    def charged(self) -> int:
        """Return the invoice in micro-USD."""
        return self.price * len(self.sent)

    def submit(self, submission: Submission) -> SubmitOutcome:
        if self.refuse is not None:
            return SubmitOutcome("refused", error=self.refuse)
        with self._lock:
            self.sent.append(submission)
        if self.lose_answer:
            raise Lost
        return SubmitOutcome("submitted", provider_id=f"job-{submission.own_id}")

    def poll(self, provider_id: str) -> PollOutcome:
        return self.outcome

    def download(self, provider_id: str, outcome: PollOutcome, target: Path) -> None:
        target.write_bytes(self.content)

    def find(self, sought: Sought) -> str | None:
        known = self.capabilities.idempotency in ("key", "list")
        arrived = known and any(sent.own_id == sought.own_id for sent in self.sent)
        return f"job-{sought.own_id}" if arrived else None

    def close(self) -> None:
        """Hold nothing."""


class House:
    """A project with a desk over one fake provider, and what was told and logged."""

    def __init__(
        self, project: Path, provider: FakeProvider | None = None, budget: int | None = None
    ) -> None:
        self.project = project
        self.provider = provider or FakeProvider()
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self.on_event: Callable[[str], None] = lambda name: None
        self.profile = profile()
        self.budget = budget
        self.is_copy, self.own_mark = False, ""
        self.waits: list[float] = []
        self.now = 0.0

    def desk(self) -> Desk:
        """Open the desk anew, as a new process would."""
        log = self.project / "runs"
        surroundings = Surroundings(
            clock=lambda: NOON,
            receipts_log=lambda run_id: log / run_id / "receipts.jsonl",
            tell=self._tell,
            budget=Budget(run=self.budget),
            is_copy=self.is_copy,
            own_mark=self.own_mark,
            pause=self.waits.append,
            tick=lambda: self.now,
            chance=lambda: 1.0,
        )
        providers = Providers(Opening(self.project), {"fake": self.provider})
        return open_desk(self.project, routes(), {"fake-still": self.profile}, surroundings, providers)

    def send(self, payload: Mapping[str, Any] | None = None, **more: Any) -> Mapping[str, Any]:
        """Send a payload through a desk opened anew."""
        return self.desk().ask({"act": "send", "payload": payload or image(), **more}, ORIGIN)

    def log_lines(self, run_id: str = "run-1") -> list[str]:
        """Return the lines of the run's log of receipts."""
        log = self.project / "runs" / run_id / "receipts.jsonl"
        return log.read_text().splitlines() if log.exists() else []

    def _tell(self, name: str, fields: Mapping[str, Any]) -> None:
        self.told.append((name, fields))
        self.on_event(name)


def draft(number: int, cost: int, *, run_id: str = "run-1", owner: str | None = None) -> Receipt:
    """Return a prepared receipt for tests of the ledger."""
    return Receipt(
        id=f"rc-{number:016x}",
        payload_digest=f"{number:064x}",
        attempt=1,
        run_id=run_id,
        stage="generation",
        entity="shot:a",
        take_owner=owner,
        modality="image_t2i",
        action="t2i",
        provider="fake",
        model="fake-still",
        endpoint="fake:still",
        routing_reason="a test",
        request={"entity": "shot:a"},
        prompt="a lamp",
        est_cost_micro_usd=cost,
        est_seconds=1.0,
        own_id=f"rc-{number:016x}",
    )
