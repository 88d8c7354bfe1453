"""The original: the file of a script byte for byte, kept beside what was read from it.

The breakdown offers it with the `script` artifact. It is written anew from the bytes that were read, since
the file itself may be edited before the artifact is kept.
"""

from __future__ import annotations

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


def keep_original(source: SourceText, folder: Path) -> MediaDraft:
    """Write the bytes of a script to `folder` and offer them to be kept, as `source.pdf` or the like."""
    name = f"source.{_ENDINGS.get(source.form, source.form)}"
    path = folder / name
    path.write_bytes(source.content)
    return MediaDraft(path=path, name=name, media_type=_MEDIA_TYPES.get(source.form, "text/plain"))
