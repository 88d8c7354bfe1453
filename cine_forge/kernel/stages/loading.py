"""Loading: a module's `main.py` becomes a function that can be called.

Only the executor calls it, when a unit runs; planning never does. The folder is imported as a package of
its own under a name that holds the digest of its code: two modules may both have a `words.py` (`from
.words import …`), and an edited file is read anew. `sys.path` is not touched and no `.pyc` is kept.
"""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from cine_forge.kernel.ground.errors import Fault, ModuleError, nearest
from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.kernel.stages.closure import code_digests
from cine_forge.kernel.stages.contract import Context, Input, StageResult
from cine_forge.kernel.stages.discovery import Module

Entry = Callable[[Mapping[str, Input], Mapping[str, Any], Context], StageResult]

_ENTRY = "run_module"


def load_entry(module: Module) -> Entry:
    """Import the module's code and return its `run_module`.

    Raises ModuleError CF-M013 (it cannot be imported) or CF-M014 (no fitting `run_module`), located.
    """
    main = module.folder / "main.py"
    try:
        loaded = import_module(f"{_package(module)}.main")
    except (Exception, SystemExit) as error:  # the code is the author's: anything may come out of it
        raise ModuleError(_unimportable(error, module.folder)) from error
    entry = getattr(loaded, _ENTRY, None)
    if entry is None:
        hint = nearest(_ENTRY, dir(loaded)) or f"write `def {_ENTRY}(inputs, params, context) -> StageResult`"
        raise ModuleError(Fault("CF-M014", f"`main.py` has no `{_ENTRY}`", f"{main}:1:1", hint))
    _check_call(entry, main)
    return entry  # type: ignore[no-any-return]  # its arguments were checked, its result is at the boundary


def _package(module: Module) -> str:
    """Return the name of a package whose only place is the module's folder."""
    identity = digest_of({"folder": str(module.folder.resolve()), "code": code_digests(module)})
    name = f"cine_forge_module_{module.manifest.module_id}_{identity[:16]}"
    if name not in sys.modules:
        folder = str(module.folder.resolve())
        sys.path_importer_cache[folder] = FileFinder(folder, (_FreshLoader, [".py"]))
        package = ModuleType(name)
        package.__path__ = [folder]
        sys.modules[name] = package
    return name


class _FreshLoader(SourceFileLoader):
    """Reads source, and neither reads nor writes a `.pyc`, whose one-second clock could hide an edit."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def _unimportable(error: BaseException, folder: Path) -> Fault:
    what = f"importing `main.py` failed: {type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{error.filename}:{error.lineno or 1}:{error.offset or 1}"
        return Fault("CF-M013", f"importing `main.py` failed: {error.msg}", where, "mend the Python code")
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(folder.resolve())
    ]
    where = f"{own[-1].filename}:{own[-1].lineno}:1" if own else f"{folder / 'main.py'}:1:1"
    hint = (
        "mend the import, or install what is missing" if isinstance(error, ImportError) else "mend the code"
    )
    return Fault("CF-M013", what, where, hint)


def _check_call(entry: object, main: Path) -> None:
    where = f"{main}:1:1"
    if not callable(entry):
        raise ModuleError(Fault("CF-M014", f"`{_ENTRY}` is not a function", where, "write `def`"))
    if inspect.isfunction(entry):
        where = f"{main}:{entry.__code__.co_firstlineno}:1"
    try:
        inspect.signature(entry).bind({}, {}, None)
    except (TypeError, ValueError) as error:
        hint = f"write `def {_ENTRY}(inputs, params, context)`"
        raise ModuleError(Fault("CF-M014", f"`{_ENTRY}` cannot be called: {error}", where, hint)) from None
