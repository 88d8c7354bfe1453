"""Decide: record a person's decision about an artifact, as a statement bound to its very content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cine_forge.driver.wiring import Wired, wire_project
from cine_forge.film.project import Project
from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.ground.errors import Fault, UsageError, listed, nearest
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
    wired = wire_project(folder)
    subject = _subject(wired, decided.kind, ref)
    person = _person(wired.project, by)
    with wire_project(folder, write=True).store as store:
        store.state(decided.kind, subject, by=person, note=decided.note, values=decided.values)
    return str(subject)


def keep_edit(folder: Path, ref: str, file: Path, *, by: str | None, note: str) -> str:
    """Keep a person's edit of a version and return the new ref.

    Raises UsageError CF-U053 for a file that is no JSON object, and ArtifactErrors as the store does.
    """
    person = _person(wire_project(folder).project, by)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(Fault("CF-U053", f"this is no JSON: {error}", str(file))) from None
    if not isinstance(data, dict):
        raise UsageError(Fault("CF-U053", "an artifact's data is a JSON object", str(file)))
    with wire_project(folder, write=True).store as store:
        return str(store.edit(Ref.parse(ref), data, by=person, note=note))


def _subject(wired: Wired, kind: str, text: str) -> Ref:
    if "@v" in text:
        return Ref.parse(text)
    compilation = compile_plan(wired.commission, wired.view)
    entities = {
        compilation.entity(unit).id
        for unit in compilation.all_units()
        if text.lower() in (name.lower() for name in compilation.entity(unit).names())
    }
    if kind not in _SUBJECTS:
        return Ref.parse(text)
    held = [wired.store.current(_SUBJECTS[kind], entity) for entity in sorted(entities)]
    found = [one.ref for one in held if one]
    if len(found) == 1:
        return found[0]
    known = sorted(wired.store.entities(_SUBJECTS[kind]))
    hint = nearest(text, known) or f"there are {listed(known)}"
    raise UsageError(Fault("CF-U052", f"no {_SUBJECTS[kind]} answers to `{text}`", hint=hint))


def _person(project: Project | None, by: str | None) -> str:
    users = [user.id for user in project.users] if project else []
    if by is None and users:
        return users[0]
    if by is not None and (by in users or not users):
        return by
    hint = f"--as takes one of {listed(users)}" if users else "say who decides with --as ID"
    raise UsageError(Fault("CF-U051", f"`{by or ''}` is no user of this project", "--as", hint))
