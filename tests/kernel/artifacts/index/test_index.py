"""The index answers from what was recorded, in one transaction each, in an order of its own."""

from __future__ import annotations

import sqlite3

import pytest

from cine_forge.kernel.artifacts.index.sql_index import SqlIndex
from cine_forge.kernel.artifacts.index.sqlite_file import SqliteFile
from cine_forge.kernel.artifacts.keeping.blobs import FileBlobs
from cine_forge.kernel.artifacts.records.derivation import UnitKey
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.recovery import rebuild
from cine_forge.kernel.ground.errors import IntegrityError
from tests.kernel.artifacts.kept import bound, draft, keep, open_store, work


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "project") as found:
        yield found


@pytest.fixture
def index(store):
    return store._index


def _in_memory(store) -> SqlIndex:
    found = SqlIndex(SqliteFile(None))
    rebuild(FileBlobs(store.project), found)
    return found


def test_of_a_subject_nobody_kept_there_is_nothing(index):
    assert (index.current("note", "ann"), index.newest("note", "ann"), index.head("note", "ann")) == (
        None, None, (None, None, 0),
    )  # fmt: skip
    assert (index.last_version("note", "ann"), index.versions("note", "ann")) == (0, ())
    assert (index.row(Ref("note", "ann", 1)), index.derivation_of(Ref("note", "ann", 1))) == (None, None)
    assert (index.types(), index.entities("note"), list(index.heads()), index.last_ordinal()) == (
        (),
        (),
        [],
        0,
    )
    unit = UnitKey(stage="write", entity="ann")
    assert (index.newest_derivation(unit), index.last_sequence(unit), index.maker_of("note", "ann")) == (
        None,
        0,
        None,
    )


def test_the_newest_version_may_be_a_candidate_and_the_current_one_not(store, index):
    store.edit(keep(store, "ann", "one"), {"text": "mine"}, by="kim")
    keep(store, "ann", "three")
    current, newest, last = index.head("note", "ann")
    assert (current.ref.version, newest.ref.version, last) == (2, 3, 3)
    assert (current.candidate, current.own_commit, current.source) == (False, True, "human")
    assert (newest.candidate, newest.own_commit, newest.source) == (True, False, "code")
    assert (index.current("note", "ann"), index.newest("note", "ann")) == (current, newest)
    assert [row.ref.version for row in index.versions("note", "ann")] == [1, 2, 3]
    assert index.row(newest.ref) == newest


def test_types_entities_and_heads_come_in_alphabetical_order_each_once(store, index):
    for entity in ("bob", "ann", "bob"):
        keep(store, entity, entity + "x")
    lists = draft("eve", "x").model_copy(update={"output": "list", "data": {"items": ["a"]}})
    store.commit(work(lists))
    assert (index.types(), index.entities("note"), index.entities("list")) == (
        ("list", "note"), ("ann", "bob"), ("eve",),
    )  # fmt: skip
    assert [str(row.ref) for row in index.heads()] == ["list/eve@v1", "note/ann@v1", "note/bob@v1"]
    assert [str(row.ref) for row in index.heads(["note"])] == ["note/ann@v1", "note/bob@v1"]
    assert list(index.heads(["note", "list"])) == list(index.heads())
    assert list(index.heads([])) == []


def test_the_newest_record_of_each_unit_comes_in_the_order_of_commits(store, index):
    for entity in ("bob", "ann", "bob"):
        keep(store, entity, f"{entity} {index.last_ordinal()}")
    store.commit(work(draft("ann", "z"), stage="other"))
    found = [(str(one.unit), one.sequence) for one in index.newest_derivations()]
    assert found == [("write/ann", 1), ("write/bob", 2), ("other/ann", 1)]
    assert [str(one.unit) for one in index.newest_derivations(["other"])] == ["other/ann"]
    assert len(list(index.newest_derivations(["other", "write"]))) == 3
    assert list(index.newest_derivations([])) == []
    assert index.last_sequence(UnitKey(stage="write", entity="bob")) == 2


def test_the_maker_is_the_unit_that_made_what_is_current(store, index):
    keep(store, "ann", "one")
    assert index.maker_of("note", "ann") == UnitKey(stage="write", entity="ann")
    store.commit(work(draft("ann", "one"), stage="again"))
    assert index.maker_of("note", "ann") == UnitKey(stage="again", entity="ann")
    store.announce(draft("ann", "told"), "note@1")
    assert index.maker_of("note", "ann") is None


def test_of_two_records_that_made_one_version_the_later_governs_in_whatever_order_they_come(store):
    one, two = keep(store, "one", "1"), keep(store, "two", "2")
    ann = keep(store, "ann", "same", one)
    keep(store, "ann", "same", two)
    store.commit(work(draft("ann", "same"), stage="other"))
    turned = SqlIndex(SqliteFile(None))
    records = list(store._index.derivations())
    turned.replace([store.load(ref) for ref in (one, two, ann)], reversed(records))
    for index in (store._index, turned):
        assert str(index.derivation_of(ann).unit) == "other/ann"
        assert index.inputs(ann) == ()
    assert turned.dump() == store._index.dump()


def test_links_run_both_ways_with_the_digest_of_then(store, index):
    root = keep(store, "root", "1")
    leaf = keep(store, "leaf", "x", root)
    (link,) = index.inputs(leaf)
    assert (link.consequence, link.made_from, link.role) == (leaf, root, "derived_from")
    assert link.digest == store.load(root).digest
    assert index.consequences(root) == (link,) == tuple(index.head_links())
    assert index.inputs(root) == index.consequences(leaf) == ()


