"""What a dry run says is what the run does, for random graphs under random edits and selections."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.kernel.planning.oracle import Oracle, Unit
from tests.kernel.planning.world import Stage, World
from tests.kernel.workshop import Workshop

_EDITS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("text", "file", "word", "template", "schema", "edition", "tone"), ("x", "y", "z")),
    **dict.fromkeys(("dull", "boom", "reads_fact"), (True, False)),
    "need": tuple(range(7)),
    "gate": (None,),
    "ids": ("", "a", "b a", "a b", "a b c"),
}
_OFTEN = ("boom", "boom", "gate", "gate", "dull", "need", "ids", "ids")
_SELECTIONS = ("", "", "", "force", "start_from", "end_at", "include", "exclude", "only")
_CHUNK = 25
_ALLOWED = {
    "run": {"done", "failed"},
    "may_run": {"done", "failed", "reused", "waiting"},
    "reuse": {"reused"},
    "hold": {"waiting"},
    "blocked": {"blocked"},
    "skip": {"skipped"},
}
_EXACT = _ALLOWED | {"may_run": set[str]()}


@dataclass(frozen=True)
class Round:
    """Edits as (stage, what, value), then a selection as (kind, stage or entity by number)."""

    edits: list[tuple[int, str, Any]]
    selection: tuple[str, int]


def graph(random: Random) -> list[Stage]:
    """Return stages; sets lie at most two deep, and few stages are gates."""
    stages: list[Stage] = []
    depth: dict[int, int] = {}
    for number in range(random.randint(2, 7)):
        fan = random.choice([None, None, *depth])
        needs = tuple(sorted(random.sample(range(number), random.randint(0, min(number, 3)))))
        below = depth[fan] + 1 if fan is not None else 0
        ids = random.choice([None, None, "a b", "b"]) if below < 2 else None
        if ids is not None:
            depth[number] = below
        gate = bool(needs) and random.random() < 0.25
        stages.append(Stage(needs, fan, gate, ids, reads_fact=random.random() < 0.3))
    return stages


def turns(random: Random) -> list[Round]:
    """Return two rounds of up to four edits and a selection each."""
    found = []
    for _ in range(2):
        kinds = random.choices([*_EDITS, *_OFTEN], k=random.randint(1, 4))
        edits = [(random.randint(0, 6), kind, random.choice(_EDITS[kind])) for kind in kinds]
        found.append(Round(edits, (random.choice(_SELECTIONS), random.randint(0, 6))))
    return found


def live_all(seeds: range, *, foresees: bool) -> None:
    """Live through the worlds of these seeds. What breaks one is told with the least that breaks it."""
    for seed in seeds:
        random = Random(seed)
        stages, history = graph(random), turns(random)
        if not holds(stages, history, foresees=foresees):
            stages, history = least(stages, history, foresees=foresees)
            print(f"world {seed}: {stages}\n{history}")
            live(stages, history, foresees=foresees)


def holds(stages: list[Stage], history: list[Round], *, foresees: bool) -> bool:
    """Say whether a world lives without a contradiction."""
    try:
        live(stages, history, foresees=foresees)
    except AssertionError:
        return False
    return True


def least(stages: list[Stage], history: list[Round], *, foresees: bool) -> tuple[list[Stage], list[Round]]:
    """Leave out rounds, edits and last stages as long as the world still breaks."""
    rounds = [history[:at] + history[at + 1 :] for at in range(len(history))]
    fewer = [
        [*history[:at], Round(turn.edits[:one] + turn.edits[one + 1 :], turn.selection), *history[at + 1 :]]
        for at, turn in enumerate(history)
        for one in range(len(turn.edits))
    ]
    smaller = [(stages[:-1], history), *((stages, shorter) for shorter in (*rounds, *fewer))]
    for attempt in smaller:
        if attempt[0] and not holds(*attempt, foresees=foresees):
            return least(*attempt, foresees=foresees)
    return stages, history


@pytest.mark.row("A15")
@pytest.mark.parametrize("first", range(0, 250, _CHUNK))
def test_the_run_does_what_the_plan_said_and_a_second_plan_reuses_everything(first: int) -> None:
    live_all(range(first, first + _CHUNK), foresees=False)


@pytest.mark.row("A33")
@pytest.mark.parametrize("first", range(250, 500, _CHUNK))
def test_a_plan_that_foresees_pure_units_is_exact_for_every_one(first: int) -> None:
    live_all(range(first, first + _CHUNK), foresees=True)


@pytest.mark.sweep
@pytest.mark.parametrize("foresees", [False, True])
def test_five_thousand_graphs_do_what_their_plans_said(foresees: bool) -> None:
    live_all(range(1000, 3500), foresees=foresees)


def live(stages: list[Stage], history: list[Round], *, foresees: bool) -> None:
    """Run a world, then edit and run it again; compare each plan with its run, and both with the oracle."""
    with _folder() as folder:
        world = World(Workshop(folder / "world", foresees=foresees), list(stages))
        oracle = Oracle(world)
        for turn in (Round([], ("", 0)), *history):
            for number, what, value in turn.edits:
                world.edit(number % len(stages), what, value)
            world.write()
            _turn(world, oracle, turn.selection)
        _last_plan_reuses(world, oracle)


def _turn(world: World, oracle: Oracle, selection: tuple[str, int]) -> None:
    asked = _asked(world, oracle, *selection)
    plan = world.workshop.plan(**asked).plan()
    said = {_unit(str(one.unit)): one.action for one in plan.units}
    growing = {int(one.stage[1:]) for one in plan.expands}
    did = {_unit(unit): status for unit, status in world.workshop.statuses(**asked).items()}
    oracle.run(_left_out(world, asked, said, did), _forced(world, asked))
    assert did == oracle.statuses
    exact = (
        world.workshop.foresees
        and not {"failed", "waiting"} & set(did.values())
        and not _gate_ran(world, did)
    )
    for unit in said.keys() & did.keys():
        late = oracle.upset(unit, said.keys()) and did[unit] == "blocked"
        assert late or did[unit] in (_EXACT if exact else _ALLOWED)[said[unit]], (unit, said[unit], did[unit])
    assert exact <= (said.keys() == did.keys())
    unplanned = said.keys() ^ did.keys()
    assert all(_fans(world, number) & _running(said) for number, _ in unplanned)
    assert {number for number, _ in did.keys() - said.keys()} <= growing
    _same_are_stale(world, oracle)


def _asked(world: World, oracle: Oracle, kind: str, number: int) -> dict[str, Any]:
    """Return a selection as the product takes it."""
    stage = f"n{number % len(world.stages)}"
    if kind == "force":
        return {"force": True}
    if kind == "only":
        planned = [unit.unit.entity for unit in world.workshop.plan().plan().units if "n" in unit.unit.stage]
        known = sorted({entity for entity in planned if entity != "project"})
        return {"only": (known[number % len(known)],)} if known else {}
    return {kind: (stage,)} if kind else {}


def _left_out(
    world: World, asked: dict[str, Any], said: dict[Unit, str], did: dict[Unit, str]
) -> Callable[[Unit], bool]:
    """Return which units a selection leaves out.

    What `only` needs beside its entity is the plan's to say, and of units found in the run the run's.
    """
    if "only" in asked:
        (entity,) = asked["only"]
        chosen = {unit for unit, action in (did | said).items() if action not in ("skip", "skipped")}
        assert {unit for unit in (*said, *did) if f"{unit[1]}/".startswith(f"{entity}/")} <= chosen
        return lambda unit: unit not in chosen
    stages = set(range(len(world.stages)))
    for kind, reach in (("start_from", _below), ("end_at", _above)):
        if kind in asked:
            stages = reach(world, _number(asked[kind]))
    if "include" in asked:
        stages = {_number(asked["include"])}
    if "exclude" in asked:
        stages -= {_number(asked["exclude"])}
    return lambda unit: unit[0] not in stages


def _forced(world: World, asked: dict[str, Any]) -> frozenset[int]:
    if asked.get("force"):
        return frozenset(range(len(world.stages)))
    return frozenset([_number(asked["start_from"])]) if "start_from" in asked else frozenset()


def _needs(stage: Stage) -> set[int]:
    return {*stage.needs} | ({stage.fan} if stage.fan is not None else set())


def _below(world: World, start: int) -> set[int]:
    found = {start}
    for number, stage in enumerate(world.stages):
        if _needs(stage) & found:
            found.add(number)
    return found


def _above(world: World, end: int) -> set[int]:
    found = {end}
    for number in range(end, -1, -1):
        if number in found:
            found |= _needs(world.stages[number])
    return found


def _running(said: dict[Unit, str]) -> set[int]:
    """Return the stages that may run by the plan: a set of theirs may be another one after the run."""
    return {number for (number, _), action in said.items() if action in ("run", "may_run")}


def _fans(world: World, number: int) -> set[int]:
    """Return the stages whose sets decide which units a stage has."""
    fan = world.stages[number].fan
    return set() if fan is None else {fan, *_fans(world, fan)}


def _gate_ran(world: World, did: dict[Unit, str]) -> bool:
    return any(world.stages[number].gate and status == "done" for (number, _), status in did.items())


def _same_are_stale(world: World, oracle: Oracle) -> None:
    with world.workshop.reopen() as store:
        found = {(one.ref.type, one.ref.entity) for one in store.lineage.stale()}
    assert found == oracle.stale()


def _last_plan_reuses(world: World, oracle: Oracle) -> None:
    """After a run of everything in which nothing stopped, nothing is to be done."""
    world.shut.clear()
    for number in range(len(world.stages)):
        world.edit(number, "boom", False)
    world.write()
    _turn(world, oracle, ("", 0))
    assert set(world.workshop.actions().values()) <= {"reuse"}


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder of its own; modules stay beside, so that none is read twice."""
    with tempfile.TemporaryDirectory(dir=_SESSION.name) as name:
        yield Path(name)


_SESSION = tempfile.TemporaryDirectory()


def _unit(text: str) -> Unit:
    stage, _, entity = text.partition("/")
    return int(stage[1:]), entity


def _number(stages: tuple[str, ...]) -> int:
    return int(stages[0][1:])
