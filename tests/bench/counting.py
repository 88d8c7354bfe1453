"""Counts what is made durable, from inside this process."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def counted(*projects: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Counter[str]]]:
    """Count for each project what is done below `artifacts/` and `derivations/`, and commits of the index."""
    found: list[Counter[str]] = [Counter() for _ in projects]
    kept = [(f"{project}/artifacts", f"{project}/derivations") for project in projects]

    def watch(name: str, place: Callable[..., str]) -> None:
        real = getattr(os, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            where = place(*args)
            for acts, below in zip(found, kept, strict=True):
                acts[name] += where.startswith(below)
            return real(*args, **kwargs)

        monkeypatch.setattr(os, name, counting)

    watch("fsync", lambda handle: str(Path(f"/proc/self/fd/{handle}").readlink()))
    watch("link", lambda _, target: str(target))
    watch("mkdir", lambda path, *_: str(path))
    watch("unlink", lambda path: str(path))
    connect = sqlite3.connect

    def listening(path: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(path, **kwargs)
        for acts, project in zip(found, projects, strict=True):
            if f"{project}/" in str(path):
                connection.set_trace_callback(
                    lambda sql, acts=acts: acts.update(commits=sql.strip().upper() == "COMMIT")
                )
        return connection

    monkeypatch.setattr(sqlite3, "connect", listening)
    try:
        yield found
    finally:
        monkeypatch.undo()
