"""The original: the file of a script byte for byte, kept beside what was read from it.

The breakdown offers it with the `script` artifact: the file itself, or the bytes that were read written anew
where the file was edited since.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.kernel.artifacts.envelope import MediaDraft

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "fdx": "application/xml",
    "osf": "application/xml",
    "fadein": "application/zip",
    "celtx": "application/zip",
    "highland": "application/zip",
    "markdown": "text/markdown",
    "latex": "text/x-tex",
}
_ENDINGS = {"markdown": "md", "text": "txt", "latex": "tex"}


def offer_original(source: SourceText, file: Path, scratch: Callable[[], Path]) -> MediaDraft:
    """Offer the file itself while it holds what was read, else what was read, written to a scratch folder.

    Nothing is written as a rule, so that a plan can foresee the result. A read-only file is written anew:
    the store would link to it, and whoever makes it writable again would change what is kept.
    """
    if file.stat().st_mode & 0o222 and file.read_bytes() == source.content:
        return _offered(source, file)
    return keep_original(source, scratch())


def keep_original(source: SourceText, folder: Path) -> MediaDraft:
    """Write the bytes of a script to `folder` and offer them to be kept, as `source.pdf` or the like."""
    path = folder / _name(source)
    path.write_bytes(source.content)
    return _offered(source, path)


def _offered(source: SourceText, path: Path) -> MediaDraft:
    media_type = _MEDIA_TYPES.get(source.form, "text/plain")
    return MediaDraft(path=path, name=_name(source), media_type=media_type)


def _name(source: SourceText) -> str:
    return f"source.{_ENDINGS.get(source.form, source.form)}"
