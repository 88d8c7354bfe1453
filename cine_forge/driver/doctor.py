"""The doctor: can this machine, with this installation and in this folder, make a film?

Each check tries the real thing (opens the encoder, writes and links a file, reads the font) and says what it
found. Nothing is left behind, nothing is mended.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PYTHONS = ((3, 11), (3, 14))
LEAST_FREE_BYTES = 2 * 1024**3

LIBRARIES = {
    "av": "av",
    "click": "click",
    "defusedxml": "defusedxml",
    "font-roboto": "font_roboto",
    "httpx": "httpx",
    "jinja2": "jinja2",
    "networkx": "networkx",
    "numpy": "numpy",
    "opentimelineio": "opentimelineio",
    "pillow": "PIL.Image",
    "pydantic": "pydantic",
    "pyyaml": "yaml",
    "rich": "rich",
    "thorvg-python": "thorvg_python",
}
"""Distribution to the module that shows it can be loaded."""


@dataclass(frozen=True)
class Finding:
    """What one check found. `hint` says what to do when it is not well."""

    name: str
    well: bool
    found: str
    hint: str = ""


def examine(folder: Path) -> tuple[Finding, ...]:
    """Run every check for a project in `folder`, which need not exist yet."""
    ground = _standing(folder.resolve())
    checks: tuple[Callable[[], Finding], ...] = (
        _python,
        _libraries,
        _encoders,
        _fonts,
        _index,
        lambda: _disk(ground),
        lambda: _publishing(ground),
    )
    return tuple(check() for check in checks)


def _standing(folder: Path) -> Path:
    """Return the nearest folder at or above `folder` that exists."""
    return next(place for place in (folder, *folder.parents) if place.is_dir())


def _python() -> Finding:
    least, below = PYTHONS
    found = ".".join(str(part) for part in sys.version_info[:3])
    hint = f"use Python {least[0]}.{least[1]} to {below[0]}.{below[1] - 1}"
    return Finding("python", least <= sys.version_info[:2] < below, f"{found} at {sys.executable}", hint)


def _libraries() -> Finding:
    missing = [reason for name, module in LIBRARIES.items() if (reason := _absence(name, module))]
    found = "; ".join(missing) if missing else f"{len(LIBRARIES)} of {len(LIBRARIES)} load"
    return Finding("libraries", not missing, found, "install again: `uv sync --locked` or `make demo`")


def _absence(name: str, module: str) -> str:
    """Say why a library cannot be used, or nothing when it can."""
    try:
        version(name)
        import_module(module)
    except PackageNotFoundError:
        return f"{name} is not installed"
    except (ImportError, OSError) as error:
        return f"{name} does not load: {error}"
    return ""


def _encoders() -> Finding:
    hint = "install the `av` wheel of this platform; one built against another FFmpeg may lack them"
    try:
        codec = import_module("av.codec")
        for name in ("libx264", "aac", "png"):
            codec.Codec(name, "w")
    except (ImportError, OSError, ValueError) as error:
        return Finding("encoders", False, str(error), hint)
    return Finding("encoders", True, "libx264, aac and png", hint)


def _fonts() -> Finding:
    try:
        spec = import_module("font_roboto")
        faces = sorted(Path(str(spec.__file__)).parent.rglob("*.ttf"))
    except ImportError:
        faces = []
    found = f"{len(faces)} faces of Roboto" if faces else "no font file"
    return Finding("fonts", bool(faces), found, "install again: the package `font-roboto` carries them")


def _index() -> Finding:
    least = (3, 35, 0)
    hint = "use a Python built with SQLite 3.35 or newer"
    return Finding("index", sqlite3.sqlite_version_info >= least, f"SQLite {sqlite3.sqlite_version}", hint)


def _disk(ground: Path) -> Finding:
    free = shutil.disk_usage(ground).free
    hint = f"make room; an episode wants at least {LEAST_FREE_BYTES / 1024**3:.0f} GiB"
    return Finding("disk", free >= LEAST_FREE_BYTES, f"{free / 1024**3:.1f} GiB free at {ground}", hint)


def _publishing(ground: Path) -> Finding:
    """Write, sync and hard-link a file: what every artifact is kept by."""
    hint = "keep the project on a local disk that you may write to and that has hard links"
    try:
        with tempfile.TemporaryDirectory(dir=ground, prefix=".doctor-") as scratch:
            first, second = Path(scratch, "a"), Path(scratch, "b")
            with first.open("xb") as stream:
                stream.write(b"kept")
                os.fsync(stream.fileno())
            os.link(first, second)
            well = second.read_bytes() == b"kept"
    except OSError as error:
        return Finding("publishing", False, f"{error.strerror} in {ground}", hint)
    return Finding("publishing", well, f"write, sync and link work in {ground}", hint)
