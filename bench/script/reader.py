"""Readers under measure: CineForge's own and screenplain, each giving the headings and cues it finds.

Both get the same decoded text. What a reader refuses counts as nothing found; a kind of file that it has no
reader for at all is None and shown as a dash.
"""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from bench.script.clean_script import normal
from cine_forge.film.screenplay.document import Document, ElementType
from cine_forge.film.screenplay.reading import read_script, read_source
from cine_forge.film.screenplay.source_text import decode_source
from cine_forge.kernel.ground.errors import CineForgeError

FOUNTAIN_LIKE = (".fountain", ".txt", ".md")


@dataclass(frozen=True)
class Reading:
    """What was found, normalised, in the order of the page."""

    headings: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()


class Reader(Protocol):
    """Something that reads scripts."""

    name: str

    def read(self, path: Path) -> Reading | None:
        """Read a file; None when this kind of file is none of its kinds."""
        ...

    def read_text(self, name: str, text: str) -> Reading:
        """Read a text that would have this file name."""
        ...


class Ours:
    """The readers of this project, through their one door."""

    name = "CineForge"

    def read(self, path: Path) -> Reading | None:
        """Read a file; one without a reader is None."""
        try:
            return found_in(read_script(path))
        except CineForgeError as refused:
            return None if refused.faults[0].code == "CF-F006" else Reading()

    def read_text(self, name: str, text: str) -> Reading:
        """Read a text."""
        try:
            return found_in(read_source(decode_source(name, text.encode())))
        except CineForgeError:
            return Reading()


class Screenplain:
    """The Fountain parser screenplain. Its one door takes decoded text; a BOM and line ends are taken off."""

    name = "screenplain"

    def read(self, path: Path) -> Reading | None:
        """Read a Fountain, text or Markdown file; it has no other reader."""
        if path.suffix not in FOUNTAIN_LIKE:
            return None
        return self.read_text(path.name, path.read_text(encoding="utf-8-sig"))

    def read_text(self, name: str, text: str) -> Reading:
        """Read a text as Fountain. Both voices of a dual dialogue are cues."""
        from screenplain.parsers import fountain

        headings: list[str] = []
        cues: list[str] = []
        for paragraph in fountain.parse(io.StringIO(text)):
            kind = type(paragraph).__name__
            if kind == "Slug":
                headings.append(normal(_text(paragraph.line)))
            elif kind == "Dialog":
                cues.append(normal(_text(paragraph.character)))
            elif kind == "DualDialog":
                cues += [normal(_text(one.character)) for one in (paragraph.left, paragraph.right)]
        return Reading(tuple(headings), tuple(cues))


def peers() -> list[Reader]:
    """Return the other readers that are installed."""
    return [Screenplain()] if find_spec("screenplain") else []


def peer_versions() -> str:
    """Return the names and versions of the other readers, for the page."""
    told = [f"{peer.name} {version(peer.name)}" for peer in peers()]
    return "beside " + ", ".join(told) if told else "no other reader was installed"


def found_in(document: Document) -> Reading:
    """Return the headings and cues of a document."""
    return Reading(
        _texts(document, ElementType.SCENE_HEADING),
        _texts(document, ElementType.CHARACTER),
    )


def f1(found: Counter[str], expected: Counter[str]) -> float:
    """Return the F1 of two multisets; 1 when both are empty."""
    both = found.total() + expected.total()
    return 2 * (found & expected).total() / both if both else 1.0


def _texts(document: Document, kind: ElementType) -> tuple[str, ...]:
    return tuple(normal(one.written or one.text) for one in document.elements if one.type is kind)


def _text(rich: Any) -> str:
    return str(rich)
