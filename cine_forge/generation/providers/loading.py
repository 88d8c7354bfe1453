"""Loading: an adapter's folder becomes a provider that can be asked.

Ours are imported by name. A folder of a project's own, or of the person's, is imported only when its provider
is first asked for, as a package of its own. What goes wrong there is the author's, is told with its line, and
disables that provider alone.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from cine_forge.kernel.ground.errors import Fault, ProjectError
from cine_forge.kernel.ground.folder_package import folder_package, own_line
from cine_forge.kernel.ground.hashing import digest_of

_PACKAGE = "cine_forge.generation.providers"
_SHIPPED = Path(__file__).parent


def load_adapter(folder: Path) -> Any:
    """Return the module `adapter.py` of a folder, with its `open_provider`.

    Raises ProjectError CF-G088 for one of somebody's own that cannot be imported or lacks the function.
    """
    return load_part(folder, "adapter", wanted="open_provider")


def load_part(folder: Path, part: str, *, wanted: str) -> Any:
    """Return a module of an adapter's folder that has to offer `wanted`. Raises ProjectError CF-G088."""
    if folder.parent == _SHIPPED:
        return import_module(f"{_PACKAGE}.{folder.name}.{part}")
    try:
        loaded = import_module(f"{_package(folder)}.{part}")
    except (Exception, SystemExit) as error:  # the code is the author's: anything may come out of it
        told = f"importing `{part}.py` failed: {type(error).__name__}: {error}"
        what = f"provider `{folder.name}` is disabled: {told}"
        where = _place_of(error, folder, part)
        raise ProjectError(Fault("CF-G088", what, where, "mend it; other providers go on")) from error
    if not callable(getattr(loaded, wanted, None)):
        what = f"provider `{folder.name}` is disabled: `{part}.py` has no `{wanted}`"
        raise ProjectError(Fault("CF-G088", what, f"{folder / part}.py:1:1", f"write `def {wanted}`"))
    return loaded


def _package(folder: Path) -> str:
    """Return the name of a package whose only place is the folder, as its code is now."""
    code = {path.name: path.read_bytes().hex() for path in sorted(folder.glob("*.py"))}
    identity = digest_of({"folder": str(folder.resolve()), "code": code})
    return folder_package(f"cine_forge_adapter_{folder.name}_{identity[:16]}", folder)


def _place_of(error: BaseException, folder: Path, part: str) -> str:
    """Return the innermost line of the author's own code that an error came through."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno or 1}:{error.offset or 1}"
    return own_line(error, folder) or f"{folder / part}.py:1:1"
