"""Locks and candidates: nothing takes the place of what a person closed, and what waits can be refused."""

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError
from tests.kernel.artifacts.kept import draft, keep, open_store

HARD = {"hard": True}


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as found:
        yield found


def refused(code, act, *words, **more):
    with pytest.raises(ArtifactError, match=code):
        act(*words, **more)


@pytest.mark.row("B18")
def test_a_lock_is_told_with_who_why_and_the_statement_that_knows_when(store):
    ann, bob = keep(store, "ann", "one"), keep(store, "bob", "one")
    store.state("lock", ann, by="kim", note="it is shot", values=HARD)
    store.state("lock", bob, by="lee")
    store.state("lock", bob, by="kim", note="for now")
    found = store.locks()
    assert [(lock.subject, lock.hard, lock.by, lock.note) for lock in found.values()] == [
        (("note", "ann"), True, "kim", "it is shot"),
        (("note", "bob"), False, "kim", "for now"),
    ]
    stated = store.load(found["note", "bob"].stated)
    assert (stated.data["kind"], stated.by, stated.created_at[:10]) == ("lock", "kim", "2026-01-02")
    store.state("unlock", ann, by="kim")
    assert list(store.locks()) == [("note", "bob")]


def test_a_soft_lock_may_be_changed_to_a_hard_one_and_back(store):
    ref = keep(store, "ann", "one")
    for values in ({}, HARD, {}):
        store.state("lock", ref, by="kim", values=values)
        assert store.locks()["note", "ann"].hard == bool(values)


@pytest.mark.row("B18")
def test_nothing_takes_the_place_of_what_is_hard_locked(store):
    one = keep(store, "ann", "one")
    two = keep(store, "ann", "two")
    store.state("lock", two, by="kim", values=HARD)
    three = keep(store, "ann", "three")
    announced = store.announce(draft("ann", "four"), "note@1", module="m")
    refused("CF-A013", store.edit, two, {"text": "x"}, by="kim", note="please")
    for kind, ref in (("accept", three), ("pin", one), ("unpin", two)):
        refused("CF-A013", store.state, kind, ref, by="kim")
    assert store.current("note", "ann").ref == two
    assert store.candidates("note", "ann") == (three, announced)
    store.state("unlock", one, by="kim")
    store.state("accept", three, by="kim")
    assert store.current("note", "ann").ref == three


@pytest.mark.row("B18")
def test_what_a_command_announces_takes_no_place_under_a_hard_lock_either(store):
    ref = keep(store, "ann", "one")
    store.state("lock", ref, by="kim", values=HARD)
    refused("CF-A013", store.announce, draft("ann", "two"), "note@1")
    assert store.versions("note", "ann") == (ref,)


def test_a_decision_that_moves_nothing_is_taken_under_a_hard_lock(store):
    ref = keep(store, "ann", "one")
    store.state("lock", ref, by="kim", values=HARD)
    store.state("approve", ref, by="kim")
    assert [said.kind for said in store.statements("note", "ann")] == ["lock", "approve"]


@pytest.mark.row("B18")
def test_a_person_edits_over_a_soft_lock_only_with_a_note(store):
    ref = keep(store, "ann", "one")
    store.state("lock", ref, by="kim", note="it is shot")
    for note in ("", " \n"):
        refused("CF-A041 `note/ann` is locked by kim: it is shot", store.edit, ref, {"text": "x"}, by="lee",
                note=note)  # fmt: skip
    assert store.versions("note", "ann") == (ref,)
    assert store.edit(ref, {"text": "x"}, by="lee", note="a typo") == Ref("note", "ann", 2)


def test_a_lock_that_comes_while_an_edit_brings_its_media_in_is_kept_to(store, monkeypatch):
    ref = keep(store, "ann", "one")
    taken = store._turn.taken

    def locked_first(media):
        monkeypatch.setattr(store._turn, "taken", taken)
        store.state("lock", ref, by="kim", values=HARD)
        return taken(media)

    monkeypatch.setattr(store._turn, "taken", locked_first)
    refused("CF-A013", store.edit, ref, {"text": "x"}, by="kim")
    assert store.versions("note", "ann") == (ref,)


def test_candidates_of_the_whole_project_are_listed_and_one_that_is_rejected_waits_no_longer(store):
    for entity in ("bob", "ann"):
        store.edit(keep(store, entity, "one"), {"text": "mine"}, by="kim")
    ann, bob = keep(store, "ann", "two"), keep(store, "bob", "two")
    assert store.all_candidates() == (ann, bob)
    store.state("reject", ann, by="kim", note="worse")
    assert store.candidates("note", "ann") == ()
    assert store.all_candidates() == (bob,)
    assert keep(store, "ann", "two") == ann, "the same result again is the same refused candidate"
    assert store.all_candidates() == (bob,)
    store.state("accept", ann, by="kim")
    assert store.current("note", "ann").ref == ann
