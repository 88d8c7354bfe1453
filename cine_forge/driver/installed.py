"""Installed packages that bring modules or providers, found by their entry points; none is imported for it.

A package writes in its `pyproject.toml`, under `[project.entry-points."cine_forge.providers"]` or
`"cine_forge.modules"`, a name of its own and the package that holds a folder for each provider or module.
Called by the places of a command. The records are read as files: the standard reader costs each run more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

PROVIDERS = "cine_forge.providers"
MODULES = "cine_forge.modules"


def installed(group: str, path: Sequence[str]) -> tuple[Path, ...]:
    """Return the folders that the packages on `path` (as `sys.path`) name for a group, by package.

    One that is not there as a folder, as in an archive, is passed over.
    """
    named = [value for text in _records(tuple(path)) for value in _values(text, group)]
    found = (_folder(value, path) for value in dict.fromkeys(named))
    return tuple(folder for folder in found if folder is not None)


@cache
def _records(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_read(path))


def _read(path: Sequence[str]) -> Iterator[str]:
    for place in path:
        names = sorted(os.listdir(place)) if os.path.isdir(place) else []  # noqa: PTH208, PTH112  # many names
        records = (f"{place}/{name}/entry_points.txt" for name in names if name.endswith(".dist-info"))
        yield from (text for record in records if (text := _ours(record)))


def _ours(record: str) -> str:
    """Return the text of a package's entry points when some are for us, else nothing."""
    try:
        with open(record, "rb", 0) as stream:  # noqa: PTH123  # many names
            content = stream.read()
        return content.decode() if b"[cine_forge." in content else ""
    except (OSError, ValueError):
        return ""


def _values(text: str, group: str) -> list[str]:
    from configparser import ConfigParser, Error

    reader = ConfigParser(delimiters=("=",), interpolation=None)
    try:
        reader.read_string(text)
    except Error:
        return []
    return list(dict(reader[group]).values()) if reader.has_section(group) else []


def _folder(value: str, path: Sequence[str]) -> Path | None:
    parts = value.strip().split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    return next((folder for place in path if (folder := Path(place, *parts)).is_dir()), None)
