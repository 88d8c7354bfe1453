"""Type: the fonts that come with the program, and how text is broken into lines that fit.

The fonts carry Latin, Cyrillic and Greek and need nothing from the system. A character that they lack is
set as a plain box by the font itself; `missing` names such characters so that a caller can say so.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import font_roboto
from PIL import ImageFont

Weight = Literal["Light", "Regular", "Medium", "Bold", "Black", "Italic", "BoldItalic"]
Face = ImageFont.FreeTypeFont


@lru_cache(maxsize=64)
def face(size: int, weight: Weight = "Regular") -> Face:
    """Return the typeface at a size in pixels."""
    path = Path(font_roboto.font_directory) / f"Roboto-{weight}.ttf"
    return ImageFont.truetype(str(path), max(1, size), layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, font: Face, width: float, most: int | None = None) -> list[str]:
    """Break text into lines no wider than `width` pixels; a longer word is cut.

    Line breaks are kept. With `most` lines the last one ends in an ellipsis when something is left over.
    """
    lines = [line for paragraph in text.splitlines() for line in _paragraph(paragraph, font, width)]
    if most is not None and len(lines) > most:
        lines = lines[:most]
        if lines:
            lines[-1] = shortened(lines[-1] + " …", font, width)
    return lines


def shortened(text: str, font: Face, width: float) -> str:
    """Cut one line with an ellipsis so that it is no wider than `width` pixels."""
    if font.getlength(text) <= width:
        return text
    kept = text.rstrip(" …")
    while kept and font.getlength(kept.rstrip() + "…") > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def missing(text: str) -> str:
    """Return the characters of the text that the fonts cannot show, each once, in order."""
    font = face(32)
    blank = font.getmask("\uffff").getbbox()
    unknown = bytes(font.getmask("\uffff"))
    found: dict[str, None] = {}
    for character in text:
        mask = font.getmask(character)
        if not character.isspace() and mask.getbbox() == blank and bytes(mask) == unknown:
            found[character] = None
    return "".join(found)


def _paragraph(text: str, font: Face, width: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *cut, line = _cut_word(word, font, width)
        lines += cut
    return [*lines, line] if line else lines


def _cut_word(word: str, font: Face, width: float) -> list[str]:
    pieces, piece = [], ""
    for character in word:
        if piece and font.getlength(piece + character) > width:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]
