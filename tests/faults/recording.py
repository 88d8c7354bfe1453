"""A recording: the steps by which an action changed a folder, and what it acknowledged in between."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.faults.call import Call
from tests.faults.disk import Step
from tests.faults.watch import GO, KILL, Ending, Say, watch

_SYNCS = frozenset({"fsync", "fdatasync"})
_WRITES = frozenset({"write", "pwrite64", "writev", "pwritev", "sendfile", "copy_file_range"})
_GONE = " (deleted)"


class Recording:
    """The steps so far, in order; several actions may follow each other on one folder."""

    def __init__(self, root: Path) -> None:
        self._root = str(root.resolve())
        self.steps: list[Step] = []

    def of(self, action: Callable[[Say], object], *, kill_at: int = 0) -> Ending:
        """Carry `action` out and record it; with `kill_at` it is killed in front of that call of its."""
        seen = 0

        def decide(call: Call) -> int:
            nonlocal seen
            seen += 1
            if seen == kill_at:
                return KILL
            self.steps += self._steps(call)
            return GO

        return watch(action, decide, under=Path(self._root))

    def _steps(self, call: Call) -> list[Step]:
        if call.path.startswith("pipe:"):
            return [Step("said", "", data=call.data())]
        if call.path.endswith(_GONE):
            return []
        path = self._inside(call.path)
        if call.name in _WRITES:
            return [Step("write", path, data=call.data(), at=call.offset())]
        if call.name in _SYNCS:
            return [Step("sync", path)]
        return self._steps_of_names(call, path)

    def _steps_of_names(self, call: Call, path: str) -> list[Step]:
        _, second, third, *_ = call.arguments
        match call.name:
            case "open" | "openat" | "creat":
                return self._opened(call, path)
            case "truncate" | "ftruncate":
                return [Step("cut", path, at=second)]
            case "mkdir" | "mkdirat":
                return [] if os.path.lexists(call.path) else [Step("folder", path)]
            case "link" | "linkat":
                return [] if os.path.lexists(call.target) else self._linked(call)
            case "rename" | "renameat" | "renameat2":
                return [Step("move", path, self._inside(call.target))]
            case "unlink" | "unlinkat" | "rmdir":
                return [Step("remove", path)] if os.path.lexists(call.path) else []
            case "chmod" | "fchmod" | "fchmodat":
                return [Step("mode", path, at=third if call.name == "fchmodat" else second)]
            case "flock":
                return []
        raise NotImplementedError(f"a recording of {call.name}")

    def _linked(self, call: Call) -> list[Step]:
        """Return a link; a file from outside is taken for durable where it came from."""
        target, source = self._inside(call.target), Path(call.path)
        if self._holds(call.path):
            return [Step("link", self._inside(call.path), target)]
        made = Step("make", target, at=source.stat().st_mode & 0o777)
        return [made, Step("write", target, data=source.read_bytes()), Step("sync", target)]

    def _opened(self, call: Call, path: str) -> list[Step]:
        mode = call.arguments[1 if call.name == "creat" else 3 if call.name == "openat" else 2]
        there = os.path.lexists(call.path)
        if not there and not call.flags() & os.O_CREAT:
            return []
        if there and call.flags() & os.O_EXCL:
            return []
        emptied = b"empty" if call.flags() & os.O_TRUNC else b""
        return [Step("make", path, data=emptied, at=mode & 0o777)]

    def _inside(self, path: str) -> str:
        assert self._holds(path), f"{path} lies outside"
        return path[len(self._root) :].lstrip("/")

    def _holds(self, path: str) -> bool:
        return path == self._root or path.startswith(f"{self._root}/")
