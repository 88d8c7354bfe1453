"""The closure of a module: every file that can change its result, with its digest.

It is the module's own folder (all files but manifest, README, tests and examples; the manifest's parts
count by themselves), the files that `code` names, and what these import from this package, found by
reading the import statements, transitively; data files beside imported code count with it. The kernel is
left out, by decision: it carries data to a module and keeps what comes back, so that mending the kernel
must not call every film stale. Labels hold no absolute path.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cine_forge.kernel.ground.hashing import digest_of_bytes
from cine_forge.kernel.stages.discovery import Module

PACKAGE = Path(__file__).parents[2]

_LEFT_OUT = frozenset({"module.yaml", "tests", "examples", "__pycache__"})
_DATA = frozenset({".j2", ".json", ".yaml", ".txt", ".csv"})
_KERNEL = "kernel"


class _Import(NamedTuple):
    """`from <module> import <names>`, or `import <module>`; `level` counts the leading dots."""

    module: str
    names: tuple[str, ...] = ()
    level: int = 0


def code_digests(module: Module, package: Path = PACKAGE) -> Mapping[str, str]:
    """Return label → sha-256, sorted by label. Files are read once a process while they do not change.

    Labels are relative to the module's folder, or begin with the package's name.
    """
    own = {path.relative_to(module.folder).as_posix(): path for path in _own_files(module.folder)}
    own |= {label: module.folder / label for label in module.manifest.code}
    found = {label: _file(path)[0] for label, path in own.items()}
    for path in _imported(list(own.values()), package):
        found[f"{package.name}/{path.relative_to(package).as_posix()}"] = _file(path)[0]
    return dict(sorted(found.items()))


def _own_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        name = path.name
        if name in _LEFT_OUT or name.startswith((".", "README")) or path.suffix == ".pyc":
            continue
        if path.is_dir():
            yield from _own_files(path)
        else:
            yield path


def _imported(start: list[Path], package: Path) -> set[Path]:
    """Return the files of the package that `start` imports, directly or not, and the data beside them."""
    found: set[Path] = set()
    open_files = [path for path in start if path.suffix == ".py"]
    while open_files:
        path = open_files.pop()
        for wanted in _file(path)[1]:
            for target in _targets(wanted, path, package):
                if target not in found:
                    found.add(target)
                    open_files.append(target)
    return found | {beside for folder in {path.parent for path in found} for beside in _data_in(folder)}


def _data_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.suffix in _DATA and path.is_file())


def _targets(wanted: _Import, importer: Path, package: Path) -> Iterator[Path]:
    """Yield the files that one import statement reads: the module, named submodules, their packages."""
    parts = wanted.module.split(".") if wanted.module else []
    if wanted.level:
        base = importer.parents[wanted.level - 1]
    elif parts[:1] == [package.name]:
        base, parts = package, parts[1:]
    else:
        return
    if not base.is_relative_to(package):
        return
    for name in ("", *wanted.names):
        yield from _files_of(base, [*parts, name] if name else parts, package)


def _files_of(base: Path, parts: list[str], package: Path) -> Iterator[Path]:
    folder = base
    for part in parts:
        if folder == package and part == _KERNEL:
            return
        if (folder / f"{part}.py").is_file():
            yield folder / f"{part}.py"
            return
        folder = folder / part
        if not folder.is_dir():
            return
        start = folder / "__init__.py"
        if start.is_file() and start.stat().st_size:
            yield start


def _file(path: Path) -> tuple[str, tuple[_Import, ...]]:
    facts = path.stat()
    return _read(str(path), facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=8192)
def _read(path: str, _mtime_ns: int, _size: int) -> tuple[str, tuple[_Import, ...]]:
    content = Path(path).read_bytes()
    imports = tuple(_imports(content)) if path.endswith(".py") else ()
    return digest_of_bytes(content), imports


def _imports(content: bytes) -> Iterator[_Import]:
    """Yield every import statement, in functions and for typing too; none when it is not Python."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Import):
            yield from (_Import(alias.name) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            names = tuple(alias.name for alias in statement.names)
            yield _Import(statement.module or "", names, statement.level)
