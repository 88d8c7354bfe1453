"""Files appear whole or not at all."""

import errno
import os
import stat

import pytest

from cine_forge.kernel.ground import files
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


def test_a_link_among_the_folders_on_the_way_is_refused(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "root" / "loop").symlink_to(tmp_path / "root" / "loop")
    for name in ("link/x", "link/x/y", "loop/x", "loop/x/y"):
        with pytest.raises(ArtifactError, match="found a link"):
            files.check_folders(tmp_path / "root" / name, tmp_path / "root")
    files.check_folders(tmp_path / "root" / "absent" / "x", tmp_path / "root")
    with pytest.raises(OSError, match="too long"):
        files.check_folders(tmp_path / ("x" * 999) / "y", tmp_path)


def test_only_a_plain_file_is_read(tmp_path):
    (tmp_path / "plain").write_bytes(b"x" * 100_000)
    (tmp_path / "link").symlink_to(tmp_path / "plain")
    os.mkfifo(tmp_path / "pipe")
    assert files.read_plain(tmp_path / "plain") == b"x" * 100_000
    for name in ("link", "pipe"):
        with pytest.raises(ArtifactError, match="CF-A011"):
            files.read_plain(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        files.read_plain(tmp_path / "absent")


def test_names_that_are_a_folders_own_stand_for_plain_files_and_folders(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    files.check_own(tmp_path, files=("file", "absent"), folders=("folder", "none"))
    with pytest.raises(ArtifactError) as raised:
        files.check_own(tmp_path, files=("folder", "pipe"), folders=("file",))
    said = [fault.what.partition("found ")[2] for fault in raised.value.faults]
    assert said == ["a folder", "a FIFO", "a file"]


def test_a_file_that_is_written_in_its_place_has_one_name(tmp_path):
    (tmp_path / "file").write_text("x")
    files.check_alone(tmp_path / "file")
    files.check_alone(tmp_path / "absent")
    (tmp_path / "other").hardlink_to(tmp_path / "file")
    with pytest.raises(ArtifactError, match="second name"):
        files.check_alone(tmp_path / "file")


def test_a_name_stays_inside_or_names_no_file(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "file").write_text("x")
    (tmp_path / "secret").write_text("x")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "in").symlink_to(root / "file")
    (root / "round").symlink_to(root / "round")
    (root / "up").symlink_to(tmp_path)
    (root / "within").symlink_to(root)
    (tmp_path / "by another name").symlink_to(root)
    assert files.file_within(tmp_path / "by another name", "within/in") is not None
    assert files.file_within(root, "file") == root / "file" and files.file_within(root, "in") == root / "in"
    odd = ("", ".", "a\0", "\ud800", "within/\ud800", "x" * 9000, "a\\b")
    for name in ("out", "../secret", "up/secret", "round", "round/x", str(tmp_path / "secret"), *odd):
        assert files.file_within(root, name) is None
    assert not files.is_file(root / ("x" * 9000)) and files.is_file(root / "in")


def test_a_device_of_windows_is_known_by_its_name_before_the_dot():
    assert all(files.is_device(name) for name in ("con", "NUL.txt", "Com1:", "lpt9 .x"))
    assert not any(files.is_device(name) for name in ("console", "com", "com10", "a.con", "nul1"))
