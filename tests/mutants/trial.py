"""A trial: one mutation is made in a copy of the tree, and the tests that run its line must notice.

    python -m tests.mutants.trial TASKS      (run in the copy; TASKS and what it prints are JSON lines)

This process has imported what the tests need from elsewhere, never what is on trial; for each mutation it
forks a child that imports the mutated file and runs the tests until the first that fails. Time is counted
as the child's own computing, so that a busy machine kills nothing.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any, Literal

import hypothesis  # noqa: F401  (imported once here, not in every child)
import networkx  # noqa: F401
import pydantic  # noqa: F401
import pytest
import yaml  # noqa: F401

from tests.mutants.mutation import Mutation

Verdict = Literal["killed", "timeout", "survived"]

_PASSED = 0
_CPU_SECONDS = 20
_WALL_FACTOR = 12
_ARGUMENTS = (
    "-x",
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-p",
    "no:randomly",
    "--hypothesis-seed=1",
)


def try_mutation(mutation: Mutation, tests: list[str], seconds: float) -> Verdict:
    """Make the mutation, run `tests`, which take `seconds` without it, and put the file back."""
    file = Path(mutation.file)
    source = file.read_bytes()
    _forget_compiled(file)
    file.write_bytes(mutation.applied_to(source))
    try:
        return _verdict(tests, seconds)
    finally:
        file.write_bytes(source)


def _forget_compiled(file: Path) -> None:
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
        compiled.unlink()


def _verdict(tests: list[str], seconds: float) -> Verdict:
    child = os.fork()
    if child == 0:
        os._exit(_run(tests, int(seconds * 3) + _CPU_SECONDS))
    deadline = time.monotonic() + (seconds * 3 + _CPU_SECONDS) * _WALL_FACTOR
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            break
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "timeout"
        time.sleep(0.02)
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL) else "killed"
    return "survived" if os.WEXITSTATUS(status) == _PASSED else "killed"


def _run(tests: list[str], cpu_seconds: int) -> int:
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    sys.dont_write_bytecode = True
    return int(pytest.main([*_ARGUMENTS, *tests]))


def main(tasks: Path) -> None:
    """Try each task in turn and print its verdict."""
    for line in tasks.read_text().splitlines():
        task: dict[str, Any] = json.loads(line)
        verdict = try_mutation(Mutation(**task["mutation"]), task["tests"], task["seconds"])
        print(json.dumps({"mutation": task["mutation"], "verdict": verdict}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
