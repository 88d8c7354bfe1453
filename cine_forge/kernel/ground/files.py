"""Files that appear whole or not at all, and survive a power cut once they are acknowledged.

A published file is written beside its place, made durable, and linked to its name, so that an existing
file cannot be replaced. The store, the run's state and the ledger's downloads write through here; what
the content means is not known here.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import threading
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from cine_forge.kernel.ground.errors import ArtifactError, Fault

READ_ONLY = 0o444
TEMPORARY_SUFFIX = ".tmp"
_COUNT = count(1)
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])[ ]*([.:].*)?", re.DOTALL)
_KINDS = {
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFREG: "file",
    stat.S_IFIFO: "FIFO",
    stat.S_IFSOCK: "socket",
}


def publish_once(path: Path, content: bytes) -> None:
    """Write `content` to `path`, which must not exist; it is read-only and durable on return.

    The folder must exist. Raises ArtifactError CF-A010 when `path` is taken; nothing is left behind then.
    """
    place_once(prepare_once(path, content), path)
    fsync_folder(path.parent)


def prepare_once(path: Path, content: bytes) -> Path:
    """Write `content` beside `path`, read-only and durable, and return where it waits for its name."""
    return _written_beside(path, content, READ_ONLY)


def place_once(temporary: Path, path: Path) -> None:
    """Give a prepared file its name; `fsync_folder` makes that durable. Raises CF-A010 as `publish_once`."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise _taken(path) from None
    finally:
        temporary.unlink(missing_ok=True)


def publish_file_once(source: Path, path: Path) -> None:
    """Publish the bytes of `source` as `path`, read-only and durable on return.

    A `source` that is read-only already is hard-linked where the file system allows it, any other is
    copied. Raises ArtifactError CF-A010 when `path` is taken, CF-A011 when `source` is no plain file.
    """
    mode = check_plain_file(source).st_mode
    if mode & 0o222 or not _linked_beside(source, path):
        copy_file_once(source, path)


def copy_file_once(source: Path, path: Path) -> None:
    """Publish a copy of `source` likewise, whether it could be linked or not. Raises as above."""
    check_plain_file(source)
    temporary = temporary_beside(path)
    try:
        shutil.copyfile(source, temporary, follow_symlinks=False)
        temporary.chmod(READ_ONLY)
        fsync_file(temporary)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    place_once(temporary, path)
    fsync_folder(path.parent)


def replace_atomically(path: Path, content: bytes) -> None:
    """Put `content` in the place of `path`, or make it. A reader sees the old bytes or the new ones."""
    temporary = _written_beside(path, content, 0o644)
    temporary.replace(path)
    fsync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make `path` and its missing parents durably. Raises ArtifactError CF-A011 on a planted link."""
    for parent in make_folder_soon(path):
        fsync_folder(parent)


def make_folder_soon(path: Path, root: Path | None = None) -> list[str]:
    """Make `path` and its missing parents; return the folders that `fsync_folder` has yet to make durable.

    Raises ArtifactError CF-A011 when `path`, or a folder between it and `root`, is a planted link or a file.
    """
    name, top = str(path), str(root) if root else None
    missing: list[str] = []
    while name != top:
        kind = _kind_of(name)
        if kind is None:
            missing.append(name)
        elif kind != "folder" and not (top is None and missing and Path(name).is_dir()):
            raise ArtifactError(Fault("CF-A011", f"expected a folder, found a {kind}", name))
        elif top is None:
            break
        name = _parent(name)
    for folder in reversed(missing):
        Path(folder).mkdir(exist_ok=True)
    return [_parent(folder) for folder in reversed(missing)]


def _parent(name: str) -> str:
    before, slash, _ = name.rpartition("/")
    return before or slash or "."


def _kind_of(name: str) -> str | None:
    try:
        mode = os.lstat(name).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:  # a folder above is a link to itself, and is met on the way up
            return None
        raise
    return _KINDS.get(stat.S_IFMT(mode), "device")


def check_plain_file(path: Path) -> os.stat_result:
    """Return the status of a regular file. Raises ArtifactError CF-A011 for anything else or nothing."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        raise ArtifactError(Fault("CF-A011", "expected a file, found nothing", str(path))) from None
    if not stat.S_ISREG(status.st_mode):
        raise ArtifactError(Fault("CF-A011", "expected a plain file, found another kind", str(path)))
    return status


def read_plain(path: Path) -> bytes:
    """Return the bytes of a regular file. Nothing else is opened: a FIFO would never end, a link leads away.

    Raises FileNotFoundError when nothing is there, ArtifactError CF-A011 for what is no plain file.
    """
    if not stat.S_ISREG(path.lstat().st_mode):
        check_plain_file(path)
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb", buffering=0) as stream:
        return stream.readall()


