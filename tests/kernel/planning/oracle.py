"""An oracle: what a run must do with every unit, told by values alone and without the product's code.

It remembers what each unit was made from when it was last done. A unit is due when that differs today by
value, so that what is due is what changed and its consequences, less those behind a result that came out
equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import astuple, dataclass, field

from tests.kernel.planning.world import Stage, World

Unit = tuple[int, str]
Given = tuple[tuple[str, str, str], ...]
"""What a unit reads: (artifact, entity, value) in order."""

_STOPPED = {"failed", "waiting", "blocked"}


@dataclass(frozen=True)
class Record:
    """What a unit was made from and what came out."""

    made_from: tuple[object, ...]
    given: Given
    value: str
    members: tuple[str, ...]


@dataclass
class Oracle:
    """The memory of a project. `statuses` are those of the newest run, `values` what is kept by artifact."""

    world: World
    records: dict[Unit, Record] = field(default_factory=dict)
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    statuses: dict[Unit, str] = field(default_factory=dict)

    def run(self, left_out: Callable[[Unit], bool], forced: frozenset[int]) -> None:
        """Do all units in order, but for those left out; `forced` stages are not reused."""
        self.statuses = {}
        for number, stage in enumerate(self.world.stages):
            for unit in [(number, entity) for entity in self.entities(number)]:
                self.statuses[unit] = "skipped" if left_out(unit) else self._do(unit, stage, number in forced)

    def entities(self, number: int) -> Iterator[str]:
        """Yield the entities of a stage by the sets that are kept."""
        fan = self.world.stages[number].fan
        if fan is None:
            yield "project"
            return
        for owner in self.entities(fan):
            record = self.records.get((fan, owner))
            yield from (f"{_home(owner)}n{fan}:{name}" for name in record.members) if record else ()

    def makers(self, unit: Unit) -> Iterator[Unit]:
        """Yield the units whose results a unit reads, in order; those of its own entity within one fan."""
        number, entity = unit
        stage = self.world.stages[number]
        if stage.fan is not None:
            yield stage.fan, _owner(entity)
        for need in stage.needs:
            alone = stage.fan is not None and self.world.stages[need].fan == stage.fan
            yield from [(need, entity)] if alone else [(need, one) for one in self.entities(need)]

    def upset(self, unit: Unit, planned: Collection[Unit]) -> bool:
        """Say whether something above stopped, or was found in the run and left out, as no plan can know."""
        return any(
            self.statuses.get(one) in _STOPPED
            or (one not in planned and self.statuses.get(one) == "skipped")
            or self.upset(one, planned)
            for one in self.makers(unit)
        )

    def stale(self) -> set[tuple[str, str]]:
        """Return the artifacts, as (type, entity), that stand on something that is other today."""
        found: set[tuple[str, str]] = set()
        for (number, entity), record in sorted(self.records.items()):
            if any(
                self.values[kind, one] != value or (kind, one) in found for kind, one, value in record.given
            ):
                found |= set(_kept(number, entity, record))
        return found

    def _do(self, unit: Unit, stage: Stage, forced: bool) -> str:
        if any(self.statuses[one] in _STOPPED or one not in self.records for one in self.makers(unit)):
            return "blocked"
        given, known = tuple(self._given(unit, stage)), self.records.get(unit)
        made_from = (*_own(self.world, stage), given)
        if known and known.made_from == made_from and not forced:
            return "reused"
        if unit[0] in self.world.shut:
            return "waiting"
        if stage.boom:
            return "failed"
        value = (
            "dull"
            if stage.dull
            else hashlib.sha256(repr(_seen(self.world, stage, given)).encode()).hexdigest()
        )
        record = Record(made_from, given, value, tuple((stage.ids or "").split()))
        self.records[unit] = record
        for kind, entity in _kept(*unit, record):
            self.values[kind, entity] = _value(kind, entity, stage, record)
        return "done"

    def _given(self, unit: Unit, stage: Stage) -> Iterator[tuple[str, str, str]]:
        makers = [(f"n{number}", entity) for number, entity in self.makers(unit)]
        if stage.fan is not None:
            makers[0] = (f"n{stage.fan}_thing", unit[1])
        yield from ((kind, entity, self.values[kind, entity]) for kind, entity in makers)


def _own(world: World, stage: Stage) -> tuple[object, ...]:
    fact = world.tone if stage.reads_fact else None
    return (*astuple(stage)[3:], fact)


def _seen(world: World, stage: Stage, given: Given) -> tuple[object, ...]:
    """Return what a text is made of: the edition of the code and the schema are not in it."""
    fact = world.tone if stage.reads_fact else None
    return stage.text, stage.word, stage.template, stage.file, fact, given


def _value(kind: str, entity: str, stage: Stage, record: Record) -> str:
    if kind.endswith("_thing"):
        return entity.rpartition(":")[2] + stage.text
    return repr(record.members) if kind.endswith("_set") else record.value


def _kept(number: int, entity: str, record: Record) -> Iterator[tuple[str, str]]:
    yield f"n{number}", entity
    if record.made_from[0] is not None:
        yield f"n{number}_set", entity
        yield from ((f"n{number}_thing", f"{_home(entity)}n{number}:{name}") for name in record.members)


def _home(entity: str) -> str:
    return "" if entity == "project" else entity + "/"


def _owner(entity: str) -> str:
    return entity.rpartition("/")[0] or "project"
