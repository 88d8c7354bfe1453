"""Folder packages: a folder of somebody's own code, importable under a name that nothing else has.

Modules and adapters are loaded so: several folders may each have a `words.py` (`from .words import …`),
`sys.path` is not touched, and whoever names a package after its code reads an edited file anew.
"""

from __future__ import annotations

import sys
import traceback
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType


class _FreshLoader(SourceFileLoader):
    """Reads source, and neither reads nor writes a `.pyc`, whose one-second clock could hide an edit."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def folder_package(name: str, folder: Path) -> str:
    """Make `name` a package of this process whose only place is `folder`, once, and return it.

    Nothing of the folder is imported by it. The folder is looked at anew with every new name.
    """
    if name not in sys.modules:
        place = str(folder.resolve())
        sys.path_importer_cache[place] = FileFinder(place, (_FreshLoader, [".py"]))
        package = ModuleType(name)
        package.__path__ = [place]
        sys.modules[name] = package
    return name


def own_line(error: BaseException, folder: Path) -> str:
    """Return `file:line:1` of the innermost line in `folder` that an error came through, else nothing."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder.resolve())]
    return f"{own[-1].filename}:{own[-1].lineno}:1" if own else ""
