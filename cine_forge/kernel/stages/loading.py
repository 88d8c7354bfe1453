"""Loading: a module's `main.py` becomes a function that can be called.

A module offers `run_module`, or `build_block` when it is a prompt module: one of the two. The executor
loads it when a unit runs; planning loads none but prompt modules, whose blocks it checks. The folder is
imported as a package of its own under a name that holds the digest of its code, so that an edited file is
read anew.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import ref

from cine_forge.kernel.ground.config import ConfigNamespace
from cine_forge.kernel.ground.errors import CineForgeError, Fault, ModuleError, nearest
from cine_forge.kernel.ground.folder_package import folder_package, own_line
from cine_forge.kernel.ground.hashing import digest_of
from cine_forge.kernel.stages.closure import code_digests
from cine_forge.kernel.stages.contract import Context, Input, StageResult
from cine_forge.kernel.stages.discovery import Module

Entry = Callable[[Mapping[str, Input], Mapping[str, Any], Context], StageResult]

Build = Callable[[ConfigNamespace], Any]

_ENTRY = "run_module"
_BUILDER = "build_block"
_ARGUMENTS = {_ENTRY: "inputs, params, context", _BUILDER: "config"}
_LOADED: dict[tuple[int, str], tuple[ref[Module], Any]] = {}
_MENTIONS_BUILDER = re.compile(rb"\bbuild_block\b")


def load_entry(module: Module) -> Entry:
    """Import the module's code and return its `run_module`.

    Raises ModuleError CF-M013 (it cannot be imported) or CF-M014 (no fitting `run_module`), located.
    """
    entry: Entry = _load(module, _ENTRY)
    return entry


def load_builder(module: Module) -> Build:
    """Import the code of a prompt module and return its `build_block`, whose errors are located.

    Raises ModuleError CF-M013 or CF-M014 as above; calling the builder raises CF-M029 for what its code
    raises, and lets CineForgeErrors pass.
    """
    build = _load(module, _BUILDER)

    def built(config: ConfigNamespace) -> Any:
        try:
            return build(config)
        except CineForgeError:
            raise
        except Exception as error:  # the code is the author's, as above
            what = f"`{_BUILDER}` raised {type(error).__name__}: {error}"
            raise ModuleError(
                Fault("CF-M029", what, _place_of(error, module.folder), "mend the code")
            ) from error

    return built


def is_prompt_module(module: Module) -> bool:
    """Say whether the module offers `build_block`; imports its code only when the word stands in it."""
    if not _MENTIONS_BUILDER.search((module.folder / "main.py").read_bytes()):
        return False
    return hasattr(_imported(module), _BUILDER)


def _load(module: Module, wanted: str) -> Any:
    """Return the one function that a module offers, when it is the wanted one.

    A module is loaded once: what was found by one discovery stays as it was found.
    """
    known = _LOADED.get((id(module), wanted))
    if known is not None and known[0]() is module:
        return known[1]
    found = _offered(module, wanted)
    _LOADED[id(module), wanted] = (ref(module), found)
    return found


def _offered(module: Module, wanted: str) -> Any:
    main, loaded = module.folder / "main.py", _imported(module)
    if hasattr(loaded, _ENTRY) and hasattr(loaded, _BUILDER):
        what = f"`main.py` has both `{_ENTRY}` and `{_BUILDER}`"
        raise ModuleError(Fault("CF-M014", what, f"{main}:1:1", "a module offers one of the two"))
    found = getattr(loaded, wanted, None)
    if found is None:
        form = (
            f"write `def {_ENTRY}({_ARGUMENTS[_ENTRY]}) -> StageResult`, or `def {_BUILDER}(config) -> Block`"
        )
        what = f"`main.py` has no `{wanted}`"
        raise ModuleError(Fault("CF-M014", what, f"{main}:1:1", nearest(wanted, dir(loaded)) or form))
    _check_call(found, wanted, main)
    return found


def _imported(module: Module) -> ModuleType:
    try:
        return import_module(f"{_package(module)}.main")
    except (Exception, SystemExit) as error:  # the code is the author's: anything may come out of it
        raise ModuleError(_unimportable(error, module.folder)) from error


def _package(module: Module) -> str:
    """Return the name of a package whose only place is the module's folder."""
    identity = digest_of({"folder": str(module.folder.resolve()), "code": code_digests(module)})
    return folder_package(f"cine_forge_module_{module.manifest.module_id}_{identity[:16]}", module.folder)


def _unimportable(error: BaseException, folder: Path) -> Fault:
    what = f"importing `main.py` failed: {type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{error.filename}:{error.lineno or 1}:{error.offset or 1}"
        return Fault("CF-M013", f"importing `main.py` failed: {error.msg}", where, "mend the Python code")
    hint = (
        "mend the import, or install what is missing" if isinstance(error, ImportError) else "mend the code"
    )
    return Fault("CF-M013", what, _place_of(error, folder), hint)


def _place_of(error: BaseException, folder: Path) -> str:
    return own_line(error, folder) or f"{folder / 'main.py'}:1:1"


def _check_call(found: object, name: str, main: Path) -> None:
    where, arguments = f"{main}:1:1", _ARGUMENTS[name]
    if not callable(found):
        raise ModuleError(Fault("CF-M014", f"`{name}` is not a function", where, "write `def`"))
    if inspect.isfunction(found):
        where = f"{main}:{found.__code__.co_firstlineno}:1"
    try:
        inspect.signature(found).bind(*(None for _ in arguments.split(", ")))
    except (TypeError, ValueError) as error:
        hint = f"write `def {name}({arguments})`"
        raise ModuleError(Fault("CF-M014", f"`{name}` cannot be called: {error}", where, hint)) from None
