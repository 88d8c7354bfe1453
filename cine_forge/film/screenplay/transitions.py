"""Transitions: the line between two scenes that says how one becomes the other.

Fountain knows `… TO:` in capitals; people also write `FADE OUT.` and language models write `Cut to:`.
Both questions are asked by the readers only.
"""

from __future__ import annotations

import re

_MOST_CHARACTERS = 48
_KNOWN = re.compile(
    r"^(?:(?:SMASH|MATCH|JUMP|HARD|TIME|QUICK|SLOW|SLOWLY) )*"
    r"(?:FADE (?:IN|OUT|UP)\b|(?:FADE|CUT|DISSOLVE|WIPE|FLASH|IRIS|SMASH|BURN)(?:S|ES)? (?:BACK )?"
    r"(?:TO|IN|OUT)\b|INTERCUT\b|BACK TO\b|(?:SMASH|MATCH|JUMP) CUT[.:]?$)[^.:]*[.:]?$"
)


def is_transition(line: str) -> bool:
    """Whether a stripped line is a transition in capitals: `SMASH CUT TO:`, `FADE OUT.`."""
    if len(line) > _MOST_CHARACTERS or not line.isupper():
        return False
    return (line.endswith(" TO:") and line != "TO:") or bool(_KNOWN.match(line))


def is_loose_transition(line: str) -> bool:
    """Whether a stripped line is a transition in any letters, as in `Cut to:`; it must end like one."""
    return line.endswith((":", ".")) and len(line) <= _MOST_CHARACTERS and is_transition(line.upper())
