"""Isolation: units of modules with `runs: subprocess`, each in a process of its own.

The executor calls `perform` from its threads, as it calls that of `report.py` for other modules. A keeper
is started when there is none idle, and serves one unit after the other. A child can send any bytes: what
is no message or result of the right shape ends its unit, and nothing that it sends is executed.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

from cine_forge.kernel.ground.errors import CineForgeError, Fault, StageError
from cine_forge.kernel.running.context import Port
from cine_forge.kernel.running.ending import Ending, failure
from cine_forge.kernel.running.frame import (
    ANSWER,
    END,
    MESSAGE,
    ORDER,
    RESULT,
    STOP,
    Frame,
    FrameReader,
    packed,
    write_all,
)
from cine_forge.kernel.running.order import WorkOrder
from cine_forge.kernel.running.parcel import Misread, pack_answer, pack_order, unpack_message, unpack_report
from cine_forge.kernel.running.process_tree import end_marked
from cine_forge.kernel.running.report import Report, checked
from cine_forge.kernel.running.transience import is_transient

PASSED_ON = (
    *("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_", "PYTHON", "LD_LIBRARY_PATH"),
    *("CINE_FORGE_GUARD", "COVERAGE_"),  # what watches over a test run
)
"""Beginnings of the names of environment variables that a child sees; no key and no token is among them."""

MARK = "CINE_FORGE_KEEPER"
"""The variable by which processes are found that outlived their keeper."""

_START = (
    "import sys; sys.path[:] = sys.argv[3:]; "
    "from cine_forge.kernel.running.keeper import main; sys.exit(main(*map(int, sys.argv[1:3])))"
)
_MEGABYTE = 1 << 20
_CLOSE_S = 10.0


class Isolation:
    """The keepers of one executor. `environment` is the run's own, of which only PASSED_ON is handed on."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {name: value for name, value in environment.items() if name.startswith(PASSED_ON)}
        self._lock = threading.Lock()
        self._idle: list[_Keeper] = []
        self._busy: dict[str, _Keeper] = {}
        self._closed = False

    def perform(self, order: WorkOrder, port: Port) -> Report:
        """Do one order in a process of its own, and return when nothing of it is left."""
        try:
            keeper = self._taken(str(order.unit))
        except OSError as error:
            return _refused(order, f"cannot get a process of its own: {error.strerror}")
        if keeper is None:
            return _stopped(order)
        try:
            return keeper.keep(order, port)
        finally:
            self._given_back(str(order.unit), keeper)

    def stop(self, token: str) -> None:
        """Ask the unit of this token to end: SIGTERM, then SIGKILL."""
        with self._lock:
            keeper = self._busy.get(token)
        if keeper is not None:
            keeper.stop()

    def close(self) -> None:
        """End every unit and every keeper at once; returns when they are gone."""
        with self._lock:
            self._closed = True
            idle, busy = self._idle, list(self._busy.values())
            self._idle = []
        for keeper in (*idle, *busy):
            keeper.let_go()
        for keeper in busy:
            keeper.end()
        for keeper in idle:
            keeper.dispose()

    def _taken(self, token: str) -> _Keeper | None:
        with self._lock:
            if self._closed:
                return None
            keeper = self._idle.pop() if self._idle else _Keeper(self._environment)
            self._busy[token] = keeper
            return keeper

    def _given_back(self, token: str, keeper: _Keeper) -> None:
        with self._lock:
            del self._busy[token]
            if keeper.is_sound and not self._closed:
                self._idle.append(keeper)
                return
        keeper.dispose()


