"""A corpus of bad files: each case is a text and, after `-->`, every fault that it must give.

## name of the case
the text, line by line
--> line:column CODE what is wrong | how the hint begins
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cine_forge.kernel.ground.errors import Fault


@dataclass(frozen=True)
class Expected:
    """One fault. `place` is line:column; the hint begins with `hint`."""

    place: str
    code: str
    what: str
    hint: str


@dataclass(frozen=True)
class Case:
    """One bad text."""

    name: str
    text: str
    faults: tuple[Expected, ...]

    def found(self, faults: tuple[Fault, ...], hide: str = "") -> tuple[Expected, ...]:
        """Return faults in the form of the corpus, hints cut to what is expected; `hide` becomes ROOT."""
        hints = [expected.hint for expected in self.faults] + [""] * len(faults)
        return tuple(_seen(fault, hint, hide) for fault, hint in zip(faults, hints, strict=False))


def read_corpus(path: Path, head: str = "") -> list[Case]:
    """Return the cases; a line HEAD in a text stands for `head`."""
    return [_case(section, head) for section in path.read_text(encoding="utf-8").split("\n## ")[1:]]


def _case(section: str, head: str) -> Case:
    name, _, body = section.partition("\n")
    lines = body.splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("--> "))
    faults = tuple(_expected(line[4:].strip()) for line in lines if line.startswith("--> "))
    return Case(name, text.rstrip("\n").replace("HEAD\n", head) + "\n", faults)


def _expected(line: str) -> Expected:
    place, code, rest = line.split(" ", 2)
    what, _, hint = rest.partition(" | ")
    return Expected(place, code, what, hint)


def _seen(fault: Fault, hint: str, hide: str) -> Expected:
    place = ":".join(fault.where.rsplit(":", 2)[1:])
    what, shown = (text.replace(hide, "ROOT") if hide else text for text in (fault.what, fault.hint))
    return Expected(place, fault.code, what, shown[: len(hint)])
