"""Making the same content once more puts right what is damaged of it."""

import shutil

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.verify.verify import verify
from tests.kernel.artifacts.kept import draft, keep, media, open_store, work

REF = Ref("note", "eve", 1)


def _board(folder):
    return draft("eve", "m", media=(media(folder / "m.png"),))


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    with open_store(folder) as store:
        root = keep(store, "ann", "x")
        store.commit(work(_board(tmp_path)))
        keep(store, "bob", "y", REF, root)
    return folder


def _make_again(project):
    with open_store(project) as store:
        return store.commit(work(_board(project.parent))).outputs[0].ref


def _harm(path, how: str) -> None:
    path.chmod(0o644)
    match how:
        case "flip":
            path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
        case "cut":
            path.write_bytes(path.read_bytes()[:-1])
        case "lose":
            path.unlink()


@pytest.mark.row("H5")
@pytest.mark.parametrize("how", ["flip", "cut", "lose"])
@pytest.mark.parametrize("names", [("v0001.json",), ("v0001.board.png",), ("v0001.json", "v0001.board.png")])
def test_a_version_that_is_made_alike_is_whole_again_and_keeps_its_number(project, names, how):
    for name in names:
        _harm(next(project.glob(f"artifacts/note/eve-*/{name}")), how)
    assert verify(project)
    assert _make_again(project) == str(REF)
    assert verify(project) == ()
    with open_store(project, write=False) as store:
        assert store.media_path(REF, "board.png").read_bytes() == b"picture"
        assert store.lineage.stale() == ()
    found = sorted(path.name for path in (project / "quarantine").rglob("v*"))
    assert found == ([] if how == "lose" else sorted(names))


def test_a_record_that_is_written_again_leaves_the_index_as_a_rebuild_makes_it(project):
    _harm(next(project.glob("artifacts/note/eve-*/v0001.json")), "lose")
    _make_again(project)
    with open_store(project) as store:
        before = store.dump_index()
        store.rebuild_index()
        assert store.dump_index() == before


def test_a_whole_version_is_left_alone(project):
    paths = sorted(project.glob("artifacts/note/eve-*/*"))
    before = [path.stat().st_mtime_ns for path in paths]
    _make_again(project)
    assert [path.stat().st_mtime_ns for path in paths] == before
    assert not (project / "quarantine").exists()


def test_what_a_person_wrote_is_not_written_again_by_a_module(project):
    with open_store(project) as store:
        ref = store.edit(Ref("note", "ann", 1), {"text": "hand"}, by="kim")
    path = next(project.glob(f"artifacts/note/ann-*/v000{ref.version}.json"))
    shutil.copy(path, project / "copy")
    _harm(path, "cut")
    with open_store(project) as store:
        keep(store, "ann", "hand")
    assert [fault.where for fault in verify(project)] == [str(path)]


def test_an_announced_version_is_mended_too(project, tmp_path):
    told = draft("told", "t", media=(media(tmp_path / "t.png", b"told"),))
    with open_store(project) as store:
        store.announce(told, "note@1", module="m")
    for path in project.glob("artifacts/note/told-*/*"):
        _harm(path, "flip")
    with open_store(project) as store:
        assert store.announce(told, "note@1", module="m").version == 1
    assert verify(project) == ()
