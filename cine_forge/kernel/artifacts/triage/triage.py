"""Triage: a second look at what is stale, by an assessor that reads what changed and what was made of it.

Digests say that something differs, not whether it matters. An assessor may turn stale into needs_revision
or confirmed_valid, with a reason; what it is not sure of stays stale. Only what stands on settled inputs is
looked at: the consequences of what stays stale will be made again from something else anyway, and those of
what was confirmed are no longer stale. A person's word holds, and what is locked is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from cine_forge.kernel.artifacts.diff.diff import VersionDiff, diff_versions
from cine_forge.kernel.artifacts.lineage.lineage import Moved
from cine_forge.kernel.artifacts.records.judgement import Judgement
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import ArtifactError

Answer = Literal["confirmed_valid", "needs_revision", "unsure"]


@dataclass(frozen=True)
class InputChange:
    """One input that is not what it was: as used, as it is now, and what differs; None when it is gone."""

    used: Ref
    now: Ref | None
    diff: VersionDiff | None


@dataclass(frozen=True)
class Question:
    """What an assessor sees of one stale artifact: its data, every changed input, the path of the cause."""

    ref: Ref
    data: Mapping[str, Any]
    intent: str
    has_media: bool
    changes: tuple[InputChange, ...]
    cause: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What an assessor answers, why, and how sure it is, 0 to 1."""

    answer: Answer
    reason: str
    confidence: float


class Assessor(Protocol):
    """Who looks. `name` stands under its statements, `source` says whether a model or a rule speaks."""

    @property
    def name(self) -> str:
        """Return the name that a person calls it by."""

    @property
    def source(self) -> Literal["ai", "code"]:
        """Return whose word it is."""

    def assess(self, question: Question) -> Finding:
        """Say what the changes mean for the artifact."""


@dataclass(frozen=True)
class Outcome:
    """What became of one stale artifact: a finding, or why nobody looked (`left`)."""

    ref: Ref
    finding: Finding | None
    left: str = ""


def triage(store: Store, assessor: Assessor, *, asked_by: str) -> Iterator[Outcome]:
    """Yield what becomes of each stale artifact, and keep each finding that is sure as a statement.

    Needs a store that is open for writing. Raises what the assessor raises; what was found before is kept.
    """
    met: set[Ref] = set()
    while True:
        stale = {one.ref: one.cause for one in store.lineage.stale()}
        ready = [ref for ref in stale if ref not in met and not _waits_for(store, ref, stale)]
        if not ready:
            break
        met.update(ready)
        for ref in ready:
            yield _looked_at(store, assessor, asked_by, ref)
    for ref in stale:
        if ref not in met:
            yield Outcome(ref, None, f"stands on `{_waits_for(store, ref, stale)}`, which is stale")


def question_of(store: Store, ref: Ref) -> Question:
    """Return what an assessor gets to see. Raises IntegrityError as `Store.load` does."""
    envelope = store.load(ref)
    changes = tuple(_change(store, moved) for moved in store.lineage.moved(ref) if moved.by == ref)
    cause = store.lineage.cause(ref)
    return Question(ref, envelope.data, envelope.intent, bool(envelope.media), changes, cause)


def _waits_for(store: Store, ref: Ref, stale: Mapping[Ref, object]) -> Ref | None:
    """Return an input that is stale itself, if any."""
    for edge in store.lineage.inputs_of(ref):
        used = Ref.parse(edge.ref)
        held = store.current(used.type, used.entity)
        if held is not None and held.ref in stale and held.ref != ref:
            return held.ref
    return None


def _looked_at(store: Store, assessor: Assessor, asked_by: str, ref: Ref) -> Outcome:
    if left := _not_for_it(store, assessor, ref):
        return Outcome(ref, None, left)
    inputs = store.lineage.inputs_digest(ref)
    finding = assessor.assess(question_of(store, ref))
    if finding.answer == "unsure":
        return Outcome(ref, finding)
    kind: Literal["confirm", "revise"] = "confirm" if finding.answer == "confirmed_valid" else "revise"
    said = Judgement(
        kind, assessor.name, assessor.source, finding.reason, finding.confidence, inputs, asked_by
    )
    try:
        store.judge(ref, said)
    except ArtifactError as error:
        return Outcome(ref, None, error.faults[0].what)
    return Outcome(ref, finding)


def _not_for_it(store: Store, assessor: Assessor, ref: Ref) -> str:
    """Say why an assessor shall not look: it is locked, or a person or the assessor itself judged it."""
    if (ref.type, ref.entity) in store.locks():
        return "it is locked"
    said = store.lineage.judgement(ref)
    if said is None or (said.source != "human" and said.by != assessor.name):
        return ""
    return f"{said.by} said that it needs revision"


def _change(store: Store, moved: Moved) -> InputChange:
    if moved.now is None:
        return InputChange(moved.used, None, None)
    return InputChange(moved.used, moved.now, diff_versions(store.load(moved.used), store.load(moved.now)))
