"""A project with a desk over the chat adapter and a fake server, for tests; nothing in it is a mock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.account import read_account
from cine_forge.generation.money.budget import Budget
from cine_forge.generation.profiles import Profile
from cine_forge.generation.routing import Routes, Strategy
from tests.generation.support import NOON

KEY = "sk-canary-0123456789abcdef"
VARIABLE = "FAKE_API_KEY"
IN_PRICE, OUT_PRICE = 2_000_000, 10_000_000
"""Micro-USD for a million tokens: 2 USD read, 10 USD written."""
ANSWER_COST = 4_000
"""What the fake's answer of 1,000 tokens read and 200 written costs, in micro-USD."""
SCHEMA = {
    "type": "object",
    "properties": {"mood": {"type": "string"}},
    "required": ["mood"],
    "additionalProperties": False,
}


def text(prompt: str = "What mood?", **changes: Any) -> dict[str, Any]:
    """Return a text payload as plain data."""
    plain = {"modality": "text_author", "entity": "a", "step": "unit/mood", "seed": 1, "max_tokens": 300}
    messages = [{"role": "user", "text": prompt}]
    return {**plain, "messages": messages, "answer_schema": SCHEMA, **changes}


def chat_profile(**changes: Any) -> Profile:
    """Return the profile of the fake's model."""
    plain: dict[str, Any] = {
        "model": "fake-chat",
        "description": "a fake",
        "modality": "text_author",
        "endpoint": "vendor/fake-chat-1",
        "actions": {"t2t": {}},
        "prompt": {"most": 100_000},
        "sizes": {},
        "most_output_tokens": 8_000,
        "price": {
            "as_of": "2026-01-01",
            "source": "a test",
            "per_million_input_tokens_micro_usd": IN_PRICE,
            "per_million_output_tokens_micro_usd": OUT_PRICE,
        },
        "pace": {"least_s": 3.0},
    }
    return Profile.model_validate({**plain, **changes})


class ChatHouse:
    """A project whose texts go to a chat server. `now` is the time that the breaker sees, in seconds."""

    def __init__(self, project: Path, base_url: str, **endpoint: Any) -> None:
        self.project = project
        self.endpoint = {"base_url": base_url, "key_variable": VARIABLE, "deadline_s": 5.0, **endpoint}
        self.environment = {VARIABLE: KEY}
        self.told: list[tuple[str, Mapping[str, Any]]] = []
        self.pauses: list[float] = []
        self.budget: int | None = None
        self.needs_author = False
        self.now = 0.0
        self.run_id = "run-1"
        self.profile = chat_profile()
        self.on_event: Callable[[str], None] = lambda name: None
        self._desk: Desk | None = None

    def desk(self) -> Desk:
        """Return the desk of this process."""
        if self._desk is None:
            surroundings = Surroundings(
                clock=lambda: NOON,
                receipts_log=lambda run_id: self.project / "runs" / run_id / "receipts.jsonl",
                tell=self._tell,
                budget=Budget(run=self.budget),
                environment=self.environment,
                tick=lambda: self.now,
                pause=self.pauses.append,
                chance=lambda: 1.0,
                needs_author=self.needs_author,
            )
            strategy = {
                "providers": {"openai_chat": {"text_author": "fake-chat"}},
                "primary": {"text_author": {"provider": "openai_chat"}},
                "endpoints": {"openai_chat": self.endpoint},
            }
            routes = Routes(Strategy.model_validate(strategy))
            self._desk = open_desk(self.project, routes, {"fake-chat": self.profile}, surroundings)
        return self._desk

    def new_process(self) -> None:
        """Forget what only this process knows."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    def origin(self) -> dict[str, str]:
        return {"run_id": self.run_id, "stage": "unit", "entity": "a"}

    def ask(self, payload: Mapping[str, Any] | None = None, act: str = "send", **more: Any) -> dict[str, Any]:
        """Ask the desk."""
        return dict(self.desk().ask({"act": act, "payload": payload or text(), **more}, self.origin()))

    def receipts(self) -> list[dict[str, Any]]:
        """Return the receipts as files, by id."""
        return [
            json.loads(path.read_bytes()) for path in sorted(self.project.glob("receipts/rc-*/receipt.json"))
        ]

    def receipt(self) -> dict[str, Any]:
        """Return the only receipt."""
        (found,) = self.receipts()
        return found

    def spent(self) -> tuple[int, int]:
        """Return what the ledger says is spent and reserved, in micro-USD."""
        self.new_process()
        account = read_account(self.project)
        return account.spent, account.reserved

    def _tell(self, name: str, fields: Mapping[str, Any]) -> None:
        self.told.append((name, fields))
        self.on_event(name)

    def warnings(self) -> list[str]:
        return [str(fields["message"]) for name, fields in self.told if name == "warning"]
