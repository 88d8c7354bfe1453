"""Decide: record a person's decision about an artifact, as a statement bound to its very content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cine_forge.driver.artifacts.named_ref import ref_of
from cine_forge.driver.wiring import open_store, wire_project
from cine_forge.film.project import Project, load_project
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError, Fault, UsageError, listed, nearest
from cine_forge.kernel.planning.compilation import compile_plan

_SUBJECTS = {"approve": "pencil_board", "reject": "pencil_board", "circle": "take", "ng": "take"}


@dataclass(frozen=True)
class Decided:
    """What was decided: a kind of statement with its note and values."""

    kind: str
    note: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def record_decision(folder: Path, decided: Decided, ref: str, *, by: str | None) -> str:
    """Record the decision and return its subject's ref. Works while a run goes on.

    Raises UsageError CF-U051 for an unknown person, CF-U052 when nothing answers to `ref`.
    """
    project = load_project(folder)
    subject = _subject(folder, decided.kind, ref)
    person = person_of(project, by)
    with open_store(folder, write=True) as store:
        store.state(decided.kind, subject, by=person, note=decided.note, values=decided.values)
    return str(subject)


def reject_candidate(folder: Path, text: str, *, by: str | None, note: str) -> str:
    """Record that a candidate shall not be accepted. Raises ArtifactError CF-A019 when it is none."""
    with open_store(folder) as store:
        ref = Ref.parse(text)
        if ref not in store.candidates(ref.type, ref.entity):
            what = f"`{ref}` is no candidate that waits"
            hint = "`cine-forge artifacts list --candidates` lists those that do"
            raise ArtifactError(Fault("CF-A019", what, hint=hint))
    return record_decision(folder, Decided("reject", note), text, by=by)


def _subject(folder: Path, kind: str, text: str) -> Ref:
    if kind not in _SUBJECTS or "@v" in text:
        with open_store(folder) as store:
            return ref_of(store, text)
    wired = wire_project(folder)
    compilation = compile_plan(wired.commission, wired.view)
    entities = {
        compilation.entity(unit).id
        for unit in compilation.all_units()
        if text.lower() in (name.lower() for name in compilation.entity(unit).names())
    }
    held = [wired.store.current(_SUBJECTS[kind], entity) for entity in sorted(entities)]
    found = [one.ref for one in held if one]
    if len(found) == 1:
        return found[0]
    known = sorted(wired.store.entities(_SUBJECTS[kind]))
    hint = nearest(text, known) or f"there are {listed(known)}"
    raise UsageError(Fault("CF-U052", f"no {_SUBJECTS[kind]} answers to `{text}`", hint=hint))


def person_of(project: Project | None, by: str | None) -> str:
    """Return who decides: the person named, else the project's first. Raises UsageError CF-U051."""
    users = [user.id for user in project.users] if project else []
    if by is None and users:
        return users[0]
    if by is not None and (by in users or not users):
        return by
    hint = f"--as takes one of {listed(users)}" if users else "say who decides with --as ID"
    raise UsageError(Fault("CF-U051", f"`{by or ''}` is no user of this project", "--as", hint))
