"""The screen: how wide a line may be where a command prints, and lines that are broken between words.

Where nobody looks (a pipe, a file) nothing is broken, so that a record stays a line for other programs.
Errors are told through it before anything is imported, so it stands on the standard library alone.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TextIO

UNBOUNDED = 1_000_000
"""The width of what is no terminal."""
_LEAST = 40
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_WHOLE = re.compile(r" *next: ")
"""What a person copies is never broken."""


@dataclass(frozen=True)
class Screen:
    """Where a command prints. `width` counts characters."""

    width: int = UNBOUNDED

    @classmethod
    def here(cls, environment: Mapping[str, str], stream: TextIO | None = None) -> Screen:
        """Return the screen of `stream` (stdout when None): `COLUMNS` wide, else as wide as its terminal."""
        said = environment.get("COLUMNS", "")
        if said.isdecimal() and int(said):
            return cls(max(_LEAST, int(said)))
        try:
            width = os.get_terminal_size((stream or sys.stdout).fileno()).columns
        except (OSError, ValueError):
            return cls()
        return cls(max(_LEAST, width) if width else UNBOUNDED)

    def show(self, lines: Iterable[str], *, hang: int = 4) -> None:
        """Print lines; what does not fit goes on below, `hang` characters further in than its line began."""
        import click

        for line in lines:
            click.echo(fitted(line, self.width, hang=hang))


def fitted(text: str, width: int, *, hang: int = 4) -> str:
    """Break each line of `text` between words so that it fits; a word that is too long stays whole."""
    return "\n".join(_fitted(line, width, hang) for line in text.split("\n"))


def _fitted(line: str, width: int, hang: int) -> str:
    if _length(line) <= width or _WHOLE.match(line):
        return line
    indent = " " * min(len(line) - len(line.lstrip(" ")) + hang, width // 2)
    lines, now, began = [], "", False
    for gap, word in re.findall(r"( *)([^ ]+)", line):
        if began and _length(now) + len(gap) + _length(word) > width:
            lines.append(now)
            now = indent + word
        else:
            now += gap + word
        began = True
    return "\n".join([*lines, now])


def _length(text: str) -> int:
    return len(_COLOUR.sub("", text))
