"""Media in a bucket: what is read is a checked copy on this disk, brought there once."""

from __future__ import annotations

import stat

import pytest

from cine_forge.kernel.artifacts.records.refs import Ref
from cine_forge.kernel.ground.errors import ArtifactError, IntegrityError
from tests.kernel.artifacts.kept import draft, keep, media, work
from tests.scale.conftest import place_named

REF = Ref("note", "ann", 1)


@pytest.fixture
def bucket(request, tmp_path):
    place = place_named("s3", request, tmp_path)
    with place.open() as store:
        store.commit(work(draft("ann", "one", media=(media(tmp_path / "m"),))))
    return place


def _copies(place) -> list:
    return list((place.project / "artifacts").rglob("*.png"))


def test_what_was_made_here_lies_here_without_being_brought(bucket):
    (copy,) = _copies(bucket)
    assert copy.read_bytes() == b"picture"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o444
    assert not list((bucket.project / "artifacts").rglob("*.json"))


@pytest.mark.parametrize("content", [None, b"Picture", b"pic"])
def test_a_copy_that_is_gone_or_another_is_brought_again(bucket, content):
    (copy,) = _copies(bucket)
    copy.unlink()
    if content:
        copy.write_bytes(content)
    with bucket.open(write=False) as store:
        path = store.media_path(REF, "board.png")
        assert path == copy
        assert path.read_bytes() == b"picture"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_a_link_in_the_place_of_a_copy_is_replaced_and_what_it_points_to_left_alone(bucket, tmp_path):
    (copy,) = _copies(bucket)
    (tmp_path / "precious").write_text("mine")
    copy.unlink()
    copy.symlink_to(tmp_path / "precious")
    with bucket.open(write=False) as store:
        assert store.media_path(REF, "board.png").read_bytes() == b"picture"
    assert (tmp_path / "precious").read_text() == "mine"


def test_changed_bytes_in_the_bucket_are_never_handed_out(bucket):
    (copy,) = _copies(bucket)
    copy.unlink()
    bucket.write(bucket.name_of("v0001.board.png"), b"Picture")
    with bucket.open(write=False) as store, pytest.raises(IntegrityError, match=r"CF-A020 s3://"):
        store.media_path(REF, "board.png")
    assert _copies(bucket) == []
    assert not list(bucket.project.rglob("*.tmp"))


def test_media_that_are_gone_from_the_bucket_are_named_by_their_address(bucket):
    bucket.remove(bucket.name_of("v0001.board.png"))
    with bucket.open(write=False) as store, pytest.raises(IntegrityError, match=r"CF-A021 s3://films/"):
        store.load(REF)


def test_an_edit_takes_the_media_along(bucket):
    with bucket.open() as store:
        ref = store.edit(REF, {"text": "mine"}, by="kim")
        assert store.load(ref, verify_media=True).media[0].sha256 == store.load(REF).media[0].sha256
        assert store.media_path(ref, "board.png").read_bytes() == b"picture"
    assert bucket.faults() == []


def test_a_lost_index_on_this_disk_comes_back_from_the_bucket(bucket):
    with bucket.open() as store:
        keep(store, "bob", "y", REF)
        before = store.dump_index()
    for name in ("index.sqlite", "commit.journal"):
        (bucket.project / name).unlink()
    with bucket.open(write=False) as store:
        assert store.dump_index() == before
    with bucket.open() as store:
        assert store.dump_index() == before
    assert bucket.faults() == []


def test_what_is_set_aside_twice_lies_side_by_side(bucket):
    blobs = bucket.storage().blobs
    for content in (b"one", b"two"):
        bucket.write("artifacts/note/x.txt", content)
        blobs.set_aside("artifacts/note/x.txt")
    assert blobs.read("quarantine/artifacts/note/x.txt") == b"one"
    assert blobs.read("quarantine/artifacts/note/x.txt.2") == b"two"
    assert not blobs.exists("artifacts/note/x.txt")


def test_keys_that_do_not_open_the_bucket_are_not_in_the_message(bucket, monkeypatch):
    import obstore
    from obstore.exceptions import GenericError

    def refuse(*_values, **_named):
        raise GenericError("the key a-secret-key is unknown\n\nDebug source: a-secret-key")

    monkeypatch.setattr(obstore, "head", refuse)
    with pytest.raises(ArtifactError) as raised:
        bucket.storage("read").blobs.exists("artifacts/x")
    (fault,) = raised.value.faults
    assert (fault.code, fault.what) == ("CF-A052", "the bucket did not do this: the key *** is unknown")
