"""Why an artifact stands as it does: what began it, down to the line, who judged it, and what is no cause.

A change is told from its field; the path of causes leads from there to the artifact. As important is what
did not do it: inputs that are as they were, and changes further up that were cut off because something came
out the same again or because somebody confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cine_forge.kernel.artifacts.diff.diff import FieldChange, MediaChange, diff_versions
from cine_forge.kernel.artifacts.lineage.lineage import HISTORY, Health, Moved
from cine_forge.kernel.artifacts.records.derivation import Derivation
from cine_forge.kernel.artifacts.records.envelope import Envelope
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.records.statements import STATEMENT_TYPE, Statement
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.planning.explain import describe
from cine_forge.kernel.planning.policy import Locator

_MOST_FIELDS = 12


@dataclass(frozen=True)
class Began:
    """One change that began it: which artifact used what, what is current now, and what differs."""

    moved: Moved
    fields: tuple[FieldChange, ...]
    media: tuple[MediaChange, ...]
    sentences: tuple[str, ...]
    places: tuple[str | None, ...]


@dataclass(frozen=True)
class NoCause:
    """An artifact above that is not why: `kind` is unchanged, same_content, made_again or confirmed."""

    ref: Ref
    kind: str
    text: str


@dataclass(frozen=True)
class Explained:
    """The whole answer about one version. `when` is when the judgement was stated."""

    ref: Ref
    health: Health
    cause: tuple[str, ...]
    began: tuple[Began, ...]
    no_causes: tuple[NoCause, ...]
    judgement: Statement | None = None
    when: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the answer as `artifact` of `explain/1`."""
        said = self.judgement
        return {
            "ref": str(self.ref),
            "health": str(self.health),
            "cause": list(self.cause),
            "began": [_began_json(one) for one in self.began],
            "not_a_cause": [
                {"ref": str(one.ref), "kind": one.kind, "text": one.text} for one in self.no_causes
            ],
            "judgement": {
                **said.model_dump(include={"kind", "by", "source", "note"}),
                "confidence": said.values.get("confidence"),
                "asked_by": said.values.get("asked_by"),
                "when": self.when,
            }
            if said
            else None,
        }

    def lines(self) -> Iterator[str]:
        """Yield the answer for a person."""
        yield f"{self.ref}: {self.health}"
        if self.judgement is not None:
            said = self.judgement
            note = f": {said.note}" if said.note else ""
            word = {"confirm": "confirmed", "revise": "sent back"}[said.kind]
            yield f"  {word} by {said.by} ({said.source}) on {(self.when or '')[:19]}{note}"
        for one, users in self._changes():
            now = f"→ {one.moved.now}" if one.moved.now else "is no longer there"
            others = [str(user) for user in users if user != self.ref]
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            used = f" (used by {others[0]}{more})" if others else ""
            yield f"  because {one.moved.used} {now}{used}"
            yield from (f"    {sentence}" for sentence in one.sentences)
        if len(self.cause) > 3:
            yield f"  by way of {' → '.join(self.cause)}"
        yield from (f"  not because of {one.ref}: {one.text}" for one in self.no_causes)

    def _changes(self) -> list[tuple[Began, list[Ref]]]:
        """Return each change once, with all that used it."""
        users: dict[tuple[Ref, Ref | None], list[Ref]] = {}
        for one in self.began:
            users.setdefault((one.moved.used, one.moved.now), []).append(one.moved.by)
        first = {(one.moved.used, one.moved.now): one for one in reversed(self.began)}
        return [(first[change], found) for change, found in users.items()]


def explained(store: Store, ref: Ref, locator: Locator | None) -> Explained:
    """Explain one version. Raises ArtifactError CF-A003 when it is not kept, IntegrityErrors of inputs."""
    store.load(ref)
    lineage = store.lineage
    said = lineage.judgement(ref)
    when = None
    if said is not None:
        when = store.load(Ref(STATEMENT_TYPE, f"{ref.type}/{ref.entity}", said.number)).created_at
    began = tuple(_began(store, moved, locator) for moved in lineage.moved(ref))
    no_causes = tuple(_no_causes(store, ref))
    return Explained(ref, lineage.health(ref), lineage.cause(ref), began, no_causes, said, when)


