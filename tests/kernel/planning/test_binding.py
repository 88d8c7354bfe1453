"""Which artifacts a unit reads: from its own entity, from all, or from those that another input names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import pytest

from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.planning.binding import Binding, Item, Kept, Standing, Values, bind, pointed
from cine_forge.kernel.planning.view import Seen
from cine_forge.kernel.planning.wires import StageWires, Supply, Wire
from cine_forge.kernel.stages.manifest import InputSpec
from tests.kernel.planning.making import seen, unit

FIXED, OPEN, SHUT = Standing.FIXED, Standing.OPEN, Standing.SHUT
A, B = Supply("a", "out"), Supply("b", "out")
FAN = Supply("members", "set")


@dataclass
class Shelf:
    """Shelves by hand: stages with their units, what these keep, and what only the store holds."""

    wired: dict[str, StageWires] = field(default_factory=dict)
    made: dict[str, dict[UnitKey, Kept]] = field(default_factory=dict)
    stored: dict[tuple[str, str], Seen] = field(default_factory=dict)
    growing: set[str] = field(default_factory=set)
    ill: set[str] = field(default_factory=set)

    @property
    def view(self) -> Any:
        return self

    def current(self, artifact_type: str, entity: str) -> Seen | None:
        return self.stored.get((artifact_type, entity))

    def health(self, ref: str) -> str:
        return "stale" if ref in self.ill else "valid"

    def units(self, stage: str) -> Collection[UnitKey]:
        return tuple(self.made[stage])

    def kept(self, unit: UnitKey, output: str) -> Kept:
        return self.made[unit.stage][unit]

    def find(self, supply: Supply, entity: str) -> Item | None:
        for maker, kept in self.made[supply.stage].items():
            for one in kept.items:
                if one.entity == entity:
                    return Item(entity, one, kept.standing, maker)
        return None

    def complete(self, stage: str) -> bool:
        return stage not in self.growing

    def wires(self, stage: str) -> StageWires:
        return self.wired.get(stage, StageWires((), None, ()))

    def keeps(self, stage: str, entity: str, standing: Standing, *items: Seen) -> None:
        self.made.setdefault(stage, {})[unit(stage, entity)] = Kept(items, standing)

    def bound(self, *wires: Wire, entity: str = "project", fan: Supply | None = None) -> tuple[Binding, ...]:
        self.wired["me"] = StageWires(wires, fan, ())
        return bind(unit("me", entity), self)


def wire(*supplies: Supply, name: str = "in", **spec: Any) -> Wire:
    return Wire(name, InputSpec.model_validate({"schema": "thing@1"} | spec), "thing", supplies)


def told(binding: Binding) -> list[tuple[str, int | None, Standing, UnitKey | None]]:
    versions = [int(item.seen.ref.rpartition("v")[2]) if item.seen else None for item in binding.items]
    return [
        (item.entity, version, item.standing, item.maker)
        for item, version in zip(binding.items, versions, strict=True)
    ]


def test_one_input_reads_what_is_kept_about_its_own_entity() -> None:
    shelf = Shelf()
    shelf.keeps("a", "x", FIXED, seen("thing", "x", 1))
    shelf.keeps("a", "y", FIXED, seen("thing", "y", 2))
    (binding,) = shelf.bound(wire(A), entity="y")
    assert told(binding) == [("y", 2, FIXED, unit("a", "y"))]
    assert (binding.open, binding.fixed, binding.shut) == (False, True, ())


@pytest.mark.parametrize("standing", [OPEN, SHUT])
def test_what_its_own_unit_will_keep_or_will_not_is_an_item_without_content(standing: Standing) -> None:
    shelf = Shelf(stored={("thing", "y"): seen("thing", "y", 7)})
    shelf.keeps("a", "x", FIXED)
    shelf.keeps("a", "y", standing)
    (binding,) = shelf.bound(wire(A), entity="y")
    assert told(binding) == [("y", None, standing, unit("a", "y"))]
    assert not binding.fixed
    assert [item.entity for item in binding.shut] == (["y"] if standing is SHUT else [])


def test_the_only_unit_of_a_stage_may_keep_things_about_other_entities() -> None:
    shelf = Shelf()
    shelf.keeps("a", "project", OPEN)
    assert told(shelf.bound(wire(A), entity="y")[0]) == [("y", None, OPEN, unit("a"))]


def test_what_no_unit_keeps_any_more_is_read_from_the_store() -> None:
    shelf = Shelf(stored={("thing", "y"): seen("thing", "y", 7)})
    shelf.keeps("a", "project", FIXED)
    assert told(shelf.bound(wire(A), entity="y")[0]) == [("y", 7, FIXED, None)]
    assert told(shelf.bound(wire(A), entity="z")[0]) == [("z", None, SHUT, None)]
    assert told(shelf.bound(wire(), entity="y")[0]) == [("y", 7, FIXED, None)]


def test_one_of_several_units_may_still_keep_it_while_one_of_the_silent_ones_is_open() -> None:
    shelf = Shelf()
    shelf.keeps("a", "p", FIXED, seen("thing", "p"))
    shelf.keeps("a", "q", OPEN)
    (binding,) = shelf.bound(wire(A), entity="y")
    assert (told(binding), binding.open) == ([("y", None, OPEN, None)], True)
    shelf.keeps("a", "q", OPEN, seen("thing", "q"))
    (binding,) = shelf.bound(wire(A), entity="y")
    assert (told(binding), binding.open) == ([("y", None, SHUT, None)], False)


def test_while_a_stage_may_get_more_units_anything_may_still_come() -> None:
    shelf = Shelf(growing={"a"})
    for entity in ("p", "q"):
        shelf.keeps("a", entity, FIXED)
    assert told(shelf.bound(wire(A), entity="y")[0]) == [("y", None, OPEN, None)]


def test_the_first_supply_that_has_it_is_read_and_the_others_are_asked_in_turn() -> None:
    shelf = Shelf()
    shelf.keeps("a", "project", FIXED)
    shelf.keeps("b", "project", FIXED, seen("thing", "y", 3))
    assert told(shelf.bound(wire(A, B), entity="y")[0]) == [("y", 3, FIXED, unit("b"))]


def test_an_input_of_all_reads_every_unit_of_every_supply_in_order() -> None:
    shelf = Shelf()
    shelf.keeps("a", "x", FIXED, seen("thing", "x1"), seen("thing", "x2"))
    shelf.keeps("a", "y", OPEN)
    shelf.keeps("a", "z", FIXED)
    shelf.keeps("b", "x", FIXED, seen("thing", "x3"))
    (binding,) = shelf.bound(wire(A, B, entities="all"))
    assert [entity for entity, *_ in told(binding)] == ["x1", "x2", "y", "x3"]
    assert told(binding)[2] == ("y", None, OPEN, unit("a", "y"))
    assert (binding.open, binding.fixed) == (False, False)


def test_an_input_of_all_is_open_while_one_of_its_stages_may_grow() -> None:
    for growing in ({"a"}, {"b"}):
        shelf = Shelf(growing=growing)
        shelf.keeps("a", "x", FIXED, seen("thing", "x"))
        shelf.keeps("b", "x", FIXED)
        (binding,) = shelf.bound(wire(A, B, entities="all"))
        assert (binding.open, binding.fixed) == (True, False)


def test_a_unit_of_the_same_fan_reads_all_of_its_own_entity_only() -> None:
    shelf = Shelf(wired={"a": StageWires((), FAN, ())}, growing={"a"})
    shelf.keeps("a", "x", FIXED, seen("thing", "x1"))
    shelf.keeps("a", "y", FIXED, seen("thing", "y1"), seen("thing", "y2"))
    (binding,) = shelf.bound(wire(A, entities="all"), entity="y", fan=FAN)
    assert [entity for entity, *_ in told(binding)] == ["y1", "y2"]
    assert not binding.open
    (other,) = shelf.bound(wire(A, entities="all"), entity="y", fan=Supply("others", "set"))
    assert [entity for entity, *_ in told(other)] == ["x1", "y1", "y2"]
    (whole,) = shelf.bound(wire(A, entities="all"), entity="y")
    assert [entity for entity, *_ in told(whole)] == ["x1", "y1", "y2"]


RELATED = {"from": "in", "path": "/cast/*", "entities": "all"}


def test_an_input_reads_just_what_the_driving_artifact_names_each_once() -> None:
    shelf = Shelf()
    driving = seen("thing", "project", cast=["y", "x", "y"])
    shelf.keeps("a", "project", FIXED, driving)
    for entity in ("x", "y", "z"):
        shelf.keeps("b", entity, FIXED, seen("thing", entity))
    (_, related) = shelf.bound(wire(A), wire(B, name="cast", **RELATED))
    assert [entity for entity, *_ in told(related)] == ["y", "x"]
    assert (related.open, related.fixed) == (False, True)


def test_what_an_open_or_unknown_driving_artifact_names_is_not_sure_yet() -> None:
    for standing, items in ((OPEN, (seen("thing", "project", cast=["x"]),)), (OPEN, ()), (SHUT, ())):
        shelf = Shelf()
        shelf.keeps("a", "project", standing, *items)
        shelf.keeps("b", "x", FIXED, seen("thing", "x"))
        (_, related) = shelf.bound(wire(A), wire(B, name="cast", **RELATED))
        assert len(related.items) == len(items)
        assert related.open


def test_what_drives_and_is_itself_open_leaves_the_related_open() -> None:
    shelf = Shelf(growing={"a"})
    shelf.keeps("a", "x", FIXED, seen("thing", "x", cast=[]))
    (driving, related) = shelf.bound(wire(A, entities="all"), wire(B, name="cast", **RELATED))
    assert (driving.open, related.open, related.items) == (True, True, ())


def test_an_optional_input_is_never_shut() -> None:
    shelf = Shelf()
    (must,) = shelf.bound(wire())
    (may,) = shelf.bound(wire(optional=True))
    assert [item.entity for item in must.shut] == ["project"]
    assert may.shut == ()
    assert may.value() is None


def test_a_module_receives_one_artifact_or_all_of_them_in_order() -> None:
    shelf = Shelf()
    shelf.keeps("a", "project", FIXED, seen("thing", "project", 1), seen("thing", "x", 2))
    one, every = shelf.bound(wire(A), wire(A, name="all", entities="all"))
    values = Values((one, every))
    assert (list(values), len(values)) == (["in", "all"], 2)
    assert values["in"] == seen("thing", "project", 1).given()
    assert [given.entity for given in values["all"]] == ["project", "x"]
    shelf.keeps("b", "project", FIXED)
    assert shelf.bound(wire(B, entities="all"))[0].value() == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/take", ["t"]),
        ("/clips/*/take", ["1", "2"]),
        ("/clips/*/tags/*", ["a", "b"]),
        ("/clips", []),
        ("/number", []),
        ("/none/at/all", []),
        ("/take/*", []),
        ("/clips/take", []),
        ("/pair/*", ["p", "q"]),
    ],
)
def test_a_path_points_to_texts_in_order(path: str, expected: list[str]) -> None:
    clips = [{"take": "1", "tags": ["a"]}, {"take": "2", "tags": ["b", 3]}, {"other": "x"}]
    data = {"take": "t", "clips": clips, "number": 3, "pair": ("p", "q")}
    assert pointed(data, path) == expected


def test_what_the_recipe_takes_from_the_store_is_shut_while_it_is_not_healthy() -> None:
    kept = seen("thing", "y", 7)
    shelf = Shelf(stored={("thing", "y"): kept})
    held = wire()._replace(held="must")
    assert told(shelf.bound(held, entity="y")[0]) == [("y", 7, FIXED, None)]
    shelf.ill.add(kept.ref)
    (binding,) = shelf.bound(held, entity="y")
    assert (told(binding), [item.unhealthy for item in binding.shut]) == ([("y", 7, SHUT, None)], [True])
    assert told(shelf.bound(wire(), entity="y")[0]) == [("y", 7, FIXED, None)]
