"""The drawing surface: antialiased shapes in pixels onto a numpy picture.

It wraps the C interface of ThorVG (through the library that thorvg-python ships), because one call per
path, with the points handed over as one array, is many times faster than one call per point. It knows
pixels and colours only: nothing of cameras, people or places.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from thorvg_python.engine import THORVG_LIB, Engine

from cine_forge.staging.colour import Rgb

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]

_CLOSE, _MOVE, _LINE, _CUBIC = 0, 1, 2, 3


@dataclass(frozen=True)
class Outline:
    """A path in pixels: the commands of the C interface and their points, ready to be handed over."""

    commands: NDArray[np.uint8]
    points: NDArray[np.float32]


@dataclass(frozen=True)
class Paint:
    """One colour, or a gradient of two to several stops from `start` to `end` (or round `start`).

    `stops` are (place 0 to 1, colour, opacity 0 to 1); `radius` in pixels makes the gradient radial.
    """

    colour: Rgb = (0.0, 0.0, 0.0)
    opacity: float = 1.0
    start: tuple[float, float] | None = None
    end: tuple[float, float] | None = None
    radius: float | None = None
    stops: tuple[tuple[float, Rgb, float], ...] = ()


@dataclass(frozen=True)
class Line:
    """A stroke: its colour, width in pixels and opacity."""

    colour: Rgb
    width: float
    opacity: float = 1.0
    dash: tuple[float, ...] = ()


class Laid(NamedTuple):
    """One thing laid on a canvas: paint inside a path, with its edge, or only a line along it."""

    outline: Outline
    paint: Paint | None
    line: Line | None
    clip: Outline | None = None


def polygon(points: Points | NDArray[np.float32], closed: bool = True) -> Outline:
    """Return the path through (n, 2) points by straight lines."""
    return Outline(_straight(len(points), closed), np.ascontiguousarray(points, np.float32))


@lru_cache(maxsize=512)
def _straight(count: int, closed: bool) -> NDArray[np.uint8]:
    commands = np.full(count + closed, _LINE, np.uint8)
    commands[:1] = _MOVE
    if closed:
        commands[-1:] = _CLOSE
    return commands


def smooth(points: Points, closed: bool = True) -> Outline:
    """Return the path through (n, 2) points by a Catmull-Rom curve."""
    count = len(points)
    if count < 3:
        return polygon(points, closed=False)
    if closed:
        row = np.concatenate([points[-1:], points, points[:2]])
    else:
        row = np.concatenate([points[:1], points, points[-1:]])
    slopes = (row[2:] - row[:-2]) / 6
    curves = len(row) - 3
    path = np.empty((1 + 3 * curves, 2), np.float32)
    path[0] = points[0]
    path[1::3] = row[1:-2] + slopes[:-1]
    path[2::3] = row[2:-1] - slopes[1:]
    path[3::3] = row[2:-1]
    commands = np.full(curves + 1 + closed, _CUBIC, np.uint8)
    commands[0] = _MOVE
    if closed:
        commands[-1] = _CLOSE
    return Outline(commands, path)


def ellipse(centre: tuple[float, float], across: float, down: float | None = None) -> Outline:
    """Return an ellipse by its radii in pixels."""
    tall = across if down is None else down
    angles = np.arange(12) * (np.pi / 6)
    ring = np.stack([centre[0] + across * np.cos(angles), centre[1] + tall * np.sin(angles)], axis=1)
    return smooth(ring)


def together(outlines: Sequence[Outline]) -> Outline:
    """Join paths into one, so that where they overlap the paint is laid on once."""
    if len(outlines) == 1:
        return outlines[0]
    return Outline(
        np.concatenate([outline.commands for outline in outlines]),
        np.concatenate([outline.points for outline in outlines]),
    )


def joined(loops: Sequence[Points], curved: bool) -> Outline:
    """Return one path round several loops, by curves or straight lines; nothing for no loop."""
    if not loops:
        return Outline(np.zeros(0, np.uint8), np.zeros((0, 2), np.float32))
    return together([smooth(loop) if curved else polygon(loop) for loop in loops])


class _Stop(ctypes.Structure):
    _fields_ = (
        ("offset", ctypes.c_float),
        ("r", ctypes.c_uint8),
        ("g", ctypes.c_uint8),
        ("b", ctypes.c_uint8),
        ("a", ctypes.c_uint8),
    )


_PTR, _U8, _U32, _F, _INT = ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint32, ctypes.c_float, ctypes.c_int
_CALLS: dict[str, tuple[object, list[object]]] = {
    "tvg_swcanvas_create": (_PTR, [_INT]),
    "tvg_swcanvas_set_target": (_INT, [_PTR, _PTR, _U32, _U32, _U32, _INT]),
    "tvg_canvas_destroy": (_INT, [_PTR]),
    "tvg_canvas_add": (_INT, [_PTR, _PTR]),
    "tvg_canvas_remove": (_INT, [_PTR, _PTR]),
    "tvg_canvas_update": (_INT, [_PTR]),
    "tvg_canvas_draw": (_INT, [_PTR, ctypes.c_bool]),
    "tvg_canvas_sync": (_INT, [_PTR]),
    "tvg_shape_new": (_PTR, []),
    "tvg_shape_append_path": (_INT, [_PTR, _PTR, _U32, _PTR, _U32]),
    "tvg_shape_set_fill_color": (_INT, [_PTR, _U8, _U8, _U8, _U8]),
    "tvg_shape_set_gradient": (_INT, [_PTR, _PTR]),
    "tvg_shape_set_stroke_color": (_INT, [_PTR, _U8, _U8, _U8, _U8]),
    "tvg_shape_set_stroke_width": (_INT, [_PTR, _F]),
    "tvg_shape_set_stroke_cap": (_INT, [_PTR, _INT]),
    "tvg_shape_set_stroke_join": (_INT, [_PTR, _INT]),
    "tvg_shape_set_stroke_dash": (_INT, [_PTR, _PTR, _U32, _F]),
    "tvg_shape_set_paint_order": (_INT, [_PTR, ctypes.c_bool]),
    "tvg_paint_set_clip": (_INT, [_PTR, _PTR]),
    "tvg_linear_gradient_new": (_PTR, []),
    "tvg_linear_gradient_set": (_INT, [_PTR, _F, _F, _F, _F]),
    "tvg_radial_gradient_new": (_PTR, []),
    "tvg_radial_gradient_set": (_INT, [_PTR, _F, _F, _F, _F, _F, _F]),
    "tvg_gradient_set_color_stops": (_INT, [_PTR, _PTR, _U32]),
}
_ROUND_CAP, _ROUND_JOIN = 1, 1


def _library() -> ctypes.CDLL:
    """Open the library a second time, so that our argument types stay ours."""
    if THORVG_LIB is None:  # pragma: no cover - the wheel carries it
        raise ImportError("thorvg-python came without its library")
    library = ctypes.CDLL(THORVG_LIB._name)
    for name, (result, arguments) in _CALLS.items():
        call = getattr(library, name)
        call.restype, call.argtypes = result, arguments
    return library


_ENGINE = Engine(threads=0)
_TVG = _library()


@dataclass
class Canvas:
    """A picture of (height, width, 4) bytes, opaque, and the shapes that wait to be drawn on it."""

    pixels: Pixels
    _handle: int = field(default=0, repr=False)
    _waiting: int = 0
    _kept: list[object] = field(default_factory=list, repr=False)

    @classmethod
    def blank(cls, width: int, height: int, colour: Rgb = (0.0, 0.0, 0.0)) -> Canvas:
        """Start with one colour."""
        red, green, blue = _bytes(colour)
        words = np.full((height, width), red | green << 8 | blue << 16 | 255 << 24, "<u4")
        return cls(words.view(np.uint8).reshape(height, width, 4))

    @classmethod
    def clear(cls, width: int, height: int) -> Canvas:
        """Start with nothing: what is drawn keeps its opacity (premultiplied)."""
        return cls(np.zeros((height, width, 4), np.uint8))

    def __post_init__(self) -> None:
        height, width = self.pixels.shape[:2]
        self._handle = _TVG.tvg_swcanvas_create(0)
        _TVG.tvg_swcanvas_set_target(self._handle, self.pixels.ctypes.data, width, width, height, 0)

    def __del__(self) -> None:
        if self._handle:
            _TVG.tvg_canvas_destroy(self._handle)

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.pixels.shape[0])

    def fill(
        self, outline: Outline, paint: Paint, *, edge: Line | None = None, clip: Outline | None = None
    ) -> None:
        """Lay paint inside the path; `edge` is drawn under it, so only its outer half shows."""
        if not len(outline.points):
            return
        shape = self._shape(outline)
        if paint.stops:
            _TVG.tvg_shape_set_gradient(shape, _gradient(paint))
        else:
            _TVG.tvg_shape_set_fill_color(shape, *_bytes(paint.colour), _byte(paint.opacity))
        if edge is not None:
            self._edge(shape, edge)
            _TVG.tvg_shape_set_paint_order(shape, True)
        self._add(shape, clip)

    def stroke(self, outline: Outline, line: Line, *, clip: Outline | None = None) -> None:
        """Draw along the path with round ends."""
        if not len(outline.points):
            return
        shape = self._shape(outline)
        self._edge(shape, line)
        self._add(shape, clip)

    def lay(self, laid: Laid) -> None:
        """Fill or stroke as it says."""
        if laid.paint is not None:
            self.fill(laid.outline, laid.paint, edge=laid.line, clip=laid.clip)
        elif laid.line is not None:
            self.stroke(laid.outline, laid.line, clip=laid.clip)

    def rgb(self) -> Pixels:
        """Draw what waits and return the picture as (height, width, 3)."""
        picture = Image.frombuffer("RGBA", (self.width, self.height), self.draw(), "raw", "RGBA", 0, 1)
        return np.asarray(picture.convert("RGB"))

    def draw(self) -> Pixels:
        """Bring everything that waits onto the picture, and return it (not a copy)."""
        if self._waiting:
            _TVG.tvg_canvas_update(self._handle)
            _TVG.tvg_canvas_draw(self._handle, False)
            _TVG.tvg_canvas_sync(self._handle)
            _TVG.tvg_canvas_remove(self._handle, None)
            self._waiting = 0
            self._kept.clear()
        return self.pixels

    def _shape(self, outline: Outline) -> int:
        shape: int = _TVG.tvg_shape_new()
        _TVG.tvg_shape_append_path(
            shape,
            outline.commands.ctypes.data,
            len(outline.commands),
            outline.points.ctypes.data,
            len(outline.points),
        )
        return shape

    def _edge(self, shape: int, line: Line) -> None:
        _TVG.tvg_shape_set_stroke_width(shape, line.width)
        _TVG.tvg_shape_set_stroke_color(shape, *_bytes(line.colour), _byte(line.opacity))
        _TVG.tvg_shape_set_stroke_cap(shape, _ROUND_CAP)
        _TVG.tvg_shape_set_stroke_join(shape, _ROUND_JOIN)
        if line.dash:
            dash = (ctypes.c_float * len(line.dash))(*line.dash)
            _TVG.tvg_shape_set_stroke_dash(shape, ctypes.cast(dash, _PTR), len(line.dash), 0.0)

    def _add(self, shape: int, clip: Outline | None) -> None:
        if clip is not None:
            _TVG.tvg_paint_set_clip(shape, self._shape(clip))
        _TVG.tvg_canvas_add(self._handle, shape)
        self._waiting += 1


def _gradient(paint: Paint) -> int:
    start = paint.start or (0.0, 0.0)
    if paint.radius is not None:
        gradient: int = _TVG.tvg_radial_gradient_new()
        _TVG.tvg_radial_gradient_set(gradient, *start, max(0.5, paint.radius), *start, 0.0)
    else:
        gradient = _TVG.tvg_linear_gradient_new()
        _TVG.tvg_linear_gradient_set(gradient, *start, *(paint.end or start))
    stops = (_Stop * len(paint.stops))(
        *(
            _Stop(place, *_bytes(colour), _byte(opacity * paint.opacity))
            for place, colour, opacity in paint.stops
        )
    )
    _TVG.tvg_gradient_set_color_stops(gradient, ctypes.cast(stops, _PTR), len(paint.stops))
    return gradient


def _bytes(colour: Rgb) -> tuple[int, int, int]:
    return _byte(colour[0]), _byte(colour[1]), _byte(colour[2])


def _byte(share: float) -> int:
    return 0 if share <= 0 else 255 if share >= 1 else int(share * 255 + 0.5)
