"""The script file as it lies on disk, made readable once for every reader.

It decides what may be read at all (size, line length, no NUL) and what a line is. A text is decoded, and
its lines are the editor's. A file that is no text, or keeps its script in markup, is taken apart by its
format; where it has no lines of its own, `text` and `lines` are those of what was taken out. The file is
never altered: `content` and `sha256` are always its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cine_forge.film.screenplay.document import Warned
from cine_forge.film.screenplay.encoding import decode_text, split_lines
from cine_forge.film.screenplay.formats.extract import Extract
from cine_forge.film.screenplay.formats.form import ending_of, packed_form, text_form
from cine_forge.film.screenplay.formats.opening import open_markup, open_packed
from cine_forge.kernel.ground.collector import collector_at_rest
from cine_forge.kernel.ground.errors import Fault, ProjectError, nearest
from cine_forge.kernel.ground.hashing import digest_of_bytes

MOST_BYTES = 8 * 1024 * 1024
MOST_PACKED_BYTES = 32 * 1024 * 1024
MOST_LINE_CHARACTERS = 4_000


@dataclass(frozen=True)
class SourceText:
    """A script made readable. `name` is the file's name without folders; `sha256` is over `content`.

    `form` is its format; `extract` is what that format says of the lines, None for Fountain and its kin.
    """

    name: str
    content: bytes
    text: str
    lines: tuple[str, ...]
    sha256: str
    warnings: tuple[Warned, ...] = ()
    form: str = "text"
    extract: Extract | None = None

    @property
    def suffix(self) -> str:
        """Return the name's ending in lower case without its dot."""
        return ending_of(self.name)


def open_source(path: Path) -> SourceText:
    """Read the file at `path`.

    Raises ProjectError: CF-F001 not there, CF-F002 too large, CF-F004 holds NUL, CF-F005 broken XML, and
    CF-F035 to CF-F039 for a file that cannot be taken apart.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_PACKED_BYTES + 1)
    except OSError as cause:
        raise ProjectError(_unreadable(path, cause)) from cause
    return decode_source(path.name, content)


def decode_source(name: str, content: bytes) -> SourceText:
    """Make `content`, the bytes of the file called `name`, readable. Raises as `open_source` does."""
    with collector_at_rest():
        return _decoded(name, content)


def _decoded(name: str, content: bytes) -> SourceText:
    packed = packed_form(name, content)
    most = MOST_PACKED_BYTES if packed else MOST_BYTES
    if len(content) > most:
        what = f"the script is larger than {most // 2**20} MiB, the most that is read"
        raise ProjectError(Fault("CF-F002", what, name, "split it into episodes, one file each"))
    warnings: tuple[Warned, ...] = ()
    extract: Extract | None
    if packed:
        text = ""
        form, extract = open_packed(name, content, packed)
    else:
        text, warnings = decode_text(content)
        if "\0" in text:
            raise ProjectError(_no_text(name, text))
        form = text_form(name, text)
        extract = open_markup(name, content, form)
    if extract is not None:
        text = text if extract.text is None else extract.text
        warnings = (*warnings, *extract.warnings)
    digest = digest_of_bytes(content)
    return SourceText(name, content, text, split_lines(text), digest, warnings, form, extract)


def check_lines(source: SourceText) -> None:
    """Refuse lines that no person wrote. Raises ProjectError CF-F003 with every such line (20 at most)."""
    long = [number for number, line in enumerate(source.lines, 1) if len(line) > MOST_LINE_CHARACTERS]
    if long:
        what = f"a line has more than {MOST_LINE_CHARACTERS} characters, the most that is read"
        hint = "break the line; one paragraph of a script is one line or several"
        raise ProjectError(*(Fault("CF-F003", what, f"{source.name}:{number}", hint) for number in long[:20]))


def _no_text(name: str, text: str) -> Fault:
    line = text.count("\n", 0, text.index("\0")) + 1
    what = "found a NUL character; expected a text file"
    return Fault("CF-F004", what, f"{name}:{line}", "export the script as Fountain, FDX or text")


def _unreadable(path: Path, cause: OSError) -> Fault:
    parent = path.parent
    beside = [entry.name for entry in parent.iterdir() if entry.is_file()] if parent.is_dir() else []
    hint = nearest(path.name, beside) or "give the path of a .fountain, .fdx, .pdf, .docx, .md or .txt file"
    return Fault("CF-F001", f"the script cannot be read: {cause.strerror or cause}", str(path), hint)
