"""Reference sheets: one page that fixes what a person or a place looks like in every picture.

A character's: turnaround, face, expressions, colours, height. A location's: by day, the reverse, by night,
a plan with the camera places, colours. Drawn by the same brushes as the shots, so they cannot differ.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cine_forge.media.font import face, shortened, wrapped
from cine_forge.previz.drawing.canvas import Canvas
from cine_forge.previz.drawing.finish import FinishBrush
from cine_forge.previz.people.face import Expression
from cine_forge.previz.people.figure import Stance, detail_of, figure_piece
from cine_forge.previz.people.skeleton import Beat, head_size_m
from cine_forge.previz.picture import draw_still
from cine_forge.previz.sets.dressing import dress
from cine_forge.previz.stage.lens import lens_at
from cine_forge.previz.stage.light import light_of
from cine_forge.staging.blocking import Blocking, Camera, Figure, Look, SetDesign
from cine_forge.staging.colour import from_hex
from cine_forge.staging.grammar import DayTime, Place, Pose, Size, Tier

Sheet = NDArray[np.uint8]

_PAPER, _INK, _SOFT, _RULE = (243, 241, 236), (30, 30, 34), (118, 115, 110), (205, 201, 193)
_PAPER_RGB = (_PAPER[0] / 255, _PAPER[1] / 255, _PAPER[2] / 255)
_EXPRESSIONS = (
    ("neutral", Expression()),
    ("glad", Expression(smile=0.95, brow=0.25, lid=0.2)),
    ("angry", Expression(brow=-0.95, smile=-0.7, lid=0.16)),
    ("afraid", Expression(brow=0.7, worry=0.9, jaw=0.35, smile=-0.3, lid=0.0)),
    ("speaking", Expression(jaw=0.7, brow=0.1)),
)
_PLAIN = SetDesign(kind="plain", ground="#d0ccc4", wall="#e8e4dc", accent="#808080")


def draw_character_sheet(
    name: str, look: Look, description: str, *, size: tuple[int, int], seed: int
) -> Sheet:
    """Draw a person's reference sheet, (height, width, 3). Same arguments, same bytes."""
    width, height = size
    page = Image.new("RGB", size, _PAPER)
    unit = min(width / 1280, height / 720)
    tall = width < height
    top = round(86 * unit)
    body = (
        (0, top, width, round(height * 0.50) - top) if tall else (0, top, round(width * 0.60), height - top)
    )
    _turnaround(page, look, body, unit)
    rest = (
        (round(30 * unit), round(height * 0.52), width - round(60 * unit), round(height * 0.46))
        if tall
        else (round(width * 0.62), top, round(width * 0.36), height - top - round(20 * unit))
    )
    _portraits(page, look, rest, unit)
    _head_line(page, name, description, unit)
    return np.array(page)


def draw_location_sheet(
    name: str, design: SetDesign, place: Place | None, *, size: tuple[int, int], seed: int
) -> Sheet:
    """Draw a place's reference sheet, (height, width, 3). Same arguments, same bytes."""
    width, height = size
    page = Image.new("RGB", size, _PAPER)
    unit = min(width / 1280, height / 720)
    here = place or Place.INT
    top, gap = round(86 * unit), round(18 * unit)
    tall = width < height
    columns = 1 if tall else 2
    cell_w = (width - gap * (columns + 1)) // columns
    rows = 4 if tall else 2
    cell_h = (height - top - gap * rows) // rows
    views = (("by day", DayTime.DAY, 0.0), ("reverse", DayTime.DAY, 180.0), ("by night", DayTime.NIGHT, 0.0))
    for index, (words, hour, turn) in enumerate(views):
        row, column = divmod(index, columns)
        box = (gap + column * (cell_w + gap), top + row * (cell_h + gap), cell_w, cell_h - round(26 * unit))
        blocking = _empty(design, here, hour, turn)
        pixels = draw_still(blocking, tier=Tier.FINISH, size=(box[2], box[3]), seed=seed)
        page.paste(Image.fromarray(pixels), box[:2])
        _caption(page, words, (box[0], box[1] + box[3]), unit)
    row, column = divmod(3, columns)
    box = (gap + column * (cell_w + gap), top + row * (cell_h + gap), cell_w, cell_h - round(26 * unit))
    _plan(page, design, here, box, unit)
    place_words = {Place.INT: "interior", Place.EXT: "exterior", Place.INT_EXT: "interior / exterior"}[here]
    _head_line(page, name, f"{place_words} · {design.kind}", unit)
    return np.array(page)


