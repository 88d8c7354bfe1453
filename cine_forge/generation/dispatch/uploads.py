"""Uploads: references that were brought to a vendor, each once until its term ends.

Each is a step in the ledger, by vendor and digest of the file, so that the same picture is not brought again
for every shot. A URL that carries a signature is known to this process alone and written down nowhere.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cine_forge.generation.action import references_of
from cine_forge.generation.money.ledger import Ledger
from cine_forge.generation.payloads import AnyPayload, Reference
from cine_forge.generation.providers.provider import Provider, Uploaded, Uploader
from cine_forge.generation.providers.shaping import media_type_of

_LEAST_LEFT = timedelta(minutes=10)
"""A generation may wait in a vendor's queue before it reads its references."""


class Uploads:
    """The references of one project at its vendors. Safe for threads: two that bring the same wait for one.

    `clock` tells the time.
    """

    def __init__(self, project: Path, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._project = project
        self._ledger = ledger
        self._clock = clock
        self._signed: dict[tuple[str, str], Uploaded] = {}
        self._locks: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)

    def urls(self, payload: AnyPayload, provider: Provider) -> Mapping[str, str]:
        """Return where each reference lies, by its path; empty for a vendor that takes files themselves.

        One that is small enough to travel inside the request is not brought.
        Raises StageError CF-G036 when one cannot be brought.
        """
        if not provider.capabilities.upload or not isinstance(provider, Uploader):
            return {}
        least = provider.capabilities.inline_bytes
        brought = [one for one in references_of(payload) if not least or self._size(one) > least]
        return {one.path: self._url(one, provider, provider) for one in brought}

    def _size(self, reference: Reference) -> int:
        return (self._project / reference.path).stat().st_size

    def _url(self, reference: Reference, provider: Provider, uploader: Uploader) -> str:
        name = provider.capabilities.name
        with self._locks[name, reference.sha256]:
            known = self._signed.get((name, reference.sha256)) or self._ledger.upload(name, reference.sha256)
            if known is not None and self._lasts(known):
                return known.url
            file = self._project / reference.path
            fresh = uploader.upload(file, media_type_of(file), reference.sha256)
            if "?" in fresh.url:
                self._signed[name, reference.sha256] = fresh
            else:
                self._ledger.keep_upload(name, reference.sha256, fresh)
            return fresh.url

    def _lasts(self, known: Uploaded) -> bool:
        return known.expires_at is None or known.expires_at - self._clock() > _LEAST_LEFT
