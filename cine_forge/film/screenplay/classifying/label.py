"""Labels: what the classifier can take a line for, and how labels follow each other.

The first group is guessed from evidence; the second is only ever given by a marker (`>`, `~`, `=`, `#`) or
a page's print and needs no guess. `FOLLOWS` is the grammar of a script page, as costs written down: 0 is
usual, -2 is odd, -8 hardly happens, a pair that is not there cannot be. Every pair has three costs: when the
lines stand together, when a blank line is between them, and when blank lines tell nothing in this file.
"""

from __future__ import annotations

from typing import Final, Literal

Label = Literal[
    "start", "heading", "more_heading", "action", "cue", "bracket", "speech", "inline", "transition",
    "section", "title", "other", "end",
]  # fmt: skip

LABELS: Final[tuple[Label, ...]] = (
    "start", "heading", "more_heading", "action", "cue", "bracket", "speech", "inline", "transition",
    "section", "title", "other", "end",
)  # fmt: skip

Costs = tuple[float, float, float]

_FREE: Final[Costs] = (0.0, 0.0, 0.0)
_NEW_BLOCK: Final[Costs] = (-2.0, 0.0, -0.3)
_NEVER_APART: Final[Costs] = (0.0, -6.0, 0.0)

FOLLOWS: Final[dict[Label, dict[Label, Costs]]] = {
    "start": {
        "heading": (0.5, 0.5, 0.5),
        "action": _FREE,
        "cue": (-1.0, -1.0, -1.0),
        "inline": (-1.0, -1.0, -1.0),
        "transition": (1.0, 1.0, 1.0),
        "section": _FREE,
        "title": (1.0, 1.0, 1.0),
        "other": _FREE,
    },
    "title": {
        "heading": (-1.0, 0.5, 0.5),
        "action": (-2.0, -0.5, -1.5),
        "cue": (-2.0, -1.0, -1.5),
        "inline": (-2.0, -1.0, -1.5),
        "transition": (0.0, 1.0, 1.0),
        "section": _FREE,
        "title": _FREE,
        "other": _FREE,
    },
    "heading": {
        "heading": (-2.5, -1.5, -1.5),
        "more_heading": (0.0, -8.0, -0.5),
        "action": (-0.5, 0.3, 0.3),
        "cue": (-1.5, -0.5, -0.7),
        "inline": (-1.5, -0.5, -0.7),
        "bracket": (-1.0, -1.0, -1.0),
        "transition": (-2.0, -1.0, -1.0),
        "section": (-3.0, -2.0, -2.0),
        "other": _FREE,
    },
    "action": {
        "heading": (-2.0, 0.0, -0.3),
        "action": (0.3, 0.0, 0.1),
        "cue": _NEW_BLOCK,
        "inline": _NEW_BLOCK,
        "bracket": (-3.0, -1.5, -2.0),
        "transition": (-1.5, 0.0, -0.3),
        "section": (-2.0, 0.0, -0.5),
        "other": _FREE,
    },
    "cue": {
        "bracket": (0.5, -4.0, 0.3),
        "speech": (0.5, -5.0, 0.5),
        "other": (-5.0, -5.0, -5.0),
    },
    "bracket": {
        "heading": (-4.0, -2.0, -2.5),
        "action": (-3.0, -0.3, -1.5),
        "cue": (-3.0, -1.5, -1.5),
        "inline": (-3.0, -1.5, -1.5),
        "bracket": (-0.5, -2.0, -1.0),
        "speech": (0.5, -3.0, 0.5),
        "transition": (-3.0, -1.0, -1.5),
        "section": (-4.0, -1.5, -2.0),
        "other": (-2.0, -2.0, -2.0),
    },
    "speech": {
        "heading": (-3.0, 0.0, -1.0),
        "action": (-2.5, 0.0, -0.5),
        "cue": (-2.5, 0.0, -0.2),
        "inline": (-1.0, 0.0, -0.2),
        "bracket": (-0.3, -2.5, -0.7),
        "speech": (0.4, -3.0, -0.4),
        "transition": (-2.0, 0.0, -0.3),
        "section": (-3.0, 0.0, -0.5),
        "other": _FREE,
    },
    "transition": {
        "heading": (0.5, 1.0, 1.0),
        "action": (-1.0, 0.0, -0.3),
        "cue": (-2.0, -0.5, -1.0),
        "inline": (-2.0, -0.5, -1.0),
        "bracket": (-3.0, -2.0, -2.0),
        "transition": (-1.0, -0.5, -0.5),
        "section": (-1.0, 0.0, 0.0),
        "other": _FREE,
    },
}
FOLLOWS["more_heading"] = {label: costs for label, costs in FOLLOWS["heading"].items() if label != "heading"}
FOLLOWS["inline"] = {**FOLLOWS["speech"], "inline": (0.5, 0.0, 0.2)}
FOLLOWS["section"] = {
    "heading": (0.0, 0.5, 0.5),
    "action": (-1.0, 0.0, 0.0),
    "cue": (-2.0, -0.5, -1.0),
    "inline": (-2.0, -0.5, -1.0),
    "transition": (-1.0, 0.0, 0.0),
    "section": (-1.0, -0.5, -0.5),
    "other": _FREE,
}
FOLLOWS["other"] = {
    **dict.fromkeys(("heading", "action", "transition", "section", "inline", "title", "other"), _FREE),
    "cue": (-0.5, 0.0, 0.0),
    "speech": (-4.0, -6.0, -4.0),
    "bracket": (-4.0, -4.0, -4.0),
}
_ENDLESS: Final[dict[Label, Costs]] = {"cue": (-4.0, -4.0, -4.0), "heading": (-2.5, -2.5, -2.5)}
for _label in FOLLOWS:
    FOLLOWS[_label]["end"] = _ENDLESS.get(_label, _FREE)
