"""The export folder: files for people, written all or none, over nothing that is theirs.

A folder remembers what was exported into it (`.cine-forge-export.json`, name to sha-256). A file that still
is what was exported is replaced; one that a person changed, or that was there before, is not touched. Names
are made of titles and scene numbers, whatever these are: they name a plain file in the folder, on any disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cine_forge.film.naming import slug_of
from cine_forge.kernel.ground.errors import Fault, UsageError
from cine_forge.kernel.ground.files import (
    is_device,
    make_folder,
    read_plain,
    replace_atomically,
)
from cine_forge.kernel.ground.hashing import digest_of, digest_of_bytes

MEMORY = ".cine-forge-export.json"
_MOST_BYTES = 80
_MOST_LETTERS = 60
_MARK = 8


def file_name(*words: str, ending: str) -> str:
    """Return a file's name from words of any kind: `lost-property_breakdown_12a.pdf`.

    Letters and digits of every alphabet are kept, in small letters; all else becomes a hyphen. What is too
    long for some disk ends in a mark of the whole, so that two long names stay apart.
    """
    name = "_".join(slug_of(word) for word in words)
    if len(name.encode()) > _MOST_BYTES or max(map(len, words)) > _MOST_LETTERS:
        mark = digest_of(list(words))[:_MARK]
        name = f"{name.encode()[: _MOST_BYTES - _MARK - 1].decode(errors='ignore').rstrip('-_')}-{mark}"
    return f"{'export_' if is_device(name) else ''}{name}{ending}"


def write_exports(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files into `folder`, which is made when it is missing; return their paths.

    Raises UsageError CF-X021 for every file that is not an export of ours, before anything is written, and
    CF-X025 when the folder cannot be written to.
    """
    try:
        make_folder(folder)
        known = _remembered(folder)
        if faults := list(_foreign(folder, files, known)):
            raise UsageError(*faults)
        for name, content in files.items():
            replace_atomically(folder / name, content)
        kept = {**known, **{name: digest_of_bytes(content) for name, content in files.items()}}
        replace_atomically(folder / MEMORY, _memory(kept))
    except OSError as cause:
        what = f"the export cannot be written: {cause.strerror or cause}"
        raise UsageError(
            Fault("CF-X025", what, str(folder), "name another folder with `--out DIR`")
        ) from cause
    return tuple(folder / name for name in files)


def _foreign(folder: Path, names: Iterable[str], known: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each name that stands for something we did not write, or not like this."""
    for name in names:
        path = folder / name
        if not path.is_symlink() and not path.exists():
            continue
        if path.is_symlink() or not path.is_file():
            found = "a link" if path.is_symlink() else "no plain file"
        elif name not in known:
            found = "a file that is no export"
        elif digest_of_bytes(read_plain(path)) != known[name]:
            found = "an export that was changed since"
        else:
            continue
        hint = "move it away, or name another folder with `--out DIR`"
        yield Fault("CF-X021", f"found {found}; it is not overwritten", str(path), hint)


def _remembered(folder: Path) -> dict[str, str]:
    """Return what was exported here before; a memory that is not ours is as good as none."""
    path = folder / MEMORY
    if path.is_symlink() or not path.is_file():
        return {}
    try:
        told = json.loads(read_plain(path))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict) or not isinstance(told.get("files"), dict):
        return {}
    return {name: digest for name, digest in told["files"].items() if isinstance(digest, str)}


def _memory(kept: Mapping[str, str]) -> bytes:
    told = {"schema": "export_folder/1", "files": dict(sorted(kept.items()))}
    return f"{json.dumps(told, indent=1, ensure_ascii=False)}\n".encode()
