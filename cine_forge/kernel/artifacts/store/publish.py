"""Publishing: how drafts become versions. Runs under the write lock, called by the store alone.

decide     a version of its own, or the one that holds the same already
write      media, then envelopes; each durable, none replaceable
the last   name given is the commit: the derivation, or an envelope that is its own commit
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cine_forge.kernel.artifacts.index.index import Index, Row
from cine_forge.kernel.artifacts.keeping.blobs import Blob, Blobs
from cine_forge.kernel.artifacts.keeping.journal import Journal, Pending
from cine_forge.kernel.artifacts.keeping.layout import (
    derivation_name,
    envelope_beside,
    envelope_name,
    is_derivation,
    media_name,
)
from cine_forge.kernel.artifacts.keeping.seal import sealed
from cine_forge.kernel.artifacts.records.derivation import Derivation
from cine_forge.kernel.artifacts.records.envelope import Draft, Edge, Envelope, content_digest
from cine_forge.kernel.artifacts.records.incoming import Staged
from cine_forge.kernel.artifacts.records.lock import locks_of
from cine_forge.kernel.artifacts.records.refs import Ref, type_of_schema
from cine_forge.kernel.artifacts.records.statements import STATEMENT_TYPE
from cine_forge.kernel.artifacts.store.mending import repaired
from cine_forge.kernel.artifacts.store.recovery import read_derivation, read_envelope
from cine_forge.kernel.ground.errors import ArtifactError, Fault, IntegrityError


class Offer(NamedTuple):
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


class Choice(NamedTuple):
    """What became of an offer: the version that holds its content, and the envelope when that is new.

    `again` is the envelope of a version that holds it already, as it would be written once more.
    """

    offer: Offer
    ref: Ref
    digest: str
    envelope: Envelope | None
    again: Envelope | None = None


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
                return self._kept_already(offer, current)
            if newest and newest.digest == digest and self._index.waits(newest) == candidate:
                return self._kept_already(offer, newest)
        ref = Ref(*subject, last + 1)
        return Choice(offer, ref, digest, self._envelope(offer, ref, digest, candidate=candidate))

    def publish_unit(self, choices: Iterable[Choice], derivation: Derivation) -> list[Envelope]:
        """Write what is new, then the derivation that makes it visible; return what was written."""
        choices = tuple(choices)
        mended = [envelope for choice in choices for envelope in self._mend(choice)]
        new = [(choice, choice.envelope) for choice in choices if choice.envelope]
        media = [blob for choice, _ in new for blob in _media(choice)]
        records = [_record(envelope) for _, envelope in new]
        commit = derivation_name(derivation.unit, derivation.sequence)
        self._begin(commit, [*media, *records])
        self._blobs.publish(media, records, [Blob(commit, sealed(derivation.model_dump(mode="json")))])
        return [*mended, *(envelope for _, envelope in new)]

    def publish_alone(self, choice: Choice) -> list[Envelope]:
        """Write one version that is its own commit; its envelope comes last."""
        if not choice.envelope:
            return self._mend(choice)
        media, record = _media(choice), _record(choice.envelope)
        self._begin(record.name, media)
        self._blobs.publish(media, [record])
        return [choice.envelope]

    def _kept_already(self, offer: Offer, row: Row) -> Choice:
        again = self._envelope(offer, row.ref, row.digest, candidate=row.candidate)
        alike = (again.own_commit, again.source) == (row.own_commit, row.source)
        return Choice(offer, row.ref, row.digest, None, again if alike else None)

    def _mend(self, choice: Choice) -> list[Envelope]:
        """Write again what is damaged of a version whose content is offered once more."""
        if choice.again is None:
            return []
        media, record = repaired(self._blobs, choice.again, _media(choice))
        if media or record:
            self._blobs.publish(media, record)
        return [choice.again] if record else []

    def _begin(self, commit: str, parts: list[Blob]) -> None:
        pending = Pending(commit, tuple(part.name for part in parts))
        for name in (commit, *pending.parts):
            if self._blobs.exists(name):
                self._clear(name)
        self._journal.begin(pending)

    def _clear(self, name: str) -> None:
        """Free a name that the index knows nothing of; what is damaged or committed is never moved away.

        What is no plain file is nobody's record.
        """
        record = name if is_derivation(name) else envelope_beside(name)
        if self._blobs.size(record) is not None:
            self._refuse_committed(record)
        self._blobs.set_aside(name)

    def _refuse_committed(self, record: str) -> None:
        where = self._blobs.where(record)
        if is_derivation(record):
            unit = read_derivation(self._blobs, record).unit
            committed, known, name = True, bool(self._index.last_sequence(unit)), str(unit)
        else:
            found = read_envelope(self._blobs, record)
            here = envelope_name(found.parsed_ref) == record
            committed, name = found.own_commit, found.ref
            known = here and self._index.row(found.parsed_ref) is not None
        if known:
            what = f"`{name}` lies here: two names share one folder"
            raise ArtifactError(Fault("CF-A026", what, where, "call what shall be kept by another name"))
        if committed:
            what = "the index does not know this committed file"
            raise IntegrityError(Fault("CF-A022", what, where, "cine-forge artifacts rebuild"))

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
