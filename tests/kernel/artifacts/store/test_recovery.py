"""What a killed or failed writer leaves is finished or set aside, never shown; a lost index comes back."""

import resource
import shutil

import pytest

from cine_forge.kernel.artifacts.keeping.blobs import FileBlobs
from cine_forge.kernel.artifacts.keeping.journal import Entry, FileJournal, Pending, boot_id
from cine_forge.kernel.artifacts.keeping.seal import sealed
from cine_forge.kernel.artifacts.records.refs import Ref, entity_folder
from cine_forge.kernel.artifacts.store.recovery import read_envelope
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import ArtifactError, IntegrityError
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    with open_store(folder) as store:
        keep(store, "ann", "one")
    return folder


def _plant_orphan(project) -> None:
    """Put a second version with media there that no derivation knows."""
    with open_store(project) as store:
        store.commit(work(draft("ann", "two", media=(media(project / "m"),))))
    (path,) = project.glob("derivations/write/ann-*/d0002.json")
    path.unlink()
    (project / "m").unlink()
    (project / "commit.journal").unlink()


def _after_a_power_cut(project) -> None:
    (project / "commit.journal").write_text('{"boot": "another", "closed": false, "pending": null}')


@pytest.mark.row("A42")
def test_files_without_a_derivation_are_set_aside_and_their_number_is_free_again(project):
    _plant_orphan(project)
    with open_store(project) as store:
        assert store.versions("note", "ann") == (Ref("note", "ann", 1),)
        names = sorted(path.name for path in (project / "quarantine").rglob("*.*") if path.is_file())
        assert names == ["v0002.board.png", "v0002.json"]
        assert keep(store, "ann", "three") == Ref("note", "ann", 2)
    assert verify(project) == ()


def test_a_reader_never_shows_files_without_a_derivation(project):
    _plant_orphan(project)
    assert open_store(project, write=False).versions("note", "ann") == (Ref("note", "ann", 1),)
    assert not (project / "quarantine").exists()


def test_an_orphan_in_the_way_of_a_commit_is_set_aside(project):
    (folder,) = project.glob("artifacts/note/ann-*")
    with open_store(project) as store:
        shutil.copy(folder / "v0001.json", folder / "v0002.json")
        assert keep(store, "ann", "two") == Ref("note", "ann", 2)
        assert store.load(Ref("note", "ann", 2)).data == {"text": "two"}
    assert verify(project) == ()


def test_a_damaged_record_is_never_moved_or_built_over(project):
    with open_store(project) as store:
        ref = store.announce(draft("eve", "told"), "note@1")
    (path,) = project.glob("artifacts/note/eve-*/v0001.json")
    path.chmod(0o644)
    path.write_text(path.read_text().replace("told", "sold"))
    (project / "index.sqlite").unlink()
    with open_store(project) as store:
        assert path.exists()
        assert store.versions("note", "eve") == ()
        with pytest.raises(IntegrityError, match="CF-A020"):
            store.announce(draft("eve", "again"), "note@1")
        assert keep(store, "ann", "two") == Ref("note", "ann", 2)
    assert ref.version == 1
    assert [fault.code for fault in verify(project)] == ["CF-A020"]


def test_nothing_is_set_aside_while_a_derivation_is_damaged(project):
    (path,) = project.glob("derivations/write/ann-*/d0001.json")
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[:-9])
    (project / "index.sqlite").unlink()
    open_store(project).close()
    path.write_bytes(whole)
    with open_store(project) as store:
        store.rebuild_index()
        assert store.current("note", "ann").ref == Ref("note", "ann", 1)


@pytest.mark.parametrize("lose", ["index.sqlite", "commit.journal"])
def test_a_lost_index_or_journal_is_made_again_with_an_equal_dump(project, lose):
    with open_store(project) as store:
        keep(store, "bob", "y", Ref("note", "ann", 1))
        store.state("pin", Ref("note", "ann", 1), by="kim")
        before = store.dump_index()
    (project / lose).unlink()
    assert open_store(project, write=False).dump_index() == before
    with open_store(project) as store:
        assert store.dump_index() == before


def test_an_index_that_is_no_database_is_set_aside_and_made_again(project):
    (project / "index.sqlite").write_bytes(b"nonsense" * 1000)
    assert open_store(project, write=False).types() == ("note",)
    with open_store(project) as store:
        assert store.types() == ("note",)
    assert (project / "quarantine" / "index.sqlite").exists()


