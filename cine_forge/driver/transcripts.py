"""Transcripts of a run: a readable copy of each one that its units kept, in the run's own folder.

The artifact is the truth; the copy is there so that a run's folder tells all that was asked and answered.
"""

from __future__ import annotations

import json
from pathlib import Path

from cine_forge.kernel.artifacts.records.refs import Ref, entity_folder, stage_folder, type_of_schema
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.files import replace_atomically
from cine_forge.kernel.running.events import Event
from cine_forge.kernel.stages.kept import TRANSCRIPT

_TYPE = type_of_schema(TRANSCRIPT)
_KEPT = frozenset({"artifact_saved", "artifact_unchanged"})


class TranscriptShelf:
    """A sink of events that writes `transcripts/<stage>/<entity>.json` below a run's folder."""

    def __init__(self, store: Store, run: Path) -> None:
        self._store = store
        self._folder = run / "transcripts"

    def take(self, event: Event) -> None:
        """Copy a transcript when a unit has kept it. Raises IntegrityError when it cannot be read."""
        if event.event not in _KEPT or not str(event.fields.get("ref", "")).startswith(f"{_TYPE}/"):
            return
        ref = Ref.parse(event.fields["ref"])
        path = self._folder / stage_folder(str(event.stage)) / f"{entity_folder(str(event.entity))}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {"schema": "transcript/1", "ref": str(ref), **self._store.load(ref).data}
        replace_atomically(path, (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())
