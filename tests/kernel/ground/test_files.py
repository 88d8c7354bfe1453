"""Files appear whole or not at all."""

import errno
import os
import stat

import pytest

from cine_forge.kernel.ground.errors import ArtifactError
from cine_forge.kernel.ground.files import (
    make_folder,
    publish_file_once,
    publish_once,
    replace_atomically,
)


def _names(folder) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _codes(raised) -> list[str]:
    return [fault.code for fault in raised.value.faults]


@pytest.mark.row("A6")
def test_a_published_file_is_read_only_and_never_overwritten(tmp_path):
    path = tmp_path / "v0001.json"
    publish_once(path, b"one")
    with pytest.raises(ArtifactError) as raised:
        publish_once(path, b"two")
    assert _codes(raised) == ["CF-A010"]
    assert path.read_bytes() == b"one"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert _names(tmp_path) == ["v0001.json"]


def test_a_writable_file_is_copied_and_its_source_may_change_afterwards(tmp_path):
    source, path = tmp_path / "scratch.png", tmp_path / "v0001.a.png"
    source.write_bytes(b"picture")
    publish_file_once(source, path)
    source.write_bytes(b"another")
    assert path.read_bytes() == b"picture"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_a_read_only_file_is_linked_and_takes_no_room(tmp_path):
    source, path = tmp_path / "receipt.mp4", tmp_path / "v0001.a.mp4"
    publish_once(source, b"film")
    publish_file_once(source, path)
    assert path.stat().st_ino == source.stat().st_ino


@pytest.mark.parametrize("writable", [True, False])
def test_a_media_file_is_never_published_over_another(tmp_path, writable):
    source, path = tmp_path / "source", tmp_path / "taken"
    source.write_bytes(b"new")
    source.chmod(0o644 if writable else 0o444)
    publish_once(path, b"old")
    with pytest.raises(ArtifactError) as raised:
        publish_file_once(source, path)
    assert _codes(raised) == ["CF-A010"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    "plant", [lambda p: os.mkfifo(p), lambda p: p.symlink_to("/etc/passwd"), lambda p: None]
)
def test_what_is_no_plain_file_is_not_published(tmp_path, plant):
    source = tmp_path / "source"
    plant(source)
    with pytest.raises(ArtifactError) as raised:
        publish_file_once(source, tmp_path / "v0001.a.png")
    assert _codes(raised) == ["CF-A011"]
    assert not (tmp_path / "v0001.a.png").exists()


def test_a_folder_is_not_made_through_a_planted_link(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(ArtifactError) as raised:
        make_folder(tmp_path / "link")
    assert _codes(raised) == ["CF-A011"]


def test_a_replaced_file_holds_the_new_bytes_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "run_state.json"
    replace_atomically(path, b"{}")
    replace_atomically(path, b'{"seq": 2}')
    assert path.read_bytes() == b'{"seq": 2}'
    assert _names(tmp_path) == ["run_state.json"]


def test_a_failed_write_leaves_no_temporary_file(tmp_path):
    with pytest.raises(TypeError):
        publish_once(tmp_path / "v0001.json", "text")  # type: ignore[arg-type]
    assert _names(tmp_path) == []


def test_a_file_is_copied_where_no_hard_link_can_be_made(tmp_path, monkeypatch):
    source, path = tmp_path / "receipt.mp4", tmp_path / "v0001.a.mp4"
    publish_once(source, b"film")
    real = os.link

    def within_the_folder_only(old, new, **more) -> None:
        if old == source:
            raise OSError(errno.EXDEV, "another device")
        real(old, new, **more)

    monkeypatch.setattr(os, "link", within_the_folder_only)
    publish_file_once(source, path)
    assert path.read_bytes() == b"film"
    assert path.stat().st_ino != source.stat().st_ino
    assert sorted(_names(tmp_path)) == ["receipt.mp4", "v0001.a.mp4"]
