"""Publishing: how drafts become versions. Runs under the write lock, called by the store alone.

decide     a version of its own, or the one that holds the same already
write      media, then envelopes; each durable, none replaceable
the last   name given is the commit: the derivation, or an envelope that is its own commit
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cine_forge.kernel.artifacts.blobs import Blob, Blobs
from cine_forge.kernel.artifacts.derivation import Derivation
from cine_forge.kernel.artifacts.envelope import Draft, Edge, Envelope, content_digest
from cine_forge.kernel.artifacts.incoming import Staged
from cine_forge.kernel.artifacts.index import Index, Row
from cine_forge.kernel.artifacts.journal import Journal, Pending
from cine_forge.kernel.artifacts.layout import (
    derivation_name,
    envelope_beside,
    envelope_name,
    is_derivation,
    media_name,
)
from cine_forge.kernel.artifacts.lock import locks_of
from cine_forge.kernel.artifacts.recovery import read_envelope
from cine_forge.kernel.artifacts.refs import Ref, type_of_schema
from cine_forge.kernel.artifacts.seal import sealed
from cine_forge.kernel.artifacts.statements import STATEMENT_TYPE
from cine_forge.kernel.ground.errors import Fault, IntegrityError


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

    def __init__(self, blobs: Blobs, index: Index, journal: Journal) -> None:
        self._blobs = blobs
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
        media = [blob for choice, _ in new for blob in _media(choice)]
        records = [_record(envelope) for _, envelope in new]
        commit = derivation_name(derivation.unit, derivation.sequence)
        self._begin(commit, [*media, *records])
        self._blobs.publish(media, records, [Blob(commit, sealed(derivation.model_dump(mode="json")))])
        return [envelope for _, envelope in new]

    def publish_alone(self, choice: Choice) -> list[Envelope]:
        """Write one version that is its own commit; its envelope comes last."""
        if not choice.envelope:
            return []
        media, record = _media(choice), _record(choice.envelope)
        self._begin(record.name, media)
        self._blobs.publish(media, [record])
        return [choice.envelope]

    def _begin(self, commit: str, parts: list[Blob]) -> None:
        pending = Pending(commit, tuple(part.name for part in parts))
        for name in (commit, *pending.parts):
            if self._blobs.exists(name):
                self._clear(name)
        self._journal.begin(pending)

    def _clear(self, name: str) -> None:
        """Free a name that the index knows nothing of; what is damaged or committed is never moved away."""
        envelope = envelope_beside(name)
        kept = is_derivation(name)
        if kept or (self._blobs.exists(envelope) and read_envelope(self._blobs, envelope).own_commit):
            what = "the index does not know this committed file"
            raise IntegrityError(
                Fault("CF-A022", what, self._blobs.where(name), "cine-forge artifacts rebuild")
            )
        self._blobs.set_aside(name)

    def _protected(self, current: Row) -> bool:
        if current.own_commit and current.source == "human":
            return True
        return bool(locks_of(self._index.statements(current.ref.type, current.ref.entity)))

    def _envelope(self, offer: Offer, ref: Ref, digest: str, *, candidate: bool) -> Envelope:
        places = [media_name(ref, file.draft.name) for file in offer.media]
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


def _media(choice: Choice) -> list[Blob]:
    return [Blob(media_name(choice.ref, file.draft.name), file.path) for file in choice.offer.media]


def _record(envelope: Envelope) -> Blob:
    return Blob(envelope_name(envelope.parsed_ref), sealed(envelope.model_dump(mode="json")))
