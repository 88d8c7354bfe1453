"""The closure of a module: every file that can change its result, with its digest.

It is the module's own folder (all files but manifest, README, tests and examples; the manifest's parts
count by themselves), the files that `code` names, and what these import from this package, found by
reading the import statements, transitively; data files beside imported code count with it. The kernel is
left out, by decision: it carries data to a module and keeps what comes back, so that mending the kernel
must not call every film stale. Labels hold no absolute path.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cine_forge.kernel.ground.collector import collector_at_rest
from cine_forge.kernel.ground.hashing import digest_of_bytes
from cine_forge.kernel.stages.discovery import Module

PACKAGE = Path(__file__).parents[2]

_LEFT_OUT = frozenset({"module.yaml", "tests", "examples", "__pycache__"})
_DATA = frozenset({".j2", ".json", ".yaml", ".txt", ".csv"})
_KERNEL = "kernel"
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
"""The fields of a statement that hold statements (a handler and a case have a body of their own)."""


class _Import(NamedTuple):
    """`from <module> import <names>`, or `import <module>`; `level` counts the leading dots."""

    module: str
    names: tuple[str, ...] = ()
    level: int = 0


def code_digests(module: Module, package: Path = PACKAGE) -> Mapping[str, str]:
    """Return label → sha-256, sorted by label. Files are read once a process while they do not change.

    Labels are relative to the module's folder, or begin with the package's name.
    """
    own = {label: _file(entry) for label, entry in _own_files(module.folder)}
    own |= {label: _file(module.folder / label) for label in module.manifest.code}
    found = {label: digest for label, (digest, _) in own.items()}
    importers = [module.folder / label for label, (_, imports) in own.items() if imports]
    for path in _imported(importers, package):
        found[f"{package.name}/{path.relative_to(package).as_posix()}"] = _file(path)[0]
    return dict(sorted(found.items()))


def _own_files(folder: Path | str, before: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield what counts of a folder, with its path below where the search began."""
    with os.scandir(folder) as entries:
        listed = list(entries)
    for entry in listed:
        name = entry.name
        if name in _LEFT_OUT or name.startswith((".", "README")) or name.endswith(".pyc"):
            continue
        if entry.is_dir():
            yield from _own_files(entry.path, f"{before}{name}/")
        else:
            yield before + name, entry


def _imported(start: list[Path], package: Path) -> set[Path]:
    """Return the files of the package that `start` imports, directly or not, and the data beside them."""
    look, found = _Look(package), set[Path]()
    open_files = list(start)
    while open_files:
        path = open_files.pop()
        for wanted in _file(path)[1]:
            for target in look.targets(wanted, path):
                if target not in found:
                    found.add(target)
                    open_files.append(target)
    return found | {beside for folder in {path.parent for path in found} for beside in look.data_in(folder)}


class _Look:
    """One look at a package: each folder is listed once, and each import followed once."""

    def __init__(self, package: Path) -> None:
        self._package = package
        self._listed: dict[Path, dict[str, os.DirEntry[str]]] = {}
        self._followed: dict[tuple[Path, tuple[str, ...]], tuple[Path | None, tuple[Path, ...]]] = {}

    def targets(self, wanted: _Import, importer: Path) -> Iterator[Path]:
        """Yield the files that one import statement reads: the module, named submodules, their packages."""
        parts = tuple(wanted.module.split(".")) if wanted.module else ()
        if wanted.level:
            base = importer.parents[wanted.level - 1]
        elif parts[:1] == (self._package.name,):
            base, parts = self._package, parts[1:]
        else:
            return
        if not base.is_relative_to(self._package):
            return
        folder, files = self._follow(base, parts)
        yield from files
        if folder is not None:
            for name in wanted.names:
                yield from self._follow(base, (*parts, name))[1]

    def data_in(self, folder: Path) -> Iterator[Path]:
        """Yield the data files of a folder."""
        entries = self._entries(folder)
        return (folder / name for name in entries if Path(name).suffix in _DATA and entries[name].is_file())

    def _follow(self, base: Path, parts: tuple[str, ...]) -> tuple[Path | None, tuple[Path, ...]]:
        """Return the folder that dotted names lead to, if they end in one, and the files read on the way."""
        key = (base, parts)
        if key not in self._followed:
            self._followed[key] = self._step(base, parts) if parts else (base, ())
        return self._followed[key]

    def _step(self, base: Path, parts: tuple[str, ...]) -> tuple[Path | None, tuple[Path, ...]]:
        folder, files = self._follow(base, parts[:-1])
        part = parts[-1]
        if folder is None or (folder == self._package and part == _KERNEL):
            return None, files
        entries = self._entries(folder)
        if f"{part}.py" in entries and entries[f"{part}.py"].is_file():
            return None, (*files, folder / f"{part}.py")
        if part not in entries or not entries[part].is_dir():
            return None, files
        start = self._entries(folder / part).get("__init__.py")
        if start is not None and start.is_file() and start.stat().st_size:
            files = (*files, folder / part / start.name)
        return folder / part, files

    def _entries(self, folder: Path) -> dict[str, os.DirEntry[str]]:
        if folder not in self._listed:
            with os.scandir(folder) as entries:
                self._listed[folder] = {entry.name: entry for entry in entries}
        return self._listed[folder]


def _file(path: Path | os.DirEntry[str]) -> tuple[str, tuple[_Import, ...]]:
    facts = path.stat()
    return _read(os.fspath(path), facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=8192)
def _read(path: str, _mtime_ns: int, _size: int) -> tuple[str, tuple[_Import, ...]]:
    content = Path(path).read_bytes()
    imports = tuple(_imports(content)) if path.endswith(".py") else ()
    return digest_of_bytes(content), imports


def _imports(content: bytes) -> Iterator[_Import]:
    """Yield every import statement, in functions and for typing too; none when it is not Python."""
    try:
        with collector_at_rest():
            tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return
    for statement in _statements(tree):
        if isinstance(statement, ast.Import):
            yield from (_Import(alias.name) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            names = tuple(alias.name for alias in statement.names)
            yield _Import(statement.module or "", names, statement.level)


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield a tree and the statements in it, at any depth; no import stands in an expression."""
    waiting = [tree]
    while waiting:
        statement = waiting.pop()
        yield statement
        for inner in _BODIES:
            waiting.extend(getattr(statement, inner, ()))
