"""The core needs no system package: every compiled file of its wheels links to itself and the C runtime."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[2]

RUNTIME = re.compile(
    r"^(linux-vdso|ld-linux[-\w]*|ld-musl[-\w]*"  # the system's page and the loader
    r"|libc|libm|libmvec|libpthread|libdl|librt|libutil"  # the C library, in its parts
    r"|libgcc_s|libstdc\+\+)\.so"  # the compiler's own runtime
)
"""The C/C++ runtime: libraries that every Linux with a C++ program on it has."""

PROMISED = frozenset({"libz.so.1"})
"""Not of that runtime, yet promised by every manylinux policy, and what Python's own `zlib` stands on:
without it no wheel can be unpacked. PyAV, Pillow and numpy use it. Anything else must come in the wheel."""

_LINE = re.compile(r"^\s*(?P<name>\S+)(?: => (?P<path>not found|\S+))?")
_COMPILED = re.compile(r"\.so(\.\d+)*$")


@cache
def locked_core() -> dict[str, str]:
    """Return name and version of each package that the core needs on this Python, from `uv.lock`.

    The lock may hold several versions of a package, for several Pythons; an edge then names its version.
    """
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    packages = {(package["name"], package["version"]): package for package in lock["package"]}
    only = dict(packages.keys())
    core, open_edges = dict[str, str](), [("cine-forge", only["cine-forge"])]
    while open_edges:
        name, version = open_edges.pop()
        if name not in core:
            core[name] = version
            open_edges += [
                (edge["name"], edge.get("version", only[edge["name"]]))
                for edge in _edges(packages[name, version])
            ]
    del core["cine-forge"]
    return dict(sorted(core.items()))


def _edges(package: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for edge in package.get("dependencies", []):
        if "marker" not in edge or Marker(edge["marker"]).evaluate():
            yield edge


def compiled_files(name: str) -> list[Path]:
    """Return the shared objects that a distribution brought."""
    files = distribution(name).files or []
    return sorted(Path(str(file.locate())) for file in files if _COMPILED.search(file.name))


def strangers(listing: str, home: Path) -> list[str]:
    """Return the lines of an `ldd` listing that are neither below `home` nor of the C/C++ runtime."""
    found = []
    for line in filter(str.strip, listing.splitlines()):
        match = _LINE.match(line)
        if match is None or "statically linked" in line:
            continue
        name, path = Path(match["name"]).name, match["path"] or ""
        inside = path.startswith("/") and Path(path).resolve().is_relative_to(home)
        if not inside and (path == "not found" or not (RUNTIME.match(name) or name in PROMISED)):
            found.append(line.strip())
    return found


def test_the_installed_core_is_the_locked_one() -> None:
    installed = {name: distribution(name).version for name in locked_core()}
    assert installed == locked_core()


@pytest.mark.needs("ldd")
@pytest.mark.row("G1")
def test_no_compiled_wheel_of_the_core_links_outside_itself() -> None:
    clean = {key: value for key, value in os.environ.items() if key != "LD_LIBRARY_PATH"}
    wrong: dict[str, list[str]] = {}
    for name in locked_core():
        home = Path(str(distribution(name).locate_file(""))).resolve()
        for file in compiled_files(name):
            listing = subprocess.run(
                ["ldd", str(file)], env=clean, capture_output=True, text=True, check=False
            )
            if outside := strangers(listing.stdout, home):
                wrong[f"{name}: {file.name}"] = outside
    assert not wrong


@pytest.mark.needs("ldd")
def test_the_core_has_compiled_files_to_look_at() -> None:
    assert {"av", "numpy", "pillow", "thorvg-python"} <= {
        name for name in locked_core() if compiled_files(name)
    }


@pytest.mark.parametrize(
    ("line", "is_stranger"),
    [
        ("\tlinux-vdso.so.1 (0x00007ffd)", False),
        ("\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)", False),
        ("\tlibstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f)", False),
        ("\t/lib64/ld-linux-x86-64.so.2 (0x00007f)", False),
        ("\tlibx264-1.so => /site/av.libs/libx264-1.so (0x00007f)", False),
        ("\tlibGL.so.1 => /lib/x86_64-linux-gnu/libGL.so.1 (0x00007f)", True),
        ("\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f)", False),
        ("\tlibpng16.so.16 => /lib/x86_64-linux-gnu/libpng16.so.16 (0x00007f)", True),
        ("\tlibcrypto.so.3 => /lib/x86_64-linux-gnu/libcrypto.so.3 (0x00007f)", True),
        ("\tlibEGL.so.1 => not found", True),
        ("\tlibc.so.6 => not found", True),
    ],
)
def test_a_listing_is_read_for_what_lies_outside(line: str, is_stranger: bool) -> None:
    assert bool(strangers(line, Path("/site"))) is is_stranger
