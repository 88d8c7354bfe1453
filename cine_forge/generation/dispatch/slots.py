"""Slots: at most so many generations at a provider at once, over all runs and processes of a person here.

A slot is a file that the kernel locks for who holds it, so that a killed process gives it back at once. It
is held from before the reservation until the provider has ended the generation. Two machines that share an
account do not see each other's, and a generation whose process died counts again only when somebody takes it
up: the provider itself then says that it is busy, which slows us down and costs nothing.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Slots:
    """The slots of one process. `most` says how many a provider has, None for as many as one likes.

    A slot belongs to a receipt, by its id. Safe for threads; the folder is made when a slot is first taken.
    """

    def __init__(self, folder: Path, most: Callable[[str], int | None]) -> None:
        self._folder = folder
        self._most = most
        self._held: dict[str, int | None] = {}
        self._lock = threading.Lock()

    def take(self, provider: str, receipt_id: str, *, left: int = 0) -> bool:
        """Take a slot now and return whether there was one. A receipt that has one keeps it.

        `left` of them are used by what nobody holds; one is there all the same, so that nothing stands still.
        """
        with self._lock:
            if receipt_id not in self._held:
                most = self._most(provider)
                handle = None if most is None else self._free(provider, max(1, most - left))
                if most is not None and handle is None:
                    return False
                self._held[receipt_id] = handle
            return True

    def give_back(self, receipt_id: str) -> None:
        """Give back what a receipt holds, if anything."""
        with self._lock:
            handle = self._held.pop(receipt_id, None)
            if handle is not None:
                os.close(handle)

    def close(self) -> None:
        """Give everything back."""
        for receipt_id in tuple(self._held):
            self.give_back(receipt_id)

    def _free(self, provider: str, most: int) -> int | None:
        """Return the handle of the first slot that nobody holds, locked, or None."""
        folder = self._folder / provider
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(1, most + 1):
            handle = os.open(folder / f"{number}", _FLAGS, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
            else:
                return handle
        return None


def slots_folder(environment: Mapping[str, str]) -> Path | None:
    """Return where this person's slots lie, or None where there is no such place that may be written.

    It is below `XDG_STATE_HOME`, by default `.local/state` at home (XDG Base Directory Specification).
    """
    state, home = environment.get("XDG_STATE_HOME", ""), environment.get("HOME", "")
    if not (state.startswith("/") or home.startswith("/")):
        return None
    place = Path(state) if state.startswith("/") else Path(home) / ".local" / "state"
    found = next(one for one in (place, *place.parents) if one.exists())
    return place / "cine-forge" / "slots" if os.access(found, os.W_OK) else None
