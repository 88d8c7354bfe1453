"""The original: the file of a script byte for byte, kept beside what was read from it.

The breakdown offers it with the `script` artifact; the store copies it, and refuses it when it was edited
since it was read.
"""

from __future__ import annotations

from pathlib import Path

from cine_forge.film.screenplay.source_text import SourceText
from cine_forge.kernel.artifacts.records.envelope import MediaDraft

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


def original_of(source: SourceText, path: Path) -> MediaDraft:
    """Offer the file at `path`, which `source` was read from, to be kept as `source.pdf` or the like.

    Nothing is written, so that a plan can foresee the breakdown.
    """
    name = f"source.{_ENDINGS.get(source.form, source.form)}"
    media_type = _MEDIA_TYPES.get(source.form, "text/plain")
    return MediaDraft(path=path.resolve(), name=name, media_type=media_type, sha256=source.sha256)
