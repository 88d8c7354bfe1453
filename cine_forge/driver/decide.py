"""Decide: record a person's decision about an artifact, as a statement bound to its very content."""

from __future__ import annotations

from pathlib import Path

from cine_forge.driver.wiring import Wired, wire_project
from cine_forge.film.project import Project
from cine_forge.kernel.artifacts.refs import Ref
from cine_forge.kernel.ground.errors import Fault, UsageError, listed, nearest
from cine_forge.kernel.planning.compilation import compile_plan

_SUBJECTS = {"approve": "pencil_board", "reject": "pencil_board", "circle": "take", "ng": "take"}


def record_decision(folder: Path, kind: str, ref: str, *, by: str | None, note: str) -> str:
    """Record the decision and return its subject's ref. Works while a run goes on.

    Raises UsageError CF-U051 for an unknown person, CF-U052 when nothing answers to `ref`.
    """
    wired = wire_project(folder)
    subject = _subject(wired, kind, ref)
    person = _person(wired.project, by)
    writing = wire_project(folder, write=True).store
    try:
        writing.state(kind, subject, by=person, note=note)
    finally:
        writing.close()
    return str(subject)


def _subject(wired: Wired, kind: str, text: str) -> Ref:
    if "@v" in text:
        return Ref.parse(text)
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


def _person(project: Project | None, by: str | None) -> str:
    users = [user.id for user in project.users] if project else []
    if by is None and users:
        return users[0]
    if by is not None and (by in users or not users):
        return by
    hint = f"--as takes one of {listed(users)}" if users else "say who decides with --as ID"
    raise UsageError(Fault("CF-U051", f"`{by or ''}` is no user of this project", "--as", hint))
