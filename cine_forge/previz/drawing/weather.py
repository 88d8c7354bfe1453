"""Rain, snow, fog and wind between camera and players: seeded drops that fall on from frame to frame."""

from __future__ import annotations

import numpy as np

from cine_forge.previz.drawing.canvas import Canvas, Line, Outline, Paint, ellipse, polygon, together
from cine_forge.previz.stage.light import Light
from cine_forge.staging.colour import mix


def draw_weather(canvas: Canvas, weather: str, light: Light, seed: int, second: float) -> None:
    """Draw the weather over the picture at that second."""
    dice = np.random.Generator(np.random.PCG64([seed, 77]))
    if weather == "rain":
        _rain(canvas, light, dice, second)
    elif weather == "snow":
        _snow(canvas, dice, second)
    elif weather == "fog":
        _fog(canvas, light)
    elif weather == "wind":
        _wind(canvas, light, dice, second)


def _rain(canvas: Canvas, light: Light, dice: np.random.Generator, second: float) -> None:
    bright = mix(light.sky_low, (0.9, 0.95, 1.0), 0.55)
    for layer, (count, long, opacity) in enumerate(((90, 0.05, 0.22), (50, 0.09, 0.32))):
        spots = dice.random((count, 2))
        fallen = (spots[:, 1] + second * (2.3 + 0.8 * layer)) % 1.15 - 0.08
        x = (spots[:, 0] - 0.10 * fallen) % 1.0 * canvas.width
        y = fallen * canvas.height
        drop = np.array([-0.012 * canvas.height, long * canvas.height])
        strokes: list[Outline] = [
            polygon(np.array([(a, b), (a + drop[0], b + drop[1])]), closed=False)
            for a, b in zip(x, y, strict=True)
        ]
        canvas.stroke(together(strokes), Line(bright, (1.0 + 0.5 * layer) * canvas.height / 720, opacity))


def _snow(canvas: Canvas, dice: np.random.Generator, second: float) -> None:
    flakes: list[Outline] = []
    for x, y, size in dice.random((150, 3)).tolist():
        fallen = (y + second * (0.08 + 0.12 * size)) % 1.05 - 0.02
        drift = x + 0.02 * np.sin(second * 1.3 + 9 * y)
        flakes.append(
            ellipse(
                (drift % 1.0 * canvas.width, fallen * canvas.height), (1.0 + 2.6 * size) * canvas.height / 720
            )
        )
    canvas.fill(together(flakes), Paint((0.97, 0.98, 1.0), 0.8))


def _fog(canvas: Canvas, light: Light) -> None:
    frame = polygon(
        np.array([[0, 0], [canvas.width, 0], [canvas.width, canvas.height], [0, canvas.height]], float)
    )
    stops = ((0.0, light.haze, 0.10), (0.55, light.haze, 0.30), (1.0, light.haze, 0.12))
    canvas.fill(frame, Paint(start=(0.0, 0.0), end=(0.0, float(canvas.height)), stops=stops))


def _wind(canvas: Canvas, light: Light, dice: np.random.Generator, second: float) -> None:
    """Dust and leaves that cross the frame."""
    for x, y, size in dice.random((46, 3)).tolist():
        place = (x + second * (0.35 + 0.4 * size)) % 1.1 - 0.05
        high = y + 0.03 * np.sin(second * 3 + 8 * x)
        radius = (1.6 + 3.0 * size) * canvas.height / 720
        colour = mix((0.42, 0.34, 0.22), light.haze, 0.35)
        canvas.fill(
            ellipse((place * canvas.width, high * canvas.height), radius * 1.7, radius * 0.7),
            Paint(colour, 0.6),
        )
