"""The child: the process in which one unit works, forked from its keeper.

It calls the module as an executor's thread would, with a port that writes messages to the keeper and
waits for answers. It ends without running anything more of the module: no atexit, no threads.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import os
import resource
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from cine_forge.kernel.ground.errors import Fault, StageError
from cine_forge.kernel.running.frame import MESSAGE, MOST_BYTES, RESULT, FrameReader, packed, write_all
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.parcel import pack_message, pack_report, unpack_answer
from cine_forge.kernel.running.process_tree import die_with
from cine_forge.kernel.running.report import Report, perform

_FIRST_TO_GO = "1000"  # proc(5): /proc/pid/oom_score_adj


class LinePort:
    """Carries messages over a pair of pipes; safe to call from the threads of a module."""

    def __init__(self, heard: int, said: int) -> None:
        self._heard = FrameReader(heard)
        self._said = said
        self._lock = threading.Lock()

    def __call__(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        body = pack_message(message)
        if len(body) > MOST_BYTES:
            raise StageError(_too_large(len(body), "a message of this unit"))
        with self._lock:
            write_all(self._said, packed(MESSAGE, body))
            frame = self._heard.wait()
        if frame is None:
            os._exit(1)  # nobody is there any more to work for
        return unpack_answer(frame.body)


class Ends(NamedTuple):
    """The child's ends of its pipes, and the handles of its keeper that it must not have."""

    heard: int
    said: int
    printed: int
    keepers: tuple[int, ...]


def live(order: WorkOrder, ends: Ends, *, keeper: int, most_bytes: int | None) -> NoReturn:
    """Do one order and end. `most_bytes` is the address space it may have, where the kernel bounds that."""
    try:
        _settle(ends, keeper)
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
        report = perform(order, LinePort(ends.heard, ends.said))
        write_all(ends.said, packed(RESULT, _packed_report(report)))
    finally:
        _leave(failed=sys.exc_info()[0] is not None)


def _settle(ends: Ends, keeper: int) -> None:
    """Take a session of its own, end with the keeper, print into the pipe, be the first to go."""
    for handle in ends.keepers:
        os.close(handle)
    os.setsid()
    die_with(keeper)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (ends.printed, 1), (ends.printed, 2)):
        os.dup2(source, target)
    for spare in (nothing, ends.printed):
        os.close(spare)
    sys.stdout, sys.stderr = _lines_to(1), _lines_to(2)
    faulthandler.enable(all_threads=False)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)


def _lines_to(handle: int) -> io.TextIOWrapper:
    """Return a stream that writes each line at once: what is not written is lost with the child."""
    raw = io.FileIO(handle, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )


def _packed_report(report: Report) -> bytes:
    body = pack_report(report)
    if len(body) <= MOST_BYTES:
        return body
    return pack_report(Report(report.unit, error=StageError(_too_large(len(body), str(report.unit)))))


def _too_large(size: int, where: str) -> Fault:
    what = f"{size:,} bytes are too large to be handed over; at most {MOST_BYTES:,} are taken"
    return Fault("CF-S037", what, where, "keep what is large as media, named by its path")


def _leave(*, failed: bool) -> NoReturn:
    try:
        if failed:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(failed)
