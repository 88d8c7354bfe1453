"""One suite for every place where a store may lie: files, PostgreSQL, S3, and both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from cine_forge.kernel.artifacts.keeping.blobs import Blob
from cine_forge.kernel.artifacts.lineage.lineage import Health
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.tree import tree_digest
from cine_forge.kernel.ground.errors import ArtifactError, IntegrityError
from cine_forge.kernel.ground.lock import Holder
from tests.kernel.artifacts.kept import draft, keep, media, work

HOLDER = Holder(1, "here", "now", "test")


def test_what_was_kept_is_read_back_by_another_opening(place, tmp_path):
    with place.open() as store:
        store.commit(work(draft("ann", "one", media=(media(tmp_path / "m"),))))
    with place.open(write=False) as store:
        kept = store.load(Ref("note", "ann", 1), verify_media=True)
        assert (kept.data, kept.media[0].bytes) == ({"text": "one"}, 7)
        assert store.media_path(Ref("note", "ann", 1), "board.png").read_bytes() == b"picture"
    assert place.faults() == []


@pytest.mark.row("A2")
def test_twelve_versions_are_in_the_order_of_their_numbers_and_each_can_be_loaded(place):
    with place.open() as store:
        refs = [keep(store, "ann", f"text {number}") for number in range(1, 13)]
        assert refs == list(store.versions("note", "ann"))
        assert [store.load(ref).data["text"] for ref in refs] == [f"text {n}" for n in range(1, 13)]
        assert store.current("note", "ann").ref.version == 12


def test_equal_content_makes_no_new_version(place):
    with place.open() as store:
        assert keep(store, "ann", "one") == keep(store, "ann", "one")
        assert len(store.versions("note", "ann")) == 1
        assert [found.sequence for found in store.derivations()] == [1, 2]


def test_a_result_over_what_a_person_made_waits_to_be_accepted(place):
    with place.open() as store:
        store.edit(keep(store, "ann", "one"), {"text": "mine"}, by="kim")
        waiting = keep(store, "ann", "three")
        assert store.candidates("note", "ann") == (waiting,)
        assert store.current("note", "ann").ref.version == 2
        store.state("accept", waiting, by="kim")
        assert store.current("note", "ann").ref == waiting


def test_a_hard_lock_is_kept_by_statements(place):
    with place.open() as store:
        ref = keep(store, "ann", "one")
        store.state("lock", ref, by="kim", values={"hard": True})
    with place.open() as store, pytest.raises(ArtifactError, match="CF-A013"):
        store.edit(ref, {"text": "mine"}, by="lee")


def test_a_change_makes_what_stands_on_it_stale_until_it_is_confirmed(place):
    with place.open() as store:
        root = keep(store, "root", "1")
        leaf = keep(store, "leaf", "x", keep(store, "middle", "m", root))
        keep(store, "root", "2")
        assert [str(found.ref) for found in store.lineage.stale()] == ["note/leaf@v1", "note/middle@v1"]
        assert store.lineage.cause(leaf) == (
            "note/root@v1", "note/root@v2", "note/middle@v1", "note/leaf@v1",
        )  # fmt: skip
        store.state("confirm", leaf, by="kim")
        assert store.lineage.health(leaf) == Health.CONFIRMED_VALID
        assert [edge.ref for edge in store.lineage.inputs_of(leaf, transitive=True)] == [
            "note/middle@v1",
            "note/root@v1",
        ]
        assert store.lineage.consequences_of(root, transitive=True) == (Ref("note", "middle", 1), leaf)


def test_an_index_made_again_has_an_equal_dump_and_every_place_the_same(place, tmp_path):
    def fill(store) -> list[str]:
        first = keep(store, "Ärger \0 \1 ann", "x", keep(store, "ann/b", "1"))
        store.state("pin", first, by="kim")
        keep(store, "Ärger \0 \1 ann", "y")
        store.announce(draft("told", "t"), "note@1")
        return store.dump_index()

    with place.open() as store:
        dump, tree = fill(store), tree_digest(store)
        store.rebuild_index()
        assert store.dump_index() == dump
        assert store.entities("note") == ("ann/b", "told", "Ärger \0 \1 ann")
    with place.open(write=False) as store:
        assert (store.dump_index(), tree_digest(store)) == (dump, tree)


@pytest.mark.parametrize("which", ["v0001.json", "v0001.board.png", "d0001.json"])
@pytest.mark.row("A6")
def test_a_flipped_bit_and_a_missing_blob_are_found(place, tmp_path, which):
    with place.open() as store:
        store.commit(work(draft("ann", "one", media=(media(tmp_path / "m"),))))
    blobs, name = place.storage("read").blobs, place.name_of(which)
    whole = blobs.read(name)
    place.write(name, bytes([whole[0] ^ 1]) + whole[1:])
    assert ("CF-A020", which) in place.faults()
    place.write(name, whole)
    assert place.faults() == []
    place.remove(name)
    assert {"v0001.json": "CF-A021", "v0001.board.png": "CF-A021", "d0001.json": "CF-A024"}[which] in [
        code for code, _ in place.faults()
    ]


def test_a_flipped_envelope_is_never_loaded(place):
    with place.open() as store:
        ref = keep(store, "ann", "one")
        name = place.name_of("v0001.json")
        whole = store.load(ref) and place.storage("read").blobs.read(name)
        place.write(name, whole.replace(b"one", b"two"))
        with pytest.raises(IntegrityError, match="CF-A020"):
            store.load(ref)


def test_a_stray_blob_is_found(place):
    with place.open() as store:
        keep(store, "ann", "one")
    place.write("artifacts/note/notes.txt", b"mine")
    assert place.faults() == [("CF-A024", "notes.txt")]


def test_a_name_is_given_once(place):
    with place.open() as store:
        keep(store, "ann", "one")
    storage, name = place.storage(), place.name_of("v0001.json")
    before = storage.blobs.read(name)
    with storage.locked(HOLDER), pytest.raises(ArtifactError, match="CF-A010"):
        storage.blobs.publish([Blob(name, b"another")])
    assert storage.blobs.read(name) == before


def test_blobs_without_a_derivation_are_set_aside_and_their_number_is_free_again(place):
    with place.open() as store:
        keep(store, "ann", "one")
        name = place.name_of("v0001.json")
        orphan = name.replace("v0001", "v0002")
        place.write(orphan, place.storage("read").blobs.read(name))
        assert keep(store, "ann", "two") == Ref("note", "ann", 2)
        assert store.load(Ref("note", "ann", 2)).data == {"text": "two"}
    assert place.storage("read").blobs.exists(f"quarantine/{orphan}")
    assert place.faults() == []


@pytest.mark.row("A44")
def test_two_writers_save_one_entity_without_gap_or_double(place):
    with place.open() as first, place.open() as second, ThreadPoolExecutor(4) as pool:
        stores = [first, second] * 6
        refs = list(pool.map(lambda turn: keep(turn[1], "ann", f"text {turn[0]}"), enumerate(stores)))
    assert sorted(ref.version for ref in refs) == list(range(1, 13))
    with place.open(write=False) as store:
        assert [store.load(ref).data["text"] for ref in refs] == [f"text {n}" for n in range(12)]
    assert place.faults() == []


def test_a_reader_sees_each_commit_and_a_new_revision(place):
    with place.open() as writer:
        keep(writer, "ann", "one")
        with place.open(write=False) as reader:
            before = reader.revision()
            keep(writer, "ann", "two")
            assert reader.current("note", "ann").ref.version == 2
            assert reader.revision() > before
            assert reader.stamp() == writer.stamp()


def test_of_a_place_that_nobody_wrote_to_a_reader_shows_nothing(place):
    place.project.mkdir()
    with place.open(write=False) as store:
        assert (store.types(), store.dump_index()) == ((), [])
        with pytest.raises(ArtifactError, match="CF-A015"):
            keep(store, "ann", "one")
