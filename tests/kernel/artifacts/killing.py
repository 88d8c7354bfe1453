"""A child process that is killed before the n-th call that changes something on disk."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

_CHANGES = frozenset(
    [
        "write",
        "pwrite",
        "ftruncate",
        "truncate",
        "fsync",
        "link",
        "unlink",
        "mkdir",
        "rename",
        "replace",
        "chmod",
        "flock",
        "executemany",
    ]
)


def survives(action: Callable[[], object], kill_before: int) -> bool:
    """Run `action` in a forked child that dies by SIGKILL before its n-th call; True when it got through."""
    child = os.fork()
    if child == 0:
        _die_before(kill_before)
        try:
            action()
        finally:
            sys.setprofile(None)
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return not os.WIFSIGNALED(status)


def _die_before(number: int) -> None:
    calls = 0

    def watch(_frame: Any, event: str, function: Any) -> None:
        nonlocal calls
        if event != "c_call" or getattr(function, "__name__", "") not in _CHANGES:
            return
        if isinstance(getattr(function, "__self__", None), str | bytes | date):
            return
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
