"""Verifying finds what differs from what was kept, and nothing else."""

import shutil
import sqlite3

import pytest

from cine_forge.kernel.artifacts.index.sql_index import SqlIndex
from cine_forge.kernel.artifacts.keeping.blobs import FileBlobs
from cine_forge.kernel.artifacts.keeping.seal import sealed, unsealed
from cine_forge.kernel.artifacts.records.envelope import content_digest
from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.disuse import Kept
from cine_forge.kernel.artifacts.store.storage import FileStorage
from cine_forge.kernel.artifacts.store.tree import tree_digest
from cine_forge.kernel.artifacts.verify import verify as verifying
from cine_forge.kernel.artifacts.verify.verify import examine, verify
from cine_forge.kernel.ground.digest_memory import DigestMemory
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    with open_store(folder) as store:
        keep(store, "bob", "y", keep(store, "ann", "x"))
        keep(store, "ann", "z")
        store.commit(work(draft("eve", "m", media=(media(tmp_path / "m", b"0123456789"),))))
        store.state("approve", Ref("note", "ann", 1), by="kim")
    return folder


def _found(project) -> list[tuple[str, str]]:
    return [(fault.code, fault.where.rpartition("/")[2]) for fault in verify(project)]


def test_a_whole_project_has_no_fault(project):
    assert verify(project) == ()


@pytest.mark.row("A6")
def test_every_flipped_bit_of_a_record_is_found(project):
    for pattern in ("artifacts/note/ann-*/v0001.json", "derivations/write/bob-*/d0001.json"):
        (path,) = project.glob(pattern)
        whole = path.read_bytes()
        path.chmod(0o644)
        for bit in range(0, len(whole) * 8, 37):
            flipped = bytearray(whole)
            flipped[bit // 8] ^= 1 << bit % 8
            path.write_bytes(flipped)
            assert ("CF-A020", path.name) in _found(project), bit
        path.write_bytes(whole)
    assert verify(project) == ()


def test_flipped_media_are_found_by_hash_and_truncated_ones_by_size(project):
    (path,) = project.glob("artifacts/note/eve-*/v0001.board.png")
    path.chmod(0o644)
    path.write_bytes(b"0123456788")
    assert _found(project) == [("CF-A020", "v0001.board.png")]
    assert verify(project, media=False) == ()
    path.write_bytes(b"01234")
    assert [fault.what for fault in verify(project, media=False)] == ["expected 10 bytes, found 5"]


@pytest.mark.parametrize(
    "pattern",
    [
        "artifacts/note/ann-*/v0001.json",
        "artifacts/note/ann-*/v0002.json",
        "artifacts/note/eve-*/v0001.board.png",
    ],
)
def test_a_missing_file_is_found(project, pattern):
    (path,) = project.glob(pattern)
    path.unlink()
    assert ("CF-A021", path.name) in _found(project)


def test_a_missing_derivation_is_named_and_leaves_its_versions_unexplained(project):
    (path,) = project.glob("derivations/write/bob-*/d0001.json")
    path.unlink()
    assert sorted(_found(project)) == [("CF-A021", "d0001.json"), ("CF-A024", "v0001.json")]


def test_a_missing_derivation_is_found_without_an_index_by_the_count_of_all(project):
    (path,) = project.glob("derivations/write/bob-*/d0001.json")
    path.unlink()
    (project / "index.sqlite").unlink()
    assert sorted(_found(project)) == [("CF-A021", "derivations"), ("CF-A024", "v0001.json")]


def test_swapped_files_are_found(project):
    (folder,) = project.glob("artifacts/note/ann-*")
    (folder / "v0001.json").rename(folder / "keep")
    shutil.copy(folder / "v0002.json", folder / "v0001.json")
    (folder / "keep").unlink()
    assert ("CF-A020", "v0001.json") in _found(project)


def test_a_stray_file_and_a_planted_link_are_found(project):
    (project / "artifacts" / "note" / "notes.txt").write_text("mine")
    (project / "artifacts" / "other").symlink_to("/tmp")
    assert sorted(_found(project)) == [("CF-A024", "notes.txt"), ("CF-A024", "other")]


def test_an_index_that_differs_from_the_files_is_found_and_a_rebuild_mends_it(project):
    shutil.copy(project / "index.sqlite", project / "older")
    with open_store(project) as store:
        keep(store, "new", "n")
    shutil.copy(project / "older", project / "index.sqlite")
    assert _found(project) == [("CF-A022", "index.sqlite")]
    with open_store(project) as store:
        store.rebuild_index()
    assert verify(project) == ()


def test_the_tree_of_two_equal_projects_is_equal_and_sees_lineage(tmp_path):
    def made(name: str, second: str, **more) -> list[str]:
        with open_store(tmp_path / name) as store:
            roots = keep(store, "one", "1"), keep(store, "two", "1")
            keep(store, "ann", "x", roots[0 if second == "one" else 1], **more)
            return tree_digest(store)

    assert made("a", "one", run_id="r1") == made("b", "one", run_id="r2", cost_micro_usd=5)
    assert made("c", "two") != made("d", "one")


def test_a_media_file_beside_a_damaged_envelope_is_not_called_a_stray(project):
    (path,) = project.glob("artifacts/note/eve-*/v0001.json")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-5])
    assert _found(project) == [("CF-A020", "v0001.json")]


