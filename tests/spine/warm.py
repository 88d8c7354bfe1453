"""A warm process of which commands are forks: each is a process of its own that need import nothing.

Started as `python -m tests.spine.warm` with one end of a socket pair. A message names a module with a `main`,
its words and its environment, and brings three descriptors: where to answer, stdout and stderr. The answer is
the process id, and the exit status once it ended. The command leads a session of its own, so that all it
starts can be killed with it; the warm process ends with the test that started it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_MOST = 1 << 17
_PRODUCT = (
    "av",
    "cine_forge.cli.main",
    "cine_forge.driver.command",
    "cine_forge.driver.plans.plan_text",
    "cine_forge.driver.plans.planned",
    "cine_forge.driver.run",
    "cine_forge.generation.desk",
    "numpy",
    "opentimelineio",
    "PIL.Image",
)


class Running:
    """A command that was started."""

    def __init__(self, line: socket.socket, asked: Mapping[str, Any]) -> None:
        self._printed = os.memfd_create("stdout"), os.memfd_create("stderr")
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(line, [json.dumps(asked).encode()], [theirs.fileno(), *self._printed])
        self._told = ours.makefile("r")
        ours.close()
        self.pid = int(self._told.readline())
        self._status: int | None = None

    def wait(self) -> int:
        """Return the exit status once it ended: -9 when it was killed by SIGKILL."""
        if self._status is None:
            self._status = int(self._told.readline())
            self._told.close()
        return self._status

    def kill(self) -> None:
        """Kill it and all that it started, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def ended(self) -> bool:
        """Say whether it ended, without reaping it."""
        return self._status is not None or not Path(f"/proc/{self.pid}").exists()

    def printed(self) -> tuple[str, str]:
        """Return what stands on stdout and stderr, and let go of both."""
        told = []
        for descriptor in self._printed:
            os.lseek(descriptor, 0, os.SEEK_SET)
            with os.fdopen(descriptor, encoding="utf-8") as file:
                told.append(file.read())
        return told[0], told[1]


@cache
def _line() -> socket.socket:
    """Start the warm process of this test process and return the way to it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "tests.spine.warm", str(theirs.fileno())]
        server = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    atexit.register(_end, ours, server)
    return ours


def _end(line: socket.socket, server: subprocess.Popen[bytes]) -> None:
    line.close()
    server.wait()


def start(
    command: Sequence[str], environment: Mapping[str, str] | None = None, *, folder: Path = ROOT
) -> Running:
    """Start `python -m module words …` in a folder, as a fork of the warm process."""
    asked = {"module": command[2], "words": command[3:], "folder": str(folder)}
    return Running(
        _line(), {**asked, "environment": dict(os.environ if environment is None else environment)}
    )


def run(
    command: Sequence[str], environment: Mapping[str, str] | None = None, *, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Start a command as above, wait for its end and return what it printed."""
    running = start(command, environment, folder=folder)
    status = running.wait()
    return subprocess.CompletedProcess(list(command), status, *running.printed())


def serve(line: socket.socket) -> None:
    """Fork once for each message, until nobody can send any more."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(line, _MOST, 3)
        _reap()
        if not message:
            return
        if os.fork() == 0:
            line.close()
            _watch(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _reap() -> None:
    """Let go of forks that ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _watch(asked: dict[str, Any], descriptors: list[int]) -> None:
    """Start the command, which tells its id, and tell its status when it ended."""
    child = os.fork()
    if child == 0:
        _become(asked, descriptors)
    answer = descriptors[0]
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(answer, f"{status}\n".encode())
    os._exit(0)


def _become(asked: dict[str, Any], descriptors: list[int]) -> None:
    """Be the command, as if this process had been started for it."""
    status = 70
    try:
        os.setsid()
        os.write(descriptors[0], f"{os.getpid()}\n".encode())
        for number, descriptor in enumerate(descriptors[1:], start=1):
            os.dup2(descriptor, number)
        for descriptor in descriptors:
            os.close(descriptor)
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.modules["__main__"] = ModuleType("__main__")
        main = importlib.import_module(f"{asked['module']}.__main__").main
        status = main(asked["words"])
        atexit._run_exitfuncs()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def warm_up() -> None:
    """Import what commands import, and read the files behind the stages once."""
    from cine_forge.film import schemas
    from cine_forge.kernel.stages.closure import code_digests
    from cine_forge.kernel.stages.discovery import discover

    shapes = pkgutil.iter_modules(schemas.__path__, f"{schemas.__name__}.")
    for name in (*_PRODUCT, *(found.name for found in shapes)):
        importlib.import_module(name)
    for module in discover([ROOT / "modules"]).modules.values():
        code_digests(module)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    warm_up()
    serve(socket.socket(fileno=int(sys.argv[1])))
