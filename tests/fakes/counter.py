"""A counter at which a fake vendor is bought from: a project, a desk, one real adapter, one shipped model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cine_forge.generation.desk import Desk, open_desk
from cine_forge.generation.dispatch.surroundings import Surroundings
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.money.receipt import Receipt
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.providers.opening import Opening, Providers
from cine_forge.generation.providers.provider import Provider, Seal, Submission
from cine_forge.generation.routing import Routes, Strategy
from cine_forge.kernel.ground.errors import ResumableError
from tests.fakes.vendor import VendorServer
from tests.generation.support import ORIGIN, shipped_profiles

_shipped = cache(shipped_profiles)

LATE_S = 1.5
"""A deadline in seconds that a late vendor misses by a second."""


class Counter:
    """Buys one model of a vendor for a project in `folder`. `waits` are the pauses that were made.

    It waits long for an answer, so that a busy machine is no fault; `LATE_S` is for a vendor that is late.
    """

    def __init__(
        self,
        folder: Path,
        server: VendorServer,
        model: str,
        keys: Mapping[str, str],
        *,
        deadline_s: float = 30.0,
    ) -> None:
        self.folder = folder
        self.profile = _shipped()[model]
        self.name = server.manner.name
        self.keys = dict(keys)
        self.waits: list[float] = []
        endpoint = Endpoint(base_url=server.base_url)
        opening = Opening(folder / "receipts" / ".work", self.keys, endpoints={self.name: endpoint})
        capabilities = read_capabilities(self.name).model_copy(update={"deadline_s": deadline_s})
        adapter = __import__(
            f"cine_forge.generation.providers.{self.name}.adapter", fromlist=["open_provider"]
        )
        self.provider: Provider = adapter.open_provider(opening, capabilities)
        self._opening = opening

    def desk(self) -> Desk:
        """Open the desk anew, as a new process would."""
        modality = self.profile.modality
        plain = {
            "providers": {self.name: {modality: self.profile.model}},
            "primary": {modality: {"provider": self.name}},
        }
        surroundings = Surroundings(
            clock=lambda: datetime.now(UTC),
            receipts_log=lambda run_id: self.folder / f"{run_id}.jsonl",
            environment=self.keys,
            pause=self.waits.append,
        )
        routes = Routes(Strategy.model_validate(plain))
        providers = Providers(self._opening, {self.name: self.provider})
        return open_desk(self.folder, routes, {self.profile.model: self.profile}, surroundings, providers)

    def buy(self, payload: Mapping[str, Any], *, polls: int = 6) -> Receipt:
        """Send a payload, asking again while it runs, and return its receipt; a busy vendor is no error."""
        desk = self.desk()
        try:
            for _ in range(polls):
                answer = desk.ask({"act": "send", "payload": payload}, ORIGIN)
                if "parked" not in answer:
                    break
        except ResumableError:  # nobody could take it now, and nothing was bought: the receipt says so
            pass
        finally:
            desk.close()
        return self.receipts()[-1]

    def receipts(self) -> list[Receipt]:
        """Return every receipt of the project, oldest first."""
        ledger = Ledger(self.folder / "ledger.sqlite")
        try:
            return list(ledger.receipts())
        finally:
            ledger.close()

    def submission(self, payload: Mapping[str, Any], **more: Any) -> Submission:
        """Return what dispatch would submit, with references at `https://files.example/<path>`."""
        from cine_forge.generation.action import action_of, references_of

        typed = read_payload(payload)
        paths = [one.path for one in references_of(typed)]
        return Submission(
            seal=Seal(),
            own_id="rc-1",
            payload=typed,
            attempt=1,
            action=action_of(typed),
            model=self.profile.model,
            endpoint=self.profile.endpoint,
            files={path: self.folder / path for path in paths},
            urls={path: f"https://files.example/{path}" for path in paths},
            profile=self.profile,
            **more,
        )

    def written(self) -> bytes:
        """Return every byte that lies in the project."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())
