"""What files are called: one function per kind that is kept, used by whoever writes and by whoever reads.

Names are for people and are unique within their artifact only; order and identity never come from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cine_forge.staging.grammar import Tier

PROJECT_FILE = "project.yaml"
CLIP_TYPES = {".mp4": "video/mp4", ".webm": "video/webm"}
"""What clips are packed in, by the ending of their names: a vendor's clip is kept as it came."""

_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_LENGTH = 60


def sheet_file(kind: Literal["character", "location"]) -> str:
    """Return the name of a reference sheet's picture."""
    return f"{kind}_sheet.png"


def board_file(tier: Tier) -> str:
    """Return the name of a board's picture."""
    return f"{tier.value}.png"


def clip_file(label: str, take: int, ending: str = ".mp4") -> str:
    """Return the name of a take's clip: `4A_take1.mp4`."""
    return f"{_plain(label)}_take{take}{ending}"


def clip_among(names: Iterable[str], label: str, take: int) -> str | None:
    """Return which of the names is a take's clip, whatever it is packed in, or None when none is."""
    known = {clip_file(label, take, ending) for ending in CLIP_TYPES}
    return next((name for name in names if name in known), None)


def sidecar_file(label: str, take: int) -> str:
    """Return the name of a take's sidecar: `4A_take1.json`."""
    return f"{_plain(label)}_take{take}.json"


def film_file(title: str, suffix: str) -> str:
    """Return the name of a delivered file: the title, safe for any disk, and its suffix (`.mp4`)."""
    return f"{_plain(title).lower() or 'film'}{suffix}"


def page_file(number: int) -> str:
    """Return the name of a storyboard page; pages count from 1."""
    return f"storyboard_{number:02d}.png"


def _plain(text: str) -> str:
    return _UNSAFE.sub("_", text).strip("_")[:_LENGTH]
