"""The keeper: a process between the run and the processes of its isolated units.

The run starts one for each place it works in, and hands it one order after the other. The keeper has
imported what a module needs, and forks a child for each order; it watches time, memory and output, passes
frames on, and ends whatever the unit leaves behind before it says that the unit has ended. It never runs
the code of a module, so what a module breaks is broken in the child. When the run is gone, it ends all.

    main
      Watch.keep          one order
        _fork             a child in a session of its own
        _step             frames on, output into the log
        _look             has it ended, is it over a limit
        _clear            nothing of the unit is left
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cine_forge.kernel.running.child import Ends, live
from cine_forge.kernel.running.frame import (
    ANSWER,
    END,
    MESSAGE,
    MOST_BYTES,
    ORDER,
    RESULT,
    STOP,
    FrameReader,
    Garbled,
    packed,
    write_all,
)
from cine_forge.kernel.running.output_log import OutputLog
from cine_forge.kernel.running.parcel import unpack_order
from cine_forge.kernel.running.process_tree import adopt_orphans, end_all_below, end_group, resident_bytes
from cine_forge.kernel.stages.closure import code_digests

GRACE_S = 2.0
"""Between SIGTERM and SIGKILL."""

_LINGER_S = 1.0
"""How long a child may live on after its result, or after it closed its pipe."""

_CLEAR_S = 5.0
_TICK_S = 0.1
_MEMORY_TICK_S = 0.02
_PIECE_BYTES = 1 << 16
_PIECES = 17
"""A pipe holds 1 MiB at most unless root said otherwise (pipe(7)); the last piece meets the end."""


def main(heard: int, said: int) -> int:
    """Serve the run over two pipes until it closes them."""
    adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()
    run = FrameReader(heard)
    while (frame := run.wait()) is not None:
        if frame.kind == ORDER:
            Watch(json.loads(frame.body), run, said).keep()
    return 0


class Watch:
    """The watch over the processes of one unit."""

    def __init__(self, work: Mapping[str, Any], run: FrameReader, to_run: int) -> None:
        self._order = unpack_order(work["order"])
        self._timeout_s: float | None = work["timeout_s"]
        self._memory_bytes: int | None = work["memory_bytes"]
        self._log = OutputLog(Path(work["log"]))
        self._run = run
        self._to_run = to_run
        self._verdict = ""
        self._detail = ""
        self._status: int | None = None
        self._has_result = False
        self._kill_at: float | None = None
        self._asked_at: float | None = None
        self._answered_s = 0.0
        self._to_child = bytearray()

    def keep(self) -> None:
        """Fork the child, see it to its end, and tell the run how it ended."""
        with contextlib.suppress(OSError):  # the child meets it again and tells it with its place
            code_digests(self._order.module)  # read once for all children
        self._began = time.monotonic()
        self._fork()
        while self._status is None:
            self._step()
            self._look()
        for _ in range(_PIECES):
            self._hear()
        killed, left = self._clear()
        self._tell_end(killed, left)

    def _fork(self) -> None:
        heard, to_child = os.pipe()
        from_child, said = os.pipe()
        output, printed = os.pipe()
        keeper = os.getpid()
        ends = Ends(heard, said, printed, (to_child, from_child, output, self._run.handle, self._to_run))
        self._child = os.fork() or live(self._order, ends, keeper=keeper, most_bytes=self._bound_bytes())
        for handle in (heard, said, printed):
            os.close(handle)
        for handle in (to_child, from_child, output):
            os.set_blocking(handle, False)
        self._line = FrameReader(from_child, MOST_BYTES)
        self._answers = to_child
        self._output: int | None = output

    def _bound_bytes(self) -> int | None:
        """Return the address space that the kernel shall allow where nobody tells how much is resident."""
        return self._memory_bytes if resident_bytes(os.getpid()) is None else None

    def _step(self) -> None:
        reading = [self._run.handle, *([self._output] if self._output is not None else [])]
        if self._listens():
            reading.append(self._line.handle)
        writing = [self._answers] if self._to_child else []
        readable, writable, _ = select.select(reading, writing, [], self._tick_s())
        if self._run.handle in readable:
            self._obey()
        if self._output in readable:
            self._drain()
        if self._line.handle in readable:
            self._hear()
        if writable:
            self._answer()

    def _listens(self) -> bool:
        return not (self._line.ended or self._has_result or self._verdict or self._asked_at is not None)

    def _tick_s(self) -> float:
        return _MEMORY_TICK_S if self._memory_bytes is not None or self._kill_at is not None else _TICK_S

    def _obey(self) -> None:
        """Take what the run says: an answer for the child, a stop, or its own end."""
        self._run.read()
        while (frame := self._run.take()) is not None:
            if frame.kind == STOP:
                self._end("stopped", grace_s=GRACE_S)
            elif frame.kind == ANSWER and self._asked_at is not None:
                self._answered_s += time.monotonic() - self._asked_at
                self._asked_at = None
                self._to_child += packed(ANSWER, frame.body)
                self._answer()
                self._hear()
        if self._run.ended:
            self._end("left", grace_s=0)

    def _answer(self) -> None:
        try:
            del self._to_child[: os.write(self._answers, self._to_child)]
        except BrokenPipeError:  # the child reads no more; how it ends is seen elsewhere
            self._to_child.clear()

    def _hear(self) -> None:
        """Take a piece of what the child said; pass on one message until it is answered, and its result."""
        try:
            if self._listens():
                self._line.read()
            while self._listens() and (frame := self._line.take()) is not None:
                self._pass_on(frame.kind, frame.body)
        except Garbled as error:
            self._detail = str(error)
            self._end("garbled", grace_s=0)

    def _pass_on(self, kind: bytes, body: bytes) -> None:
        if kind == MESSAGE and self._status is None:
            self._asked_at = time.monotonic()
        elif kind == RESULT:
            self._has_result = True
        else:
            raise Garbled(f"a frame of the kind {kind!r}, which is not a child's")
        with contextlib.suppress(BrokenPipeError):
            write_all(self._to_run, packed(kind, body))

    def _drain(self) -> None:
        """Take what was printed so far, as much as a pipe holds at most."""
        for _ in range(_PIECES):
            if self._output is None:
                return
            try:
                piece = os.read(self._output, _PIECE_BYTES)
            except BlockingIOError:
                return
            self._log.take(piece)
            if not piece:
                os.close(self._output)
                self._output = None

    def _look(self) -> None:
        """See whether the child has ended, and whether it must."""
        self._wait()
        now = time.monotonic()
        if self._status is not None:
            return
        if self._kill_at is not None and now >= self._kill_at:
            self._end("" if self._has_result else "closed", grace_s=0)
        elif self._kill_at is None and (self._has_result or self._line.ended):
            self._kill_at = now + _LINGER_S
        elif self._is_late(now):
            self._end("time", grace_s=GRACE_S)
        elif self._memory_bytes is not None and (resident_bytes(os.getpid()) or 0) > self._memory_bytes:
            self._end("memory", grace_s=0)

    def _wait(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                if found[0] == self._child:
                    self._status = os.waitstatus_to_exitcode(found[1])

    def _is_late(self, now: float) -> bool:
        """Say whether the unit worked too long; the time in which the run answered does not count."""
        if self._timeout_s is None or self._asked_at is not None:
            return False
        return now - self._began - self._answered_s > self._timeout_s

    def _end(self, verdict: str, *, grace_s: float) -> None:
        """Decide that the unit must end; the first verdict stands, a later one may only hurry."""
        self._verdict = self._verdict or verdict
        kill_at = time.monotonic() + grace_s
        self._kill_at = kill_at if self._kill_at is None else min(kill_at, self._kill_at)
        end_group(self._child, signal.SIGTERM if grace_s else signal.SIGKILL)

    def _clear(self) -> tuple[int, int]:
        """End what the unit left behind, and take what was still to be read."""
        killed, left = end_all_below(self._child, _CLEAR_S)
        self._drain()
        self._log.close()
        for handle in (self._line.handle, self._answers, *([self._output] if self._output else [])):
            os.close(handle)
        return killed, left

    def _tell_end(self, killed: int, left: int) -> None:
        end = {
            "verdict": self._verdict,
            "detail": self._detail,
            "status": self._status,
            "lines": self._log.last_lines(),
            "dropped": self._log.dropped,
            "killed": killed,
            "left": left,
        }
        with contextlib.suppress(BrokenPipeError):
            write_all(self._to_run, packed(END, json.dumps(end).encode()))
