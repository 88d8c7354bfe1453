"""One bit turned over anywhere: it is found, and nothing wrong is ever given out."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.artifacts.store.tree import tree_digest
from cine_forge.kernel.artifacts.verify.verify import verify
from cine_forge.kernel.ground.errors import CineForgeError, IntegrityError
from tests.faults.flip import flips
from tests.kernel.artifacts.kept import draft, media, open_store, work

_REF = Ref("note", "ann", 1)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Keep a version with a picture, a second one, and a decision."""
    project = tmp_path_factory.mktemp("flips") / "project"
    picture = media(project.with_name("p.png"), bytes(range(256)) * 16)
    with open_store(project) as store:
        store.commit(work(draft("ann", "first", media=(picture,))))
        store.commit(work(draft("ann", "second", media=(picture,))))
        store.state("approve", _REF, by="eve")
    return project


@pytest.fixture
def project(kept, tmp_path):
    return shutil.copytree(kept, tmp_path / "project")


def _only(project, pattern):
    (path,) = project.glob(pattern)
    return path


def _found(project):
    """Return the paths that verify names, with their codes."""
    return {(fault.code, fault.where) for fault in verify(project)}


@pytest.mark.row("H5")
def test_every_one_of_1600_flipped_bits_of_an_envelope_is_found_and_it_is_never_loaded(project):
    path = _only(project, "artifacts/note/ann-*/v0001.json")
    chosen = flips(path, most=1600)
    with open_store(project, write=False) as store:
        for flip in chosen:
            with flip.turned():
                assert ("CF-A020", str(path)) in _found(project), flip
                with pytest.raises(IntegrityError):
                    store.load(_REF)
        assert store.load(_REF).data == {"text": "first"}
    assert len(chosen) == 1600


@pytest.mark.row("H5")
def test_every_one_of_1000_flipped_bits_of_media_is_found_and_it_is_never_given_out(project):
    path = _only(project, "artifacts/note/ann-*/v0001.board.png")
    chosen = flips(path, most=1000)
    with open_store(project, write=False) as store:
        for flip in chosen:
            with flip.turned():
                assert ("CF-A020", str(path)) in _found(project), flip
                with pytest.raises(IntegrityError):
                    store.media_path(_REF, "board.png")
                with pytest.raises(IntegrityError):
                    store.load(_REF, verify_media=True)
        assert store.media_path(_REF, "board.png") == path
    assert len(chosen) == 1000


@pytest.mark.row("H5")
def test_every_one_of_300_flipped_bits_of_a_derivation_is_found(project):
    path = _only(project, "derivations/write/ann-*/d0002.json")
    for flip in flips(path, most=300):
        with flip.turned():
            assert ("CF-A020", str(path)) in _found(project), flip


@pytest.mark.row("H5")
def test_a_flipped_bit_of_the_index_gives_no_wrong_data_and_what_it_changes_is_found(project, tmp_path):
    """SQLite has no checksums: what can be told from the files is asked of the files."""
    with open_store(project, write=False) as store:
        right = tree_digest(store)
    changed = 0
    for flip in flips(project / "index.sqlite", most=300):
        with flip.turned():
            seen = _seen(project)
            if seen != right:
                changed += 1
                assert "CF-A022" in {fault.code for fault in verify(project)}, flip
    assert changed > 0
    assert _seen(project) == right


def _seen(project):
    """Return what a reader is given, or the refusal; data that it gets is always what was kept."""
    try:
        with open_store(project, write=False) as store:
            for version, text in ((1, "first"), (2, "second")):
                if Ref("note", "ann", version) in store.versions("note", "ann"):
                    assert store.load(Ref("note", "ann", version)).data == {"text": text}
            return tree_digest(store)
    except (CineForgeError, sqlite3.Error) as error:
        return [str(error)]


@pytest.mark.row("H5")
@pytest.mark.parametrize(
    "pattern",
    [
        "artifacts/note/ann-*/v0001.json",
        "artifacts/note/ann-*/v0001.board.png",
        "derivations/write/ann-*/d0001.json",
    ],
)
def test_truncation_at_any_length_and_a_missing_file_are_found(project, pattern):
    path = _only(project, pattern)
    content = path.read_bytes()
    for length in range(0, len(content), max(len(content) // 20, 1)):
        path.chmod(0o600)
        path.write_bytes(content[:length])
        assert ("CF-A020", str(path)) in _found(project), length
    path.unlink()
    assert "CF-A021" in {code for code, _ in _found(project)}


@pytest.mark.row("H5")
@pytest.mark.parametrize("pattern", ["artifacts/note/ann-*/v000?.json", "derivations/write/ann-*/d000?.json"])
def test_two_swapped_files_are_found_both(project, pattern):
    first, second = sorted(project.glob(pattern))
    first.rename(first.with_name("aside"))
    second.rename(first)
    first.with_name("aside").rename(second)
    assert {str(first), str(second)} <= {where for _, where in _found(project)}


@pytest.mark.row("H5")
def test_a_stray_file_is_found(project):
    folder = _only(project, "artifacts/note/ann-*")
    (folder / "v0009.board.png").write_bytes(b"planted")
    assert ("CF-A024", str(folder / "v0009.board.png")) in _found(project)


def test_the_index_of_the_fixture_is_a_whole_database(kept):
    with closing(sqlite3.connect(f"file:{kept}/index.sqlite?mode=ro&immutable=1", uri=True)) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
