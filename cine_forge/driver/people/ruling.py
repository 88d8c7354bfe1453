"""Ruling: keep a person's word on who is who, so that every later breakdown obeys it.

The rulings of a project are one artifact, `casting/people`, which the breakdown reads as an input; beside it
a statement says who ruled what about which version, and when. The newest ruling wins, so each can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cine_forge.driver.artifacts.decide import person_of
from cine_forge.driver.people.roster import CASTING, EVERYBODY, Entry, Roster, casting_in, roster_of
from cine_forge.driver.people.supposition import Supposed
from cine_forge.driver.wiring import Wired, wire_project
from cine_forge.film.naming import spelled
from cine_forge.film.people.evidence import quoted
from cine_forge.film.schemas.casting import Casting, Ruling
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import Fault, UsageError, listed
from cine_forge.kernel.planning.compilation import compile_plan
from cine_forge.kernel.planning.plan import Plan

_SCHEMA = "casting@1"


@dataclass(frozen=True)
class Said:
    """Who says so, why, and what the person shall be called."""

    by: str | None = None
    why: str = ""
    called: str | None = None


@dataclass(frozen=True)
class Ruled:
    """What came of a ruling: a sentence, the command that undoes it, the ref it is kept as.

    `ref` is None, and `plan` what a run would do, when it was only tried.
    """

    text: str
    undo: str
    ref: str | None = None
    plan: Plan | None = None


def merge(folder: Path, first: str, second: str, said: Said, *, dry_run: bool = False) -> Ruled:
    """Rule that two people are one, who keeps the id and the look of the first.

    Raises UsageError CF-F050 and CF-F055 as `Roster.named`, CF-F051 when they are one already, CF-F052 when
    one of them is locked, CF-F054 when no stage of the recipe reads rulings, CF-F056 for a name of another.
    """
    desk = _Desk(folder, said)
    one, other = desk.roster.named(first), desk.roster.named(second)
    if one is other:
        raise UsageError(Fault("CF-F051", f"`{first}` and `{second}` are one person already: `{one.name}`"))
    desk.check((one, other))
    called = desk.called(one, (one, other))
    ruling = Ruling(
        kind="merge", names=(one.handle, other.handle), called=called, by=desk.person, why=said.why
    )
    text = f"`{other.name}` is `{called or one.name}` now ({one.id})"
    return desk.keep(
        ruling, text, _command("split", one.handle, *(other.cues or (other.handle,))), dry_run=dry_run
    )


def split(folder: Path, whole: str, names: Sequence[str], said: Said, *, dry_run: bool = False) -> Ruled:
    """Rule that whoever is called one of `names` is not the person who has had them.

    Raises as `merge`, and UsageError CF-F053 when a name is not that person's or nothing would be left.
    """
    desk = _Desk(folder, said)
    person = desk.roster.named(whole)
    apart = [spelled(name) for name in names]
    desk.check((person,))
    _check_names(person, apart)
    called = desk.called(person, ())
    ruling = Ruling(kind="split", names=tuple(apart), called=called, by=desk.person, why=said.why)
    text = f"{listed(apart)} is a person apart from `{person.name}` now"
    left = next(name for name in (person.handle, *person.cues, *person.names) if name not in apart)
    return desk.keep(ruling, text, _command("merge", left, apart[0]), dry_run=dry_run)


class _Desk:
    """What both rulings stand on."""

    def __init__(self, folder: Path, said: Said) -> None:
        self.folder = folder
        self.said = said
        self.wired = wire_project(folder)
        assert self.wired.project is not None
        self.person = person_of(self.wired.project, said.by)
        self.roster: Roster = roster_of(folder, self.wired.project, self.wired.store)

    def check(self, people: Sequence[Entry]) -> None:
        """Refuse what nobody would hear, and what is locked."""
        _check_read(self.wired)
        locks = self.wired.store.locks()
        for person in people:
            lock = locks.get(("asset", person.id))
            if lock and (lock.hard or not self.said.why.strip()):
                because = f": {lock.note}" if lock.note else ""
                what = f"`{person.name}` (asset/{person.id}) is locked by {lock.by}{because}"
                unlock = f"cine-forge artifacts unlock {lock.ref}"
                hint = unlock if lock.hard else f"say with `--why` why you do it nevertheless, or {unlock}"
                raise UsageError(Fault("CF-F052", what, hint=hint))

    def called(self, person: Entry, free: Sequence[Entry]) -> str | None:
        """Return the name that was asked for, unless another person has it."""
        called = self.said.called
        for other in self.roster.entries if called else ():
            if spelled(called or "") in other.names and other not in free:
                what = f"`{called}` is a name of `{other.name}` ({other.id})"
                hint = f"merge the two first, or call `{person.name}` otherwise"
                raise UsageError(Fault("CF-F056", what, "--as", hint))
        return called

    def keep(self, ruling: Ruling, text: str, undo: str, *, dry_run: bool) -> Ruled:
        """Keep the ruling and the statement about it; or only say what a run would then do."""
        if dry_run:
            casting = Casting(rulings=(*self.roster.casting.rulings, ruling))
            return Ruled(text, undo, plan=_plan_with(self.wired, _draft(casting, ruling, None)))
        self.wired.store.close()
        with wire_project(self.folder, write=True).store as store:
            return Ruled(text, undo, ref=_kept(store, ruling))


def _kept(store: Store, ruling: Ruling) -> str:
    held = store.current(CASTING, EVERYBODY)
    casting = Casting(rulings=(*casting_in(store).rulings, ruling))
    ref = store.announce(_draft(casting, ruling, str(held.ref) if held else None), _SCHEMA)
    values = {"names": list(ruling.names), "called": ruling.called}
    store.state(ruling.kind, ref, by=ruling.by, note=ruling.why, values=values)
    return str(ref)


def _draft(casting: Casting, ruling: Ruling, revises: str | None) -> Draft:
    return Draft(
        output=CASTING,
        entity=EVERYBODY,
        data=casting.model_dump(mode="json"),
        intent="Say who is who in the scripts",
        rationale=ruling.why or f"{ruling.kind} {', '.join(ruling.names)}, by {ruling.by}",
        source="human",
        revises=revises,
    )


def _plan_with(wired: Wired, draft: Draft) -> Plan:
    supposed = Supposed(wired.view, draft, _SCHEMA, wired.schemas)
    return compile_plan(wired.commission, supposed).plan()


def _check_read(wired: Wired) -> None:
    wires = [wire for found in wired.commission.wires.values() for wire in found.wires]
    if any(wire.type == CASTING and wire.held in ("may", "must") for wire in wires):
        return
    what = f"no stage of recipe `{wired.loaded.recipe.recipe_id}` reads who is who"
    hint = "write `store_inputs_optional: {casting: casting}` below its stage of `script_breakdown_v1`"
    raise UsageError(Fault("CF-F054", what, wired.loaded.source.name, hint))


def _check_names(person: Entry, apart: Sequence[str]) -> None:
    foreign = [name for name in apart if name not in person.names]
    if foreign:
        what = f"{listed(foreign)} is no name of `{person.name}`"
        hint = f"`{person.name}` is called {listed(list(person.names))}"
        raise UsageError(Fault("CF-F053", what, hint=hint))
    left = [name for name in person.cues or person.names if name not in apart]
    if not left:
        what = f"nothing would be left of `{person.name}` without {listed(list(apart))}"
        raise UsageError(Fault("CF-F053", what, hint=f"it has {listed(list(person.cues or person.names))}"))


def _command(verb: str, *names: str) -> str:
    return f"cine-forge people {verb} {' '.join(quoted(name) for name in names)}"
