"""A flip: one bit of a file turned over, and turned back afterwards. Read-only files are flipped too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Flip:
    """The `bit`-th bit of a file, counted from its first byte's lowest."""

    path: Path
    bit: int

    @contextmanager
    def turned(self) -> Iterator[None]:
        """Turn the bit over for as long as this lasts."""
        self._turn()
        try:
            yield
        finally:
            self._turn()

    def _turn(self) -> None:
        mode = self.path.stat().st_mode
        self.path.chmod(0o600)
        with self.path.open("r+b", buffering=0) as file:
            file.seek(self.bit // 8)
            (byte,) = file.read(1)
            file.seek(self.bit // 8)
            file.write(bytes([byte ^ 1 << self.bit % 8]))
        self.path.chmod(mode)


def flips(path: Path, *, most: int, seed: int = 4) -> list[Flip]:
    """Return a flip for every bit of a file, or for `most` of them, drawn without repeats."""
    bits = path.stat().st_size * 8
    chosen = range(bits) if bits <= most else sorted(random.Random(seed).sample(range(bits), most))
    return [Flip(path, bit) for bit in chosen]
