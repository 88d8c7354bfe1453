"""Storyboard pages to print: A4 at 150 dpi, panels in reading order with code, framing, action, dialogue.

Landscape with six panels for wide pictures, fewer and taller ones for upright pictures. A text that is too
long is set smaller, and only then cut with an ellipsis; it never runs into its neighbour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cine_forge.media.contact import INK, RULE, SOFT, picture
from cine_forge.media.font import Face, face, shortened, wrapped

A4_LANDSCAPE = (1754, 1240)
_PAPER = (255, 255, 255)
_MARGIN, _GAP, _HEADER, _FOOTER = 70, 34, 92, 44
_CODE_BAND = 34


@dataclass(frozen=True)
class Panel:
    """One panel: its picture (file or pixels), shot code, framing words, action, dialogue, and length."""

    image: Path | NDArray[np.uint8]
    code: str
    framing: str
    action: str
    dialogue: str
    seconds: float


@dataclass(frozen=True)
class _Layout:
    """How panels stand on a page, pixels."""

    columns: int
    rows: int
    cell: tuple[int, int]
    picture: tuple[int, int]
    text_beside: bool


def board_pages(title: str, panels: Sequence[Panel], *, aspect: float) -> list[Image.Image]:
    """Return the pages in order; none when there is no panel."""
    layout = _layout(aspect)
    each = layout.columns * layout.rows
    count = -(-len(panels) // each)
    return [
        _page(title, panels[number * each : (number + 1) * each], layout, (number + 1, count))
        for number in range(count)
    ]


def _layout(aspect: float) -> _Layout:
    columns, rows, beside = (
        (3, 2, False) if aspect >= 1.2 else (3, 2, True) if aspect >= 0.8 else (5, 1, False)
    )
    if 0.8 <= aspect < 1.2:
        columns, rows, beside = 4, 2, False
    width = (A4_LANDSCAPE[0] - 2 * _MARGIN - _GAP * (columns - 1)) // columns
    height = (A4_LANDSCAPE[1] - _HEADER - _FOOTER - _MARGIN // 2 - _GAP * (rows - 1)) // rows
    tall = min(round(width / aspect), round(0.66 * (height - _CODE_BAND)))
    return _Layout(columns, rows, (width, height), (min(width, round(tall * aspect)), tall), beside)


def _page(title: str, panels: Sequence[Panel], layout: _Layout, number: tuple[int, int]) -> Image.Image:
    page = Image.new("RGB", A4_LANDSCAPE, _PAPER)
    pen = ImageDraw.Draw(page)
    right = A4_LANDSCAPE[0] - _MARGIN
    name = shortened(title, face(30, "Bold"), right - _MARGIN - 260)
    pen.text((_MARGIN, 62), name, font=face(30, "Bold"), fill=INK, anchor="ls")
    pen.text((right, 62), "Storyboard", font=face(22, "Light"), fill=SOFT, anchor="rs")
    pen.line([(_MARGIN, 76), (right, 76)], fill=INK, width=2)
    for index, panel in enumerate(panels):
        row, column = divmod(index, layout.columns)
        at = (_MARGIN + column * (layout.cell[0] + _GAP), _HEADER + row * (layout.cell[1] + _GAP))
        _panel(page, panel, layout, at)
    foot = A4_LANDSCAPE[1] - 26
    pen.text((right, foot), f"{number[0]} / {number[1]}", font=face(18), fill=SOFT, anchor="rs")
    seconds = sum(panel.seconds for panel in panels)
    pen.text(
        (_MARGIN, foot), f"{len(panels)} panels · {seconds:.1f} s", font=face(18), fill=SOFT, anchor="ls"
    )
    return page


def _panel(page: Image.Image, panel: Panel, layout: _Layout, at: tuple[int, int]) -> None:
    """Code and length above the picture, framing, action and dialogue below it."""
    pen = ImageDraw.Draw(page)
    width, height = layout.cell
    length = f"{panel.seconds:.1f} s"
    plain = face(18)
    room = width - plain.getlength(length) - 14
    code = shortened(panel.code, face(24, "Bold"), room)
    pen.text((at[0], at[1] + 24), code, font=face(24, "Bold"), fill=INK, anchor="ls")
    pen.text((at[0] + width, at[1] + 24), length, font=plain, fill=SOFT, anchor="rs")
    top = at[1] + _CODE_BAND
    left = at[0] + (width - layout.picture[0]) // 2
    page.paste(picture(panel.image, layout.picture), (left, top))
    pen.rectangle(
        [left - 1, top - 1, left + layout.picture[0], top + layout.picture[1]], outline=INK, width=2
    )
    words_top = top + layout.picture[1] + 12
    _words(pen, panel, (at[0], words_top), (width, at[1] + height - words_top))


def _words(pen: ImageDraw.ImageDraw, panel: Panel, at: tuple[int, int], room: tuple[int, int]) -> None:
    """Set the text at the largest size at which all of it fits; cut it only at the smallest."""
    blocks: list[tuple[list[str], Face, tuple[int, int, int]]] = []
    for size in (19, 17, 15, 13):
        blocks = _blocks(panel, size, room[0])
        if _height(blocks, size) <= room[1]:
            break
    else:
        blocks = _cut(blocks, size, room[1])
    y = at[1]
    for lines, font, colour in blocks:
        for line in lines:
            pen.text((at[0], y + size), line, font=font, fill=colour, anchor="ls")
            y += _step(size)
        y += size // 3
    pen.line([(at[0], at[1] + room[1] + 6), (at[0] + room[0], at[1] + room[1] + 6)], fill=RULE)


def _blocks(panel: Panel, size: int, width: int) -> list[tuple[list[str], Face, tuple[int, int, int]]]:
    parts = (
        (panel.framing, face(size, "Medium"), SOFT),
        (panel.action, face(size), INK),
        (panel.dialogue, face(size, "Italic"), (52, 66, 96)),
    )
    blocks = [(wrapped(text, font, width), font, colour) for text, font, colour in parts]
    return [block for block in blocks if block[0]]


def _step(size: int) -> int:
    return round(size * 1.28)


def _height(blocks: Sequence[tuple[list[str], Face, tuple[int, int, int]]], size: int) -> int:
    return sum(len(lines) * _step(size) + size // 3 for lines, _, _ in blocks)


def _cut(
    blocks: Sequence[tuple[list[str], Face, tuple[int, int, int]]], size: int, height: int
) -> list[tuple[list[str], Face, tuple[int, int, int]]]:
    """Take lines from the longest block until the rest fits, and end that block in an ellipsis."""
    kept = [(list(lines), font, colour) for lines, font, colour in blocks]
    shortened_blocks: set[int] = set()
    while _height(kept, size) > height and any(len(lines) > 1 for lines, _, _ in kept):
        longest = max(range(len(kept)), key=lambda index: len(kept[index][0]))
        kept[longest][0].pop()
        shortened_blocks.add(longest)
    for index in sorted(shortened_blocks):
        lines = kept[index][0]
        lines[-1] = lines[-1].rstrip(" .,") + " …"
    return kept
