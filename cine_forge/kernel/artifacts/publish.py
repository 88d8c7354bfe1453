"""Publishing: how drafts become versions on disk. Runs under the write lock, called by the store alone.

decide     a version of its own, or the one that holds the same already
write      media, then envelopes; each durable, none replaceable
the last   file written is the commit: the derivation, or an envelope that is its own commit
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cine_forge.kernel.artifacts.derivation import Derivation
from cine_forge.kernel.artifacts.envelope import Draft, Edge, Envelope, content_digest
from cine_forge.kernel.artifacts.incoming import Staged
from cine_forge.kernel.artifacts.index import Index, Row
from cine_forge.kernel.artifacts.journal import Journal, Pending
from cine_forge.kernel.artifacts.layout import Layout
from cine_forge.kernel.artifacts.recovery import envelope_beside, read_envelope, set_aside
from cine_forge.kernel.artifacts.refs import Ref, type_of_schema
from cine_forge.kernel.artifacts.seal import sealed
from cine_forge.kernel.artifacts.statements import STATEMENT_TYPE, lock_of
from cine_forge.kernel.ground.errors import Fault, IntegrityError
from cine_forge.kernel.ground.files import (
    fsync_folder,
    make_folder_soon,
    place_once,
    prepare_once,
    publish_file_once,
)


@dataclass(frozen=True)
class Offer:
    """A draft on its way to be kept. `facts` are further fields of the envelope, equal for a whole unit."""

    draft: Draft
    schema: str
    media: tuple[Staged, ...]
    edges: tuple[Edge, ...]
    by_module: bool
    facts: Mapping[str, Any]

    @property
    def type(self) -> str:
        """Return the artifact type."""
        return type_of_schema(self.schema)

    @property
    def digest(self) -> str:
        """Return the content digest."""
        media = tuple((file.draft.name, file.sha256) for file in self.media)
        return content_digest(self.schema, self.draft.data, media)


@dataclass(frozen=True)
class Choice:
    """What became of an offer: the version that holds its content, and the envelope when that is new."""

    offer: Offer
    ref: Ref
    digest: str
    envelope: Envelope | None


class Publisher:
    """Writes versions and the record that commits them, so that a kill leaves all of it or nothing."""

    def __init__(self, layout: Layout, index: Index, journal: Journal) -> None:
        self._layout = layout
        self._index = index
        self._journal = journal

    def choose(self, offer: Offer) -> Choice:
        """Find the version that holds this content already, or allot the next one.

        A module's result over a version that a person made or locked is a candidate.
        """
        subject, digest = (offer.type, offer.draft.entity), offer.digest
        current, newest, last = self._index.head(*subject)
        candidate = offer.by_module and current is not None and self._protected(current)
        if offer.type != STATEMENT_TYPE:
            if current and current.digest == digest:
                return Choice(offer, current.ref, digest, None)
            if newest and newest.digest == digest and self._index.waits(newest) == candidate:
                return Choice(offer, newest.ref, digest, None)
        ref = Ref(*subject, last + 1)
        return Choice(offer, ref, digest, self._envelope(offer, ref, digest, candidate=candidate))

    def publish_unit(self, choices: Iterable[Choice], derivation: Derivation) -> list[Envelope]:
        """Write what is new, then the derivation that makes it visible."""
        new = [(choice, choice.envelope) for choice in choices if choice.envelope]
        commit = self._layout.derivation(derivation.unit, derivation.sequence)
        parts = [
            path for choice, _ in new for path in (*self._media(choice), self._layout.envelope(choice.ref))
        ]
        self._begin(commit, parts)
        self._write(new, (commit, sealed(derivation.model_dump(mode="json"))))
        return [envelope for _, envelope in new]

    def publish_alone(self, choice: Choice) -> list[Envelope]:
        """Write one version that is its own commit; its envelope comes last."""
        if not choice.envelope:
            return []
        self._begin(self._layout.envelope(choice.ref), self._media(choice))
        self._write([(choice, choice.envelope)], None)
        return [choice.envelope]

    def _begin(self, commit: Path, parts: list[Path]) -> None:
        for path in (commit, *parts):
            if path.exists():
                self._clear(path)
        relative = self._layout.relative
        self._journal.begin(Pending(relative(commit), tuple(relative(part) for part in parts)))

    def _clear(self, path: Path) -> None:
        """Free a name that the index knows nothing of; what is damaged or committed is never moved away."""
        envelope = envelope_beside(path)
        kept = path.is_relative_to(self._layout.derivations)
        if kept or (envelope.exists() and read_envelope(envelope).own_commit):
            what = "the index does not know this committed file"
            raise IntegrityError(Fault("CF-A022", what, str(path), "cine-forge artifacts rebuild"))
        set_aside(self._layout, path)

    def _write(self, new: list[tuple[Choice, Envelope]], last: tuple[Path, bytes] | None) -> None:
        """Make everything durable beside its place, then name it: media, envelopes, and `last` at the end.

        The contents come first, because a file system that made them durable has mostly done so with the
        new folders too.
        """
        records = [(self._layout.envelope(c.ref), sealed(e.model_dump(mode="json"))) for c, e in new]
        records += [last] if last else []
        folders = [folder for path, _ in records for folder in self._make_room(path)]
        waiting = [(prepare_once(path, content), path) for path, content in records]
        for folder in dict.fromkeys(folders):
            fsync_folder(folder)
        for choice, _ in new:
            for staged, place in zip(choice.offer.media, self._media(choice), strict=True):
                publish_file_once(staged.path, place)
        _place(waiting[: len(new)])
        _place(waiting[len(new) :])

    def _make_room(self, path: Path) -> list[str]:
        """Make the folder of `path`, unless a link planted on the way would lead out of the project."""
        return make_folder_soon(path.parent, self._layout.project)

    def _media(self, choice: Choice) -> list[Path]:
        return [self._layout.media(choice.ref, staged.draft.name) for staged in choice.offer.media]

    def _protected(self, current: Row) -> bool:
        if current.own_commit and current.source == "human":
            return True
        return lock_of(self._index.statements(current.ref.type, current.ref.entity)) is not None

    def _envelope(self, offer: Offer, ref: Ref, digest: str, *, candidate: bool) -> Envelope:
        places = [self._layout.relative(self._layout.media(ref, file.draft.name)) for file in offer.media]
        said = offer.draft.model_dump(exclude={"output", "entity", "data", "media", "revises", "cost"})
        return Envelope(
            ref=str(ref),
            schema_name=offer.schema,
            digest=digest,
            data=offer.draft.data,
            media=tuple(file.kept_as(place) for file, place in zip(offer.media, places, strict=True)),
            lineage=offer.edges,
            cost=offer.draft.cost,
            candidate=candidate,
            **said,
            **offer.facts,
        )


def _place(waiting: list[tuple[Path, Path]]) -> None:
    """Give prepared files their names, durably."""
    for temporary, path in waiting:
        place_once(temporary, path)
    for folder in dict.fromkeys(path.parent for _, path in waiting):
        fsync_folder(folder)