def test_a_damaged_derivation_is_named_and_leaves_no_version_unexplained(project):
    (path,) = project.glob("derivations/write/bob-*/d0001.json")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-5])
    assert _found(project) == [("CF-A020", "d0001.json")]


def test_a_whole_record_in_the_place_of_another_is_found(project):
    (bob,) = project.glob("derivations/write/bob-*")
    (ann,) = project.glob("derivations/write/ann-*")
    shutil.copy(ann / "d0001.json", bob / "d0001.json.new")
    (bob / "d0001.json.new").replace(bob / "d0001.json")
    faults = verify(project)
    assert ("CF-A020", "it is the record of `write/ann`, which belongs elsewhere") in [
        (fault.code, fault.what) for fault in faults
    ]


def test_a_sealed_envelope_whose_digest_is_not_that_of_its_data_is_found(project):
    (path,) = project.glob("artifacts/note/bob-*/v0001.json")
    record = unsealed(path.read_bytes(), path)
    path.chmod(0o644)
    path.write_bytes(sealed({**record, "data": {"text": "forged"}}))
    assert [(fault.code, fault.what) for fault in verify(project)] == [
        ("CF-A020", "its data does not have the digest it was kept with")
    ]


def test_a_version_that_is_not_what_its_derivation_names_is_found(project):
    (path,) = project.glob("artifacts/note/bob-*/v0001.json")
    record = unsealed(path.read_bytes(), path)
    data = {"text": "forged"}
    path.chmod(0o644)
    path.write_bytes(sealed({**record, "data": data, "digest": content_digest("note@1", data, ())}))
    assert [(fault.code, fault.what) for fault in verify(project)] == [
        ("CF-A020", "it is not what `write/bob` made")
    ]


def test_a_gap_in_versions_or_sequences_is_found_with_the_file_that_is_gone(project):
    with open_store(project) as store:
        for text in ("one", "two", "three"):
            store.announce(draft("told", text), "note@1")
    (told,) = project.glob("artifacts/note/told-*/v0002.json")
    (first,) = project.glob("derivations/write/ann-*/d0001.json")
    told.unlink()
    assert [(fault.code, fault.where) for fault in verify(project)] == [("CF-A021", str(told))]
    first.unlink()
    assert ("CF-A021", str(first)) in [(fault.code, fault.where) for fault in verify(project)]


def test_a_project_without_an_index_is_verified_by_its_files_alone(project):
    (project / "index.sqlite").unlink()
    assert verify(project) == ()


def test_of_many_media_only_a_few_wait_to_be_hashed(project, monkeypatch):
    monkeypatch.setattr(verifying, "_MOST_WAITING", 1)
    monkeypatch.setattr(verifying, "_SMALL_BYTES", 0)
    with open_store(project) as store:
        for number in range(5):
            picture = media(project.parent / "m", bytes([number]))
            store.commit(work(draft(f"many{number}", "m", media=(picture,))))
    for path in project.glob("artifacts/note/many*/*.png"):
        path.chmod(0o644)
        path.write_bytes(b"?")
    assert _found(project) == [("CF-A020", "v0001.board.png")] * 5


class _Refusing(DigestMemory):
    def digest_of(self, path):
        raise OSError("input/output error")


def test_media_that_cannot_be_read_are_a_fault(project):
    found = examine(project, memory=_Refusing()).findings
    assert [finding.fault.what for finding in found] == ["it cannot be read: input/output error"]


class _Elsewhere:
    """Blobs that are no files on this disk, as far as verifying can see."""

    def __init__(self, project) -> None:
        self._blobs = FileBlobs(project)

    def __getattr__(self, name):
        return getattr(self._blobs, name)


def test_media_that_lie_elsewhere_are_hashed_there(project):
    storage = FileStorage(project, _Elsewhere(project))
    assert verify(project, storage=storage) == ()
    (path,) = project.glob("artifacts/note/eve-*/v0001.board.png")
    path.chmod(0o644)
    path.write_bytes(b"0123456788")
    assert [fault.code for fault in verify(project, storage=storage)] == ["CF-A020"]


def test_a_lost_record_of_what_was_thrown_away_is_found(project):
    with open_store(project) as store:
        for number in range(2):
            keep(store, f"old{number}", "one")
            keep(store, f"old{number}", "two")
            store.throw_away(Kept())
    (project / "removals" / "r0001.json").unlink()
    assert ("CF-A021", "r0001.json") in _found(project)


def test_an_index_that_breaks_while_it_is_read_is_found(project, monkeypatch):
    real, asked = SqlIndex.dump, []

    def dump(self):
        asked.append(self)
        if len(asked) == 2:
            raise sqlite3.DatabaseError("malformed")
        return real(self)

    monkeypatch.setattr(SqlIndex, "dump", dump)
    assert _found(project) == [("CF-A022", "index.sqlite")]


def test_an_envelope_whose_media_would_lie_elsewhere_is_found(project):
    (path,) = project.glob("artifacts/note/eve-*/v0001.json")
    record = unsealed(path.read_bytes(), str(path))
    (file,) = record["media"]
    path.chmod(0o644)
    path.write_bytes(sealed({**record, "media": [{**file, "path": "artifacts/note/x/a.png"}]}))
    whats = [fault.what for fault in verify(project)]
    assert "it says that `board.png` lies at `artifacts/note/x/a.png`" in whats
