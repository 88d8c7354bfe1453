"""`python -m bench`: measure every bar, print it beside its limit, end with 1 when one is missed."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

from bench.bar import Bar


def bars() -> list[Bar]:
    """Return the bars of every `bench_<noun>.py` beside this file, in order."""
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]))
    files = [importlib.import_module(f"bench.{name}") for name in names if name.startswith("bench_")]
    return [bar for file in files for bar in file.BARS]


def main() -> int:
    """Measure and print."""
    missed = 0
    for bar in bars():
        best = bar.best()
        word = "ok  " if best <= bar.limit_s else "MISS"
        missed += best > bar.limit_s
        print(f"{word} {bar.name:<32} {best:7.3f} s   limit {bar.limit_s:.3f} s")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
