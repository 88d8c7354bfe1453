"""A process that commits, and dies by SIGKILL before its n-th act beyond its own memory."""

from __future__ import annotations

import os
import signal
import traceback
from pathlib import Path
from typing import Any

import obstore

from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.scale.location import Location
from cine_forge.scale.postgres_database import PostgresDatabase
from tests.kernel.artifacts.kept import clock, draft, media, registry, work

_ACTS = ((obstore, "put"), (os, "link"), (PostgresDatabase, "note"), (PostgresDatabase, "transaction"))


def dies(said: dict[str, Any]) -> bool:
    """Commit in a child that dies so; False when it got through. Who calls this speaks to no server itself.

    Said are `project`, `urls`, `environ`, the `text` to keep, and `before` which act it dies.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _commit(said)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    _, ending = os.waitpid(child, 0)
    assert ending in (0, signal.SIGKILL), "the child neither died nor got through; see above"
    return ending != 0


def _commit(said: dict[str, Any]) -> None:
    project = Path(said["project"])
    storage = Location.of(*said["urls"]).storage(project, said["environ"], "write")
    with Store.open(project, registry=registry(), clock=clock, write=True, storage=storage) as store:
        film = media(project / "m", said["text"].encode())
        _die_before(said["before"])
        store.commit(work(draft("ann", said["text"], media=(film,)), draft("bob", said["text"])))


def _die_before(number: int) -> None:
    done = 0

    def deadly(act: Any) -> Any:
        def counted(*values: Any, **named: Any) -> Any:
            nonlocal done
            done += 1
            if done == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*values, **named)

        return counted

    for owner, name in _ACTS:
        setattr(owner, name, deadly(getattr(owner, name)))
