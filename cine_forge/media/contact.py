"""The contact sheet: every shot of a cut on one print, in order, with its label and caption.

The page is 1600 pixels wide (wider only for more columns than fit) so that it can be read on a screen as it
is. It places pictures and words; which ones is the caller's decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cine_forge.media.font import face, shortened

WIDTH = 1600
PAPER, INK, SOFT, RULE = (247, 245, 240), (28, 28, 30), (112, 110, 106), (206, 202, 194)
_MARGIN, _GAP, _HEADER, _TEXT = 48, 20, 112, 50


@dataclass(frozen=True)
class Cell:
    """One picture of the print: a file or (height, width, 3) pixels, its label (`12A`) and a caption."""

    image: Path | NDArray[np.uint8]
    label: str
    caption: str = ""


def contact_sheet(title: str, cells: Sequence[Cell], *, aspect: float, columns: int) -> Image.Image:
    """Lay the cells out in rows. `aspect` is width over height of every picture's frame."""
    columns = max(1, columns)
    width = (max(WIDTH, columns * 132 + 2 * _MARGIN) - 2 * _MARGIN - _GAP * (columns - 1)) // columns
    height = round(width / aspect)
    rows = -(-len(cells) // columns)
    page = Image.new(
        "RGB",
        (
            _MARGIN * 2 + columns * width + (columns - 1) * _GAP,
            0 + _HEADER + max(1, rows) * (height + _TEXT) + _MARGIN,
        ),
        PAPER,
    )
    _header(page, title, len(cells))
    for index, cell in enumerate(cells):
        row, column = divmod(index, columns)
        at = (_MARGIN + column * (width + _GAP), _HEADER + row * (height + _TEXT))
        _cell(page, cell, at, (width, height))
    return page


def picture(image: Path | NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    """Return a picture fitted into a size, on dark bars where its aspect differs."""
    if isinstance(image, Path):
        with Image.open(image) as opened:
            source = opened.convert("RGB")
    else:
        source = Image.fromarray(image)
    scale = min(size[0] / source.width, size[1] / source.height)
    inner = (
        max(1, min(size[0], round(source.width * scale))),
        max(1, min(size[1], round(source.height * scale))),
    )
    if abs(inner[0] - size[0]) <= 2 and abs(inner[1] - size[1]) <= 2:
        inner = size
    fitted = source.resize(inner, Image.Resampling.LANCZOS)
    if inner == size:
        return fitted
    page = Image.new("RGB", size, (24, 24, 26))
    page.paste(fitted, ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2))
    return page


def _header(page: Image.Image, title: str, count: int) -> None:
    pen = ImageDraw.Draw(page)
    right = page.width - _MARGIN
    note = f"{count} shot{'s' if count != 1 else ''}"
    small = face(20, "Regular")
    note_width = small.getlength(note)
    name = shortened(title, face(40, "Bold"), right - _MARGIN - note_width - 40)
    pen.text((_MARGIN, 66), name, font=face(40, "Bold"), fill=INK, anchor="ls")
    pen.text((right, 66), note, font=small, fill=SOFT, anchor="rs")
    pen.line([(_MARGIN, 84), (right, 84)], fill=INK, width=2)


def _cell(page: Image.Image, cell: Cell, at: tuple[int, int], size: tuple[int, int]) -> None:
    page.paste(picture(cell.image, size), at)
    pen = ImageDraw.Draw(page)
    pen.rectangle([at[0], at[1], at[0] + size[0] - 1, at[1] + size[1] - 1], outline=INK)
    strong, plain = face(19, "Bold"), face(17)
    label = shortened(cell.label, strong, size[0])
    base = at[1] + size[1] + 25
    pen.text((at[0], base), label, font=strong, fill=INK, anchor="ls")
    left = strong.getlength(label) + 12
    if left < size[0] - 30:
        caption = shortened(cell.caption, plain, size[0] - left)
        pen.text((at[0] + size[0], base), caption, font=plain, fill=SOFT, anchor="rs")