def _began(store: Store, moved: Moved, locator: Locator | None) -> Began:
    if moved.now is None:
        return Began(moved, (), (), (), ())
    old, new = store.load(moved.used), store.load(moved.now)
    diff = diff_versions(old, new)
    fields = diff.fields[:_MOST_FIELDS]
    told = [describe(change, moved.used.type, _side(change, old, new), locator) for change in fields]
    told += [f"{change.name} {change.kind}" for change in diff.media]
    if len(diff.fields) > len(fields):
        told.append(f"and {len(diff.fields) - len(fields)} more fields")
    places = tuple(
        locator(moved.used.type, _side(change, old, new), change.path) if locator else None
        for change in fields
    )
    return Began(moved, fields, diff.media, tuple(told), places)


def _side(change: FieldChange, old: Envelope, new: Envelope) -> dict[str, Any]:
    return old.data if change.kind == "removed" else new.data


def _began_json(one: Began) -> dict[str, Any]:
    fields = [
        {"path": change.path, "kind": change.kind, "from": change.before, "to": change.after, "where": place}
        for change, place in zip(one.fields, one.places, strict=True)
    ]
    return {
        "used": str(one.moved.used),
        "now": str(one.moved.now) if one.moved.now else None,
        "by": str(one.moved.by),
        "fields": fields,
        "media": [{"name": change.name, "kind": change.kind} for change in one.media],
        "text": list(one.sentences),
    }


def _no_causes(store: Store, ref: Ref) -> Iterator[NoCause]:
    """Yield the inputs that are no cause, then what was cut off further up, nearest first."""
    mine = store.derivation_of(ref)
    met = {(ref.type, ref.entity)}
    level = [ref]
    while level:
        above: list[Ref] = []
        for edge in (edge for one in level for edge in store.lineage.inputs_of(one)):
            used = Ref.parse(edge.ref)
            if edge.role in HISTORY or (used.type, used.entity) in met:
                continue
            met.add((used.type, used.entity))
            held = store.current(used.type, used.entity)
            if held is None or held.digest != edge.digest:
                continue
            above.append(held.ref)
            found = _no_cause(store, used, held.ref, mine)
            if found is not None and (level == [ref] or found.kind in ("made_again", "confirmed")):
                yield found
        level = above


def _no_cause(store: Store, used: Ref, now: Ref, mine: Derivation | None) -> NoCause | None:
    """Say why an input of equal content does nothing; None when it is stale itself, and so passes it on."""
    health = store.lineage.health(now)
    if health in (Health.STALE, Health.NEEDS_REVISION):
        return None
    if health is Health.CONFIRMED_VALID and (said := store.lineage.judgement(now)) is not None:
        note = f": {said.note}" if said.note else ""
        return NoCause(now, "confirmed", f"what changed above it was cut off, {said.by} confirmed it{note}")
    changed = _changed_when_made_again(store, now, mine)
    if changed:
        text = f"it was made again from {', '.join(changed)} and came out the same"
        return NoCause(now, "made_again", text)
    if used != now:
        return NoCause(now, "same_content", f"its content is that of {used}, which was used")
    return NoCause(now, "unchanged", "unchanged")


def _changed_when_made_again(store: Store, ref: Ref, mine: Derivation | None) -> list[str]:
    """Return what a version was made from when it came out the same again, as far as that had changed."""
    made = store.derivation_of(ref)
    if made is None or (mine is not None and made.ordinal < mine.ordinal):
        return []
    first = {_subject(edge.ref): edge.digest for edge in store.load(ref).lineage if edge.role not in HISTORY}
    return sorted(
        bound.ref for bound in made.inputs if first.get(_subject(bound.ref), bound.digest) != bound.digest
    )


def _subject(ref: str) -> str:
    return ref.rpartition("@")[0]
