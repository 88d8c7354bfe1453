"""A version as the index knows it, before anybody reads its file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.records.refs import Ref


@dataclass(frozen=True)
class Held:
    """A version as the index knows it; `envelope()` reads and checks the file."""

    ref: Ref
    digest: str
    schema_name: str
    source: str
    candidate: bool
    _load: Callable[[Ref], Envelope] = field(compare=False, repr=False)

    def envelope(self) -> Envelope:
        """Read the version. Raises IntegrityError as `Store.load` does."""
        return self._load(self.ref)
