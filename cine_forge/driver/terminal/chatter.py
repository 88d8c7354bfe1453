"""Chatter: what modules and libraries print while units run in this process goes to stderr.

stdout is the result of a command, which a script may read as JSON; a stray `print` must not get into it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_STDOUT, _STDERR = 1, 2


@contextmanager
def chatter_aside() -> Iterator[None]:
    """Lead the process's stdout to its stderr for a while, for children and C libraries as well."""
    sys.stdout.flush()
    kept = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, _STDOUT)
        os.close(kept)