def _head_line(page: Image.Image, name: str, words: str, unit: float) -> None:
    pen = ImageDraw.Draw(page)
    left, right = round(30 * unit), page.width - round(30 * unit)
    strong, light = face(round(34 * unit), "Bold"), face(round(17 * unit), "Regular")
    title = shortened(name, strong, (right - left) * 0.55)
    pen.text((left, round(52 * unit)), title, font=strong, fill=_INK, anchor="ls")
    start = left + strong.getlength(title) + round(24 * unit)
    lines = wrapped(words, light, right - start, most=2)
    y = round((52 if len(lines) < 2 else 38) * unit)
    for line in lines:
        pen.text((start, y), line, font=light, fill=_SOFT, anchor="ls")
        y += round(21 * unit)
    pen.line([(left, round(70 * unit)), (right, round(70 * unit))], fill=_INK, width=max(1, round(2 * unit)))


def _caption(page: Image.Image, words: str, at: tuple[int, int], unit: float) -> None:
    ImageDraw.Draw(page).text(
        (at[0], at[1] + round(19 * unit)), words, font=face(round(16 * unit)), fill=_SOFT, anchor="ls"
    )


def _turnaround(page: Image.Image, look: Look, box: tuple[int, int, int, int], unit: float) -> None:
    """Four views before a height rule."""
    left, top, width, height = box
    feet, foot_room = top + height - round(56 * unit), round(20 * unit)
    span = max(1.95, look.height_m + 0.12)
    scale = (feet - top - foot_room) / span
    scale = min(scale, width / 3.0)
    _rule(page, look, (left, feet, width), scale, unit)
    canvas = Canvas(np.dstack([np.array(page), np.full((page.height, page.width), 255, np.uint8)]))
    for index, turn in enumerate((180.0, 137.0, 90.0, 0.0)):
        middle = left + round(78 * unit) + (width - round(90 * unit)) * (index + 0.5) / 4
        _person(canvas, look, (middle, feet), scale, turn)
    page.paste(Image.fromarray(np.ascontiguousarray(canvas.draw()[:, :, :3])), (0, 0))
    for index, words in enumerate(("front", "three-quarter", "side", "back")):
        middle = left + round(78 * unit) + (width - round(90 * unit)) * (index + 0.5) / 4
        ImageDraw.Draw(page).text(
            (middle, feet + round(38 * unit)), words, font=face(round(16 * unit)), fill=_SOFT, anchor="ms"
        )


def _rule(page: Image.Image, look: Look, at: tuple[int, int, int], scale: float, unit: float) -> None:
    left, feet, width = at
    pen = ImageDraw.Draw(page)
    small = face(round(13 * unit))
    for step in range(9):
        metres = step * 0.25
        y = round(feet - metres * scale)
        if metres <= max(1.95, look.height_m + 0.12):
            pen.line(
                [(left + round(58 * unit), y), (left + width - round(10 * unit), y)], fill=_RULE, width=1
            )
            pen.text((left + round(52 * unit), y), f"{metres:.2f} m", font=small, fill=_SOFT, anchor="rm")
    y = round(feet - look.height_m * scale)
    red = (178, 58, 50)
    pen.line(
        [(left + round(58 * unit), y), (left + width - round(10 * unit), y)],
        fill=red,
        width=max(1, round(1.4 * unit)),
    )
    pen.text(
        (left + width - round(12 * unit), y - round(4 * unit)),
        f"{look.height_m:.2f} m",
        font=face(round(14 * unit), "Bold"),
        fill=red,
        anchor="rs",
    )


