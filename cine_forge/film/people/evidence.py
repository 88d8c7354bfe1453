"""Evidence: why two names are one person's, where the script says so, and how sure that is.

A link that is as sure as `SURE` holds names together; one that is less than `CERTAIN` is told to a person
together with the command that undoes it, one that is not sure enough with the command that makes it so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SURE = 0.8
CERTAIN = 0.9
WORTH_ASKING = 0.5


@dataclass(frozen=True)
class Link:
    """Two names (in capitals) of one person. `line` counts from 1; `told` when the text itself says so."""

    one: str
    other: str
    reason: str
    line: int
    confidence: float
    told: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as `script/1` holds it."""
        facts = {"name": self.other, "of": self.one, "reason": self.reason}
        return {**facts, "line": self.line, "confidence": self.confidence}

    @property
    def rank(self) -> tuple[float, int, str, str]:
        """Return the order in which links are heard: the surest first, then as they stand in the script."""
        return (-self.confidence, self.line, self.one, self.other)


@dataclass(frozen=True)
class Doubt:
    """A question for a person about some names; `command` is the verb of the command that answers it."""

    line: int
    question: str
    verb: str
    names: tuple[str, ...]

    @property
    def message(self) -> str:
        """Return the warning as a sentence with its command."""
        words = " ".join(quoted(name) for name in self.names)
        command = f"cine-forge people {self.verb} {words}".rstrip()
        return f"{self.question}: `{command}`"


def quoted(name: str) -> str:
    """Return a name as a shell takes it."""
    return f'"{name}"' if any(not letter.isalnum() and letter not in "-_." for letter in name) else name