def test_an_index_that_lags_behind_after_a_power_cut_is_not_trusted(project):
    shutil.copy(project / "index.sqlite", project / "older")
    with open_store(project) as store:
        keep(store, "ann", "two")
    shutil.move(project / "older", project / "index.sqlite")
    _after_a_power_cut(project)
    assert open_store(project, write=False).current("note", "ann").ref.version == 2
    with open_store(project) as store:
        assert store.current("note", "ann").ref.version == 2


def test_a_commit_that_lacks_only_its_place_in_the_index_is_finished(project):
    shutil.copy(project / "index.sqlite", project / "older")
    with open_store(project) as store:
        keep(store, "ann", "two")
    shutil.move(project / "older", project / "index.sqlite")
    (commit,) = project.glob("derivations/write/ann-*/d0002.json")
    (part,) = project.glob("artifacts/note/ann-*/v0002.json")
    journal = FileJournal(project / "commit.journal")
    journal.begin(Pending(str(commit.relative_to(project)), (str(part.relative_to(project)),)))
    with open_store(project) as store:
        assert store.current("note", "ann").ref.version == 2
    assert journal.read() == Entry(boot_id(), closed=True)
    assert verify(project) == ()


def test_a_commit_that_fails_leaves_nothing_and_the_next_one_succeeds(project, tmp_path):
    with open_store(project) as store:
        blocker = project / "derivations" / "write" / entity_folder("bob")
        blocker.write_text("in the way")
        with pytest.raises(ArtifactError, match="CF-A011"):
            store.commit(work(draft("bob", "x", media=(media(tmp_path / "m"),))))
        assert store.types() == ("note",)
        assert store.entities("note") == ("ann",)
        blocker.unlink()
        assert keep(store, "bob", "x") == Ref("note", "bob", 1)
    assert verify(project) == ()


def test_copies_of_media_that_a_killed_writer_left_are_removed(project):
    (project / "incoming").mkdir(exist_ok=True)
    (project / "incoming" / ".1-2-3.tmp").write_bytes(b"half")
    open_store(project).close()
    assert [path.name for path in (project / "incoming").iterdir()] == ["lock"]


@pytest.mark.parametrize("room", [20_000, 1_000])
def test_a_full_disk_keeps_nothing_and_says_so_and_the_next_commit_succeeds(project, tmp_path, room):
    film = media(tmp_path / "m", b"x" * 30_000)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_store(project) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            with pytest.raises(ArtifactError, match="CF-A023"):
                store.commit(work(draft("bob", "x" * 2_000, media=(film,))))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert store.entities("note") == ("ann",)
        store.commit(work(draft("bob", "x", media=(film,))))
    assert verify(project) == ()


