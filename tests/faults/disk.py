"""A disk that may lose power: what was made durable is sure, everything else may be there or not.

It is told the steps that a writer took and can then be laid out as a folder: as it would be found after a
power cut at that moment. Sure are the bytes of a file at its last sync, and the names in a folder at the
folder's last sync. What came later may be kept or lost, in any order; bytes may be torn or zeros.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["make", "folder", "write", "cut", "sync", "link", "remove", "move", "mode", "said"]


@dataclass(frozen=True)
class Step:
    """One change: of `path` (relative to the root), towards `target`, with bytes at a place."""

    kind: Kind
    path: str
    target: str = ""
    data: bytes = b""
    at: int = 0


@dataclass(frozen=True)
class Loss:
    """How a power cut treats what was not synced: the part that is kept, and where chance comes from."""

    kept: float
    chance: random.Random

    @classmethod
    def of_everything(cls) -> Loss:
        """Return the worst disk."""
        return cls(0.0, random.Random(0))

    @classmethod
    def of_nothing(cls) -> Loss:
        """Return the best disk."""
        return cls(1.0, random.Random(0))

    def keeps(self) -> bool:
        """Draw whether one thing is kept."""
        return self.chance.random() < self.kept


@dataclass(eq=False)
class _File:
    mode: int
    sure: bytes = b""
    now: bytes = b""
    unsure: list[Step] = field(default_factory=list)

    def change(self, step: Step) -> None:
        self.now = _changed(self.now, step)
        self.unsure.append(step)

    def sync(self) -> None:
        self.sure, self.unsure = self.now, []

    def after(self, loss: Loss) -> bytes:
        found = self.sure
        for step in self.unsure:
            if loss.keeps():
                found = _changed(found, step)
            elif loss.kept and step.kind == "write":
                found = _changed(found, _spoiled(step, loss.chance))
        return found


@dataclass(eq=False)
class _Folder:
    sure: dict[str, _Node] = field(default_factory=dict)
    now: dict[str, _Node] = field(default_factory=dict)
    unsure: list[_Renaming] = field(default_factory=list)

    def sync(self) -> None:
        self.sure, self.unsure = dict(self.now), []


_Node = _File | _Folder


@dataclass(eq=False)
class _Renaming:
    """Names that appear in and vanish from one folder in one go; a move is shared by two folders."""

    change: dict[str, _Node | None]
    moved: _Renaming | None = None


class Disk:
    """The model. `root` is the folder that the steps are relative to; what is there already is sure."""

    def __init__(self, root: Path) -> None:
        self._root = _loaded(root)

    def take(self, step: Step) -> None:
        """Carry out one step."""
        match step.kind:
            case "make":
                self._make(step)
            case "folder":
                self._name(step.path, _Folder())
            case "write" | "cut":
                file = self._file(step.path)
                if file is not None:
                    file.change(step)
            case "mode":
                file = self._file(step.path)
                if file is not None:
                    file.mode = step.at
            case "sync":
                self._sync(step.path)
            case "link":
                self._name(step.target, self._node(step.path))
            case "remove":
                self._name(step.path, None)
            case "move":
                self._move(step)
            case "said":
                pass

    def lay_out(self, folder: Path, loss: Loss) -> None:
        """Write what a power cut now would leave into `folder`, which is made."""
        drawn: dict[int, bool] = {}
        _lay_out(self._root, folder, loss, drawn)

    def _make(self, step: Step) -> None:
        found = self._found(step.path)
        if found is None:
            self._name(step.path, _File(step.at))
        elif isinstance(found, _File) and step.data == b"empty":
            found.change(Step("cut", step.path))

    def _sync(self, path: str) -> None:
        node = self._found(path)
        if node is not None:
            node.sync()

    def _move(self, step: Step) -> None:
        node = self._node(step.path)
        (source, old), (goal, new) = self._split(step.path), self._split(step.target)
        if source is goal:
            self._rename(source, _Renaming({old: None, new: node}))
            return
        leaving = _Renaming({old: None})
        self._rename(source, leaving)
        self._rename(goal, _Renaming({new: node}, moved=leaving))

    def _name(self, path: str, node: _Node | None) -> None:
        folder, name = self._split(path)
        self._rename(folder, _Renaming({name: node}))

    def _rename(self, folder: _Folder, renaming: _Renaming) -> None:
        _apply(folder.now, renaming)
        folder.unsure.append(renaming)

    def _split(self, path: str) -> tuple[_Folder, str]:
        parent, _, name = path.rpartition("/")
        folder = self._node(parent)
        assert isinstance(folder, _Folder), path
        return folder, name

    def _file(self, path: str) -> _File | None:
        """Return a file, or None when it has no name any more: then nothing of it is found again."""
        found = self._found(path)
        return found if isinstance(found, _File) else None

    def _node(self, path: str) -> _Node:
        found = self._found(path)
        assert found is not None, f"no step made {path}"
        return found

    def _found(self, path: str) -> _Node | None:
        node: _Node | None = self._root
        for name in filter(None, path.split("/")):
            node = node.now.get(name) if isinstance(node, _Folder) else None
        return node


def _loaded(path: Path) -> _Folder:
    folder = _Folder()
    for found in sorted(path.iterdir()) if path.is_dir() else ():
        if found.is_dir():
            folder.now[found.name] = _loaded(found)
        else:
            content = found.read_bytes()
            folder.now[found.name] = _File(found.stat().st_mode & 0o777, content, content)
    folder.sync()
    return folder


def _apply(names: dict[str, _Node], renaming: _Renaming) -> None:
    for name, node in renaming.change.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


def _lay_out(folder: _Folder, path: Path, loss: Loss, drawn: dict[int, bool]) -> None:
    path.mkdir(exist_ok=True)
    names = dict(folder.sure)
    for renaming in folder.unsure:
        whole = id(renaming.moved or renaming)
        if drawn.setdefault(whole, loss.keeps()):
            _apply(names, renaming)
    for name, node in names.items():
        if isinstance(node, _Folder):
            _lay_out(node, path / name, loss, drawn)
        else:
            (path / name).write_bytes(node.after(loss))
            (path / name).chmod(node.mode)


def _changed(content: bytes, step: Step) -> bytes:
    if step.kind == "cut":
        return content[: step.at].ljust(step.at, b"\0")
    before = content[: step.at].ljust(step.at, b"\0")
    return before + step.data + content[step.at + len(step.data) :]


def _spoiled(step: Step, chance: random.Random) -> Step:
    """Return a write of which a part arrived: nothing, zeros, or a torn beginning."""
    size = len(step.data)
    kind = chance.randrange(3)
    if kind == 0 or not size:
        return Step("write", step.path)
    data = bytes(size) if kind == 1 else step.data[: chance.randrange(size)]
    return Step("write", step.path, data=data, at=step.at)
