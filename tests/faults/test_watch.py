"""The watch itself: it sees what an outside tracer sees, and an answer of its does what it says."""

import errno
import os
import re
import shlex
import subprocess
import sys
import threading

import pytest

from tests.faults.recording import Recording
from tests.faults.watch import GO, KILL, watch

pytestmark = pytest.mark.needs("seccomp")

_SCRIPT = """
import os, sqlite3, sys
folder = sys.argv[1]
with open(folder + "/a", "wb", buffering=0) as file:
    file.write(b"one")
    os.fsync(file.fileno())
os.link(folder + "/a", folder + "/b")
os.mkdir(folder + "/c")
os.rename(folder + "/b", folder + "/c/b")
os.unlink(folder + "/a")
sql = sqlite3.connect(folder + "/d.sqlite")
sql.execute("CREATE TABLE t (x)")
"""


def _names(folder):
    """Run the script here, under watch, and return the names of the calls it makes in the folder."""
    seen = []

    def act(_say):
        sys.argv = ["-", str(folder)]
        exec(_SCRIPT, {})

    watch(act, lambda call: seen.append(call.name) or GO, under=folder)
    return seen


@pytest.mark.needs("strace")
def test_the_watch_sees_the_calls_that_strace_sees(tmp_path):
    ours, theirs, trace = tmp_path / "ours", tmp_path / "theirs", tmp_path / "trace"
    ours.mkdir()
    theirs.mkdir()
    seen = _names(ours)
    calls = "write,pwrite64,fsync,fdatasync,ftruncate,openat,link,mkdir,rename,unlink"
    command = ["strace", "-f", "-y", "-o", str(trace), "-e", f"trace={calls}", sys.executable, "-c", _SCRIPT]
    subprocess.run([*command, str(theirs)], check=True)
    lines = [line for line in trace.read_text().splitlines() if str(theirs) in line.split(" = ")[0]]
    changing = [line for line in lines if "openat(" not in line or "O_CREAT" in line]
    assert [re.search(r"(\w+)\(", line)[1] for line in changing] == seen
    assert len(seen) > 15


def test_a_killed_child_has_not_done_the_call_it_was_killed_at_and_has_done_all_before(tmp_path):
    def act(say):
        for name in ("a", "b", "c"):
            (tmp_path / name).mkdir()
            say(name)

    ending = watch(act, lambda call: KILL if call.path.endswith("/c") else GO, under=tmp_path)
    assert (ending.killed, ending.said) == (True, ("a", "b"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_refused_call_fails_with_the_error_it_is_given_and_changes_nothing(tmp_path):
    def act(say):
        try:
            (tmp_path / "a").write_text("text")
        except OSError as error:
            say(errno.errorcode[error.errno])

    def full(call):
        return errno.ENOSPC if call.name == "write" and call.path.endswith("/a") else GO

    ending = watch(act, full, under=tmp_path)
    assert ending.said == ("ENOSPC",)
    assert (tmp_path / "a").read_bytes() == b""


def test_threads_and_processes_of_the_child_are_watched_too(tmp_path):
    seen = []

    def act(_say):
        thread = threading.Thread(target=(tmp_path / "by-thread").mkdir)
        thread.start()
        thread.join()
        subprocess.run(["mkdir", str(tmp_path / "by-process")], check=True)

    watch(act, lambda call: seen.append(call.path) or GO, under=tmp_path)
    assert seen == [str(tmp_path / "by-thread"), str(tmp_path / "by-process")]


def test_an_error_of_the_child_is_told_with_its_place(tmp_path):
    ending = watch(lambda _say: 1 // 0, lambda _call: GO, under=tmp_path)
    assert not ending.killed
    assert "ZeroDivisionError" in ending.error and shlex.quote(__name__.rpartition(".")[2]) in ending.error


def test_a_recording_holds_the_bytes_their_places_and_what_was_acknowledged(tmp_path):
    def act(say):
        handle = os.open(tmp_path / "a", os.O_RDWR | os.O_CREAT, 0o640)
        os.write(handle, b"one two")
        os.pwrite(handle, b"TWO", 4)
        os.ftruncate(handle, 6)
        os.fsync(handle)
        say("done")

    recording = Recording(tmp_path)
    recording.of(act)
    told = [(step.kind, step.path, step.data, step.at) for step in recording.steps]
    assert told == [
        ("make", "a", b"", 0o640),
        ("write", "a", b"one two", 0),
        ("write", "a", b"TWO", 4),
        ("cut", "a", b"", 6),
        ("sync", "a", b"", 0),
        ("said", "", b"done\n", 0),
    ]
