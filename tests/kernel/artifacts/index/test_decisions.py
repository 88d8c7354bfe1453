"""Decisions are statements: who, about which version; they say what is current and outlive a rebuild."""

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as found:
        yield found


def _current(store) -> int:
    return store.current("note", "ann").ref.version


def test_a_statement_says_who_about_what_and_each_one_is_kept(store):
    ref = keep(store, "ann", "one")
    for _ in range(2):
        stated = store.state("reroll", ref, by="kim", note="too dark", values={"n": 1})
    found = store.statements("note", "ann")
    assert stated == Ref("statement", "note/ann", 2)
    assert [(s.kind, s.ref, s.by, s.note, s.values, s.number) for s in found] == [
        ("reroll", "note/ann@v1", "kim", "too dark", {"n": 1}, number) for number in (1, 2)
    ]
    assert found[0].digest == store.load(ref).digest


def test_an_unknown_kind_and_an_unknown_version_are_refused(store):
    ref = keep(store, "ann", "one")
    with pytest.raises(
        ArtifactError, match="CF-A014 `aprove` is no kind of statement\n    did you mean `approve`"
    ):
        store.state("aprove", ref, by="kim")
    with pytest.raises(ArtifactError, match="CF-A003"):
        store.state("approve", Ref("note", "ann", 7), by="kim")


def test_a_pin_names_the_current_version_until_it_is_taken_back(store):
    one, _ = keep(store, "ann", "one"), keep(store, "ann", "two")
    store.state("pin", one, by="kim")
    keep(store, "ann", "three")
    assert _current(store) == 1
    store.state("unpin", one, by="kim")
    assert _current(store) == 3


def test_a_persons_edit_is_a_new_version_on_the_same_inputs_with_the_same_media(store, tmp_path):
    bob = keep(store, "bob", "y")
    inputs = store.commit(work(draft("bob", "y"))).outputs
    store.commit(work(draft("ann", "x", media=(media(tmp_path / "m"),)), made_from=inputs))
    ref = store.edit(Ref("note", "ann", 1), {"text": "mine"}, by="kim", note="clearer")
    kept = store.load(ref, verify_media=True)
    assert (kept.source, kept.by, kept.rationale, kept.data) == ("human", "kim", "clearer", {"text": "mine"})
    assert [(edge.ref, edge.role) for edge in kept.lineage] == [
        (str(bob), "derived_from"),
        ("note/ann@v1", "revision_of"),
    ]
    assert store.media_path(ref, "board.png").read_bytes() == b"picture"


def test_an_edit_that_does_not_fit_is_refused(store):
    ref = keep(store, "ann", "x")
    with pytest.raises(ArtifactError, match="CF-A033"):
        store.edit(ref, {"text": 1}, by="kim")
    assert _current(store) == 1


def test_a_modules_result_over_a_persons_is_a_candidate_until_it_is_accepted(store):
    store.edit(keep(store, "ann", "one"), {"text": "mine"}, by="kim")
    ref = keep(store, "ann", "two")
    assert (ref.version, _current(store)) == (3, 2)
    assert store.candidates("note", "ann") == (ref,)
    assert keep(store, "ann", "two") == ref
    store.state("accept", ref, by="kim")
    assert _current(store) == 3
    assert store.candidates("note", "ann") == ()
    assert keep(store, "ann", "four").version == _current(store) == 4


@pytest.mark.parametrize("hard", [False, True])
def test_a_modules_result_over_a_locked_version_is_a_candidate(store, hard):
    one = keep(store, "ann", "one")
    store.state("lock", one, by="kim", values={"hard": hard})
    two = keep(store, "ann", "two")
    assert (two.version, _current(store)) == (2, 1)
    store.state("unlock", one, by="kim")
    assert keep(store, "ann", "three").version == _current(store) == 3


def test_an_accepted_version_is_no_candidate_although_an_older_one_is_pinned(store):
    one = keep(store, "ann", "x")
    store.edit(one, {"text": "z"}, by="kim")
    three = keep(store, "ann", "y")
    store.state("accept", three, by="kim")
    store.state("pin", one, by="kim")
    assert store.candidates(one.type, "ann") == ()
    assert keep(store, "ann", "y") == three


def test_a_hard_lock_forbids_edit_and_acceptance(store):
    one = keep(store, "ann", "one")
    store.state("lock", one, by="kim", values={"hard": True})
    two = keep(store, "ann", "two")
    with pytest.raises(ArtifactError, match="CF-A013"):
        store.edit(one, {"text": "x"}, by="kim")
    with pytest.raises(ArtifactError, match="CF-A013"):
        store.state("accept", two, by="kim")


def test_only_a_waiting_candidate_can_be_accepted(store):
    one = keep(store, "ann", "one")
    with pytest.raises(ArtifactError, match="CF-A019"):
        store.state("accept", one, by="kim")


def test_decisions_outlive_a_rebuilt_index(store):
    one, _ = keep(store, "ann", "one"), keep(store, "ann", "two")
    store.state("pin", one, by="kim")
    store.state("approve", one, by="kim")
    before, said = store.dump_index(), store.statements("note", "ann")
    store.close()
    (store.project / "index.sqlite").unlink()
    with open_store(store.project) as again:
        assert again.dump_index() == before
        assert again.statements("note", "ann") == said
        assert again.current("note", "ann").ref == one
