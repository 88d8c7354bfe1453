"""Ctrl-C during a run: the first asks the run to stop, the second ends the process at once.

A run that is asked to stop keeps what its units still finish in a moment and leaves the rest; nothing is
broken off in the middle of a commit. Even the second one loses nothing that was acknowledged: the next
command sees the run as interrupted and goes on.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from types import FrameType, TracebackType
from typing import Any, NoReturn

from cine_forge.kernel.ground.errors import Fault, ResumableError

INTERRUPTED = 130
_LOOK_S = 0.1


class Interruption:
    """Hears Ctrl-C while it is entered; in a thread that is not the main one it hears nothing."""

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None

    def asked(self) -> bool:
        """Say whether the run shall stop."""
        return self._asked

    def pause(self, seconds: float) -> None:
        """Wait so long, in any thread. Raises ResumableError CF-G079 as soon as the run shall stop."""
        until = time.monotonic() + seconds
        while (left_s := until - time.monotonic()) > 0:
            if self._asked:
                what = "the run was stopped while a provider was waited for"
                raise ResumableError(Fault("CF-G079", what, hint="nothing is lost; run again to go on"))
            time.sleep(min(_LOOK_S, left_s))

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _hear(self, _signal: int, _frame: FrameType | None) -> None:
        if self._asked:
            os._exit(INTERRUPTED)
        self._asked = True
        os.write(2, b"\nstopping; press Ctrl-C again to leave at once\n")


def leave(left: Sequence[object]) -> NoReturn:
    """End the process although these units still work: a thread cannot be stopped from outside."""
    names = ", ".join(str(unit) for unit in left[:5]) + (" and more" if len(left) > 5 else "")
    print(
        f"interrupted while {names} worked; the same command goes on where this one stopped", file=sys.stderr
    )
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(INTERRUPTED)
