"""The arrows of a board: how the camera moves and where people walk, drawn into the frame as boards do."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cine_forge.previz.drawing.canvas import Canvas, Line, Paint, polygon, smooth
from cine_forge.previz.stage.lens import Lens
from cine_forge.staging.blocking import Blocking
from cine_forge.staging.colour import Rgb
from cine_forge.staging.grammar import Move

Vector = NDArray[np.float64]

INK: Rgb = (0.68, 0.20, 0.16)
_FILL: Rgb = (0.98, 0.95, 0.90)


def draw_arrows(canvas: Canvas, lens: Lens, blocking: Blocking) -> None:
    """Draw the camera's move along the frame's edge, and each walk along the ground."""
    for figure in blocking.figures:
        if figure.walks_to is not None:
            _walk(canvas, lens, figure.at, figure.walks_to)
    _camera(canvas, blocking.camera.move)


def _camera(canvas: Canvas, move: Move) -> None:
    w, h = float(canvas.width), float(canvas.height)
    unit = min(w, h) / 100
    low, side = h - 9 * unit, w - 10 * unit
    across = 0.26 * w
    match move:
        case Move.PAN_LEFT:
            _curved(canvas, (w / 2 + across / 2, low), (w / 2 - across / 2, low), unit)
        case Move.PAN_RIGHT:
            _curved(canvas, (w / 2 - across / 2, low), (w / 2 + across / 2, low), unit)
        case Move.TRACK_LEFT:
            _arrow(canvas, (w / 2 + across / 2, low), (w / 2 - across / 2, low), unit)
        case Move.TRACK_RIGHT:
            _arrow(canvas, (w / 2 - across / 2, low), (w / 2 + across / 2, low), unit)
        case Move.TILT_UP | Move.CRANE_UP:
            _arrow(canvas, (side, h * 0.66), (side, h * 0.34), unit)
        case Move.TILT_DOWN:
            _arrow(canvas, (side, h * 0.34), (side, h * 0.66), unit)
        case Move.PUSH_IN | Move.PULL_OUT:
            _corners(canvas, unit, inwards=move is Move.PUSH_IN)
        case Move.HANDHELD:
            _shaken_frame(canvas, unit)


def _arrow(canvas: Canvas, start: tuple[float, float], end: tuple[float, float], unit: float) -> None:
    """A broad hollow arrow."""
    tail, tip = np.array(start), np.array(end)
    way = (tip - tail) / (np.linalg.norm(tip - tail) + 1e-9)
    aside = np.array([-way[1], way[0]])
    neck = tip - way * 5.2 * unit
    ring = [
        tail + aside * 1.5 * unit, neck + aside * 1.5 * unit, neck + aside * 3.6 * unit, tip,
        neck - aside * 3.6 * unit, neck - aside * 1.5 * unit, tail - aside * 1.5 * unit,
    ]  # fmt: skip
    canvas.fill(polygon(np.array(ring)), Paint(_FILL, 0.92), edge=Line(INK, 1.0 * unit))


def _curved(canvas: Canvas, start: tuple[float, float], end: tuple[float, float], unit: float) -> None:
    """A pan turns about the tripod: a bent shaft with a solid head."""
    tail, tip = np.array(start), np.array(end)
    middle = (tail + tip) / 2 + [0.0, 4.5 * unit]
    places = np.linspace(0, 1, 12)[:, None]
    bend = (1 - places) ** 2 * tail + 2 * places * (1 - places) * middle + places**2 * tip
    canvas.stroke(smooth(bend, closed=False), Line(_FILL, 2.7 * unit))
    canvas.stroke(smooth(bend, closed=False), Line(INK, 1.3 * unit))
    way = tip - bend[-3]
    _head(canvas, tip, way / (np.linalg.norm(way) + 1e-9), unit)


def _head(canvas: Canvas, tip: Vector, way: Vector, unit: float) -> None:
    aside = np.array([-way[1], way[0]])
    ring = [
        tip + way * 2.4 * unit,
        tip - way * 2.4 * unit + aside * 2.8 * unit,
        tip - way * 2.4 * unit - aside * 2.8 * unit,
    ]
    canvas.fill(polygon(np.array(ring)), Paint(INK), edge=Line(_FILL, 0.8 * unit))


def _corners(canvas: Canvas, unit: float, *, inwards: bool) -> None:
    """Four arrows between the frame and where it will be."""
    w, h = canvas.width, canvas.height
    for x, y in ((0, 0), (1, 0), (1, 1), (0, 1)):
        corner = np.array([x * w, y * h], float)
        way = np.array([w / 2, h / 2]) - corner
        way /= np.linalg.norm(way)
        outer, inner = corner + way * 5 * unit, corner + way * 17 * unit
        start, end = (outer, inner) if inwards else (inner, outer)
        _arrow(canvas, (float(start[0]), float(start[1])), (float(end[0]), float(end[1])), unit * 0.72)


def _shaken_frame(canvas: Canvas, unit: float) -> None:
    """Two frames that do not quite cover each other."""
    w, h = canvas.width, canvas.height
    for turn, inset in ((0.006, 4.5), (-0.008, 6.0)):
        ring = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], float) * [
            w / 2 - inset * unit,
            h / 2 - inset * unit,
        ]
        cos, sin = math.cos(turn), math.sin(turn)
        ring = ring @ np.array([[cos, sin], [-sin, cos]]) + [w / 2, h / 2]
        canvas.stroke(polygon(ring), Line(INK, 0.5 * unit, 0.75, dash=(5 * unit, 2.4 * unit)))


def _walk(canvas: Canvas, lens: Lens, start: tuple[float, float], end: tuple[float, float]) -> None:
    """An arrow on the ground from where somebody stands to where they go."""
    tail, tip = np.array([start[0], 0.02, start[1]]), np.array([end[0], 0.02, end[1]])
    way = tip - tail
    length = float(np.linalg.norm(way))
    if length < 0.2 or min(lens.depth_of(tail), lens.depth_of(tip)) < 0.4:
        return
    way = way / length
    aside = np.array([way[2], 0.0, -way[0]])
    tail, tip = tail + way * 0.28, tip + way * 0.05
    neck = tip - way * min(0.34, length * 0.4)
    ring = np.array(
        [
            tail + aside * 0.06,
            neck + aside * 0.06,
            neck + aside * 0.17,
            tip,
            neck - aside * 0.17,
            neck - aside * 0.06,
            tail - aside * 0.06,
        ]
    )
    unit = min(canvas.width, canvas.height) / 100
    canvas.fill(polygon(lens.see(ring)), Paint(_FILL, 0.8), edge=Line(INK, 0.8 * unit))
