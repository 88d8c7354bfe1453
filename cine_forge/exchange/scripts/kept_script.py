"""The kept script: the document of an episode, read again from what its breakdown kept.

The text that was read is what counts. A packed file (PDF, Word) is read from its own bytes, which are kept
beside it; where a person edited the text since, that text is read. The review application and the command ask
here for the view of its lines too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cine_forge.exchange.kept_record import kept_record
from cine_forge.film.breakdown.remembering import remember
from cine_forge.film.breakdown.script_view import view_of_source
from cine_forge.film.looks import design
from cine_forge.film.schemas.casting import Casting
from cine_forge.film.schemas.scene import Script
from cine_forge.film.screenplay.document import Document
from cine_forge.film.screenplay.reading import read_source
from cine_forge.film.screenplay.source_text import SourceText, decode_source
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import Fault, ProjectError


def kept_script(store: Store, episode: str) -> tuple[SourceText, Document]:
    """Return an episode's script as its last breakdown read it. Raises ProjectError CF-X022 without one."""
    script = kept_record(store, "script", episode, Script)
    if script is None:
        what = f"`{episode}` has not been broken down yet, so there is no script to export"
        raise ProjectError(
            Fault("CF-X022", what, hint="run the recipe: `cine-forge run --end-at script_breakdown`")
        )
    source = _original(store, episode, script) or _text(script)
    return source, read_source(source)


def kept_view(store: Store, episode: str) -> dict[str, Any]:
    """Return the `script_view/1` of an episode, with the ids that its breakdown keeps."""
    source, _ = kept_script(store, episode)
    casting = kept_record(store, "casting", "people", Casting) or Casting()

    def look_up(kind: str, entity: str) -> Mapping[str, Any] | None:
        held = store.current(kind, entity)
        return held.envelope().data if held else None

    history = remember(look_up, episode, casting)
    return view_of_source(source, episode=episode, history=history, designer=design)


def _original(store: Store, episode: str, script: Script) -> SourceText | None:
    """Return the file as it came, where it says what the record says."""
    held = store.current("script", episode)
    for media in held.envelope().media if held else ():
        if held and media.name.startswith("source."):
            content = store.media_path(held.ref, media.name).read_bytes()
            source = decode_source(script.source, content)
            return source if source.text == script.text else None
    return None


def _text(script: Script) -> SourceText:
    source = decode_source(script.source, script.text.encode("utf-8", "surrogateescape"))
    return source if source.text == script.text else decode_source("script.txt", script.text.encode())
