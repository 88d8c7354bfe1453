"""The picture maker: a blocking becomes a still or the frames of a clip.

`draw_still` and `draw_clip` are what the embedded provider calls. They put set, light and people into one
order from far to near and hand them to a brush; what does not change between frames is drawn once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from cine_forge.media.clip import ClipSpec
from cine_forge.previz.drawing.arrows import draw_arrows
from cine_forge.previz.drawing.brush import Brush
from cine_forge.previz.drawing.canvas import Canvas, Paint, Pixels, ellipse
from cine_forge.previz.drawing.finish import FinishBrush, Kept
from cine_forge.previz.drawing.landscape import draw_ground, draw_sky
from cine_forge.previz.drawing.layer import Layer, lifted
from cine_forge.previz.drawing.pencil import PencilBrush, grain, graphite_light, wash
from cine_forge.previz.drawing.weather import draw_weather
from cine_forge.previz.people.acting import Actor, Spoken, actors_of
from cine_forge.previz.sets.dressing import dress
from cine_forge.previz.sets.property import props_of
from cine_forge.previz.sets.room import room_panels, wall_is_gone
from cine_forge.previz.stage.lens import Lens, lens_at
from cine_forge.previz.stage.light import Light, light_of, people_light
from cine_forge.previz.stage.piece import Piece
from cine_forge.staging.blocking import Blocking
from cine_forge.staging.colour import from_hex, luma, to_hex
from cine_forge.staging.grammar import DayTime, Move, Place, Size, Tier

Frame = NDArray[np.uint8]

_BEYOND = (0.055, 0.058, 0.066)
_KEPT_LAYERS = 64
_KEPT_STROKES = 2000
_SOFTNESS = {
    Size.EXTREME_CLOSE: 9.0,
    Size.CLOSE: 6.0,
    Size.INSERT: 5.0,
    Size.MEDIUM_CLOSE: 3.6,
    Size.MEDIUM: 1.6,
}


def draw_still(blocking: Blocking, *, tier: Tier, size: tuple[int, int], seed: int) -> Frame:
    """Draw the first frame of a shot in the tier's manner, (height, width, 3). Same arguments, same bytes.

    A pencil board carries the arrows of its camera move and of people who walk.
    """
    shot = _Shot(blocking, tier, size, seed)
    return shot.frame(0.0, 0.0, ())


def draw_clip(
    blocking: Blocking,
    *,
    spec: ClipSpec,
    frames: int,
    seed: int,
    speaking: Spoken = (),
) -> Iterator[Frame]:
    """Draw the frames of a clip in the finish look, at the size and pace of `spec`, one after another.

    `speaking` names who speaks from when to when (seconds): mouths move and hands follow. People breathe,
    blink and walk; the camera's move is eased over the whole clip.
    """
    shot = _Shot(blocking, Tier.FINISH, (spec.width, spec.height), seed)
    for index in range(frames):
        progress = index / max(1, frames - 1)
        yield shot.frame(progress, float(index / spec.pace), speaking)


class _Shot:
    """One shot being drawn: its light and set, and the layer that stays while the camera does."""

    def __init__(self, blocking: Blocking, tier: Tier, size: tuple[int, int], seed: int) -> None:
        self.blocking, self.tier, self.size, self.seed = blocking, tier, size, seed
        self.light = light_of(blocking)
        self.outdoors = blocking.place is not Place.INT
        props = props_of(blocking)
        dressing = dress(blocking.set, self.light, self.outdoors)
        self.set = (*dressing, *props)
        self.dressing = frozenset(id(thing) for thing in dressing)
        self.still = blocking.camera.move is Move.STATIC
        self._kept: tuple[Pixels, list[Piece]] | None = None
        self._layers: dict[Hashable, Layer | None] = {}
        self._strokes: tuple[Kept, Kept] = {}, {}
        self._last: tuple[Hashable, Frame] | None = None
        self._weather = blocking.weather if self.outdoors else None

    def frame(self, progress: float, second: float, speaking: Spoken) -> Frame:
        """Draw one instant."""
        lens = lens_at(self.blocking.camera, self.size, progress, second)
        actors = actors_of(self.blocking, lens, progress, second, speaking)
        if self.still and self.tier is Tier.FINISH:
            states = tuple(actor.state for actor in actors)
            if self._last is not None and self._last[0] == states and not self._weather:
                return self._last[1]
            canvas = self._laid(lens, actors)
        else:
            canvas = self._drawn(lens, actors)
        if self._weather:
            draw_weather(canvas, self._weather, self.light, self.seed, second)
        if self.tier is Tier.PENCIL:
            draw_arrows(canvas, lens, self.blocking)
            return grain(canvas.draw(), self.seed)
        frame = canvas.rgb()
        self._last = (tuple(actor.state for actor in actors), frame)
        return frame

    def _drawn(self, lens: Lens, actors: list[Actor]) -> Canvas:
        """Draw everything anew."""
        background, foreground = self._background(lens, actors)
        canvas = Canvas(background)
        brush = self._brush(canvas, lens, layer=1)
        self._shadows(brush, actors)
        near = [(lens.depth_of(piece.at), piece) for piece in foreground]
        near += [(actor.depth, actor.piece) for actor in actors]
        keyed = self._keyed(brush)
        for _, piece in sorted(near, key=lambda entry: -entry[0]):
            (brush if id(piece) in self.dressing else keyed).piece(piece)
        return canvas

    def _laid(self, lens: Lens, actors: list[Actor]) -> Canvas:
        """Lay the kept layers of people and things over the kept background."""
        if self._kept is None:
            self._kept = self._background(lens, actors)
        background, foreground = self._kept
        picture = background.copy()
        for actor in actors:
            self._lay(picture, ("shadow", actor.state), lens, partial(self._shadows, actors=[actor]))
        near: list[tuple[float, Hashable, Piece]] = [
            (lens.depth_of(piece.at), index, piece) for index, piece in enumerate(foreground)
        ]
        near += [(actor.depth, actor.state, actor.piece) for actor in actors]
        for _, key, piece in sorted(near, key=lambda entry: -entry[0]):
            self._lay(picture, ("piece", key), lens, partial(self._piece, piece=piece))
        return Canvas(picture)

    def _lay(self, picture: Pixels, key: Hashable, lens: Lens, draw: Callable[[Brush], None]) -> None:
        if key not in self._layers:
            if len(self._layers) >= _KEPT_LAYERS:
                del self._layers[next(iter(self._layers))]
            for strokes in self._strokes:
                while len(strokes) > _KEPT_STROKES:
                    del strokes[next(iter(strokes))]
            canvas = Canvas.clear(*self.size)
            brush = self._brush(canvas, lens, layer=1)
            draw(replace(brush, kept=self._strokes[0]) if isinstance(brush, FinishBrush) else brush)
            self._layers[key] = lifted(canvas)
        layer = self._layers[key]
        if layer is not None:
            layer.lay(picture)

    def _brush(self, canvas: Canvas, lens: Lens, layer: int) -> Brush:
        if self.tier is Tier.PENCIL:
            dice = np.random.Generator(np.random.PCG64([self.seed, layer]))
            return PencilBrush(canvas, lens, self.light, dice)
        return FinishBrush(canvas, lens, self.light)

    def _piece(self, brush: Brush, piece: Piece) -> None:
        (brush if id(piece) in self.dressing else self._keyed(brush)).piece(piece)

    def _keyed(self, brush: Brush) -> Brush:
        """Return the brush for people and what they hold; in graphite it is the same."""
        if not isinstance(brush, FinishBrush):
            return brush
        light = people_light(self.light, self.blocking, brush.lens.axes)
        return replace(brush, light=light, kept=None if brush.kept is None else self._strokes[1])

    def _shadows(self, brush: Brush, actors: list[Actor]) -> None:
        if self.blocking.camera.size in (Size.EXTREME_CLOSE, Size.CLOSE, Size.MEDIUM_CLOSE):
            return
        for actor in actors:
            brush.contact(np.array([actor.at[0], 0.002, actor.at[1]]), 0.30)
        brush.cast([part.mesh for actor in actors for part in actor.piece.parts if part.casts])

    def _background(self, lens: Lens, actors: list[Actor]) -> tuple[Pixels, list[Piece]]:
        """Return what lies behind everybody as pixels, and the pieces that may lie before somebody."""
        far = max((actor.depth for actor in actors), default=0.0) + 0.2
        if any(figure.walks_to for figure in self.blocking.figures):
            far += 2.0
        pieces = [piece for piece in self.set if self.outdoors or not self._on_air(piece, lens)]
        shown = self.blocking.camera.size is Size.INSERT

        def is_shown(piece: Piece) -> bool:
            return shown and id(piece) not in self.dressing

        def is_far(piece: Piece) -> bool:
            return piece.behind or (lens.depth_of(piece.at) > far and not is_shown(piece))

        behind = [piece for piece in pieces if is_far(piece)]
        front = [piece for piece in pieces if not is_far(piece)]
        front = [piece for piece in front if is_shown(piece) or not _in_the_way(piece, lens, actors)]
        return self._vignette(self._painted(lens, behind)), front

    def _on_air(self, piece: Piece, lens: Lens) -> bool:
        return piece.behind and wall_is_gone(self.blocking.set, lens.eye, piece.at)

    def _painted(self, lens: Lens, behind: list[Piece]) -> Pixels:
        """Draw the far layer; a shallow focus allows to draw it small, and softens it."""
        soft = _SOFTNESS.get(self.blocking.camera.size, 0.0) if self.tier is Tier.FINISH else 0.0
        shrink = 1 if soft < 1 else 2 if soft < 5 else 3
        width, height = math.ceil(lens.width / shrink), math.ceil(lens.height / shrink)
        small = replace(lens, width=width, height=height, focal=lens.focal / shrink)
        canvas = Canvas.blank(width, height, _BEYOND if self.tier is Tier.FINISH else wash(0.5))
        brush = self._brush(canvas, small, layer=0)
        self._shell(canvas, brush, small)
        if self.tier is Tier.FINISH and not self.outdoors and self.blocking.daytime is DayTime.NIGHT:
            _pool(canvas, small, self.light, 1.0 if soft else 0.45)
        for piece in sorted(behind, key=lambda piece: (not piece.behind, -lens.depth_of(piece.at))):
            self._piece(brush, piece)
        pixels = canvas.draw()
        if not soft:
            return pixels
        blur = ImageFilter.GaussianBlur(soft * self.size[1] / 720 / shrink)
        picture = Image.fromarray(pixels).filter(blur)
        return np.array(picture.resize(self.size, Image.Resampling.BILINEAR))

    def _shell(self, canvas: Canvas, brush: Brush, lens: Lens) -> None:
        design = self.blocking.set
        if not self.outdoors:
            brush.panels(room_panels(design, lens.eye))
            return
        light = self.light if self.tier is Tier.FINISH else graphite_light(self.light)
        ground = from_hex(design.ground)
        if self.tier is Tier.PENCIL:
            ground = wash(luma(self.light.on(ground, 0.9)) ** 0.55)
            design = design.model_copy(update={"ground": to_hex(ground)})
            light = replace(light, fill=(0.5, 0.5, 0.5), sun=(0.5, 0.5, 0.5))
        draw_sky(canvas, lens, light, design)
        draw_ground(canvas, lens, light, ground)

    def _vignette(self, pixels: Pixels) -> Pixels:
        """Darken the corners a little; boards have none."""
        if self.tier is Tier.PENCIL:
            return pixels
        corners, wide = _corners(*self.size)
        np.multiply(pixels, corners, out=wide)
        np.right_shift(wide, 8, out=wide)
        np.copyto(pixels, wide, casting="unsafe")
        return pixels


def _pool(canvas: Canvas, lens: Lens, light: Light, strength: float) -> None:
    """Lay the pool of a lamp that hangs out of the picture on the wall, on the side of the key."""
    side = 1.0 if float(lens.axes[0] @ light.direction) >= 0 else -1.0
    spot = (lens.width * (0.5 + 0.24 * side), lens.height * 0.36)
    warm = (1.0, 0.72, 0.38)
    stops = ((0.0, warm, 0.30), (0.35, warm, 0.18), (1.0, warm, 0.0))
    radius = lens.width * 0.46
    canvas.fill(ellipse(spot, radius), Paint(opacity=strength, start=spot, radius=radius, stops=stops))


@lru_cache(maxsize=8)
def _corners(width: int, height: int) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Return what is left of the light at each pixel, of 256 (opacity is kept), and room to compute in."""
    x, y = np.linspace(-1, 1, width)[None, :], np.linspace(-1, 1, height)[:, None]
    away = np.clip((np.sqrt((x * x + y * y) / 2) - 0.55) / 0.5, 0, 1)
    left = np.repeat((256 - 84 * away**1.4)[:, :, None], 4, axis=2)
    left[:, :, 3] = 256
    return left.astype(np.uint16), np.empty((height, width, 4), np.uint16)


def _in_the_way(piece: Piece, lens: Lens, actors: list[Actor]) -> bool:
    """Say whether a piece stands between camera and players: such a piece is carried off the set."""
    depth = lens.depth_of(piece.at)
    near = min((actor.depth for actor in actors), default=2.0)
    if depth < 0.9 + piece.wide / 2 or (depth < near - 0.2 and piece.high > 0.95):
        return True
    if piece.high < 0.3:
        return False
    return any(math.hypot(piece.at[0] - actor.at[0], piece.at[2] - actor.at[1]) < 0.38 for actor in actors)
