"""What a working unit asks is answered by the run, and what nobody can answer is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import StageError
from cine_forge.kernel.running.context import StageContext
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.port import RunPort
from cine_forge.kernel.stages.contract import Given, Parked
from tests.kernel.artifacts.kept import draft, keep, open_store
from tests.kernel.planning.making import module, unit

ME = unit("me", "ann")


class Teller:
    """Keeps what is told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, dict[str, Any]]] = []

    def __call__(self, event: str, key: object, **fields: Any) -> None:
        self.told.append((event, str(key), fields))


class Answering:
    """A door with one answer, which keeps what it was asked."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.answer = answer
        self.asked: list[tuple[Mapping[str, Any], Mapping[str, str]]] = []

    def ask(self, request: Mapping[str, Any], origin: Mapping[str, str]) -> Mapping[str, Any]:
        self.asked.append((request, origin))
        return self.answer

    def ready(self, receipts: Collection[str]) -> frozenset[str]:
        return frozenset(receipts)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "project") as found:
        yield found


@pytest.fixture
def tell() -> Teller:
    return Teller()


def order(scratch: Path = Path("runs/r/scratch/me/ann"), **inputs: Any) -> WorkOrder:
    made = module(outputs={"note": {"schema": "note@1"}})
    return WorkOrder(ME, made, inputs, {}, {"fps": 24}, ({"kind": "approve"},), 7, "run-1", scratch)


def context(
    store: Store,
    tell: Teller,
    *,
    door: Any = None,
    of: WorkOrder | None = None,
    clock: Callable[[], float] | None = None,
) -> StageContext:
    mine = of or order()
    return StageContext(mine, RunPort(mine, store, door, tell, clock=clock or (lambda: 0.0)))


def test_a_unit_knows_who_it_is_and_what_it_was_given(store: Store, tell: Teller) -> None:
    found = context(store, tell)
    assert (found.run_id, found.stage_id, found.entity, found.seed) == ("run-1", "me", "ann", 7)
    assert (found.facts, found.decisions, found.role) == ({"fps": 24}, ({"kind": "approve"},), None)


def test_history_is_what_is_current_or_nothing(store: Store, tell: Teller) -> None:
    assert context(store, tell).history("note", "ann") is None
    keep(store, "ann", "one")
    found = context(store, tell).history("note", "ann")
    assert found is not None
    assert (found.ref, found.data, found.root) == ("note/ann@v1", {"text": "one"}, store.project)


def test_an_announced_artifact_is_kept_at_once_with_the_units_inputs_and_told(
    store: Store, tell: Teller
) -> None:
    ref = keep(store, "bob", "y")
    given = Given(str(ref), store.load(ref).digest, "bob", {})
    announced = context(store, tell, of=order(one=given, none=None, many=())).announce(draft("ann", "early"))
    kept = store.load(Ref.parse(announced))
    assert announced == "note/ann@v1"
    assert (kept.producing_module, kept.run_id, kept.own_commit) == ("maker", "run-1", True)
    assert [(edge.ref, edge.digest) for edge in kept.lineage] == [(str(ref), given.digest)]
    assert tell.told == [("artifact_saved", "me/ann", {"ref": "note/ann@v1", "announced": True})]


def test_an_output_that_the_module_does_not_declare_cannot_be_announced(store: Store, tell: Teller) -> None:
    with pytest.raises(StageError) as raised:
        context(store, tell).announce(draft("ann", "x").model_copy(update={"output": "other"}))
    (fault,) = raised.value.faults
    assert (fault.code, fault.what, fault.where) == (
        "CF-S005", "`other` is no output of `maker`", "me/ann",
    )  # fmt: skip
    assert (store.types(), tell.told) == ((), [])


def test_a_request_goes_through_the_door_with_its_origin(store: Store, tell: Teller) -> None:
    door = Answering({"result": {"output_path": "receipts/r1/a.png"}, "receipt": "r1"})
    answer = context(store, tell, door=door).dispatch({"what": "x"})
    assert door.asked == [({"what": "x"}, {"run_id": "run-1", "stage": "me", "entity": "ann"})]
    assert answer == {**door.answer, "path": str(store.project / "receipts/r1/a.png")}
    wordy = Answering({"result": {"text": "hello"}})
    assert context(store, tell, door=wordy).dispatch({}) == {"result": {"text": "hello"}}
    assert context(store, tell, door=Answering({"text": "bare"})).dispatch({}) == {"text": "bare"}


def test_a_request_that_runs_elsewhere_parks_the_unit(store: Store, tell: Teller) -> None:
    with pytest.raises(Parked) as raised:
        context(store, tell, door=Answering({"parked": "rc-1"})).dispatch({})
    assert raised.value.receipt == "rc-1"


def test_a_run_without_a_door_says_so(store: Store, tell: Teller) -> None:
    with pytest.raises(StageError) as raised:
        context(store, tell).dispatch({})
    (fault,) = raised.value.faults
    assert (fault.code, fault.where) == ("CF-S004", "me/ann")


def test_what_a_unit_bought_is_counted_once_for_each_receipt(store: Store, tell: Teller) -> None:
    port = RunPort(order(), store, Answering({"receipt": "r1", "cost_micro_usd": 5}), tell, clock=lambda: 0.0)
    assert port.spent_micro_usd == 0
    for _ in range(2):
        port({"say": "dispatch", "request": {}})
    port._door = Answering({"receipt": "r2", "cost_micro_usd": 7})
    port({"say": "dispatch", "request": {}})
    port._door = Answering({"receipt": "r3", "cost_micro_usd": 0})
    port({"say": "dispatch", "request": {}})
    assert port.spent_micro_usd == 12


def test_a_log_line_is_told_with_its_values(store: Store, tell: Teller) -> None:
    context(store, tell).log("look", lamp=3)
    assert tell.told == [("unit_log", "me/ann", {"message": "look", "values": {"lamp": 3}})]


def test_progress_is_told_now_and_then_and_its_last_word_at_the_end(store: Store, tell: Teller) -> None:
    times = iter((0.0, 0.1, 0.24, 0.25, 0.3))
    port = RunPort(order(), store, None, tell, clock=lambda: next(times))
    for done in range(1, 6):
        port({"say": "progress", "done": done, "total": 5})
    assert [fields["done"] for _, _, fields in tell.told] == [1, 4]
    port.tell_progress()
    port.tell_progress()
    assert tell.told[2:] == [("unit_progress", "me/ann", {"done": 5, "total": 5})]


def test_what_nobody_answers_is_refused_by_name(store: Store, tell: Teller) -> None:
    port = RunPort(order(), store, None, tell, clock=lambda: 0.0)
    with pytest.raises(StageError) as raised:
        port({"say": "sing"})
    (fault,) = raised.value.faults
    assert (fault.code, fault.what, fault.where) == (
        "CF-S003", "a unit said `sing`, which nobody answers", "me/ann",
    )  # fmt: skip


def test_a_port_that_was_shut_hears_nothing_more(store: Store, tell: Teller) -> None:
    port = RunPort(order(), store, None, tell, clock=lambda: 0.0)
    port.shut()
    with pytest.raises(StageError, match="CF-S008"):
        port({"say": "log", "message": "x", "values": {}})
    assert tell.told == []


def test_a_units_scratch_is_made_when_it_is_asked_for(store: Store, tell: Teller, tmp_path: Path) -> None:
    place = tmp_path / "runs" / "r" / "scratch" / "me" / "ann"
    found = context(store, tell, of=order(place))
    assert not place.exists()
    assert found.scratch() == found.scratch() == place
    assert place.is_dir()
