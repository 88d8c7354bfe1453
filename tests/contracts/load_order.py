"""The order in which the modules of the package can be loaded: each after those that it imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

_IMPORT = re.compile(r"^from (cine_forge[\w.]*) import (?:\(([^)]*)\)|(.*))|^import (cine_forge[\w.]*)", re.M)
"""An import at the margin: what stands further in waits until it is called."""


def load_order(root: Path) -> dict[str, str]:
    """Return the name of each module by its file, lowest first; tests and entry points are not among them."""
    found = sorted(root.glob("cine_forge/**/*.py"))
    files = {_name(file.relative_to(root)): file for file in found if _is_only_imported(file)}
    needs = {name: sorted(_needs(name, file.read_text(), files)) for name, file in files.items()}
    ordered = TopologicalSorter(needs).static_order()
    return {files[name].relative_to(root).as_posix(): name for name in ordered}


def _is_only_imported(file: Path) -> bool:
    return file.stem != "__main__" and not file.stem.startswith("test_")


def _name(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def _needs(name: str, source: str, known: dict[str, Path]) -> set[str]:
    """Return the packages that `name` lies in, and the modules that it imports."""
    targets = {name.rpartition(".")[0], *_targets(source)}
    return {target if target in known else target.rpartition(".")[0] for target in targets} & known.keys()


def _targets(source: str) -> Iterator[str]:
    """Yield what is imported; `from a import b` is `a.b`, be it a module or a name in one."""
    for package, in_brackets, in_line, module in _IMPORT.findall(source):
        names = (in_brackets or in_line).split(",")
        yield from [module] if module else [f"{package}.{name.split()[0]}" for name in names if name.strip()]
