"""The view answers with what was kept when it last looked, and reads each thing once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.planning import view as views
from cine_forge.kernel.planning.view import StoreView, foreseen, given_of
from tests.kernel.artifacts.kept import draft, keep, open_store, work
from tests.kernel.planning.making import unit


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "project") as found:
        keep(found, "ann", "one")
        yield found


def gathered(store: Store) -> StoreView:
    view = StoreView(store)
    view.gather(["write"], ["note"])
    return view


@pytest.mark.parametrize("ready", [StoreView, gathered])
def test_a_view_shows_current_versions_records_and_decisions(store: Store, ready: type[StoreView]) -> None:
    keep(store, "ann", "two")
    store.state("approve", Ref("note", "ann", 2), by="kim")
    view = ready(store)
    seen = view.current("note", "ann")
    assert seen is not None
    assert (seen.type, seen.entity, seen.ref, seen.data) == ("note", "ann", "note/ann@v2", {"text": "two"})
    assert seen.digest == store.load(Ref("note", "ann", 2)).digest
    newest = view.newest_derivation(unit("write", "ann"))
    assert newest is not None and newest.sequence == 2
    assert view.newest_derivation(unit("write", "bob")) is None
    assert view.current("note", "bob") is None
    (said,) = view.decisions("note", "ann")
    assert (said["kind"], said["by"], said["ref"]) == ("approve", "kim", "note/ann@v2")


def test_an_older_version_is_there_by_ref_and_one_that_never_was_is_not(store: Store) -> None:
    keep(store, "ann", "two")
    view = gathered(store)
    old = view.at("note/ann@v1")
    assert old is not None
    assert (old.type, old.entity, old.ref, old.data) == ("note", "ann", "note/ann@v1", {"text": "one"})
    assert old.digest == store.load(Ref("note", "ann", 1)).digest
    assert [view.has(f"note/ann@v{number}") for number in (1, 2, 3)] == [True, True, False]
    assert view.at("note/ann@v3") is None
    assert not view.has("note/bob@v1")


@pytest.mark.parametrize("ready", [StoreView, gathered])
def test_what_is_kept_meanwhile_is_seen_after_the_next_look(store: Store, ready: type[StoreView]) -> None:
    view = ready(store)
    view.refresh()
    assert (
        view.current("note", "ann") is not None and view.newest_derivation(unit("write", "ann")) is not None
    )
    assert view.current("note", "bob") is None
    keep(store, "bob", "x")
    keep(store, "ann", "two")
    before = view.current("note", "ann")
    assert before is not None and before.ref == "note/ann@v1"
    assert view.current("note", "bob") is None
    assert view.refresh()
    after = view.current("note", "ann")
    assert after is not None and after.ref == "note/ann@v2"
    assert view.newest_derivation(unit("write", "bob")) is not None
    assert not view.refresh()


def test_what_is_gathered_is_read_once_and_the_rest_when_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = store.current
    monkeypatch.setattr(store, "current", lambda kind, entity: asked.append(entity) or real(kind, entity))
    view = gathered(store)
    for _ in range(2):
        view.current("note", "ann")
        view.current("note", "bob")
        view.current("list", "eve")
    assert asked == ["eve"]
    view.gather(["write"], ["note"])
    view.current("list", "eve")
    assert asked == ["eve"]
    view.gather(["write"], ["note", "list"])
    view.current("list", "eve")
    assert asked == ["eve"]


def test_records_of_a_stage_that_was_not_gathered_are_read_when_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.commit(work(draft("bob", "x"), stage="other"))
    view = gathered(store)
    asked: list[str] = []
    real = store.newest_derivation
    monkeypatch.setattr(store, "newest_derivation", lambda key: asked.append(str(key)) or real(key))
    for _ in range(2):
        assert view.newest_derivation(unit("write", "ann")) is not None
        assert view.newest_derivation(unit("write", "bob")) is None
        assert view.newest_derivation(unit("other", "bob")) is not None
    assert asked == ["other/bob"]


def test_more_stages_than_a_query_can_name_are_read_all_together(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_MOST_NAMED", 2)
    asked: list[object] = []
    real = store.newest_derivations
    monkeypatch.setattr(store, "newest_derivations", lambda stages: asked.append(stages) or real(stages))
    for stages in (["write", "a"], ["write", "a", "b"]):
        view = StoreView(store)
        view.gather(stages, ["note"])
        assert view.newest_derivation(unit("write", "ann")) is not None
    assert asked == [["write", "a"], None]


def test_a_file_is_read_when_somebody_looks_and_then_never_again(store: Store) -> None:
    view = gathered(store)
    seen = view.current("note", "ann")
    assert seen is not None
    first = seen.given()
    assert view.load("note/ann@v1") is first
    assert first.root == store.project
    envelope = store.load(Ref("note", "ann", 1))
    assert first == given_of(envelope, store.project)
    assert (first.ref, first.digest, first.entity, first.media) == (
        envelope.ref, envelope.digest, "ann", (),
    )  # fmt: skip


def test_what_is_foreseen_has_the_digest_it_will_have_and_no_version_yet(store: Store) -> None:
    seen = foreseen(draft("bob", "x"), "note@1")
    assert (seen.type, seen.entity, seen.ref, seen.data) == ("note", "bob", "note/bob@v0", {"text": "x"})
    assert seen.given().digest == seen.digest == store.load(keep(store, "bob", "x")).digest
    assert (seen.given().ref, seen.given().entity) == ("note/bob@v0", "bob")


def test_what_is_foreseen_as_it_is_kept_already_is_that_version(store: Store) -> None:
    kept = gathered(store).current("note", "ann")
    same, other = (foreseen(draft("ann", text), "note@1", kept=kept) for text in ("one", "two"))
    assert kept is not None
    assert (same.ref, same.digest) == ("note/ann@v1", kept.digest)
    assert other.ref == "note/ann@v0" and other.digest != kept.digest


def test_what_is_foreseen_is_read_as_a_reader_of_its_shape_sees_it(store: Store) -> None:
    for schemas in (None, store.registry):
        seen = foreseen(draft("bob", "x"), "note@1", schemas)
        assert seen.given_as is not None
        assert seen.given_as("note@1").data == seen.read_as("note@1").data == {"text": "x"}


@pytest.mark.parametrize("ready", [StoreView, gathered])
def test_a_view_tells_the_hard_lock_that_stands_and_no_soft_one(store: Store, ready: type[StoreView]) -> None:
    assert ready(store).hard_lock("note", "ann") is None
    store.state("lock", Ref("note", "ann", 1), by="kim", values={"hard": False})
    assert ready(store).hard_lock("note", "ann") is None
    store.state("lock", Ref("note", "ann", 1), by="kim", note="it is shot", values={"hard": True})
    view = ready(store)
    lock = view.hard_lock("note", "ann")
    assert lock is not None and (lock.by, lock.note, lock.hard) == ("kim", "it is shot", True)
    assert view.hard_lock("note", "bob") is None


def test_a_view_goes_on_over_another_opening_only_while_it_holds_the_same(store: Store) -> None:
    view = gathered(store)
    before = view.current("note", "ann")
    with open_store(store.project, write=False) as same:
        assert view.carry_on(same)
        assert not view.refresh()
        assert view.current("note", "ann") is before
    keep(store, "ann", "two")
    stale = gathered(store)
    keep(store, "ann", "three")
    with open_store(store.project, write=False) as other:
        assert not stale.carry_on(other)


def test_types_and_entities_are_those_of_the_store(store: Store) -> None:
    keep(store, "bob", "x")
    assert (StoreView(store).types(), StoreView(store).entities("note")) == (("note",), ("ann", "bob"))


def test_the_health_of_a_version_is_that_of_its_lineage(store: Store) -> None:
    leaf = keep(store, "leaf", "x", Ref("note", "ann", 1))
    assert StoreView(store).health(str(leaf)) == "valid"
    keep(store, "ann", "two")
    assert StoreView(store).health(str(leaf)) == "stale"


def test_what_is_current_of_a_ref_is_found_whatever_its_entity_holds(store: Store) -> None:
    for entity in ("a/b:c", "x@v1", "a@v2/b"):
        keep(store, entity, "one")
        keep(store, entity, "two")
        seen = gathered(store).current_of(f"note/{entity}@v1")
        assert seen is not None and seen.ref == f"note/{entity}@v2"


def test_gathering_looks_again(store: Store) -> None:
    view = gathered(store)
    keep(store, "ann", "two")
    view.gather(["write"], ["note"])
    seen = view.current("note", "ann")
    assert seen is not None and seen.ref == "note/ann@v2"


def test_what_is_seen_is_told_apart_by_what_it_is_and_not_by_how_it_is_read(store: Store) -> None:
    one, other = gathered(store).current("note", "ann"), gathered(store).current("note", "ann")
    assert one == other
    assert one is not None and "given" not in repr(one)


@pytest.mark.row("A16")
def test_a_view_tells_a_confirmation_only_while_it_holds_for_what_is_current(store: Store) -> None:
    leaf = keep(store, "leaf", "l", Ref("note", "ann", 1))
    view = gathered(store)
    assert view.confirmation("note", "leaf") is None
    keep(store, "ann", "two")
    store.state("confirm", leaf, by="kim")
    assert view.refresh()
    said = view.confirmation("note", "leaf")
    assert said is not None and (said.by, said.ref) == ("kim", "note/leaf@v1")
    assert view.confirmation("note", "ann") is None
    store.state("revise", leaf, by="kim")
    assert view.refresh()
    assert view.confirmation("note", "leaf") is None
    store.state("confirm", leaf, by="kim")
    keep(store, "ann", "three")
    assert view.refresh()
    assert view.confirmation("note", "leaf") is None
