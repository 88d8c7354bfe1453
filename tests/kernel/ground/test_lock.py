"""The lock is the kernel's: whoever dies lets go."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cine_forge.kernel.ground.errors import ArtifactError, LockedError
from cine_forge.kernel.ground.lock import Holder, ProjectLock

HERE = Holder.here(command="run ep001", since="12:00")


@pytest.mark.row("A44")
def test_a_second_lock_is_refused_and_told_who_holds_the_first(tmp_path):
    first, second = ProjectLock(tmp_path / "run.lock"), ProjectLock(tmp_path / "run.lock")
    first.try_acquire(HERE)
    with pytest.raises(LockedError) as raised:
        second.try_acquire(HERE)
    (fault,) = raised.value.faults
    assert (fault.code, raised.value.exit_status) == ("CF-U030", 3)
    assert f"`run ep001` (process {os.getpid()}" in fault.what
    assert "since 12:00" in fault.what


def test_a_lock_whose_text_cannot_be_written_is_not_held_by_anybody(tmp_path):
    first, second = ProjectLock(tmp_path / "run.lock"), ProjectLock(tmp_path / "run.lock")
    with pytest.raises(TypeError):
        first.try_acquire(Holder(1, "here", "12:00", b"no text"))
    second.try_acquire(HERE)
    assert not first.held and second.held


def test_a_released_lock_can_be_taken_again(tmp_path):
    first, second = ProjectLock(tmp_path / "run.lock"), ProjectLock(tmp_path / "run.lock")
    with first:
        first.try_acquire(HERE)
        assert first.held
    second.try_acquire(HERE)
    assert second.holder() == HERE
    second.release()
    second.release()
    assert not second.held


@pytest.mark.row("A44")
def test_who_waits_for_a_lock_hears_once_who_holds_it(tmp_path):
    first, second = ProjectLock(tmp_path / "write.lock"), ProjectLock(tmp_path / "write.lock")
    first.acquire(HERE)
    heard: list[str] = []
    told = threading.Event()

    def hear(what: str) -> None:
        heard.append(what)
        told.set()

    waiting = threading.Thread(target=lambda: second.acquire(HERE, tell=hear, patience_s=0))
    waiting.start()
    assert told.wait(30) and not second.held
    first.release()
    waiting.join()
    assert second.held and heard == [f"the project is held by {HERE}"]


def test_who_need_not_wait_hears_nothing(tmp_path):
    heard: list[str] = []
    with ProjectLock(tmp_path / "write.lock") as lock:
        lock.acquire(HERE, tell=heard.append, patience_s=0)
    assert heard == []


@pytest.mark.row("A44")
def test_a_killed_process_holds_nothing(tmp_path):
    path = tmp_path / "run.lock"
    code = (
        "import sys, time; from pathlib import Path\n"
        "from cine_forge.kernel.ground.lock import Holder, ProjectLock\n"
        "lock = ProjectLock(Path(sys.argv[1]))\n"
        "lock.try_acquire(Holder.here(command='other', since='11:00'))\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match="`other`"):
            ProjectLock(path).try_acquire(HERE)
        child.send_signal(signal.SIGKILL)
    lock = ProjectLock(path)
    lock.try_acquire(HERE)
    lock.release()


def test_a_lock_file_without_sense_still_refuses(tmp_path):
    first = ProjectLock(tmp_path / "run.lock")
    first.try_acquire(HERE)
    first.path.write_text("{")
    with pytest.raises(LockedError, match="another process"):
        ProjectLock(first.path).try_acquire(HERE)
    first.release()


def test_a_lock_does_not_nest(tmp_path):
    lock = ProjectLock(tmp_path / "write.lock")
    lock.acquire(HERE)
    with pytest.raises(RuntimeError):
        lock.acquire(HERE)
    lock.release()


def test_probing_a_lock_imports_nothing_outside_the_standard_library():
    code = (
        "import sys; import cine_forge.kernel.ground.lock\n"
        "print([name for name in ('pydantic', 'yaml', 'networkx', 'click', 'httpx') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_probe_is_refused_while_somebody_holds_the_lock_and_leaves_it_free(tmp_path):
    lock = ProjectLock(tmp_path / "run.lock")
    lock.try_acquire(HERE)
    with pytest.raises(LockedError, match="`run ep001`"):
        ProjectLock(lock.path).probe()
    lock.release()
    ProjectLock(lock.path).probe()
    lock.try_acquire(HERE)
    lock.release()


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_waiting_for_a_lock_that_is_broken_off_leaves_nothing_open(tmp_path, monkeypatch):
    lock = ProjectLock(tmp_path / "write.lock")

    def interrupted(_handle: int, _how: int) -> None:
        raise KeyboardInterrupt

    open_before = _open_files()
    with monkeypatch.context() as patched:
        patched.setattr("fcntl.flock", interrupted)
        with pytest.raises(KeyboardInterrupt):
            lock.acquire(HERE)
    assert not lock.held
    assert _open_files() == open_before


def test_the_folder_of_a_lock_is_made_when_it_is_not_there(tmp_path):
    lock = ProjectLock(tmp_path / "new" / "project" / "run.lock")
    lock.try_acquire(HERE)
    assert lock.holder() == HERE
    lock.release()


@pytest.mark.parametrize("kind", ["link", "loop", "pipe", "second", "folder"])
def test_what_is_planted_in_the_place_of_a_lock_is_neither_locked_written_nor_waited_for(tmp_path, kind):
    place, outside = tmp_path / "run.lock", tmp_path / "outside"
    outside.write_text("theirs")
    plant = {
        "link": lambda: place.symlink_to(outside),
        "loop": lambda: place.symlink_to(place),
        "pipe": lambda: os.mkfifo(place),
        "second": lambda: place.hardlink_to(outside),
        "folder": place.mkdir,
    }
    plant[kind]()
    lock = ProjectLock(place)
    for act in (lock.probe, lambda: lock.try_acquire(Holder(1, "h", "s", "c"))):
        with pytest.raises(ArtifactError, match="CF-A011"):
            act()
    assert lock.holder() is None and outside.read_text() == "theirs"
