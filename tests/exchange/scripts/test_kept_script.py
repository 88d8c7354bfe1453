"""The kept script: read again from what the breakdown kept, from the file's own bytes where they count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cine_forge.driver.kept import shared_schemas
from cine_forge.exchange.scripts.kept_script import kept_script
from cine_forge.exchange.scripts.script_docx import script_docx
from cine_forge.exchange.scripts.script_files import script_file
from cine_forge.film.schemas.scene import Script
from cine_forge.film.screenplay.original import original_of
from cine_forge.film.screenplay.source_text import SourceText, decode_source
from cine_forge.kernel.artifacts.records.envelope import Draft
from cine_forge.kernel.artifacts.store.store import Store
from cine_forge.kernel.ground.errors import ProjectError
from tests.film.scripts import read

TEXT = "INT. BAR - DAY #12A#\n\nAnn **waits**.\n\nANN\nWell?\n\nBOB ^\nNo.\n"
FOUNTAIN = decode_source("ep.fountain", TEXT.encode())
WORD = decode_source("ep.docx", script_docx(read(TEXT), "x"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return the store of an empty project."""
    opened = Store.open(
        tmp_path / "p", registry=shared_schemas(), clock=lambda: datetime(2000, 1, 1, tzinfo=UTC), write=True
    )
    with opened:
        yield opened


def keep(store: Store, source: SourceText, folder: Path | None, text: str = "") -> None:
    """Keep a script, with its own file when there is a folder for it; `text` is what a person made of it."""
    script = Script(
        source=source.name, format=source.form, text=text or source.text, source_sha256=source.sha256
    )
    media = ()
    if folder:
        (folder / source.name).write_bytes(source.content)
        media = (original_of(source, folder / source.name),)
    told = {"intent": "Keep it", "rationale": "A test", "data": script.model_dump(mode="json")}
    store.announce(Draft(output="script", entity="ep001", media=media, **told), "script@1")


@pytest.mark.row("B14")
@pytest.mark.parametrize("source", [FOUNTAIN, WORD], ids=["fountain", "docx"])
def test_a_kept_script_is_read_as_its_file_was(store: Store, tmp_path: Path, source: SourceText) -> None:
    keep(store, source, tmp_path)
    found, document = kept_script(store, "ep001")
    assert found.content == source.content
    shown = [(one.type, one.text, one.number, one.dual) for one in document.elements]
    assert shown == [(one.type, one.text, one.number, one.dual) for one in read(TEXT).elements]


def test_a_text_that_a_person_edited_is_what_is_exported(store: Store, tmp_path: Path) -> None:
    keep(store, FOUNTAIN, tmp_path, text=TEXT.replace("Well?", "Well, well."))
    source, document = kept_script(store, "ep001")
    assert "Well, well." in [one.text for one in document.elements]
    assert b"Well, well." in script_file(source, document, "T", "fountain")["t.fountain"]


def test_an_unchanged_fountain_script_is_exported_letter_for_letter(store: Store, tmp_path: Path) -> None:
    keep(store, FOUNTAIN, tmp_path)
    source, document = kept_script(store, "ep001")
    assert script_file(source, document, "T", "fountain") == {"t.fountain": TEXT.encode()}


def test_an_episode_without_a_script_is_refused(store: Store) -> None:
    with pytest.raises(ProjectError, match="CF-X022"):
        kept_script(store, "ep001")