class _Keeper:
    """A keeper process as the run sees it. Used by one thread at a time, but for `stop` and `let_go`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        heard, to_keeper = os.pipe()
        from_keeper, said = os.pipe()
        self._mark = f"{MARK}={os.getpid()}-{to_keeper}-{id(self)}"
        name, _, value = self._mark.partition("=")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, str(heard), str(said), *map(str, sys.path)],
            env={**environment, name: value},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(heard, said),
            start_new_session=True,
        )
        os.close(heard)
        os.close(said)
        self._to_keeper: int | None = to_keeper
        self._reader = FrameReader(from_keeper)
        self._lock = threading.Lock()
        self.is_sound = True

    def keep(self, order: WorkOrder, port: Port) -> Report:
        """Have one order done. Raises what `port` raises that is meant for nobody."""
        self.is_sound = False
        talk = _Talk(order, port)
        self._send(ORDER, json.dumps(_work(order)).encode())
        while (frame := self._reader.wait()) is not None:
            if frame.kind == END:
                ending = Ending.model_validate_json(frame.body)
                self.is_sound = not ending.left
                return talk.ended(ending)
            answer = talk.take(frame)
            if answer is not None:
                self._send(ANSWER, answer)
            elif talk.misread:
                self.stop()
        return self._lost(order)

    def stop(self) -> None:
        self._send(STOP, b"")

    def let_go(self) -> None:
        """Close the pipe to the keeper, which then ends whatever works there."""
        with self._lock:
            if self._to_keeper is not None:
                os.close(self._to_keeper)
                self._to_keeper = None

    def end(self) -> None:
        """Wait for the keeper to end; when it does not, end it and what it kept."""
        self.let_go()
        try:
            self._process.wait(_CLOSE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            end_marked(self._mark)

    def dispose(self) -> None:
        """End, and let go of the pipe from the keeper; for the thread that reads it."""
        self.end()
        os.close(self._reader.handle)

    def _send(self, kind: bytes, body: bytes) -> None:
        with self._lock, contextlib.suppress(BrokenPipeError):
            if self._to_keeper is not None:
                write_all(self._to_keeper, packed(kind, body))

    def _lost(self, order: WorkOrder) -> Report:
        """Report that the keeper is gone; whatever it kept is ended."""
        self.end()
        end_marked(self._mark)
        return _refused(order, "lost its keeper; all its processes were ended")


class _Talk:
    """What the run hears from one unit, and what it answers."""

    def __init__(self, order: WorkOrder, port: Port) -> None:
        self._order = order
        self._port = port
        self._progress = ""
        self._report: Report | None = None
        self.misread = ""

    def take(self, frame: Frame) -> bytes | None:
        """Take a message or the result; return the answer to a message."""
        try:
            if frame.kind == MESSAGE:
                return self._answer(unpack_message(frame.body))
            if frame.kind == RESULT:
                self._report = unpack_report(self._order.unit, frame.body)
        except Misread as error:
            self.misread = str(error)
        return None

    def ended(self, ending: Ending) -> Report:
        """Return the report of the unit, now that nothing of it is left."""
        if ending.killed:
            left = f"ended {ending.killed} processes that the unit left behind"
            with contextlib.suppress(CineForgeError):
                self._port({"say": "log", "message": left, "values": {}})
        if self.misread:
            sent = ending.model_copy(
                update={"verdict": "garbled", "detail": f"what it must not: {self.misread}"}
            )
            return failure(self._order, sent, self._progress)
        if self._report is None or ending.verdict:
            return failure(self._order, ending, self._progress)
        if self._report.result is not None:
            return checked(self._order, self._report.result)
        return self._report

    def _answer(self, message: Mapping[str, Any]) -> bytes:
        if message["say"] == "progress":
            self._progress = f"{message['done']} of {message['total']}"
        try:
            return pack_answer(self._port(message))
        except CineForgeError as refusal:
            return pack_answer(refusal)
        except (ArithmeticError, LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
            what = f"the run could not do what `{message['say']}` asks: {type(error).__name__}: {error}"
            fault = Fault("CF-S039", what, str(self._order.unit))
            return pack_answer(StageError(fault, transient=is_transient(error)))


def _work(order: WorkOrder) -> dict[str, Any]:
    manifest = order.module.manifest
    memory_mb = manifest.resources.get("memory_mb")
    return {
        "order": pack_order(order),
        "timeout_s": manifest.timeout_s,
        "memory_bytes": memory_mb * _MEGABYTE if memory_mb is not None else None,
        "log": str(order.log),
    }


def _refused(order: WorkOrder, why: str) -> Report:
    what = f"module `{order.module.manifest.module_id}` {why}"
    return Report(order.unit, error=StageError(Fault("CF-S036", what, str(order.unit), "run again")))


def _stopped(order: WorkOrder) -> Report:
    what = f"module `{order.module.manifest.module_id}` was stopped"
    return Report(order.unit, error=StageError(Fault("CF-S035", what, str(order.unit))))
