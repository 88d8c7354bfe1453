"""Supply: what a unit works on lies on this disk before the unit begins.

Executors call it in the thread that does the unit, so that no unit waits for another's media. Where
artifacts are files of the project's folder there is nothing to do.
"""

from __future__ import annotations

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.running.order import WorkOrder


class Supply:
    """Brings the media of a unit's inputs, and of what these were made from, each once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._brought: set[Ref] = set()

    def __call__(self, order: WorkOrder) -> None:
        """Bring what an order needs. Raises ArtifactErrors as `Store.media_path` does."""
        if self._store.is_here:
            return
        for bound in order.bound():
            ref = Ref.parse(bound.ref)
            self._bring(ref)
            for edge in self._store.lineage.inputs_of(ref):
                self._bring(Ref.parse(edge.ref))

    def _bring(self, ref: Ref) -> None:
        if ref not in self._brought:
            for file in self._store.load(ref).media:
                self._store.media_path(ref, file.name)
            self._brought.add(ref)
