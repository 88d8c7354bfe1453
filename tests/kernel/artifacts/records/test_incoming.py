"""Media wait in `incoming/` as copies that nobody can change, until a commit takes them."""

import pytest

from cine_forge.kernel.artifacts.records.incoming import clear, staging
from cine_forge.kernel.ground.errors import ArtifactError
from cine_forge.kernel.ground.hashing import digest_of_bytes
from tests.kernel.artifacts.kept import media


def test_a_writable_file_is_copied_and_the_copy_goes_when_the_commit_is_over(tmp_path):
    folder, draft = tmp_path / "incoming", media(tmp_path / "m", b"picture")
    with staging(folder, ((draft,), ())) as (first, second):
        draft.path.write_bytes(b"changed")
        assert second == []
        assert (first[0].path.read_bytes(), first[0].path.parent) == (b"picture", folder)
        copy = first[0].path
    assert not copy.exists()


def test_a_read_only_file_is_taken_where_it_lies(tmp_path):
    draft = media(tmp_path / "m")
    draft.path.chmod(0o444)
    with staging(tmp_path / "incoming", ((draft,),)) as ((staged,),):
        assert staged.path == draft.path
    assert draft.path.exists()


def test_a_read_only_file_that_is_not_the_units_own_is_copied(tmp_path):
    theirs = replaced(media(tmp_path / "a.txt", b"theirs"), digest_of_bytes(b"theirs"))
    theirs.path.chmod(0o444)
    with staging(tmp_path / "incoming", ((theirs,),)) as ((found,),):
        assert found.path.parent == tmp_path / "incoming"
        assert found.path.stat().st_ino != theirs.path.stat().st_ino
        assert found.kept_as("v1.a.txt").sha256 == theirs.sha256


def test_a_file_that_was_changed_while_it_was_read_is_refused_and_no_copy_stays(tmp_path):
    theirs = replaced(media(tmp_path / "a.txt", b"edited since"), digest_of_bytes(b"as it was read"))
    with (
        pytest.raises(ArtifactError, match=r"CF-A043 .*a\.txt: the file was changed while it was read"),
        staging(tmp_path / "incoming", ((theirs,),)),
    ):
        raise AssertionError("it was taken")
    assert [path.name for path in (tmp_path / "incoming").iterdir()] == ["lock"]


def replaced(draft, sha256):
    return draft.model_copy(update={"sha256": sha256})


def test_copies_go_when_a_later_file_cannot_be_taken(tmp_path):
    good = media(tmp_path / "m")
    bad = good.model_copy(update={"path": tmp_path / "none"})
    with pytest.raises(ArtifactError, match="CF-A011"), staging(tmp_path / "incoming", ((good, bad),)):
        pass
    assert [path.name for path in (tmp_path / "incoming").iterdir()] == ["lock"]


def test_copies_of_another_writer_who_is_staging_now_are_left_alone(tmp_path):
    folder = tmp_path / "incoming"
    with staging(folder, ((media(tmp_path / "m"),),)) as ((staged,),):
        clear(folder)
        assert staged.path.exists()
    (folder / ".old.tmp").write_bytes(b"left")
    clear(folder)
    assert [path.name for path in folder.iterdir()] == ["lock"]


def test_clearing_a_folder_that_is_not_there_makes_none(tmp_path):
    clear(tmp_path / "incoming")
    assert not (tmp_path / "incoming").exists()
