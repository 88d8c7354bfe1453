"""How long the sample script takes to read."""

from __future__ import annotations

from pathlib import Path

from bench.bar import Bar, cpu_of
from cine_forge.film.screenplay.reading import read_script

SAMPLE = Path(__file__).resolve().parent.parent / "projects" / "sample" / "scripts" / "ep_001.md"

BARS = (Bar("read the sample script", 0.05, lambda: cpu_of(lambda: read_script(SAMPLE))),)
