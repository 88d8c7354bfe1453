"""Builders for tests of vendors: a submission of one of our models, an answer, a vendor on loopback."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from cine_forge.generation.action import action_of, references_of
from cine_forge.generation.payloads import read_payload
from cine_forge.generation.profiles import Profile
from cine_forge.generation.providers.call import Answer
from cine_forge.generation.providers.capabilities import read_capabilities
from cine_forge.generation.providers.endpoint import Endpoint
from cine_forge.generation.providers.opening import Opening
from cine_forge.generation.providers.provider import Seal, Sought, Submission
from cine_forge.generation.providers.remote import Remote
from tests.generation.support import NOON, shipped_profiles


@cache
def _profiles() -> Mapping[str, Profile]:
    return shipped_profiles()


def submission(
    model: str,
    payload: Mapping[str, Any],
    folder: Path,
    own_id: str = "rc-1",
    urls: Mapping[str, str] | None = None,
) -> Submission:
    """Return what dispatch would hand to an adapter for one of the models that ship."""
    typed, profile = read_payload(payload), _profiles()[model]
    return Submission(
        seal=Seal(), own_id=own_id, payload=typed, attempt=1, action=action_of(typed), model=model,
        endpoint=profile.endpoint, profile=profile,
        files={one.path: folder / one.path for one in references_of(typed)}, urls=urls or {},
    )  # fmt: skip


def answer(data: Any, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON."""
    return Answer(status, headers, json.dumps(data).encode())


def sought(wanted: Submission, since: datetime = NOON, *taken: str, rivals: int = 0) -> Sought:
    """Return the search for a submission."""
    return Sought(wanted.own_id, wanted, since, frozenset(taken), rivals)


def opened(name: str, base_url: str, folder: Path, keys: Mapping[str, str], **able: Any) -> Remote:
    """Open a vendor's adapter at an address of this machine, its declaration changed by `able`."""
    capabilities = read_capabilities(name).model_copy(update=able)
    opening = Opening(folder / "work", keys, endpoints={name: Endpoint(base_url=base_url)})
    adapter = import_module(f"cine_forge.generation.providers.{name}.adapter")
    remote: Remote = adapter.open_provider(opening, capabilities)
    return remote