def check_folders(path: Path, root: Path) -> None:
    """Check that every folder between `root` and `path` is one: a planted link would lead elsewhere.

    Raises ArtifactError CF-A011; what is not there at all is left to whoever asks for it.
    """
    name, top = _parent(str(path)), str(root)
    while len(name) > len(top):
        kind = _kind_of(name)
        if kind not in ("folder", None):
            raise ArtifactError(Fault("CF-A011", f"expected a folder, found a {kind}", name))
        name = _parent(name)


def check_own(folder: Path, *, files: Iterable[str] = (), folders: Iterable[str] = ()) -> None:
    """Check that names in `folder` stand for nothing else than its own plain files and folders.

    A link leads elsewhere, and a FIFO keeps its reader waiting. What is not there is fine. Raises
    ArtifactError CF-A011 with every fault.
    """
    wanted = {**dict.fromkeys(files, "file"), **dict.fromkeys(folders, "folder")}
    found = {name: _kind_of(f"{folder}/{name}") for name in wanted}
    faults = [
        _not_own(folder / name, wanted[name], f"found a {kind}")
        for name, kind in found.items()
        if kind not in (wanted[name], None)
    ]
    if faults:
        raise ArtifactError(*faults)


def check_alone(path: Path) -> None:
    """Check that a file which is written in its place has no second name, under which it would change too.

    Raises ArtifactError CF-A011; nothing there is fine.
    """
    with contextlib.suppress(FileNotFoundError):
        if path.lstat().st_nlink > 1 and path.is_file():
            raise ArtifactError(_not_own(path, "file", "found one with a second name elsewhere"))


def _not_own(path: Path, wanted: str, found: str) -> Fault:
    hint = "move it away; this name is the project's own"
    return Fault("CF-A011", f"expected a plain {wanted}, {found}", str(path), hint)


def fsync_file(path: Path) -> None:
    """Make the bytes of `path` durable."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_folder(path: Path | str) -> None:
    """Make the names in the folder `path` durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stays_inside(name: str) -> bool:
    """Tell whether a relative name with `/` stays below where it starts, on any disk; looks nothing up."""
    odd = name.startswith("/") or "\\" in name or "\0" in name
    return bool(name) and not odd and (".." not in name or ".." not in name.split("/"))


def file_within(root: Path, name: str) -> Path | None:
    """Return the plain file called `name` below `root`, links followed that stay there; else None.

    Whatever text `name` is: one that leaves `root`, or that no disk could hold, names no file.
    """
    path = root / name
    try:
        inside = stays_inside(name) and (not _meets_link(root, path) or _leads_below(root, path))
        return path if inside and is_file(path) else None
    except (OSError, ValueError):
        return None


def _meets_link(root: Path, path: Path) -> bool:
    """Tell whether a link stands between `root` and `path` below it; without one nothing leads away."""
    place = os.fspath(root)
    for part in path.parts[len(root.parts) :]:
        place = os.path.join(place, part)  # noqa: PTH118  # a Path for each step is what costs
        if os.path.islink(place):  # noqa: PTH114  # likewise
            return True
    return False


def _leads_below(root: Path, path: Path) -> bool:
    real = os.path.realpath(path)  # links that go round in a circle are left as they are, not raised
    return Path(real).is_relative_to(os.path.realpath(root))


def is_file(path: Path) -> bool:
    """Tell whether a file is there, links followed; a path that no disk could hold is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_device(name: str) -> bool:
    """Tell whether a Windows disk would take a name for a device, with whatever ending."""
    return bool(_DEVICE.fullmatch(name.lower()))


def temporary_beside(path: Path) -> Path:
    """Return a name beside `path` that no other writer uses: process, thread and a count."""
    mark = f"{os.getpid()}-{threading.get_ident()}-{next(_COUNT)}"
    return path.with_name(f".{mark}{TEMPORARY_SUFFIX}")


def _written_beside(path: Path, content: bytes, mode: int) -> Path:
    temporary = temporary_beside(path)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(handle, "wb", buffering=0) as stream:
            rest = memoryview(content)
            while rest:
                rest = rest[stream.write(rest) or 0 :]
            os.fsync(stream.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _linked_beside(source: Path, path: Path) -> bool:
    """Hard-link `source` to `path`; False where the file system cannot."""
    try:
        fsync_file(source)
        os.link(source, path, follow_symlinks=False)
    except FileExistsError:
        raise _taken(path) from None
    except OSError:
        return False
    fsync_folder(path.parent)
    return True


def _taken(path: Path) -> ArtifactError:
    hint = "a kept version is never overwritten; a change becomes the next version"
    return ArtifactError(Fault("CF-A010", "the file exists already", str(path), hint))