def test_a_commit_whose_place_in_the_index_could_not_be_written_is_finished_by_the_next_writer(project):
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_store(project) as store:
        keep(store, "cat", "x")
        log = (project / "index.sqlite-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (log, hard))
        try:
            with pytest.raises(ArtifactError, match="CF-A023"):
                keep(store, "bob", "x")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert store.entities("note") == ("ann", "cat")
        keep(store, "eve", "x")
        assert store.entities("note") == ("ann", "bob", "cat", "eve")
    assert verify(project) == ()


def test_what_a_killed_writer_left_half_written_is_removed_with_the_commit_it_belongs_to(project):
    (folder,) = project.glob("artifacts/note/ann-*")
    (folder / ".1-2-3.tmp").write_bytes(b"half")
    shutil.copy(folder / "v0001.json", folder / "v0002.json")
    part, commit = folder / "v0002.json", project / "derivations" / "write" / "x" / "d0001.json"
    with open_store(project) as store:
        FileJournal(project / "commit.journal").begin(
            Pending(str(commit.relative_to(project)), (str(part.relative_to(project)), "artifacts/none"))
        )
        assert keep(store, "bob", "y") == Ref("note", "bob", 1)
    assert sorted(path.name for path in folder.iterdir()) == ["v0001.json"]
    assert [path.name for path in (project / "quarantine").rglob("v*")] == ["v0002.json"]


def test_leftovers_anywhere_are_removed_when_the_whole_project_is_read_again(project):
    (folder,) = project.glob("artifacts/note/ann-*")
    (folder / ".1-2-3.tmp").write_bytes(b"half")
    (unit,) = project.glob("derivations/write/ann-*")
    (unit / ".4-5-6.tmp").write_bytes(b"half")
    _after_a_power_cut(project)
    open_store(project).close()
    assert not list(project.rglob("*-*-*.tmp"))
    assert verify(project) == ()


def test_a_second_file_of_one_name_is_set_aside_beside_the_first(project):
    (folder,) = project.glob("artifacts/note/ann-*")
    for _ in range(3):
        shutil.copy(folder / "v0001.json", folder / "v0007.json")
        _after_a_power_cut(project)
        open_store(project).close()
    found = sorted(path.name for path in (project / "quarantine").rglob("v*"))
    assert found == ["v0007.json", "v0007.json.2", "v0007.json.3"]


def test_an_announced_version_that_lacks_only_its_place_in_the_index_is_finished(project):
    shutil.copy(project / "index.sqlite", project / "older")
    with open_store(project) as store:
        ref = store.announce(draft("eve", "told"), "note@1")
    shutil.move(project / "older", project / "index.sqlite")
    (commit,) = project.glob("artifacts/note/eve-*/v0001.json")
    FileJournal(project / "commit.journal").begin(Pending(str(commit.relative_to(project)), ()))
    with open_store(project) as store:
        assert store.current("note", "eve").ref == ref
    assert verify(project) == ()


def test_a_sealed_file_that_is_no_record_of_this_store_is_named(project):
    (path,) = project.glob("artifacts/note/ann-*/v0001.json")
    path.chmod(0o644)
    path.write_bytes(sealed({"ref": "note/ann@v1"}))
    blobs, name = FileBlobs(project), path.relative_to(project).as_posix()
    with pytest.raises(IntegrityError, match=r"CF-A020 .*it is no record of this store") as raised:
        read_envelope(blobs, name)
    assert raised.value.faults[0].where == str(path)
    path.unlink()
    with pytest.raises(IntegrityError, match=r"CF-A021 .*the file is gone"):
        read_envelope(blobs, name)


def test_a_committed_file_that_the_index_does_not_know_is_never_moved_out_of_the_way(project):
    with open_store(project) as store:
        store.announce(draft("eve", "told"), "note@1")
    (announced,) = project.glob("artifacts/note/eve-*/v0001.json")
    (derived,) = project.glob("derivations/write/ann-*/d0001.json")
    with open_store(project) as store:
        store._index.replace((), ())
        for again in (
            lambda: store.announce(draft("eve", "again"), "note@1"),
            lambda: store.commit(work(draft("ann", "again"))),
        ):
            with pytest.raises(IntegrityError) as raised:
                again()
            (fault,) = raised.value.faults
            assert (fault.code, fault.what) == ("CF-A022", "the index does not know this committed file")
            assert fault.hint == "cine-forge artifacts rebuild"
            assert fault.where in (str(announced), str(derived))
        store.rebuild_index()
    assert announced.exists() and derived.exists()
    assert verify(project) == ()


def test_media_are_set_aside_with_an_envelope_that_nobody_committed(project, tmp_path):
    (folder,) = project.glob("artifacts/note/ann-*")
    (folder / "v0002.board.png").write_bytes(b"left")
    with open_store(project) as store:
        store.commit(work(draft("ann", "two", media=(media(tmp_path / "m"),))))
        assert store.media_path(Ref("note", "ann", 2), "board.png").read_bytes() == b"picture"
    assert [path.read_bytes() for path in (project / "quarantine").rglob("v*")] == [b"left"]


def test_a_damaged_record_hides_none_that_stands_after_it(project):
    with open_store(project) as store:
        keep(store, "bob", "y")
    for pattern in ("artifacts/note/ann-*/v0001.json", "derivations/write/ann-*/d0001.json"):
        (path,) = project.glob(pattern)
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-3])
    (project / "index.sqlite").unlink()
    assert open_store(project, write=False).entities("note") == ("bob",)


def test_what_is_set_aside_is_told_where_it_lies(project):
    blobs, places = FileBlobs(project), []
    for content in (b"one", b"two"):
        (project / "artifacts" / "note" / "x.txt").write_bytes(content)
        places.append(blobs.set_aside("artifacts/note/x.txt"))
    assert places == [f"quarantine/artifacts/note/{name}" for name in ("x.txt", "x.txt.2")]
    assert [blobs.read(place) for place in places] == [b"one", b"two"]
