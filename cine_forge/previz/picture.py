"""The picture maker: a blocking becomes a still or the frames of a clip.

`draw_still` and `draw_clip` are what the embedded provider calls. They gather set, light and people into
one order from far to near and hand them to a brush; what does not change between frames is drawn once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from cine_forge.kernel.ground.hashing import seed_of
from cine_forge.previz.canvas import Canvas, Paint, Pixels, polygon
from cine_forge.previz.dressing import dress
from cine_forge.previz.face import Expression
from cine_forge.previz.figure import Stance, detail_of, figure_piece, habit_of
from cine_forge.previz.finish import FinishBrush
from cine_forge.previz.landscape import draw_ground, draw_sky
from cine_forge.previz.lens import Lens, lens_at
from cine_forge.previz.light import Light, light_of
from cine_forge.previz.piece import Lamp, Piece
from cine_forge.previz.room import room_panels
from cine_forge.previz.skeleton import Beat
from cine_forge.staging.blocking import Blocking, Figure
from cine_forge.staging.colour import from_hex
from cine_forge.staging.grammar import Move, Place, Pose, Size, Tier

Frame = NDArray[np.uint8]
Spoken = Sequence[tuple[str, float, float]]
_CLOSE = frozenset({Size.CLOSE, Size.EXTREME_CLOSE, Size.MEDIUM_CLOSE, Size.INSERT})


@dataclass(frozen=True)
class Actor:
    """A person at one instant: their piece, how far from the camera, where they stand."""

    piece: Piece
    depth: float
    at: tuple[float, float]


def draw_still(blocking: Blocking, *, tier: Tier, size: tuple[int, int], seed: int) -> Frame:
    """Draw the first frame of a shot in the tier's manner, (height, width, 3). Same arguments, same bytes."""
    shot = _Shot(blocking, size, seed)
    return shot.frame(0.0, 0.0, ())


def draw_clip(
    blocking: Blocking,
    *,
    size: tuple[int, int],
    fps: Fraction,
    frames: int,
    seed: int,
    speaking: Spoken = (),
) -> Iterator[Frame]:
    """Draw the frames of a clip in the finish look, one after another.

    `speaking` names who speaks from when to when (seconds): mouths move and hands follow. People breathe,
    blink and walk; the camera's move is eased over the whole clip.
    """
    shot = _Shot(blocking, size, seed)
    for index in range(frames):
        progress = index / max(1, frames - 1)
        yield shot.frame(progress, float(index / fps), speaking)


class _Shot:
    """One shot being drawn: its light and set, and the layer that stays while the camera does."""

    def __init__(self, blocking: Blocking, size: tuple[int, int], seed: int) -> None:
        self.blocking, self.size, self.seed = blocking, size, seed
        self.light = light_of(blocking)
        self.outdoors = blocking.place is not Place.INT
        self.set = dress(blocking.set, self.light, self.outdoors)
        self._kept: tuple[Pixels, list[Piece]] | None = None

    def frame(self, progress: float, second: float, speaking: Spoken) -> Frame:
        """Draw one instant."""
        lens = lens_at(self.blocking.camera, self.size, progress, second)
        actors = self._actors(lens, progress, second, speaking)
        background, foreground = self._background(lens, actors)
        canvas = Canvas(background.copy())
        brush = FinishBrush(canvas, lens, self.light)
        for actor in actors:
            brush.contact(np.array([actor.at[0], 0.002, actor.at[1]]), 0.30)
        brush.cast([part.mesh for actor in actors for part in actor.piece.parts if part.edge])
        near = [(lens.depth_of(piece.at), piece) for piece in foreground]
        near += [(actor.depth, actor.piece) for actor in actors]
        for _, piece in sorted(near, key=lambda entry: -entry[0]):
            brush.piece(piece)
        return np.ascontiguousarray(canvas.draw()[:, :, :3])

    def _actors(self, lens: Lens, progress: float, second: float, speaking: Spoken) -> list[Actor]:
        made: list[Actor] = []
        for figure in self.blocking.figures:
            at, facing = _whereabouts(figure, progress)
            middle = np.array([at[0], figure.look.height_m * 0.55, at[1]])
            depth = lens.depth_of(middle)
            flat_gap = math.hypot(at[0] - lens.eye[0], at[1] - lens.eye[2])
            if depth < 0.35 or (flat_gap < 0.3 and lens.eye[1] < figure.look.height_m + 0.3):
                continue
            tall = lens.focal * figure.look.height_m / depth
            stance = _stance(figure, self.blocking, tall, second, speaking)
            made.append(Actor(figure_piece(figure, stance, at, facing), depth, at))
        return made

    def _background(self, lens: Lens, actors: list[Actor]) -> tuple[Pixels, list[Piece]]:
        """Return what lies behind everybody as pixels, and the pieces that may lie before somebody."""
        still = self.blocking.camera.move is Move.STATIC
        if still and self._kept is not None:
            return self._kept
        far = max((actor.depth for actor in actors), default=0.0) + 0.2
        behind = [piece for piece in self.set if piece.behind or lens.depth_of(piece.at) > far]
        front = [piece for piece in self.set if not piece.behind and not lens.depth_of(piece.at) > far]
        front = [piece for piece in front if not _in_the_way(piece, lens, actors)]
        soft = self._softness()
        shrink = 2 if soft else 1
        lens_far = replace(lens, width=lens.width // shrink, height=lens.height // shrink, focal=lens.focal / shrink)
        canvas = Canvas.blank(lens_far.width, lens_far.height, self.light.haze)
        brush = FinishBrush(canvas, lens_far, self.light)
        self._shell(canvas, brush, lens_far)
        for piece in sorted(behind, key=lambda piece: (not piece.behind, -lens.depth_of(piece.at))):
            brush.piece(piece)
        pixels = canvas.draw()
        if soft:
            picture = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(soft * self.size[1] / 720 / shrink))
            pixels = np.array(picture.resize(self.size, Image.Resampling.BILINEAR))
        kept = (self._vignette(pixels), front)
        if still:
            self._kept = kept
        return kept

    def _shell(self, canvas: Canvas, brush: FinishBrush, lens: Lens) -> None:
        design = self.blocking.set
        if self.outdoors:
            draw_sky(canvas, lens, self.light, design)
            draw_ground(canvas, lens, self.light, from_hex(design.ground))
            return
        for panel in room_panels(design, self.light, lens.eye):
            if panel.double or float((lens.eye - panel.points[0]) @ panel.normal) > 0:
                brush.panel(panel)

    def _softness(self) -> float:
        return {Size.EXTREME_CLOSE: 7.0, Size.CLOSE: 5.0, Size.INSERT: 5.0, Size.MEDIUM_CLOSE: 3.0, Size.MEDIUM: 1.3}.get(
            self.blocking.camera.size, 0.0
        )

    def _vignette(self, pixels: Pixels) -> Pixels:
        canvas = Canvas(np.ascontiguousarray(pixels))
        width, height = self.size
        frame = polygon(np.array([[0, 0], [width, 0], [width, height], [0, height]], float))
        black = (0.0, 0.0, 0.02)
        stops = ((0.0, black, 0.0), (0.62, black, 0.0), (1.0, black, 0.34))
        canvas.fill(frame, Paint(start=(width / 2, height / 2), radius=math.hypot(width, height) * 0.54, stops=stops))
        return canvas.draw()


