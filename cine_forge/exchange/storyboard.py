"""The storyboard to print and to click: what each panel says, the pages as pictures, one page as HTML.

Called by delivery and by exports. It decides words and order; the drawing of pages is the media room's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from cine_forge.film.requests.prompts import ANGLE_WORDS, move_words
from cine_forge.film.schemas.scene import Scene
from cine_forge.film.schemas.shot import Shot
from cine_forge.media.board_page import Panel
from cine_forge.media.contact import Cell
from cine_forge.staging.grammar import Angle, Move

_STYLE = (
    "body{font:15px/1.45 sans-serif;margin:2rem auto;max-width:1200px;padding:0 1rem;color:#222}"
    "ol{list-style:none;padding:0;display:grid;gap:1.5rem;grid-template-columns:repeat(auto-fill,minmax(320px,1fr))}"
    "img{width:100%;height:auto;border:1px solid #999}"
    "figcaption b{font-size:1.05em}figure{margin:0}q{display:block;quotes:none}small{color:#555}"
)


@dataclass(frozen=True)
class BoardPicture:
    """The picture of a shot's board: where it lies now, and its path relative to the project."""

    file: Path
    path: str


def framing_words(shot: Shot) -> str:
    """Return size, angle, lens and move as a shot list says them: `MCU · over the shoulder · 50 mm`."""
    angle = "" if shot.angle is Angle.EYE else ANGLE_WORDS[shot.angle]
    move = "" if shot.move is Move.STATIC else move_words(shot.move)
    return " · ".join(word for word in (shot.size.value, angle, f"{shot.lens_mm:g} mm", move) if word)


def dialogue_words(shot: Shot) -> str:
    """Return what is said, a line each: `ANN: Who's there?`."""
    return "\n".join(f"{line.name}: {line.text}" for line in shot.lines)


def panels_of(shots: Sequence[Shot], boards: Mapping[str, BoardPicture]) -> list[Panel]:
    """Return a panel for each shot that has a board, in the order given."""
    return [
        Panel(
            image=boards[shot.id].file,
            code=shot.label,
            framing=framing_words(shot),
            action=shot.action,
            dialogue=dialogue_words(shot),
            seconds=shot.duration_s,
        )
        for shot in shots
        if shot.id in boards
    ]


def cells_of(shots: Sequence[Shot], boards: Mapping[str, BoardPicture]) -> list[Cell]:
    """Return a contact sheet's cell for each shot that has a board."""
    return [
        Cell(
            image=boards[shot.id].file, label=shot.label, caption=f"{shot.size.value} {shot.duration_s:.1f} s"
        )
        for shot in shots
        if shot.id in boards
    ]


def write_html(
    title: str,
    scenes: Sequence[Scene],
    shots: Sequence[Shot],
    boards: Mapping[str, BoardPicture],
    *,
    root: str,
) -> str:
    """Return the storyboard as one HTML page without scripts. `root` is the way to the project's folder."""
    parts = [
        _scene(scene, [shot for shot in shots if shot.scene == scene.id], boards, root) for scene in scenes
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    body = f"<h1>{escape(title)}</h1>\n{''.join(parts)}"
    return f"<!doctype html>\n<html><head>{head}</head>\n<body>{body}</body></html>\n"


def _scene(scene: Scene, shots: Sequence[Shot], boards: Mapping[str, BoardPicture], root: str) -> str:
    if not shots:
        return ""
    panels = "".join(_panel(shot, boards, root) for shot in shots)
    return f"<h2>{escape(scene.number)} {escape(scene.heading)}</h2>\n<ol>\n{panels}</ol>\n"


def _panel(shot: Shot, boards: Mapping[str, BoardPicture], root: str) -> str:
    board = boards.get(shot.id)
    picture = (
        f'<img src="{escape(root + quote(board.path))}" alt="Shot {escape(shot.label)}">' if board else ""
    )
    said = "".join(f"<q>{escape(line)}</q>" for line in dialogue_words(shot).splitlines())
    words = (
        f"<b>{escape(shot.label)}</b> <small>{escape(framing_words(shot))} · {shot.duration_s:.1f} s</small>"
    )
    caption = f"<figcaption>{words}<br>{escape(shot.action)}{said}</figcaption>"
    return f"<li><figure>{picture}{caption}</figure></li>\n"