def test_links_come_in_the_order_the_inputs_were_bound(store, index):
    b, a = keep(store, "b", "1"), keep(store, "a", "1")
    assert [link.made_from for link in index.inputs(keep(store, "leaf", "x", b, a))] == [b, a]


def test_judgements_are_confirmations_and_revisions_and_nothing_else(store, index):
    ann, bob = keep(store, "ann", "1"), keep(store, "bob", "1")
    for kind, ref in (("approve", ann), ("revise", bob), ("confirm", ann), ("revise", ann), ("pin", bob)):
        store.state(kind, ref, by="kim")
    assert [(said.ref, said.kind) for said in index.stated(("confirm", "revise"))] == [
        ("note/ann@v1", "confirm"), ("note/ann@v1", "revise"), ("note/bob@v1", "revise"),
    ]  # fmt: skip
    assert [said.kind for said in index.statements("note", "ann")] == ["approve", "confirm", "revise"]
    assert index.statements("note", "eve") == ()


def test_every_version_that_is_visible_or_named_by_a_record_is_named(store, index):
    keep(store, "bob", "1")
    keep(store, "ann", "1", Ref("note", "bob", 1))
    store.announce(draft("eve", "x"), "note@1")
    assert [str(ref) for ref in index.named()] == ["note/ann@v1", "note/bob@v1", "note/eve@v1"]


def test_what_fails_on_the_way_into_the_index_leaves_it_as_it_was(store, index):
    keep(store, "ann", "one")
    before, envelope = index.dump(), store.load(Ref("note", "ann", 1))

    def broken():
        yield envelope
        raise KeyboardInterrupt

    for act in (index.record, index.replace):
        with pytest.raises(KeyboardInterrupt):
            act(broken(), ())
        assert index.dump() == before
    keep(store, "ann", "two")
    assert index.last_version("note", "ann") == 2


def test_recording_again_changes_nothing_and_replacing_forgets_the_rest(store, index):
    keep(store, "ann", "x", keep(store, "bob", "y"))
    store.state("approve", Ref("note", "ann", 1), by="kim")
    before = index.dump()
    index.record([store.load(Ref("note", "ann", 1))], list(index.derivations()))
    assert index.dump() == before == sorted(before) == _in_memory(store).dump()
    index.replace([], [])
    assert index.dump() == []


def test_an_envelope_is_taken_in_when_its_derivation_is_known_from_before(store):
    ref = keep(store, "ann", "x", keep(store, "bob", "y"))
    fresh = SqlIndex(SqliteFile(None))
    fresh.record([], list(store._index.derivations()))
    assert (fresh.row(ref), fresh.last_version("note", "ann")) == (None, 1)
    fresh.record([store.load(Ref("note", "bob", 1)), store.load(ref)], [])
    assert fresh.row(ref) == store._index.row(ref)
    assert fresh.dump() == store._index.dump()


def test_an_envelope_with_edges_of_its_own_is_recorded_twice_and_stands_once(store, index):
    root = keep(store, "root", "1")
    ref = store.announce(draft("ann", "x", revises=str(root)), "note@1", inputs=(bound(store, root),))
    before = index.dump()
    index.record([store.load(ref)], [])
    assert index.dump() == before
    assert [link.role for link in index.inputs(ref)] == ["derived_from", "revision_of"]


def test_an_envelope_that_nothing_makes_visible_is_not_taken_in(store):
    ref = keep(store, "ann", "x")
    fresh = SqlIndex(SqliteFile(None))
    fresh.record([store.load(ref)], [])
    assert (fresh.types(), fresh.row(ref), fresh.last_version("note", "ann")) == ((), None, 0)


def test_an_index_whose_writer_died_before_it_was_filled_is_still_new(tmp_path):
    SqlIndex(SqliteFile(tmp_path / "index.sqlite")).close()
    assert SqlIndex(SqliteFile(tmp_path / "index.sqlite", "read")).is_new
    assert SqlIndex(SqliteFile(tmp_path / "index.sqlite")).is_new


def test_a_new_index_says_so_once(tmp_path):
    path = tmp_path / "index.sqlite"
    first = SqlIndex(SqliteFile(path))
    assert first.is_new
    first.replace([], [])
    assert first.close()
    second = SqlIndex(SqliteFile(path))
    assert not second.is_new
    assert second.close()
    assert not SqlIndex(SqliteFile(path, "read")).is_new


@pytest.mark.row("H5")
def test_an_index_in_which_a_record_or_a_page_is_damaged_says_so_with_its_code(tmp_path):
    path = tmp_path / "project" / "index.sqlite"
    with open_store(tmp_path / "project") as store:
        keep(store, "ann", "first")
    with sqlite3.connect(path) as sql:
        sql.execute("UPDATE derivation SET body = substr(body, 2)")
    sql.close()
    with open_store(tmp_path / "project", write=False) as store:
        with pytest.raises(IntegrityError, match="CF-A022"):
            list(store.derivations())
        content = path.read_bytes()
        path.write_bytes(content[:4096] + bytes([255]) * (len(content) - 4096))
        with pytest.raises(IntegrityError, match="CF-A022"):
            store.types()
    with open_store(tmp_path / "project", write=False) as store:
        assert store.types() == ("note",)