def _person(canvas: Canvas, look: Look, feet: tuple[float, float], scale: float, turn: float) -> None:
    """Draw one view through a long lens, so that all views have one height."""
    distance = 14.0
    lens_mm = 200.0
    focal = scale * distance
    size = (canvas.width, canvas.height)
    camera = Camera(eye=(0.0, 0.9, -distance), target=(0.0, 0.9, 0.0), lens_mm=lens_mm, size=Size.FULL)
    lens = replace(lens_at(camera, size, 0.0, 0.0), focal=focal)
    x = (feet[0] - canvas.width / 2) / scale
    y = (canvas.height / 2 - feet[1]) / scale + 0.9
    light = light_of(Blocking(place=Place.INT, daytime=DayTime.DAY, set=_PLAIN, camera=camera))
    stance = Stance(look, Pose.STAND, Beat(), Expression(), 0, detail_of(scale * look.height_m))
    figure = Figure(id="sheet", name="", look=look, at=(0.0, 0.0))
    brush = FinishBrush(canvas, lens, light)
    brush.contact(np.array([x, y + 0.002, 0.0]), 0.26)
    brush.piece(figure_piece(figure, stance, (0.0, 0.0), turn).placed(x, 0.0, 0.0, y))


def _portraits(page: Image.Image, look: Look, box: tuple[int, int, int, int], unit: float) -> None:
    """A large face, a row of expressions, the colours."""
    left, top, width, height = box
    swatches = round(70 * unit)
    big = min(round((height - swatches) * 0.70), width)
    small = min((width - round(8 * unit) * 4) // 5, round((height - swatches) * 0.30))
    page.paste(Image.fromarray(_portrait(look, Expression(), (width, big), 158.0)), (left, top))
    y = top + big + round(12 * unit)
    for index, (words, expression) in enumerate(_EXPRESSIONS):
        x = left + index * ((width - small) // 4)
        page.paste(Image.fromarray(_portrait(look, expression, (small, small), 180.0)), (x, y))
        ImageDraw.Draw(page).text(
            (x + small / 2, y + small + round(16 * unit)),
            words,
            font=face(round(13 * unit)),
            fill=_SOFT,
            anchor="ms",
        )
    _swatches(page, look, (left, top + height - round(44 * unit), width), unit)


def _portrait(look: Look, expression: Expression, size: tuple[int, int], turn: float) -> Sheet:
    canvas = Canvas.blank(*size, (0.80, 0.79, 0.77))
    head = head_size_m(look)
    eye = look.height_m - 0.56 * head
    camera = Camera(eye=(0.0, eye, -4.0), target=(0.0, eye, 0.0), lens_mm=100.0, size=Size.CLOSE)
    lens = replace(lens_at(camera, size, 0.0, 0.0), focal=min(size) / (head * 1.62) * 4.0)
    light = light_of(Blocking(place=Place.INT, daytime=DayTime.DAY, set=_PLAIN, camera=camera))
    stance = Stance(look, Pose.STAND, Beat(), expression, 0, detail_of(min(size) * 4.6))
    figure = Figure(id="sheet", name="", look=look, at=(0.0, 0.0))
    FinishBrush(canvas, lens, light).piece(figure_piece(figure, stance, (0.0, 0.0), turn))
    return np.ascontiguousarray(canvas.draw()[:, :, :3])


def _swatches(page: Image.Image, look: Look, at: tuple[int, int, int], unit: float) -> None:
    pen = ImageDraw.Draw(page)
    names = (
        ("skin", look.skin),
        ("hair", look.hair),
        ("top", look.top),
        ("bottom", look.bottom),
        ("accent", look.accent),
    )
    step = at[2] / len(names)
    for index, (words, colour) in enumerate(names):
        x = at[0] + index * step
        _swatch(pen, (x, at[1]), (step - 8 * unit, 24 * unit), colour)
        pen.text(
            (x, at[1] + round(40 * unit)),
            f"{words} {colour}",
            font=face(round(11 * unit)),
            fill=_SOFT,
            anchor="ls",
        )


def _swatch(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], size: tuple[float, float], colour: str
) -> None:
    red, green, blue = (round(255 * part) for part in from_hex(colour))
    pen.rectangle([at[0], at[1], at[0] + size[0], at[1] + size[1]], fill=(red, green, blue), outline=_INK)


def _empty(design: SetDesign, place: Place, hour: DayTime, turn: float) -> Blocking:
    """The set without people, from the audience's side, or from the other end of it."""
    outdoors = place is not Place.INT
    reach = 7.5 if outdoors else max(3.0, min(design.depth_m, 9.0) * 0.62)
    sign = -1.0 if turn == 0.0 else 1.0
    camera = Camera(
        eye=(0.22 * reach, 1.9 if outdoors else 1.75, sign * reach),
        target=(-0.06 * reach, 1.35, -sign * 1.5),
        lens_mm=22.0,
        size=Size.WIDE,
    )
    return Blocking(place=place, daytime=hour, set=design, camera=camera)


def _plan(
    page: Image.Image, design: SetDesign, place: Place, box: tuple[int, int, int, int], unit: float
) -> None:
    """The set from above: walls or open ground, pieces, where cameras stand, and the colours."""
    left, top, width, height = box
    pen = ImageDraw.Draw(page)
    pen.rectangle([left, top, left + width, top + height], fill=(252, 251, 248), outline=_RULE)
    outdoors = place is not Place.INT
    wide, deep = (26.0, 20.0) if outdoors else (design.width_m, design.depth_m)
    scale = min((width * 0.62) / wide, (height * 0.76) / deep)
    middle = (left + width * 0.40, top + height * 0.50)

    def spot(x: float, z: float) -> tuple[float, float]:
        return (middle[0] + x * scale, middle[1] - z * scale)

    corner, other = spot(-wide / 2, deep / 2), spot(wide / 2, -deep / 2)
    red, green, blue = (round(255 * (0.6 + 0.4 * part)) for part in from_hex(design.ground))
    pen.rectangle(
        [*corner, *other],
        fill=(red, green, blue),
        outline=_INK,
        width=max(1, round((1 if outdoors else 4) * unit)),
    )
    sample = Camera(eye=(0, 1.5, -3), target=(0, 1, 0), size=Size.WIDE)
    light = light_of(Blocking(place=place, daytime=DayTime.DAY, set=design, camera=sample))
    for piece in dress(design, light, outdoors):
        points = [panel.points for panel in piece.panels] + [part.mesh.points for part in piece.parts]
        flat = np.concatenate(points)[:, [0, 2]]
        low, high = flat.min(axis=0), flat.max(axis=0)
        if not outdoors or (abs(piece.at[0]) < wide / 2 and abs(piece.at[2]) < deep / 2):
            one = spot(max(low[0], -wide / 2), min(high[1], deep / 2))
            two = spot(min(high[0], wide / 2), max(low[1], -deep / 2))
            if two[0] > one[0] and two[1] > one[1]:
                pen.rectangle([*one, *two], fill=(196, 190, 180), outline=(110, 106, 100))
    for number, (x, z) in enumerate(((0.2, -0.40), (-0.36, -0.16), (0.34, 0.22)), start=1):
        _camera_mark(pen, spot(x * wide, z * deep), spot(0.0, 0.06 * deep), number, unit)
    for index, (words, colour) in enumerate(
        (("ground", design.ground), ("wall", design.wall), ("accent", design.accent))
    ):
        y = top + height * (0.18 + 0.22 * index)
        x = left + width * 0.80
        _swatch(pen, (x, y), (width * 0.15, height * 0.10), colour)
        pen.text(
            (x, y + height * 0.10 + round(15 * unit)),
            f"{words} {colour}",
            font=face(round(11 * unit)),
            fill=_SOFT,
            anchor="ls",
        )
    _caption(page, f"plan · {wide:.1f} × {deep:.1f} m · camera places 1–3", (left, top + height), unit)


def _camera_mark(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], target: tuple[float, float], number: int, unit: float
) -> None:
    turn = math.atan2(target[1] - at[1], target[0] - at[0])
    red = (178, 58, 50)
    reach = 58 * unit
    for side in (-0.34, 0.34):
        end = (at[0] + reach * math.cos(turn + side), at[1] + reach * math.sin(turn + side))
        pen.line([at, end], fill=red, width=max(1, round(1.4 * unit)))
    radius = 10 * unit
    pen.ellipse([at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius], fill=red)
    pen.text(at, str(number), font=face(round(13 * unit), "Bold"), fill=(255, 255, 255), anchor="mm")
