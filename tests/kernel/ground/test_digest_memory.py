"""A file is hashed once, and again as soon as it may be another."""

import hashlib
import os

import pytest

from cine_forge.kernel.ground.digest_memory import DigestMemory
from cine_forge.kernel.ground.errors import ArtifactError

LATER_NS = 10**18 * 10
"""A time far after that of any file that a test writes."""


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _reads(monkeypatch) -> list[int]:
    """Return a list that grows with every piece that is read from a file."""
    read, seen = os.readv, []

    def counted(handle, buffers):
        seen.append(handle)
        return read(handle, buffers)

    monkeypatch.setattr(os, "readv", counted)
    return seen


def test_a_file_that_stays_as_it_is_is_read_once(tmp_path, monkeypatch):
    path, memory = tmp_path / "a.png", DigestMemory(now=lambda: LATER_NS)
    path.write_bytes(b"x" * 3_000_000)
    reads = _reads(monkeypatch)
    assert memory.digest_of(path) == _sha(b"x" * 3_000_000)
    assert len(reads) == 4
    assert memory.digest_of(path) == _sha(b"x" * 3_000_000)
    assert len(reads) == 4


@pytest.mark.row("H5")
def test_a_byte_that_is_another_is_seen_though_size_and_time_of_change_are_put_back(tmp_path):
    path, memory = tmp_path / "a.png", DigestMemory(now=lambda: LATER_NS)
    path.write_bytes(b"0123456789")
    before = path.stat()
    memory.digest_of(path)
    with path.open("r+b") as stream:
        stream.write(b"1")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert memory.digest_of(path) == _sha(b"1123456789")


def test_another_file_in_its_place_is_read(tmp_path):
    path, other, memory = tmp_path / "a.png", tmp_path / "b.png", DigestMemory(now=lambda: LATER_NS)
    path.write_bytes(b"one")
    memory.digest_of(path)
    other.write_bytes(b"two")
    other.replace(path)
    assert memory.digest_of(path) == _sha(b"two")


def test_a_file_that_changed_a_moment_ago_is_not_remembered(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"one")
    memory = DigestMemory(now=lambda: path.stat().st_ctime_ns + 1_000_000)
    reads = _reads(monkeypatch)
    memory.digest_of(path)
    memory.digest_of(path)
    assert len(reads) == 4


def test_the_oldest_is_forgotten_first(tmp_path, monkeypatch):
    memory = DigestMemory(most=2, now=lambda: LATER_NS)
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_text(path.name)
        memory.digest_of(path)
    reads = _reads(monkeypatch)
    memory.digest_of(paths[2])
    assert reads == []
    memory.digest_of(paths[0])
    assert len(reads) == 2


def test_a_link_a_pipe_and_a_folder_are_no_files(tmp_path):
    memory = DigestMemory()
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="symbolic"):
        memory.digest_of(tmp_path / "link")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(ArtifactError) as raised:
            memory.digest_of(path)
        assert raised.value.faults[0].code == "CF-A011"