def _whereabouts(figure: Figure, progress: float) -> tuple[tuple[float, float], float]:
    if figure.walks_to is None:
        return figure.at, figure.facing_deg
    x = figure.at[0] + (figure.walks_to[0] - figure.at[0]) * progress
    z = figure.at[1] + (figure.walks_to[1] - figure.at[1]) * progress
    way = (figure.walks_to[0] - figure.at[0], figure.walks_to[1] - figure.at[1])
    return (x, z), math.degrees(math.atan2(way[0], way[1]))


def _stance(figure: Figure, blocking: Blocking, tall: float, second: float, speaking: Spoken) -> Stance:
    """Choose body and face for an instant, in steps coarse enough to be met again and kept."""
    beat_seed = seed_of("beat", figure.id)
    talks = next((second - start for who, start, end in speaking if who == figure.id and start <= second < end), None)
    breath = round(math.sin(second * 1.5 + beat_seed % 7) * 4) / 4
    walk = figure.walks_to is not None or figure.pose is Pose.WALK
    pose = Pose.WALK if walk else figure.pose
    step = 0.0
    if figure.walks_to is not None:
        step = round(second * 0.95 * 24) / 24 % 1.0
    jaw, gesture, nod = 0.0, 0.0, 0.0
    if talks is not None:
        jaw = round(4 * max(0.0, 0.55 * abs(math.sin(talks * 8.6)) + 0.35 * math.sin(talks * 5.1))) / 4
        gesture = round(6 * max(0.0, math.sin(talks * 1.15 - 0.3)) ** 2) / 6 * 0.8
        nod = round(3 * math.sin(talks * 2.7)) / 3 * 0.045
    elif figure.speaking and not speaking:
        jaw = 0.5
    blinks = (second + beat_seed % 5) % 3.7 < 0.13
    face = Expression(jaw=min(1.0, jaw), lid=1.0 if blinks else 0.10, smile=0.05)
    beat = Beat(breath=breath, step=step, gesture=gesture, nod=nod, reach=blocking.camera.size is Size.INSERT)
    return Stance(figure.look, pose, beat, face, habit_of(figure.id), detail_of(tall))


def _in_the_way(piece: Piece, lens: Lens, actors: list[Actor]) -> bool:
    """Say whether a piece stands between camera and players: such a piece is carried off the set."""
    depth = lens.depth_of(piece.at)
    near = min((actor.depth for actor in actors), default=2.0)
    if depth < 0.9 + piece.wide / 2 or (depth < near - 0.2 and piece.high > 0.95):
        return True
    return any(math.hypot(piece.at[0] - actor.at[0], piece.at[2] - actor.at[1]) < 0.38 and piece.high > 0.3 and not isinstance(piece, Lamp) for actor in actors)
