"""Concessions: what whoever is asked does not get of a request, or gets in another form, and why.

What a model takes decides `generation/ability.py`, how much of a prompt is said its writer. Concessions are
kept with the request and told by the plan, so that nothing is left out without a word.
"""

from __future__ import annotations

from cine_forge.generation.payload_kinds.reference import Frozen


class Concession(Frozen):
    """One part of a request. `what` and `why` hold for all of its kind, `detail` is about this one."""

    part: str
    what: str
    why: str
    detail: str = ""

    def __str__(self) -> str:
        told = f"{self.what}: {self.why}"
        return f"{told} ({self.detail})" if self.detail else told
