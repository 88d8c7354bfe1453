"""The tree of processes below this one: who is in it, how much memory it holds, and its end.

Linux tells it through `/proc` and `prctl`. Elsewhere `adopt_orphans` and `die_with` answer False,
`resident_bytes` answers None, and only the process group of a child can be ended: a process that left
its group outlives its unit there, and a memory limit is left to `RLIMIT_AS`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

_PROC = Path("/proc")
_SET_PDEATHSIG = 1  # prctl(2)
_SET_CHILD_SUBREAPER = 36  # prctl(2), Linux 3.4
_BETWEEN_KILLS_S = 0.005
_GONE_S = 5.0
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def adopt_orphans() -> bool:
    """Become the parent of every process below whose own parent ends, whatever session it went to."""
    return _prctl(_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int) -> bool:
    """Let this process be killed when its parent ends; end it at once when the parent is gone already."""
    set_ = _prctl(_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    return set_


def below(pid: int) -> list[int]:
    """Return the processes below `pid`, nearest first; empty where nobody tells."""
    found = list(_children(pid))
    for child in found:  # grows while it is walked
        found += [one for one in _children(child) if one not in found]
    return found


def resident_bytes(pid: int) -> int | None:
    """Return the memory resident for all processes below `pid`; shared pages count in each of them."""
    if not _PROC.is_dir():
        return None
    return sum(map(_resident_of, below(pid)))


def end_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a process group, if it still has a member."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def end_all_below(group: int, most_s: float) -> tuple[int, int]:
    """Kill and reap all processes below this one; return how many ended, and how many did not in time.

    Without `/proc` these are the processes of `group`.
    """
    if not _PROC.is_dir():
        end_group(group, signal.SIGKILL)
    ended, stop_at = 0, time.monotonic() + most_s
    while True:
        reaped = _reap()
        if reaped is None:
            return ended, 0
        ended += reaped
        if time.monotonic() > stop_at:
            return ended, len(below(os.getpid()))
        for pid in below(os.getpid()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_BETWEEN_KILLS_S)


def end_marked(mark: str) -> int:
    """Kill every process that still has `mark` in the environment it began with; return how many.

    They are gone on return, unless the system takes longer than a few seconds.
    """
    ended = []
    for folder in _PROC.glob("[1-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes() and int(folder.name) != os.getpid():
                os.kill(int(folder.name), signal.SIGKILL)
                ended.append(int(folder.name))
    await_end(ended, _GONE_S)
    return len(ended)


def await_end(processes: Iterable[int], most_s: float) -> bool:
    """Wait until none of the processes lives; return whether it came to that in time."""
    left, stop_at = list(processes), time.monotonic() + most_s
    while left := [process for process in left if _lives(process)]:
        if time.monotonic() > stop_at:
            return False
        time.sleep(_BETWEEN_KILLS_S)
    return True


def _lives(process: int) -> bool:
    """Say whether a process is there and does not merely wait to be reaped."""
    try:
        return (_PROC / str(process) / "stat").read_bytes().rpartition(b")")[2].split()[:1] != [b"Z"]
    except OSError:
        return False


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    failed: int = ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
    return not failed


def _reap() -> int | None:
    """Reap what has ended; return how many that were, or None when this process has no child left."""
    ended = 0
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended or None
        if pid == 0:
            return ended
        ended += 1


def _children(pid: int) -> Iterator[int]:
    told = False
    for listed in _PROC.glob(f"{pid}/task/*/children"):
        with contextlib.suppress(OSError):
            told = True
            yield from map(int, listed.read_text().split())
    if not told and (_PROC / str(pid)).is_dir():
        yield from _children_by_parent(pid)


def _children_by_parent(pid: int) -> Iterator[int]:
    """Look through all processes, where the kernel keeps no list of children."""
    for stat in _PROC.glob("[1-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_bytes().rpartition(b")")[2].split()
            if int(fields[1]) == pid:
                yield int(stat.parent.name)


def _resident_of(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE_BYTES
    return 0
