"""What ships with CineForge beside its code: modules, configs, the pages of error codes.

In a wheel they lie in `cine_forge/_bundled/`; in a source tree they stand beside the package. It is the
last place that a look-up tries, after a given path, the project and the working folder.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def bundled(name: str) -> Path:
    """Return the shipped file or folder `name` (`modules`, `configs`, `docs/errors`). It may be absent."""
    packed = _PACKAGE / "_bundled" / name
    return packed if packed.exists() else _PACKAGE.parent / name
