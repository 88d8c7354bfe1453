"""A watch over a child: every call of its that changes something waits for an answer.

The child is forked from the warm test process and asks the kernel (seccomp's user notification) to hold each
such call until the parent has looked at it. The parent lets it go on, lets it fail with an error, or kills
the child in front of it. No root, no tracer; threads and processes of the child are watched too.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import select
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.faults.call import CHANGING, FLAGS, LINES, NUMBERS, Call

GO, KILL = 0, -1
"""Answers to a call; any other is the `errno` with which it fails."""

Say = Callable[[str], None]
"""What an action calls to acknowledge something: whoever heard it may count on it."""

_NO_NEW_PRIVILEGES, _SECCOMP_CALL, _SET_FILTER, _NEW_LISTENER = 38, 317, 1, 8
_RECEIVE, _ANSWER, _CONTINUE = 0xC0502100, 0xC0182101, 1
_TAKE_TURNS, _ON_ONE_CPU = 0x40082104, 1
_LOAD, _IF_EQUAL, _IF_ANY, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_NOTICE, _REPLY, _STEP = struct.Struct("QIIiIQ6Q"), struct.Struct("QqiI"), struct.Struct("HBBI")
_PATIENCE_MS = 20_000


@dataclass(frozen=True)
class Ending:
    """How the child ended: killed, by itself, or by an error; and what it had acknowledged by then."""

    killed: bool
    error: str
    said: tuple[str, ...]


def watch(
    action: Callable[[Say], object], decide: Callable[[Call], int], *, under: Path, lines: bool = False
) -> Ending:
    """Run `action` in a child and ask `decide` about each changing call on what lies below `under`.

    An action that acknowledges something is asked about too: its path is `said`, its data the text. With
    `lines` it is asked about the child's connections as well.
    """
    calls, given = socket.socketpair()
    hearing, saying = os.pipe()
    failing, failed = os.pipe()
    child = os.fork()
    if child == 0:
        _act(action, given, (saying, failed), lines=lines)
    for handle in (saying, failed):
        os.close(handle)
    given.close()
    killed = _supervise(child, calls, decide, _Room(str(under.resolve()), hearing, lines))
    _, status = os.waitpid(child, 0)
    said, error = _read(hearing), _read(failing)
    if os.WIFSIGNALED(status) and not killed:
        error += f"ended by signal {os.WTERMSIG(status)}"
    return Ending(killed, error, tuple(said.splitlines()))


@cache
def is_possible() -> bool:
    """Tell whether this machine can watch: Linux on x86-64 that lets a process filter its own calls."""
    if platform.machine() != "x86_64" or not sys.platform.startswith("linux"):
        return False
    child = os.fork()
    if child == 0:
        try:
            os.close(_listen(lines=False))
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@dataclass(frozen=True)
class _Room:
    """What is watched: a folder, and the pipe by which the child acknowledges."""

    under: str
    hearing: int
    lines: bool = False

    def holds(self, path: str) -> bool:
        if self.lines and path.startswith("socket:"):
            return True
        return path == self.under or path.startswith(f"{self.under}/") or self.is_said(path)

    def is_said(self, path: str) -> bool:
        return path == self._said

    @cached_property
    def _said(self) -> str:
        return f"pipe:[{os.fstat(self.hearing).st_ino}]"


def _act(
    action: Callable[[Say], object], given: socket.socket, pipes: tuple[int, int], *, lines: bool
) -> None:
    """Be the child: put the calls under watch, act, and end without any clean-up of the parent's.

    `pipes` are those by which it acknowledges, and by which it says why it failed.
    """
    status, (saying, failed) = 1, pipes
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        handle = _listen(lines=lines)
        socket.send_fds(given, [b"."], [handle])
        os.close(handle)
        os.read(given.fileno(), 1)
        action(lambda text: _put(saying, f"{text}\n"))
        status = 0
    except BaseException as error:
        _put(failed, _told(error))
    finally:
        os._exit(status)


def _put(handle: int, text: str) -> None:
    os.write(handle, text.encode())


def _told(error: BaseException) -> str:
    codes = [fault.code for fault in getattr(error, "faults", ())]
    return " ".join(codes) if codes else "".join(traceback.format_exception(error))


def _listen(*, lines: bool) -> int:
    """Hold every changing call of this process from now on; return the handle that hears of them."""
    steps = _filter(lines=lines)
    program = ctypes.create_string_buffer(b"".join(_STEP.pack(*step) for step in steps))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program)))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    handle = int(library.syscall(_SECCOMP_CALL, _SET_FILTER, _NEW_LISTENER, header))
    if handle < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    with suppress(OSError):  # a kernel that does not know it is only slower
        fcntl.ioctl(handle, _TAKE_TURNS, _ON_ONE_CPU)
    return handle


def _filter(*, lines: bool) -> list[tuple[int, int, int, int]]:
    """Return the kernel's program: which calls are held. Opening is when it may make or empty the file."""
    numbers = [*(NUMBERS.keys() - FLAGS.keys()), *(LINES if lines else ())]
    steps = [(_LOAD, 0, 0, 0)]
    for name, place in FLAGS.items():
        look = [(_LOAD, 0, 0, 16 + 8 * place), (_IF_ANY, 0, 1, CHANGING), (_RETURN, 0, 0, _NOTIFY)]
        steps += [(_IF_EQUAL, 0, 4, NUMBERS[name]), *look, (_RETURN, 0, 0, _ALLOW)]
    for at, name in enumerate(numbers):
        steps.append((_IF_EQUAL, len(numbers) - at, 0, (NUMBERS | LINES)[name]))
    return [*steps, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOTIFY)]


def _supervise(child: int, calls: socket.socket, decide: Callable[[Call], int], room: _Room) -> bool:
    """Answer the child's calls until it ended; True when an answer was to kill it."""
    _, (handle,), _, _ = socket.recv_fds(calls, 1, 1)
    calls.send(b".")
    calls.close()
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    try:
        while True:
            ready = waiting.poll(_PATIENCE_MS)
            if not ready:
                os.killpg(child, signal.SIGKILL)
                raise TimeoutError("the watched action does not go on")
            if not ready[0][1] & select.POLLIN:
                return False
            if _answered(handle, decide, room) == KILL:
                os.killpg(child, signal.SIGKILL)
                return True
    finally:
        os.close(handle)


def _answered(handle: int, decide: Callable[[Call], int], room: _Room) -> int:
    notice = bytearray(_NOTICE.size)
    try:
        fcntl.ioctl(handle, _RECEIVE, notice, True)
    except FileNotFoundError:
        return GO
    number, task, _, called, _, _, *arguments = _NOTICE.unpack(notice)
    call = Call(called, task, tuple(arguments))
    answer = decide(call) if room.holds(call.path) or room.holds(call.target) else GO
    if answer != KILL:
        reply = _REPLY.pack(number, 0, -answer, 0 if answer else _CONTINUE)
        try:
            fcntl.ioctl(handle, _ANSWER, bytearray(reply), True)
        except FileNotFoundError:
            return GO
    return answer


def _read(handle: int) -> str:
    with os.fdopen(handle, "rb") as stream:
        return stream.read().decode(errors="replace")
