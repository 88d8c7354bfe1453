"""Work that forks often, done apart: in a process that holds little.

Whoever forks pays for every page it holds, and a process that runs tests holds all of them with all that they
import: a fork of it costs ten times that of one that was begun for the work alone.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import IO, ParamSpec, TypeVar

ROOT = Path(__file__).resolve().parents[2]

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_BEGUN: dict[str, subprocess.Popen[bytes]] = {}


def apart(work: Callable[Given, Answer], /, *given: Given.args, **named: Given.kwargs) -> Answer:
    """Call a function of a module in another process and return what it returns.

    All goes there and back pickled. One process lives at a time and serves one module after another call of
    it, so that what is imported is imported once. Raises AssertionError with what was raised there.
    """
    process = _process_for(work.__module__)
    assert process.stdin is not None and process.stdout is not None
    pickle.dump((work, given, named), process.stdin)
    process.stdin.flush()
    raised, answer = pickle.load(process.stdout)
    if raised:
        raise AssertionError(f"apart from here: {raised}")
    found: Answer = answer
    return found


def _process_for(module: str) -> subprocess.Popen[bytes]:
    """Return the process that serves a module; the one that served another ends."""
    if module not in _BEGUN:
        _end()
        command = [sys.executable, "-m", "tests.faults.apart"]
        pipe = subprocess.PIPE
        _BEGUN[module] = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe)
    return _BEGUN[module]


@atexit.register
def _end() -> None:
    """Leave no process behind."""
    for process in _BEGUN.values():
        process.communicate()
    _BEGUN.clear()


def _serve(asked: IO[bytes], told: IO[bytes]) -> None:
    """Do what is asked, one after the other, until nobody is there to ask."""
    while asked.peek(1):  # type: ignore[attr-defined]
        work, given, named = pickle.load(asked)
        gc.collect()
        gc.freeze()
        try:
            answer = pickle.dumps(("", work(*given, **named)))
        except BaseException:
            answer = pickle.dumps((traceback.format_exc(), None))
        told.write(answer)
        told.flush()


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        _serve(sys.stdin.buffer, answers)
