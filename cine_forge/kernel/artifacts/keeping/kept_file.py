"""A kept file on its way to whoever reads it: not handed out before its bytes were checked.

Modules, exports, thumbnails and the door to generation pass here, so that nobody works with a picture or a
clip that is not the one that was kept. A file is read once in a process and again after every change of it.
"""

from __future__ import annotations

from pathlib import Path

from cine_forge.kernel.artifacts.keeping.seal import damaged, gone
from cine_forge.kernel.ground.digest_memory import FILE_DIGESTS
from cine_forge.kernel.ground.errors import IntegrityError


def checked_file(path: Path, *, sha256: str, size: int) -> Path:
    """Return `path` when the plain file there has these bytes; `size` counts them.

    Raises IntegrityError CF-A020 when they are others, CF-A021 when the file is gone.
    """
    where = str(path)
    if path.is_symlink() or not path.is_file():
        raise IntegrityError(gone(where))
    found = path.stat().st_size
    if found != size:
        raise IntegrityError(damaged(where, f"expected {size} bytes, found {found}"))
    if FILE_DIGESTS.digest_of(path) != sha256:
        raise IntegrityError(damaged(where, "its bytes are not what was kept"))
    return path
