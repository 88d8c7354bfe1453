"""Jumps: what cannot be as it was one scene before, as a script supervisor would note it.

A jump holds both lines and how sure it is. It is a question to the writer, never a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["wardrobe", "prop", "destroyed", "injury", "death", "two_places", "light"]


@dataclass(frozen=True)
class Spot:
    """A line of a scene. `number` is the scene's."""

    number: str
    line: int
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return it as `continuity/1` holds it."""
        return {"scene": self.number, "line": self.line, "text": self.text}


@dataclass(frozen=True)
class Jump:
    """Something that does not follow. `person` is a name, or None; confidence is 0 to 1."""

    kind: Kind
    person: str | None
    what: str
    before: Spot
    after: Spot
    confidence: float

    def to_json(self) -> dict[str, Any]:
        """Return it as `continuity/1` holds it."""
        return {
            "kind": self.kind,
            "person": self.person,
            "what": self.what,
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "confidence": round(self.confidence, 2),
        }
