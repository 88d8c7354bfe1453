"""The script file as it lies on disk, decoded once for every reader.

It decides what may be read at all (size, line length, no NUL), how bytes become text (UTF-8 with or
without BOM, UTF-16 with BOM, else Latin-1 with a warning) and what a line is. The file is never
altered, so line numbers here are the editor's line numbers.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from cine_forge.film.screenplay.document import Warned
from cine_forge.kernel.ground.errors import Fault, ProjectError, nearest
from cine_forge.kernel.ground.hashing import digest_of_bytes

MOST_BYTES = 8 * 1024 * 1024
MOST_LINE_CHARACTERS = 4_000


@dataclass(frozen=True)
class SourceText:
    """A decoded script. `name` is the file's name without folders; `sha256` is over `content`."""

    name: str
    content: bytes
    text: str
    lines: tuple[str, ...]
    sha256: str
    warnings: tuple[Warned, ...] = ()

    @property
    def suffix(self) -> str:
        """Return the name's ending in lower case without its dot."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""


def open_source(path: Path) -> SourceText:
    """Read and decode the file at `path`.

    Raises ProjectError: CF-F001 not there, CF-F002 larger than 8 MiB, CF-F004 holds NUL.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as cause:
        raise ProjectError(_unreadable(path, cause)) from cause
    return decode_source(path.name, content)


def decode_source(name: str, content: bytes) -> SourceText:
    """Decode `content`, the bytes of the file called `name`. Raises as `open_source` does."""
    if len(content) > MOST_BYTES:
        what = f"the script is larger than {MOST_BYTES // 2**20} MiB, the most that is read"
        raise ProjectError(Fault("CF-F002", what, name, "split it into episodes, one file each"))
    text, warnings = _decoded(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        what = "found a NUL character; expected a text file"
        raise ProjectError(
            Fault("CF-F004", what, f"{name}:{line}", "export the script as Fountain, FDX or text")
        )
    lines = tuple(text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n"))
    return SourceText(name, content, text, lines, digest_of_bytes(content), warnings)


def check_lines(source: SourceText) -> None:
    """Refuse lines that no person wrote. Raises ProjectError CF-F003 with every such line (20 at most)."""
    long = [number for number, line in enumerate(source.lines, 1) if len(line) > MOST_LINE_CHARACTERS]
    if long:
        what = f"a line has more than {MOST_LINE_CHARACTERS} characters, the most that is read"
        hint = "break the line; one paragraph of a script is one line or several"
        raise ProjectError(*(Fault("CF-F003", what, f"{source.name}:{number}", hint) for number in long[:20]))


def _decoded(content: bytes) -> tuple[str, tuple[Warned, ...]]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace"), ()
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        return content.decode("latin-1"), (Warned(line=line, message="not UTF-8; read as Latin-1"),)


def _unreadable(path: Path, cause: OSError) -> Fault:
    parent = path.parent
    beside = [entry.name for entry in parent.iterdir() if entry.is_file()] if parent.is_dir() else []
    hint = nearest(path.name, beside) or "give the path of a .fountain, .md, .fdx or .txt file"
    return Fault("CF-F001", f"the script cannot be read: {cause.strerror or cause}", str(path), hint)
